import type { Connection } from '../contracts/connection.ts'
import type { ConnectionStore, ConnectionUpdate } from '../contracts/connection-store.ts'
import type { SyncIssue } from '../contracts/reports.ts'
import { changeConnection } from './connection-state.ts'
import {
  ERROR_PROBE_MS,
  GUARD_WINDOW_MS,
  GUEST_PAUSE_MS,
  QUOTA_PAUSE_MAX_MS,
  QUOTA_PAUSE_MS,
} from './limits.ts'

interface FaultDependencies {
  readonly connections: ConnectionStore
  readonly report: (issue: SyncIssue) => void
}

/** The account lacks a scope for its current target (ENGINE D3). */
export function setLimited(deps: FaultDependencies, of: Connection, now: number): Promise<void> {
  return change(deps, of, now, 'needs-reauth', 'scope', () => ({
    set: { status: 'limited', cause: 'scope' },
  }))
}

export type ErrorCause =
  | 'calendar-gone'
  | 'misconfiguration'
  | 'sealed-with-unknown-key'
  | 'sealed-value-damaged'
  /** A policy of the user's organisation, or no Google Calendar: connecting again does not help either. */
  | 'google-refused'

/** What only the operator can mend, by the code of the error that an access token ended in. */
export function operatorsFault(code: string): ErrorCause | undefined {
  if (code === 'google-misconfigured') return 'misconfiguration'
  const known: readonly string[] = ['sealed-with-unknown-key', 'sealed-value-damaged', 'google-refused']
  return known.includes(code) ? (code as ErrorCause) : undefined
}

/** The calendar is gone, or the operator has to act: probed again later, grant kept (ENGINE B10, C1, D1). */
export function setError(
  deps: FaultDependencies,
  of: Connection,
  now: number,
  cause: ErrorCause,
): Promise<void> {
  return change(deps, of, now, 'connection-error', cause, () => ({
    set: { status: 'error', cause, dueAt: now + ERROR_PROBE_MS },
  }))
}

/** `quotaExceeded`: this user's writes rest for an hour, then twice that, up to a day (ENGINE C4). */
export async function pauseForQuota(deps: FaultDependencies, of: Connection, now: number): Promise<number> {
  let until = now + QUOTA_PAUSE_MS
  await change(deps, of, now, 'quota-paused', 'quota', connection => {
    if (connection.quotaPause && connection.quotaPause.until > now) {
      until = connection.quotaPause.until
      return undefined
    }
    const last = connection.quotaPause
    const strikes = last && last.until + QUOTA_PAUSE_MAX_MS > now ? last.strikes + 1 : 1
    until = now + Math.min(QUOTA_PAUSE_MAX_MS, QUOTA_PAUSE_MS * 2 ** (strikes - 1))
    return { set: { quotaPause: { until, strikes } } }
  })
  return until
}

/** The limit on invitations has a breaker of its own: other writes go on (ENGINE C4). */
export async function pauseForGuests(deps: FaultDependencies, of: Connection, now: number): Promise<number> {
  const until = now + GUEST_PAUSE_MS
  await change(deps, of, now, 'quota-paused', 'guest-quota', connection => ({
    set: { guestPause: { until, strikes: (connection.guestPause?.strikes ?? 0) + 1 } },
  }))
  return until
}

/** Too much would go at once that nobody told us of: stop and ask (ENGINE C5). */
export async function tripGuard(
  deps: FaultDependencies,
  of: Connection,
  now: number,
  massChange: { readonly id: string; readonly found: number; readonly links: number },
): Promise<void> {
  const { connection, changed } = await changeConnection(deps.connections, of.account, current => {
    if (current.epoch !== of.epoch || current.status !== 'active') return undefined
    return { set: { status: 'paused', cause: 'mass-change', massChange: { ...massChange, at: now } } }
  })
  if (!changed || !connection) return
  const counts = { found: massChange.found, links: massChange.links }
  deps.report({ code: 'mass-change', account: of.account, counts })
}

export const guardAllowance = (now: number): number => now + GUARD_WINDOW_MS

/** Evidence counts only for the epoch it was gathered in, and is reported by the one who recorded it. */
async function change(
  deps: FaultDependencies,
  of: Connection,
  now: number,
  code: SyncIssue['code'],
  cause: string,
  update: (connection: Connection) => ConnectionUpdate | undefined,
): Promise<void> {
  const { changed } = await changeConnection(deps.connections, of.account, current => {
    if (current.epoch !== of.epoch || current.status !== 'active') return undefined
    const next = update(current)
    return next && { ...next, set: { lastError: { code: cause, at: now }, ...next.set } }
  })
  if (changed) deps.report({ code, account: of.account, cause })
}
