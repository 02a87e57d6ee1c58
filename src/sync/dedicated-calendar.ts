import { AT_ONCE } from '../contracts/at-once.ts'
import type { Connection } from '../contracts/connection.ts'
import { CalendarSyncError } from '../errors.ts'
import { setLimited } from './account-faults.ts'
import { changeConnection } from './connection-state.ts'
import { ERROR_PROBE_MS } from './limits.ts'
import { jittered } from './retry-policy.ts'
import type { Engine } from './run-context.ts'

/** Asked for once more after an unknown outcome, no more: each try may leave a calendar behind (ENGINE D7). */
const MAX_CREATIONS = 2

export function needsCalendar({ status, target }: Connection): boolean {
  return status === 'active' && target?.kind === 'dedicated' && target.calendarId === ''
}

/**
 * Creates the account's own calendar, under its bulk lease. The request is recorded first; `timeZone` is always
 * sent, since Google would take UTC.
 */
export async function createDedicatedCalendar(
  engine: Engine,
  connection: Connection,
  signal: AbortSignal,
): Promise<Connection | undefined> {
  const { runtime, report, state } = engine.deps
  const { account, epoch, target } = connection
  if (target === undefined) return connection
  const attempts = (target.creation?.attempts ?? 0) + 1
  if (attempts > MAX_CREATIONS) {
    report({ code: 'maybe-empty-calendar', account, counts: { attempts: MAX_CREATIONS } })
    return set(engine, connection, { status: 'error', cause: 'calendar-not-created', dueAt: undefined })
  }
  const requestedAt = runtime.clock.now()
  const recorded = await set(engine, connection, {
    target: { ...target, creation: { requestedAt, attempts } },
  })
  if (recorded?.epoch !== epoch) return recorded
  const answer = await request(engine, connection, signal)
  if (answer.kind === 'created') {
    if (attempts > 1) report({ code: 'maybe-empty-calendar', account, counts: { attempts } })
    const createdAt = runtime.clock.now()
    const key = engine.deps.targetKey(answer.sub, answer.id)
    const made = { key, calendarId: answer.id, kind: 'dedicated', createdAt } as const
    const active = {
      target: made,
      status: 'active',
      cause: undefined,
      nextRepairAt: AT_ONCE,
      dueAt: AT_ONCE,
    } as const
    return set(engine, recorded, active, true)
  }
  const dueAt = runtime.clock.now() + jittered(ERROR_PROBE_MS, runtime.random.float)
  // Refused for certain: nothing was made, so the try does not count.
  const creation = answer.kind === 'refused' ? undefined : { requestedAt, attempts }
  const lastError = { code: answer.reason, at: runtime.clock.now() }
  const { creation: _previous, ...plain } = target
  const next = await set(engine, recorded, {
    target: creation ? { ...plain, creation } : plain,
    dueAt,
    lastError,
  })
  // The grant stored is of before the choice of a calendar of its own: only the user can give another.
  if (answer.kind === 'refused' && answer.lacksScope)
    await setLimited({ connections: state.connections, report }, recorded, lastError.at)
  return next
}

type CreationAnswer =
  | { readonly kind: 'created'; readonly id: string; readonly sub: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly lacksScope?: boolean }
  | { readonly kind: 'unknown'; readonly reason: string }

async function request(engine: Engine, connection: Connection, signal: AbortSignal): Promise<CreationAnswer> {
  const { tokens, openApi, settings } = engine.deps
  const { account, epoch, subject = '' } = connection
  try {
    const { accessToken, tokenVersion, sub } = await tokens.accessToken(account, epoch)
    const api = openApi({ subject, accessToken, lane: 'pull', signal })
    const result = await api.insertCalendar(settings.dedicatedCalendar)
    if (result.ok) return { kind: 'created', id: result.value.id, sub }
    if (result.failure.kind === 'unauthorized') await tokens.invalidate(account, tokenVersion)
    const { definitive, reason, kind } = result.failure
    return definitive
      ? { kind: 'refused', reason, lacksScope: kind === 'scope' }
      : { kind: 'unknown', reason }
  } catch (error) {
    if (CalendarSyncError.is(error) && error.code !== 'store-failed')
      return { kind: 'refused', reason: error.code }
    throw error
  }
}

async function set(
  engine: Engine,
  of: Connection,
  change: Partial<Connection>,
  newTarget = false,
): Promise<Connection | undefined> {
  const { connection } = await changeConnection(engine.deps.state.connections, of.account, current =>
    current.epoch !== of.epoch ? undefined : { set: change, ...(newTarget && { bump: { epoch: true } }) },
  )
  return connection
}
