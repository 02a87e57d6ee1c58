import type { Connection } from '../../contracts/connection.ts'
import type { AccountRef } from '../../contracts/identity.ts'
import { Groups } from './groups.ts'
import { accountKey } from './keys.ts'
import { OrderedIndex } from './ordered-index.ts'
import { bySequence, type Sequenced } from './page.ts'

export interface ConnectionRow extends Sequenced {
  connection: Connection
  /** The newest link version of the account. */
  linkVersion: number
}

interface DueOrder extends Sequenced {
  readonly connection: Pick<Connection, 'dueAt'>
}

const byDueTime = (a: DueOrder, b: DueOrder) =>
  (a.connection.dueAt ?? 0) - (b.connection.dueAt ?? 0) || bySequence(a, b)

/** The rows of all connections with the ways they are looked up. */
export class ConnectionTable {
  readonly #byAccount = new Map<string, ConnectionRow>()
  readonly #byWorkspace = new Groups<ConnectionRow>()
  readonly #bySubject = new Groups<ConnectionRow>()
  readonly #byDueTime = new OrderedIndex<DueOrder, ConnectionRow>(byDueTime)
  readonly #bySequence = new OrderedIndex<Sequenced, ConnectionRow>(bySequence)

  get(account: AccountRef): ConnectionRow | undefined {
    return this.#byAccount.get(accountKey(account))
  }

  hasWorkspace(workspaceId: string): boolean {
    return this.#byWorkspace.has(workspaceId)
  }

  inWorkspace(workspaceId: string): readonly ConnectionRow[] {
    return this.#byWorkspace.of(workspaceId)
  }

  bySubject(subject: string): readonly ConnectionRow[] {
    return this.#bySubject.of(subject)
  }

  after(key?: Sequenced): Iterable<ConnectionRow> {
    return this.#bySequence.after(key)
  }

  *due(now: number): IterableIterator<ConnectionRow> {
    for (const row of this.#byDueTime.after()) {
      if ((row.connection.dueAt ?? 0) > now) return
      yield row
    }
  }

  add(row: ConnectionRow): void {
    this.#byAccount.set(accountKey(row.connection.account), row)
    this.#byWorkspace.add(row.connection.account.workspaceId, row)
    this.#bySequence.add(row)
    this.#addChanging(row)
  }

  replace(row: ConnectionRow, connection: Connection): void {
    this.#deleteChanging(row)
    row.connection = connection
    this.#addChanging(row)
  }

  delete(row: ConnectionRow): void {
    this.#byAccount.delete(accountKey(row.connection.account))
    this.#byWorkspace.delete(row.connection.account.workspaceId, row)
    this.#bySequence.delete(row)
    this.#deleteChanging(row)
  }

  #addChanging(row: ConnectionRow): void {
    const { subject, dueAt } = row.connection
    if (subject !== undefined) this.#bySubject.add(subject, row)
    if (dueAt !== undefined) this.#byDueTime.add(row)
  }

  #deleteChanging(row: ConnectionRow): void {
    const { subject, dueAt } = row.connection
    if (subject !== undefined) this.#bySubject.delete(subject, row)
    if (dueAt !== undefined) this.#byDueTime.delete(row)
  }
}
