import type { AccountRef, AppointmentRef } from './identity.ts'

/** Something a person should know of. Ids, codes and counts only. */
export interface SyncIssue {
  readonly code: IssueCode
  readonly account?: AccountRef | undefined
  readonly ref?: AppointmentRef | undefined
  /** Code of the error behind it, if any. */
  readonly cause?: string | undefined
  /** Names of the fields concerned, never their values. */
  readonly fields?: readonly string[] | undefined
  readonly counts?: Readonly<Record<string, number>> | undefined
}

export type IssueCode =
  | 'mark-failed'
  | 'wake-failed'
  | 'sync-failed'
  | 'appointment-invalid'
  | 'appointment-refused'
  | 'overwritten'
  | 'restored'
  | 'field-kept'
  | 'cannot-remove'
  | 'foreign-event'
  | 'mass-change'
  | 'needs-reauth'
  | 'connection-error'
  | 'quota-paused'
  | 'maybe-empty-calendar'
  | 'source-failed'
  | 'store-failed'

/** One line of the host's audit trail: every OAuth and settings operation. No secrets, no client data. */
export interface AuditEntry {
  /** Epoch ms. */
  readonly at: number
  readonly action: AuditAction
  readonly account: AccountRef
  /** Who did it, when it was not the account's own user. */
  readonly actor?: string | undefined
  readonly outcome: string
  readonly details?: Readonly<Record<string, string | number | boolean>> | undefined
}

export type AuditAction =
  | 'authorization-started'
  | 'authorization-completed'
  | 'token-refreshed'
  | 'needs-reauth'
  | 'settings-changed'
  | 'sync-requested'
  | 'retry-requested'
  | 'disconnect-requested'
  | 'disconnected'
  | 'refused-grant-dropped'
  | 'account-forgotten'
  | 'mass-change-decided'
  | 'tokens-resealed'
  | 'identity-reset'
