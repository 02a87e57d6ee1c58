import { MemoryDatabase } from '../../src/adapters/memory/database.ts'
import { keyOf } from '../../src/adapters/memory/keys.ts'
import { type MemoryStores, storesOver } from '../../src/adapters/memory/stores.ts'
import type { Clock } from '../../src/contracts/runtime.ts'
import { systemRuntime } from '../../src/contracts/runtime-default.ts'
import type { StateStoreFixture } from '../../src/testing/contracts/state/harness.ts'

/** A memory store with the hands that the suite asks of a test file. */
export function memoryFixture(
  clock: Clock = systemRuntime.clock,
): StateStoreFixture & { stores: MemoryStores } {
  const database = new MemoryDatabase(clock)
  const stores = storesOver(database)
  return {
    stores,
    store: stores.state,
    beginTransaction() {
      const transaction = stores.beginTransaction()
      const { commit, rollback } = transaction
      return { transaction, commit, rollback }
    },
    erase: workspaceId => erase(database, workspaceId),
  }
}

function erase(database: MemoryDatabase, workspaceId: string): void {
  const isErased = (ref: string) => ref.startsWith(keyOf(workspaceId))
  database.turns.eraseAll(isErased)
  for (const lane of ['interactive', 'pull', 'bulk'] as const) {
    const rows = [...database.marks.due(lane, Number.MAX_SAFE_INTEGER)]
    for (const row of rows) if (isErased(row.ref)) database.marks.delete(row.mark.id, row.ref)
  }
  for (const row of database.connections.inWorkspace(workspaceId)) {
    for (const link of [...database.links.ofAccount(row.connection.account)]) database.links.delete(link)
    database.connections.delete(row)
  }
}
