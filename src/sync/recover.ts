import { AT_ONCE } from '../contracts/at-once.ts'
import type { Connection } from '../contracts/connection.ts'
import { CalendarSyncError } from '../errors.ts'
import { changeConnection } from './connection-state.ts'
import { ERROR_PROBE_MAX_MS, ERROR_PROBE_MS } from './limits.ts'
import { jittered } from './retry-policy.ts'
import type { Engine } from './run-context.ts'

/** Asks Google whether a connection in `error` works again; when it does, a repair brings everything in step. */
export async function recover(
  engine: Engine,
  connection: Connection,
  signal: AbortSignal,
): Promise<Connection | undefined> {
  const { state, runtime } = engine.deps
  const works = await isWorking(engine, connection, signal)
  const now = runtime.clock.now()
  const { connection: current } = await changeConnection(state.connections, connection.account, latest => {
    if (latest.epoch !== connection.epoch || latest.status !== 'error') return undefined
    if (works) {
      return {
        set: {
          status: 'active',
          cause: undefined,
          lastError: undefined,
          nextRepairAt: AT_ONCE,
          dueAt: AT_ONCE,
        },
      }
    }
    // Without a calendar there is nothing to ask Google about: the user connects again (ENGINE D7).
    if (latest.cause === 'calendar-not-created') return { set: { dueAt: undefined } }
    const age = now - (latest.lastError?.at ?? now)
    const wait = Math.min(ERROR_PROBE_MAX_MS, Math.max(ERROR_PROBE_MS, age))
    return { set: { dueAt: now + jittered(wait, runtime.random.float) } }
  })
  return current
}

async function isWorking(engine: Engine, connection: Connection, signal: AbortSignal): Promise<boolean> {
  const { tokens, openApi } = engine.deps
  const { account, epoch, target, subject = '' } = connection
  if (target === undefined || target.calendarId === '') return false
  try {
    const { accessToken, tokenVersion } = await tokens.accessToken(account, epoch)
    const api = openApi({ subject, accessToken, lane: 'pull', signal })
    const listed = await api.listEvents(target.calendarId, { maxResults: 1 })
    if (!listed.ok && listed.failure.kind === 'unauthorized') await tokens.invalidate(account, tokenVersion)
    return listed.ok
  } catch (error) {
    if (CalendarSyncError.is(error) && error.code !== 'store-failed') return false
    throw error
  }
}
