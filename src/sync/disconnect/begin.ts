import { AT_ONCE } from '../../contracts/at-once.ts'
import type { Connection } from '../../contracts/connection.ts'
import type { Departure } from '../../contracts/departure.ts'
import type { AccountRef } from '../../contracts/identity.ts'
import { changeConnection } from '../connection-state.ts'
import type { EngineDependencies } from '../dependencies.ts'

/**
 * The first commit of a disconnect: under a new epoch no run of the old one records another intent (ENGINE D4).
 * Asking again while it is under way means "finish now": what is left of removing and revoking is given up.
 * `undefined`: there is no tie to end.
 */
export async function beginDisconnect(
  { state, runtime }: Pick<EngineDependencies, 'state' | 'runtime'>,
  account: AccountRef,
  events: Departure['events'],
): Promise<Connection | undefined> {
  const now = runtime.clock.now()
  const { connection } = await changeConnection(state.connections, account, current => {
    if (current.status === 'disconnected') return undefined
    if (current.status === 'disconnecting' && current.departure) {
      return events === 'keep'
        ? { set: { departure: { ...current.departure, hurry: true }, dueAt: AT_ONCE } }
        : undefined
    }
    const departure = { events, requestedAt: now, phase: 'events', removed: 0, attempts: 0 } as const
    const forgotten = { pass: undefined, changes: undefined, nextRepairAt: undefined, massChange: undefined }
    return {
      set: { ...forgotten, status: 'disconnecting', cause: undefined, departure, dueAt: AT_ONCE },
      bump: { epoch: true },
    }
  })
  return connection?.status === 'disconnecting' ? connection : undefined
}
