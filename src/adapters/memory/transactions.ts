import { CalendarSyncError } from '../../errors.ts'
import type { MemoryDatabase } from './database.ts'
import type { MarkRow } from './mark-table.ts'

/** A stand-in for a host's transaction: marks inserted with it appear at `commit` and vanish at `rollback`. */
export interface MemoryTransaction {
  commit(): Promise<void>
  rollback(): Promise<void>
}

export class Transactions {
  readonly #database: MemoryDatabase
  readonly #open = new WeakMap<object, MarkRow[]>()

  constructor(database: MemoryDatabase) {
    this.#database = database
  }

  begin(): MemoryTransaction {
    const end = (): readonly MarkRow[] => {
      const rows = this.#rowsOf(transaction)
      this.#open.delete(transaction)
      return rows
    }
    const transaction: MemoryTransaction = {
      commit: async () => {
        for (const row of end()) this.#database.marks.add(row)
      },
      rollback: async () => {
        end()
      },
    }
    this.#open.set(transaction, [])
    return transaction
  }

  add(transaction: unknown, rows: readonly MarkRow[]): void {
    this.#rowsOf(transaction).push(...rows)
  }

  #rowsOf(transaction: unknown): MarkRow[] {
    const isObject = typeof transaction === 'object' && transaction !== null
    const rows = isObject ? this.#open.get(transaction) : undefined
    if (rows) return rows
    throw new CalendarSyncError(
      'transaction-unsupported',
      'The transaction is not an open one of this memory store: pass what its beginTransaction() gave.',
    )
  }
}
