import type { AccountRef } from '../../contracts/identity.ts'
import type { Database } from './database.ts'

/**
 * Forgets everything kept of an account, for erasure requests. Numbers keep growing from where they were, so a
 * writer that outlived the erasure is still refused when the account comes back.
 */
export function eraseAccount(database: Database, account: AccountRef): Promise<void> {
  const { names } = database
  const workspaceId = database.text(account.workspaceId)
  const userId = database.text(account.userId)
  return database.write(async on => {
    // The connection first: link writes lock it before their link.
    for (const name of [
      names.connections,
      names.links,
      names.findings,
      names.authorizations,
      names.tokens,
    ] as const) {
      await on
        .deleteFrom(name)
        .where('workspace_id', '=', workspaceId)
        .where('user_id', '=', userId)
        .execute()
    }
    await on
      .deleteFrom(names.marks)
      .where('lane', 'in', [0, 1, 2])
      .where('workspace_id', '=', workspaceId)
      .where('user_id', '=', userId)
      .execute()
  })
}
