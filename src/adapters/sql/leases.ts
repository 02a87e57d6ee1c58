import type { LeaseStore } from '../../contracts/lease-store.ts'
import { type Database, StartOver } from './database.ts'
import type { Db } from './tables.ts'
import { readInt, readText } from './text.ts'

export class SqlLeaseStore implements LeaseStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  #lock(on: Db, name: string) {
    return this.#database.dialect
      .locked(
        on
          .selectFrom(this.#database.names.leases)
          .select(['holder', 'held_until'])
          .where('name', '=', this.#database.text(name)),
      )
      .executeTakeFirst()
  }

  acquire(name: string, holder: string, ttlMs: number): Promise<boolean> {
    const database = this.#database
    return database.write(async on => {
      const row = await this.#lock(on, name)
      const now = await database.now(on)
      const columns = { holder: database.text(holder), held_until: now + Math.ceil(ttlMs) }
      if (!row) {
        const { numInsertedOrUpdatedRows } = await database.dialect
          .ifAbsent(on.insertInto(database.names.leases).values({ name: database.text(name), ...columns }))
          .executeTakeFirstOrThrow()
        if (numInsertedOrUpdatedRows !== 1n) throw new StartOver()
        return true
      }
      if (readText(row.holder) !== holder && readInt(row.held_until) > now) return false
      await on
        .updateTable(database.names.leases)
        .set(columns)
        .where('name', '=', database.text(name))
        .execute()
      return true
    })
  }

  renew(name: string, holder: string, ttlMs: number): Promise<boolean> {
    const database = this.#database
    return database.write(async on => {
      const row = await this.#lock(on, name)
      if (!row || readText(row.holder) !== holder) return false
      const held_until = (await database.now(on)) + Math.ceil(ttlMs)
      await on
        .updateTable(database.names.leases)
        .set({ held_until })
        .where('name', '=', database.text(name))
        .execute()
      return true
    })
  }

  async release(name: string, holder: string): Promise<void> {
    const database = this.#database
    await database.run(on =>
      on
        .deleteFrom(database.names.leases)
        .where('name', '=', database.text(name))
        .where('holder', '=', database.text(holder))
        .execute(),
    )
  }
}
