import type { AccountRef, AppointmentRef } from '../../contracts/identity.ts'
import type { Lane } from '../../contracts/job-queue.ts'
import type { DueRef, Mark, MarkStore, NewMark, RetryCause } from '../../contracts/mark-store.ts'
import type { MemoryDatabase } from './database.ts'
import { refKey } from './keys.ts'
import { LANES, newMarkRow, toMark } from './mark-table.ts'
import type { Transactions } from './transactions.ts'

export class MemoryMarkStore implements MarkStore {
  readonly #database: MemoryDatabase
  readonly #transactions: Transactions

  constructor(database: MemoryDatabase, transactions: Transactions) {
    this.#database = database
    this.#transactions = transactions
  }

  async insert(marks: readonly NewMark[], options: { readonly transaction?: unknown } = {}): Promise<void> {
    const now = this.#database.clock.now()
    const rows = marks.map(mark => newMarkRow(this.#database.next(), mark, now))
    if (options.transaction !== undefined) this.#transactions.add(options.transaction, rows)
    else for (const row of rows) this.#database.marks.add(row)
  }

  async dueRefs(options: {
    readonly limit: number
    readonly lanes?: readonly Lane[]
  }): Promise<readonly DueRef[]> {
    const { marks, turns, clock } = this.#database
    const now = clock.now()
    const found: DueRef[] = []
    const seen = new Set<string>()
    for (const lane of LANES) {
      if (options.lanes && !options.lanes.includes(lane)) continue
      for (const row of marks.due(lane, now)) {
        if (found.length >= options.limit) return found
        if (seen.has(row.ref) || turns.isHidden(row.ref, now)) continue
        seen.add(row.ref)
        found.push({ ref: { ...row.mark.ref }, lane })
      }
    }
    return found
  }

  async dueBulk(account: AccountRef, limit: number): Promise<readonly AppointmentRef[]> {
    const { marks, turns, clock } = this.#database
    const now = clock.now()
    const found = new Map<string, AppointmentRef>()
    for (const row of marks.dueBulk(account, now)) {
      if (found.size >= limit) break
      if (!found.has(row.ref) && !turns.isHidden(row.ref, now)) found.set(row.ref, { ...row.mark.ref })
    }
    return [...found.values()]
  }

  async dueBulkAccounts(limit: number): Promise<readonly AccountRef[]> {
    const { marks, clock } = this.#database
    return marks.dueBulkAccounts(clock.now()).slice(0, limit)
  }

  async bringForward(account: AccountRef, causes: readonly RetryCause[]): Promise<void> {
    const { marks, clock } = this.#database
    const now = clock.now()
    for (const row of marks.aimedAt(account)) {
      const { cause } = row.mark
      if (cause !== undefined && causes.includes(cause) && row.dueAt > now) marks.setDue(row, now)
    }
  }

  async ofRef(ref: AppointmentRef): Promise<readonly Mark[]> {
    return this.#database.marks.ofRef(refKey(ref)).map(toMark)
  }

  async countBulk(account: AccountRef, cap: number): Promise<number> {
    return Math.min(this.#database.marks.countBulk(account), cap)
  }
}
