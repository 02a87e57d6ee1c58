import type { AccountRef } from '../../contracts/identity.ts'
import type { Erasure } from '../../contracts/state-store.ts'
import type { MemoryDatabase } from './database.ts'
import { keyOf } from './keys.ts'
import { LANES } from './mark-table.ts'

/** What is kept outside the shared tables. */
export interface Forgetful {
  forget(isErased: (account: AccountRef) => boolean): void
}

/** Numbers keep growing from where they were, so a writer that outlived the erasure is still refused. */
export function erase(database: MemoryDatabase, others: readonly Forgetful[], erasure: Erasure): void {
  const { workspaceId, userId } = erasure
  const isErased = (account: AccountRef) =>
    account.workspaceId === workspaceId && (userId === undefined || account.userId === userId)
  for (const other of others) other.forget(isErased)
  for (const { connection } of database.connections.inWorkspace(workspaceId)) {
    if (!isErased(connection.account)) continue
    for (const link of [...database.links.ofAccount(connection.account)]) database.links.delete(link)
    const row = database.connections.get(connection.account)
    if (row) database.connections.delete(row)
  }
  for (const lane of LANES) {
    for (const { mark, ref } of [...database.marks.due(lane, Number.POSITIVE_INFINITY)]) {
      const named = { workspaceId: mark.ref.workspaceId, userId: mark.userId ?? '' }
      if (isErased(named)) database.marks.delete(mark.id, ref)
    }
  }
  if (userId === undefined) database.turns.eraseAll(ref => ref.startsWith(keyOf(workspaceId)))
}
