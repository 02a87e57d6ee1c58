import type { Departure, Revocation } from '../../contracts/departure.ts'
import type { AccountRef } from '../../contracts/identity.ts'
import { CalendarSyncError } from '../../errors.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { beginDisconnect } from './begin.ts'

export interface DisconnectResult {
  /** `disconnecting`: the timer loop does the rest. No new write is begun from here on. */
  readonly status: 'disconnected' | 'disconnecting'
  /** How it ended at Google; absent while under way, and when there was nothing to end. */
  readonly revocation?: Revocation | undefined
}

/**
 * Ends an account's tie (ENGINE D4). Keeping the events takes a moment, and is done here when nobody else is at the
 * account; removing them is left to the timer loop. Idempotent.
 */
export async function disconnect(
  deps: Pick<EngineDependencies, 'state' | 'runtime' | 'audit' | 'report'>,
  account: AccountRef,
  events: Departure['events'],
  workNow: (account: AccountRef) => Promise<unknown>,
): Promise<DisconnectResult> {
  const begun = await beginDisconnect(deps, account, events)
  if (begun) {
    deps.audit({ at: deps.runtime.clock.now(), action: 'disconnect-requested', account, outcome: events })
    if (events === 'keep') await workNow(account).catch(error => leaveToLoop(deps, account, error))
  }
  const connection = await deps.state.connections.get(account)
  if (connection?.status === 'disconnecting') return { status: 'disconnecting' }
  const revocation =
    connection?.status === 'disconnected' ? (connection.cause as Revocation | undefined) : undefined
  return { status: 'disconnected', ...(revocation && { revocation }) }
}

/** The tie is committed as ending: what went wrong after that is the timer loop's to mend. */
function leaveToLoop(
  { report }: Pick<EngineDependencies, 'report'>,
  account: AccountRef,
  error: unknown,
): void {
  report({ code: 'store-failed', account, cause: CalendarSyncError.is(error) ? error.code : 'unexpected' })
}
