import type { Departure } from './departure.ts'
import type { AccountRef } from './identity.ts'
import type { Acknowledgement, ConnectionSettings } from './settings.ts'

/** `disconnecting` and `disconnected` keep the row: its counters must outlive the tie. */
export type ConnectionStatus =
  | 'connecting'
  | 'active'
  | 'limited'
  | 'disabled'
  | 'needs_reauth'
  | 'error'
  | 'paused'
  | 'disconnecting'
  | 'disconnected'

/** An account's tie to one target: a Google account and a calendar in it. */
export interface Connection {
  readonly account: AccountRef
  /** Grows with every update of this row; the compare-and-set key of `update`. */
  readonly revision: number
  /** Grows when the target changes, on connect and on disconnect. Fences every link write. */
  readonly epoch: number
  readonly status: ConnectionStatus
  readonly cause?: string | undefined
  /** Keyed hash of the Google `sub`: finds other connections of one Google account. */
  readonly subject?: string | undefined
  /** The Workspace domain (`hd`) of the Google account, for hosts whose policy asks. */
  readonly hostedDomain?: string | undefined
  readonly target?: Target | undefined
  readonly scopes: readonly string[]
  readonly settings: ConnectionSettings
  readonly settingsVersion: number
  readonly acknowledgements: readonly Acknowledgement[]
  /** Writes of this account wait until then: `quotaExceeded` (ENGINE C4). Epoch ms. */
  readonly quotaPause?: { readonly until: number; readonly strikes: number } | undefined
  /** Invitations wait until then, other writes go on. Epoch ms. */
  readonly guestPause?: { readonly until: number; readonly strikes: number } | undefined
  readonly massChange?: MassChange | undefined
  /** Removals found before this are not counted again: the user decided to apply them. Epoch ms. */
  readonly massChangeAllowedUntil?: number | undefined
  readonly pass?: Pass | undefined
  readonly departure?: Departure | undefined
  readonly changes?: ChangesPosition | undefined
  readonly nextRepairAt?: number | undefined
  readonly lastError?: { readonly code: string; readonly at: number } | undefined
  readonly connectedAt?: number | undefined
  /** The earliest time (epoch ms) at which the timer loop must look at this connection; 0: at once, by any clock. */
  readonly dueAt?: number | undefined
}

export interface Target {
  /** Names the target in links: a hash of the Google account and the calendar key. */
  readonly key: string
  /** `primary` stays literal; a dedicated calendar is named by its id. */
  readonly calendarId: string
  readonly kind: 'primary' | 'dedicated'
  /** A dedicated calendar whose creation was asked for and not confirmed (ENGINE D7). */
  readonly creation?: { readonly requestedAt: number; readonly attempts: number } | undefined
  /** When the dedicated calendar was created; writes right after may be refused (ENGINE D7). */
  readonly createdAt?: number | undefined
}

export interface MassChange {
  readonly id: string
  readonly at: number
  readonly found: number
  readonly links: number
}

/** A repair or re-scrub under way, resumable by any process. */
export interface Pass {
  readonly id: string
  readonly kind: 'repair' | 'stale'
  readonly startedAt: number
  readonly phase: string
  readonly cursor?: string | undefined
  readonly checked: number
  readonly marked: number
  readonly finishedAt?: number | undefined
}

/** Where `changes` was read to, with older positions for the overlap (ENGINE G). */
export interface ChangesPosition {
  readonly nextAt: number
  readonly cursors: readonly { readonly cursor: string; readonly at: number }[]
}
