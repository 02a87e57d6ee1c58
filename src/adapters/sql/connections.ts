import type { Connection } from '../../contracts/connection.ts'
import type {
  ConnectionFields,
  ConnectionPage,
  ConnectionStore,
  ConnectionUpdate,
} from '../../contracts/connection-store.ts'
import type { AccountRef } from '../../contracts/identity.ts'
import type { PageOptions } from '../../contracts/link-store.ts'
import { connectionColumns, connectionOf, fieldsOf } from './connection-row.ts'
import { pageOf, readRowCursor } from './cursor.ts'
import type { Database } from './database.ts'
import type { Db } from './tables.ts'
import { readInt, readText } from './text.ts'

export class SqlConnectionStore implements ConnectionStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  #row(on: Db, account: AccountRef) {
    return on
      .selectFrom(this.#database.names.connections)
      .selectAll()
      .where('workspace_id', '=', this.#database.text(account.workspaceId))
      .where('user_id', '=', this.#database.text(account.userId))
  }

  async get(account: AccountRef): Promise<Connection | undefined> {
    const row = await this.#database.run(on => this.#row(on, account).executeTakeFirst())
    return row && connectionOf(row)
  }

  async inWorkspace(workspaceId: string): Promise<readonly Connection[]> {
    const rows = await this.#database.run(on =>
      on
        .selectFrom(this.#database.names.connections)
        .selectAll()
        .where('workspace_id', '=', this.#database.text(workspaceId))
        .orderBy('user_id')
        .execute(),
    )
    return rows.map(connectionOf)
  }

  async existsIn(workspaceId: string): Promise<boolean> {
    const row = await this.#database.run(on =>
      on
        .selectFrom(this.#database.names.connections)
        .select('workspace_id')
        .where('workspace_id', '=', this.#database.text(workspaceId))
        .limit(1)
        .executeTakeFirst(),
    )
    return row !== undefined
  }

  async bySubject(subject: string): Promise<readonly Connection[]> {
    const rows = await this.#database.run(on =>
      on
        .selectFrom(this.#database.names.connections)
        .selectAll()
        .where('subject', '=', this.#database.text(subject))
        .execute(),
    )
    return rows.map(connectionOf)
  }

  create(account: AccountRef, fields: ConnectionFields): Promise<Connection | null> {
    const database = this.#database
    return database.write(async on => {
      const start = await database.next(on)
      const row = {
        workspace_id: database.text(account.workspaceId),
        user_id: database.text(account.userId),
        revision: 1,
        epoch: start,
        settings_version: start,
        counter: start,
        ...connectionColumns(database, fields),
      }
      const { numInsertedOrUpdatedRows } = await database.dialect
        .ifAbsent(on.insertInto(database.names.connections).values(row))
        .executeTakeFirstOrThrow()
      return numInsertedOrUpdatedRows === 1n ? connectionOf(row) : null
    })
  }

  update(account: AccountRef, revision: number, change: ConnectionUpdate): Promise<Connection | null> {
    const database = this.#database
    return database.write(async on => {
      const row = await database.dialect.locked(this.#row(on, account)).executeTakeFirst()
      if (!row || readInt(row.revision) !== revision) return null
      const fields: ConnectionFields = { ...fieldsOf(connectionOf(row)), ...change.set }
      const columns = {
        revision: revision + 1,
        ...(change.bump?.epoch && { epoch: await database.next(on) }),
        ...(change.bump?.settings && { settings_version: await database.next(on) }),
        ...connectionColumns(database, fields),
      }
      await on
        .updateTable(database.names.connections)
        .set(columns)
        .where('id', '=', readInt(row.id))
        .execute()
      return connectionOf({ ...row, ...columns })
    })
  }

  async page(options: PageOptions): Promise<ConnectionPage> {
    const after = options.after === undefined ? 0 : readRowCursor(options.after)
    const rows = await this.#database.run(on =>
      on
        .selectFrom(this.#database.names.connections)
        .selectAll()
        .where('id', '>', after)
        .orderBy('id')
        .limit(options.limit + 1)
        .execute(),
    )
    const { rows: page, last } = pageOf(rows, options.limit)
    return { connections: page.map(connectionOf), ...(last && { next: String(last.id) }) }
  }

  async due(limit: number): Promise<readonly AccountRef[]> {
    const rows = await this.#database.run(async on =>
      on
        .selectFrom(this.#database.names.connections)
        .select(['workspace_id', 'user_id'])
        .where('due_at', '<=', await this.#database.now(on))
        .orderBy('due_at')
        .limit(limit)
        .execute(),
    )
    return rows.map(row => ({ workspaceId: readText(row.workspace_id), userId: readText(row.user_id) }))
  }

  async readMark(account: AccountRef): Promise<number> {
    const row = await this.#database.run(on =>
      on
        .selectFrom(this.#database.names.connections)
        .select('counter')
        .where('workspace_id', '=', this.#database.text(account.workspaceId))
        .where('user_id', '=', this.#database.text(account.userId))
        .executeTakeFirst(),
    )
    return row ? readInt(row.counter) : 0
  }
}
