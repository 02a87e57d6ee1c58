import type { IdentityKeyStore } from '../../contracts/identity-key-store.ts'
import type { Database } from './database.ts'
import type { Db } from './tables.ts'
import { readText } from './text.ts'

const ROW = 1

export class SqlIdentityKeyStore implements IdentityKeyStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  #row(on: Db) {
    return on.selectFrom(this.#database.names.identity).select('value').where('id', '=', ROW)
  }

  async get(): Promise<string | undefined> {
    const row = await this.#database.run(on => this.#row(on).executeTakeFirst())
    return row && readText(row.value)
  }

  putIfAbsent(value: string): Promise<string> {
    const database = this.#database
    return database.write(async on => {
      await database.dialect
        .ifAbsent(on.insertInto(database.names.identity).values({ id: ROW, value: database.text(value) }))
        .execute()
      return readText((await this.#row(on).executeTakeFirstOrThrow()).value)
    })
  }

  replace(expected: string, value: string): Promise<boolean> {
    const database = this.#database
    return database.write(async on => {
      const row = await database.dialect.locked(this.#row(on)).executeTakeFirst()
      if (!row || readText(row.value) !== expected) return false
      await on
        .updateTable(database.names.identity)
        .set({ value: database.text(value) })
        .where('id', '=', ROW)
        .execute()
      return true
    })
  }
}
