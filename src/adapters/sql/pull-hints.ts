import type { AccountRef } from '../../contracts/identity.ts'
import type { PullHintStore } from '../../contracts/pull-hint-store.ts'
import type { Database } from './database.ts'
import type { Db } from './tables.ts'
import { readText, type Text } from './text.ts'

/** The question that is being asked about an account, and the one that all who came since will share. */
interface Line {
  readonly asking: Promise<boolean>
  next?: Promise<boolean> | undefined
}

interface Key {
  readonly workspace_id: Text
  readonly user_id: Text
}

export class SqlPullHintStore implements PullHintStore {
  readonly #database: Database
  readonly #lines = new Map<string, Line>()

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

  /**
   * Those that come while one asks share the question after it. Not that one: it began before they came, and a take
   * may lie between.
   */
  async add(account: AccountRef): Promise<boolean> {
    const key = JSON.stringify([account.workspaceId, account.userId])
    const line = this.#lines.get(key)
    if (line?.next) return line.next.then(() => false)
    const asked = line ? line.asking.catch(() => {}).then(() => this.#ask(account)) : this.#ask(account)
    if (line) line.next = asked
    else this.#lines.set(key, { asking: asked })
    try {
      return await asked
    } finally {
      const next = this.#lines.get(key)?.next
      if (next) this.#lines.set(key, { asking: next })
      else this.#lines.delete(key)
    }
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
