import type {
  PendingAuthorization,
  PendingAuthorizationStore,
} from '../../contracts/pending-authorization-store.ts'
import type { Database } from './database.ts'
import { readInt, readText } from './text.ts'

export class SqlAuthorizationStore implements PendingAuthorizationStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async put(
    pending: PendingAuthorization,
    options: { readonly expiresInMs: number; readonly limit: number },
  ): Promise<void> {
    const database = this.#database
    const { authorizations } = database.names
    const workspace_id = database.text(pending.account.workspaceId)
    const user_id = database.text(pending.account.userId)
    const id = database.text(pending.id)
    await database.write(async on => {
      const now = await database.now(on)
      const position = await database.next(on)
      await on.deleteFrom(authorizations).where('expires_at', '<=', now).execute()
      await on.deleteFrom(authorizations).where('id', '=', id).execute()
      await on
        .insertInto(authorizations)
        .values({
          id,
          workspace_id,
          user_id,
          sealed: database.text(pending.sealed),
          position,
          expires_at: now + Math.ceil(options.expiresInMs),
        })
        .execute()
    })
    // After the commit: writers at once do not see each other's rows before, and each would keep one too many.
    await database.write(async on => {
      const own = () =>
        on
          .selectFrom(authorizations)
          .select('position')
          .where('workspace_id', '=', workspace_id)
          .where('user_id', '=', user_id)
      const newest = await own().orderBy('position', 'desc').limit(options.limit).execute()
      const oldest = newest.at(-1)
      if (newest.length < options.limit || !oldest) return
      await on
        .deleteFrom(authorizations)
        .where('workspace_id', '=', workspace_id)
        .where('user_id', '=', user_id)
        .where('position', '<', readInt(oldest.position))
        .execute()
    })
  }

  take(id: string): Promise<PendingAuthorization | undefined> {
    const database = this.#database
    const { authorizations } = database.names
    return database.write(async on => {
      const row = await on
        .selectFrom(authorizations)
        .selectAll()
        .where('id', '=', database.text(id))
        .executeTakeFirst()
      if (!row) return undefined
      // The count of the deletion decides the race; the row itself may have been read by many.
      const { numDeletedRows } = await on
        .deleteFrom(authorizations)
        .where('id', '=', row.id)
        .where('position', '=', readInt(row.position))
        .executeTakeFirstOrThrow()
      if (numDeletedRows !== 1n || readInt(row.expires_at) <= (await database.now(on))) return undefined
      return {
        id,
        account: { workspaceId: readText(row.workspace_id), userId: readText(row.user_id) },
        sealed: readText(row.sealed),
      }
    })
  }
}
