import type { AccountRef } from '../../contracts/identity.ts'
import type { LinkRewrite } from '../../contracts/link-store.ts'
import { pageOf, readRowCursor } from './cursor.ts'
import type { Database } from './database.ts'
import { linkColumns, linkOf } from './link-row.ts'
import { readInt } from './text.ts'

/** A page of the account's links in one commit, under the connection's row like every link write. */
export function rewriteLinks(
  database: Database,
  account: AccountRef,
  { epoch, after, limit, change }: LinkRewrite,
): Promise<{ next?: string } | null> {
  const { names, dialect } = database
  return database.write(async on => {
    const connection = await dialect
      .locked(
        on
          .selectFrom(names.connections)
          .select(['id', 'epoch', 'counter'])
          .where('workspace_id', '=', database.text(account.workspaceId))
          .where('user_id', '=', database.text(account.userId)),
      )
      .executeTakeFirst()
    if (!connection || readInt(connection.epoch) !== epoch) return null
    const found = await on
      .selectFrom(names.links)
      .selectAll()
      .where('connection_id', '=', readInt(connection.id))
      .where('id', '>', after === undefined ? 0 : readRowCursor(after))
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    const { rows, last } = pageOf(found, limit)
    let version = readInt(connection.counter)
    for (const row of rows) {
      version = Math.max(await database.next(on), version + 1)
      const columns = { version, ...linkColumns(database, change(linkOf(row))) }
      await on.updateTable(names.links).set(columns).where('id', '=', readInt(row.id)).execute()
    }
    await on
      .updateTable(names.connections)
      .set({ counter: version })
      .where('id', '=', readInt(connection.id))
      .execute()
    return last ? { next: String(last.id) } : {}
  })
}
