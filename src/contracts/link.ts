import type { AccountRef, AppointmentRef } from './identity.ts'

/** Link: what is known of an appointment's event in one target of one account. Ids, fingerprints and counters only. */
export interface Link {
  readonly account: AccountRef
  readonly ref: AppointmentRef
  /** Key of the target (Google account and calendar) that the event lives in. */
  readonly target: string
  /** The calendar as Google's API names it; `primary` stays literal. */
  readonly calendarId: string
  /** Allocated at commit from the connection's counter; the write number stamped into the event. */
  readonly version: number
  readonly eventId: string
  /** Part of the event id; grows when an id can never be used again. */
  readonly generation: number
  /** What was last known for certain: never there, there, deleted, or in doubt. */
  readonly event: 'none' | 'live' | 'deleted' | 'unknown'
  /** Epoch ms by the store's clock: since then Google calls the id taken, and no read has found anything there. */
  readonly takenSince?: number | undefined
  /** Of the event as we last knew it; absent: read before the next write. */
  readonly etag?: string | undefined
  /** Fingerprints of our projection as Google last acknowledged it. */
  readonly sent?: Fingerprints | undefined
  /** Fingerprints of what Google answered, field by field, canonicalised. */
  readonly seen?: FieldFingerprints | undefined
  /** Number of the write last acknowledged: what an untouched event's marker shows. */
  readonly writeNumber?: number | undefined
  /** Writes whose outcome is not known for certain, oldest first. */
  readonly intents: readonly Intent[]
  readonly settingsVersion: number
  /** The appointment's version at the last acknowledged write. */
  readonly appVersion?: string | undefined
  /** Changed while the account could not be written; becoming active repairs it. */
  readonly behind: boolean
  /** The user decided to keep the event although the app no longer lists the appointment. */
  readonly kept: boolean
  /** A disconnect left the event to the user: of another target than the current one it is none of our business. */
  readonly detached?: boolean | undefined
  /** The last appointment version for which clients were mailed. */
  readonly mailedVersion?: string | undefined
  readonly status: LinkStatus
  readonly problem?: LinkProblem | undefined
  readonly notes: readonly LinkNote[]
  /** Epoch ms of the last acknowledged write, or of the check that found nothing to do. */
  readonly syncedAt?: number | undefined
}

export type LinkStatus = 'synced' | 'pending' | 'failed' | 'conflict' | 'out-of-window'

export type LinkNote = 'gone-in-google' | 'cannot-remove' | 'overwritten' | 'restored' | 'field-kept'

export interface LinkProblem {
  readonly code: string
  readonly attempts: number
  /** Epoch ms of the first and the latest failure in a row. */
  readonly since: number
  readonly at: number
  /** A permanent cause parks until projection or settings differ from these. */
  readonly parked?: { readonly tag: string; readonly settingsVersion: number } | undefined
  /** `onIssue` was called for this row of failures. */
  readonly reported: boolean
}

/** A write about to be sent, recorded before the call (ENGINE B1). */
export interface Intent {
  readonly kind: IntentKind
  /** The link version of the commit that recorded it: the number stamped into the event. */
  readonly number: number
  /** The store's clock at that commit, epoch ms. */
  readonly at: number
  /** What the event will hold if the write lands; absent for a delete. */
  readonly sent?: Fingerprints | undefined
  readonly appVersion?: string | undefined
  readonly mailed?: boolean | undefined
  /** Owned fields of a person's edit that this write replaces: reported once it landed (ENGINE B8). */
  readonly overwrites?: readonly string[] | undefined
  /** The event was gone in Google and this write brings it back: reported once it landed (ENGINE B8). */
  readonly restores?: boolean | undefined
}

export type IntentKind = 'insert' | 'update' | 'revive' | 'delete'

/** Keyed hashes, 128 bits each, prefixed by the format's number. */
export interface Fingerprints {
  readonly whole: string
  readonly fields: FieldFingerprints
}

export type FieldFingerprints = Readonly<Record<string, string>>
