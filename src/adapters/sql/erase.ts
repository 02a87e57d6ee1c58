import type { Erasure } from '../../contracts/state-store.ts'
import type { Database } from './database.ts'
import { readInt } from './text.ts'

/**
 * Forgets everything kept of an account or a workspace. Numbers keep growing from where they were, so a writer
 * that outlived the erasure is still refused when the account comes back.
 */
export function erase(database: Database, erasure: Erasure): Promise<void> {
  const { names, dialect } = database
  const workspaceId = database.text(erasure.workspaceId)
  const userId = erasure.userId === undefined ? undefined : database.text(erasure.userId)
  return database.write(async on => {
    const connections = on.selectFrom(names.connections).select('id').where('workspace_id', '=', workspaceId)
    // Locked first, as by link writes.
    const ids = await dialect
      .locked(userId === undefined ? connections : connections.where('user_id', '=', userId))
      .execute()
    for (const { id } of ids) {
      await on.deleteFrom(names.links).where('connection_id', '=', readInt(id)).execute()
      await on.deleteFrom(names.connections).where('id', '=', readInt(id)).execute()
    }
    const named = [names.findings, names.authorizations, names.tokens, names.marks, names.pull_hints] as const
    for (const name of named) {
      const rows = on.deleteFrom(name).where('workspace_id', '=', workspaceId)
      await (userId === undefined ? rows : rows.where('user_id', '=', userId)).execute()
    }
    if (userId !== undefined) return
    for (const name of [names.links, names.refs] as const) {
      await on.deleteFrom(name).where('workspace_id', '=', workspaceId).execute()
    }
  })
}
