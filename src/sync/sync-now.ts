import { AT_ONCE } from '../contracts/at-once.ts'
import type { AccountRef } from '../contracts/identity.ts'
import type { Runtime } from '../contracts/runtime.ts'
import type { SyncStateStore } from '../contracts/state-store.ts'
import { changeConnection, standingOf } from './connection-state.ts'
import { newId } from './new-id.ts'
import { notConnected } from './settings-change.ts'

/** Makes a repair of the account due now, under an id by which its progress is told from an earlier one's. */
export async function requestSync(
  state: SyncStateStore,
  runtime: Runtime,
  account: AccountRef,
): Promise<void> {
  const now = runtime.clock.now()
  const started = { startedAt: now, phase: 'compare', checked: 0, marked: 0 }
  const pass = { id: newId(runtime), kind: 'repair', ...started } as const
  const { changed } = await changeConnection(state.connections, account, current =>
    standingOf(current) === 'closed' ? undefined : { set: { pass, nextRepairAt: AT_ONCE, dueAt: AT_ONCE } },
  )
  if (!changed) throw notConnected(account)
}
