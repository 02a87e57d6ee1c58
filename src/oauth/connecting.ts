import type { Connection, ConnectionStatus } from '../contracts/connection.ts'
import { type ConnectionSettings, SENSITIVE_SETTINGS } from '../contracts/settings.ts'
import { missingCalendarScopes } from './scopes.ts'

/**
 * What a `connecting` row remembers of the time before, in its cause, so that whoever finishes it knows:
 * `new`: there was no tie to any Google account, so another one may still be chosen;
 * `again`: a reconnect; `paused/…`: a reconnect of a paused connection, which stays paused.
 */
export const CONNECTING_NEW = 'new'
const CONNECTING_AGAIN = 'again'
const CONNECTING_PAUSED = 'paused/'

/** A `connecting` row older than this was left behind by a crash: see `recoverConnecting`. */
export const CONNECTING_TIMEOUT_MS = 120_000

export const FIRST_SETTINGS: ConnectionSettings = Object.freeze({
  enabled: true,
  includeClientNames: false,
  includeNotes: false,
  notifyClients: false,
})

/** Whether the connection is free to be tied to any Google account. */
export function isUntied({ status, cause, subject }: Connection): boolean {
  return (
    subject === undefined ||
    status === 'disconnected' ||
    (status === 'connecting' && cause === CONNECTING_NEW)
  )
}

/** To connect again is to ask for another calendar: the one it had is gone, or could not be made (ENGINE D3, D7). */
export function hasLostCalendar({ status, cause }: Connection): boolean {
  return status === 'error' && (cause === 'calendar-gone' || cause === 'calendar-not-created')
}

export function connectingCause(before: Connection | undefined): string {
  if (before === undefined || isUntied(before)) return CONNECTING_NEW
  if (before.status === 'paused') return `${CONNECTING_PAUSED}${before.cause ?? ''}`
  return before.status === 'connecting' && before.cause?.startsWith(CONNECTING_PAUSED)
    ? before.cause
    : CONNECTING_AGAIN
}

/** Consent was given for one Google account: what it may expose is asked again for another. */
export function withoutSensitive(settings: ConnectionSettings): ConnectionSettings {
  const off = Object.fromEntries(SENSITIVE_SETTINGS.map(name => [name, false]))
  return { ...settings, ...off }
}

/** Computed from evidence: a reconnect switches nothing on, and lifts no pause. */
export function connectedStatus(
  connection: Connection,
  scopes: readonly string[],
): { readonly status: ConnectionStatus; readonly cause: string | undefined } {
  if (connection.massChange !== undefined) return { status: 'paused', cause: 'mass-change' }
  if (connection.status === 'connecting' && connection.cause?.startsWith(CONNECTING_PAUSED))
    return { status: 'paused', cause: connection.cause.slice(CONNECTING_PAUSED.length) }
  if (!connection.settings.enabled) return { status: 'disabled', cause: undefined }
  const kind = connection.target?.kind ?? 'primary'
  if (missingCalendarScopes(kind, scopes).length > 0) return { status: 'limited', cause: 'scopes-missing' }
  return { status: 'active', cause: undefined }
}
