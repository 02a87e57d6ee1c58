import type { Connection } from '../../contracts/connection.ts'
import type {
  ConnectionFields,
  ConnectionPage,
  ConnectionStore,
  ConnectionUpdate,
} from '../../contracts/connection-store.ts'
import type { AccountRef } from '../../contracts/identity.ts'
import type { PageOptions } from '../../contracts/link-store.ts'
import { copy } from './copy.ts'
import type { MemoryDatabase } from './database.ts'
import { sequenceAfter, takePage } from './page.ts'

export class MemoryConnectionStore implements ConnectionStore {
  readonly #database: MemoryDatabase

  constructor(database: MemoryDatabase) {
    this.#database = database
  }

  async get(account: AccountRef): Promise<Connection | undefined> {
    const row = this.#database.connections.get(account)
    return row && copy(row.connection)
  }

  async inWorkspace(workspaceId: string): Promise<readonly Connection[]> {
    return this.#database.connections.inWorkspace(workspaceId).map(row => copy(row.connection))
  }

  async existsIn(workspaceId: string): Promise<boolean> {
    return this.#database.connections.hasWorkspace(workspaceId)
  }

  async bySubject(subject: string): Promise<readonly Connection[]> {
    return this.#database.connections.bySubject(subject).map(row => copy(row.connection))
  }

  async create(account: AccountRef, fields: ConnectionFields): Promise<Connection | null> {
    const { connections } = this.#database
    if (connections.get(account)) return null
    const seq = this.#database.next()
    const { workspaceId, userId } = account
    const connection: Connection = copy({
      ...fields,
      account: { workspaceId, userId },
      revision: 1,
      epoch: seq,
      settingsVersion: seq,
    })
    connections.add({ seq, connection, linkVersion: seq })
    return copy(connection)
  }

  async update(account: AccountRef, revision: number, change: ConnectionUpdate): Promise<Connection | null> {
    const { connections } = this.#database
    const row = connections.get(account)
    if (row?.connection.revision !== revision) return null
    const { epoch, settingsVersion } = row.connection
    const connection: Connection = copy({
      ...row.connection,
      ...change.set,
      account: row.connection.account,
      revision: revision + 1,
      epoch: change.bump?.epoch ? this.#database.next() : epoch,
      settingsVersion: change.bump?.settings ? this.#database.next() : settingsVersion,
    })
    connections.replace(row, connection)
    return copy(connection)
  }

  async page(options: PageOptions): Promise<ConnectionPage> {
    const { rows, more } = takePage(this.#database.connections.after(sequenceAfter(options)), options.limit)
    const connections = rows.map(row => copy(row.connection))
    const last = rows.at(-1)
    return more && last ? { connections, next: String(last.seq) } : { connections }
  }

  async due(limit: number): Promise<readonly AccountRef[]> {
    const { connections, clock } = this.#database
    return takePage(connections.due(clock.now()), limit).rows.map(row => ({ ...row.connection.account }))
  }

  async readMark(account: AccountRef): Promise<number> {
    return this.#database.connections.get(account)?.linkVersion ?? 0
  }
}
