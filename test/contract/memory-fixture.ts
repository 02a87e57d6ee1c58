import { MemoryDatabase } from '../../src/adapters/memory/database.ts'
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
  }
}
