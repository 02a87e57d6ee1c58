import type { Connection } from './connection.ts'
import type { AccountRef } from './identity.ts'
import type { PageOptions } from './link-store.ts'

/**
 * Connections: one row an account, which outlives disconnect.
 *
 * 1. `create` makes the row if there is none and answers it; `null` when there is one. Its
 *    epoch, settings version and link counter start above anything this store ever gave out, also after an
 *    erasure of the same account.
 * 2. `update` is one atomic compare-and-set on `revision`; `null` when another writer was first. A key given as
 *    `undefined` is cleared. `bump` raises the epoch or the settings version in the same commit: neither ever
 *    takes a value it had before.
 * 3. `due` answers accounts whose `dueAt` has passed by the store's clock, longest overdue first. It may answer
 *    one account to several processes.
 * 4. `readMark` is the number of the newest link version of the account (ENGINE F2), in commit order.
 * 5. Ids are opaque; a lookup by workspace answers rows of exactly that workspace.
 */
export interface ConnectionStore {
  get(account: AccountRef): Promise<Connection | undefined>
  inWorkspace(workspaceId: string): Promise<readonly Connection[]>
  /** One indexed read: whether the workspace has any connection row. */
  existsIn(workspaceId: string): Promise<boolean>
  bySubject(subject: string): Promise<readonly Connection[]>
  create(account: AccountRef, fields: ConnectionFields): Promise<Connection | null>
  update(account: AccountRef, revision: number, change: ConnectionUpdate): Promise<Connection | null>
  /** Every connection of the store, for key rotation and operators. */
  page(options: PageOptions): Promise<ConnectionPage>
  due(limit: number): Promise<readonly AccountRef[]>
  readMark(account: AccountRef): Promise<number>
}

export type ConnectionFields = Omit<Connection, 'account' | 'revision' | 'epoch' | 'settingsVersion'>

export interface ConnectionUpdate {
  readonly set: Partial<ConnectionFields>
  readonly bump?: { readonly epoch?: boolean; readonly settings?: boolean } | undefined
}

export interface ConnectionPage {
  readonly connections: readonly Connection[]
  /** Absent on the last page. */
  readonly next?: string | undefined
}
