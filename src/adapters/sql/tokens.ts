import type { AccountRef } from '../../contracts/identity.ts'
import type { StoredToken, TokenStore } from '../../contracts/token-store.ts'
import type { Database } from './database.ts'
import { readText } from './text.ts'

const VERSION_BYTES = 16

export class SqlTokenStore implements TokenStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async get(account: AccountRef): Promise<StoredToken | undefined> {
    const { names } = this.#database
    const row = await this.#database.run(on =>
      on
        .selectFrom(names.tokens)
        .select(['value', 'version'])
        .where('workspace_id', '=', this.#database.text(account.workspaceId))
        .where('user_id', '=', this.#database.text(account.userId))
        .executeTakeFirst(),
    )
    return row && { value: readText(row.value), version: readText(row.version) }
  }

  async put(account: AccountRef, value: string, expectedVersion: string | null): Promise<string | null> {
    const { names } = this.#database
    const key = {
      workspace_id: this.#database.text(account.workspaceId),
      user_id: this.#database.text(account.userId),
    }
    // Random, not counted: a version from before a deletion must never match again.
    const version = Buffer.from(this.#database.runtime.random.bytes(VERSION_BYTES)).toString('hex')
    const row = { value: this.#database.text(value), version }
    if (expectedVersion === null) {
      const { numInsertedOrUpdatedRows } = await this.#database.run(on =>
        this.#database.dialect
          .ifAbsent(on.insertInto(names.tokens).values({ ...key, ...row }))
          .executeTakeFirstOrThrow(),
      )
      return numInsertedOrUpdatedRows === 1n ? version : null
    }
    const { numUpdatedRows } = await this.#database.run(on =>
      on
        .updateTable(names.tokens)
        .set(row)
        .where('workspace_id', '=', key.workspace_id)
        .where('user_id', '=', key.user_id)
        .where('version', '=', this.#database.text(expectedVersion))
        .executeTakeFirstOrThrow(),
    )
    return numUpdatedRows === 1n ? version : null
  }

  async delete(account: AccountRef): Promise<void> {
    const { names } = this.#database
    await this.#database.run(on =>
      on
        .deleteFrom(names.tokens)
        .where('workspace_id', '=', this.#database.text(account.workspaceId))
        .where('user_id', '=', this.#database.text(account.userId))
        .execute(),
    )
  }
}
