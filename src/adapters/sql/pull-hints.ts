import type { AccountRef } from '../../contracts/identity.ts'
import type { PullHintStore } from '../../contracts/pull-hint-store.ts'
import { SharedCalls } from '../../contracts/shared-calls.ts'
import type { Database } from './database.ts'
import type { Db } from './tables.ts'
import { readText, type Text } from './text.ts'

interface Key {
  readonly workspace_id: Text
  readonly user_id: Text
}

export class SqlPullHintStore implements PullHintStore {
  readonly #database: Database
  readonly #asks = new SharedCalls<boolean>()

  constructor(database: Database) {
    this.#database = database
  }

  #key({ workspaceId, userId }: AccountRef): Key {
    return { workspace_id: this.#database.text(workspaceId), user_id: this.#database.text(userId) }
  }

  #isPending(on: Db, { workspace_id, user_id }: Key) {
    return on
      .selectFrom(this.#database.names.pull_hints)
      .select('hinted_at')
      .where('workspace_id', '=', workspace_id)
      .where('user_id', '=', user_id)
      .executeTakeFirst()
  }

  /** Of callers that share a question, one was the first. */
  async add(account: AccountRef): Promise<boolean> {
    const key = JSON.stringify([account.workspaceId, account.userId])
    const { value, isOwn } = await this.#asks.run(key, () => this.#ask(account))
    return value && isOwn
  }

  /**
   * Reads first: an insert beside an existing row would write and lock all the same. A row that is read here was
   * not taken yet, so Google will be read after this.
   */
  async #ask(account: AccountRef): Promise<boolean> {
    const database = this.#database
    const key = this.#key(account)
    if (await database.run(on => this.#isPending(on, key))) return false
    return database.write(async on => {
      const row = { ...key, hinted_at: await database.now(on) }
      const { numInsertedOrUpdatedRows } = await database.dialect
        .ifAbsent(on.insertInto(database.names.pull_hints).values(row))
        .executeTakeFirstOrThrow()
      return numInsertedOrUpdatedRows === 1n
    })
  }

  async due(limit: number): Promise<readonly AccountRef[]> {
    const { names } = this.#database
    const rows = await this.#database.run(on =>
      on
        .selectFrom(names.pull_hints)
        .select(['workspace_id', 'user_id'])
        .orderBy('hinted_at')
        .orderBy('workspace_id')
        .orderBy('user_id')
        .limit(limit)
        .execute(),
    )
    return rows.map(row => ({ workspaceId: readText(row.workspace_id), userId: readText(row.user_id) }))
  }

  take(account: AccountRef): Promise<boolean> {
    const { names } = this.#database
    const { workspace_id, user_id } = this.#key(account)
    return this.#database.write(async on => {
      const { numDeletedRows } = await on
        .deleteFrom(names.pull_hints)
        .where('workspace_id', '=', workspace_id)
        .where('user_id', '=', user_id)
        .executeTakeFirstOrThrow()
      return numDeletedRows === 1n
    })
  }
}
