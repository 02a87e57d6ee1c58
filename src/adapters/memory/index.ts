import type { Runtime } from '../../contracts/runtime.ts'
import { systemRuntime } from '../../contracts/runtime-default.ts'
import { MemoryDatabase } from './database.ts'
import { type MemoryStores, storesOver } from './stores.ts'

export type { MemoryStores } from './stores.ts'
export type { MemoryTransaction } from './transactions.ts'

/** Both stores in this process's memory: for tests and first steps. Everything is gone when the process ends. */
export function memoryStores(options: { readonly runtime?: Runtime } = {}): MemoryStores {
  return storesOver(new MemoryDatabase((options.runtime ?? systemRuntime).clock))
}
