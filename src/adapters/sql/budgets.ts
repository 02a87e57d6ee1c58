import type { BudgetAnswer, BudgetRequest, BudgetStore, Spent } from '../../contracts/budget-store.ts'
import { EMPTY, endOf, type Ledger, settled, taken } from '../budget/ledger.ts'
import { type Database, StartOver } from './database.ts'
import type { Db } from './tables.ts'
import { readText } from './text.ts'

/** A budget is one short row: a handful of processes take from it about once a second. */
export class SqlBudgetStore implements BudgetStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  take(name: string, request: BudgetRequest): Promise<BudgetAnswer> {
    const database = this.#database
    const { names, dialect } = database
    return database.write(async on => {
      const ledger = await this.#locked(on, name)
      const step = taken(ledger ?? EMPTY, request, await database.now(on))
      if (ledger) {
        await this.#keep(on, name, step.ledger)
        return step.answer
      }
      const row = { name: database.text(name), ...this.#columns(step.ledger) }
      const { numInsertedOrUpdatedRows } = await dialect
        .ifAbsent(on.insertInto(names.budgets).values(row))
        .executeTakeFirstOrThrow()
      // Another process made the row after our look.
      if (numInsertedOrUpdatedRows !== 1n) throw new StartOver()
      return step.answer
    })
  }

  settle(name: string, grant: string, spent: Spent): Promise<void> {
    const database = this.#database
    return database.write(async on => {
      const ledger = await this.#locked(on, name)
      if (ledger) await this.#keep(on, name, settled(ledger, grant, spent, await database.now(on)))
    })
  }

  /** Rows of users long quiet. */
  prune(): Promise<number> {
    const database = this.#database
    return database.write(async on => {
      const { numDeletedRows } = await on
        .deleteFrom(database.names.budgets)
        .where('ends_at', '<', await database.now(on))
        .executeTakeFirstOrThrow()
      return Number(numDeletedRows)
    })
  }

  async #locked(on: Db, name: string): Promise<Ledger | undefined> {
    const { names, dialect } = this.#database
    const row = await dialect
      .locked(on.selectFrom(names.budgets).select('data').where('name', '=', this.#database.text(name)))
      .executeTakeFirst()
    return row && (JSON.parse(readText(row.data)) as Ledger)
  }

  async #keep(on: Db, name: string, ledger: Ledger): Promise<void> {
    await on
      .updateTable(this.#database.names.budgets)
      .set(this.#columns(ledger))
      .where('name', '=', this.#database.text(name))
      .execute()
  }

  #columns(ledger: Ledger) {
    return { ends_at: Math.ceil(endOf(ledger)), data: this.#database.text(JSON.stringify(ledger)) }
  }
}
