import { type CompiledQuery, sql } from 'kysely'
import type { AccountRef, AppointmentRef } from '../../contracts/identity.ts'
import type { Lane } from '../../contracts/job-queue.ts'
import type { DueRef, Mark, MarkStore, NewMark, RetryCause } from '../../contracts/mark-store.ts'
import type { Database } from './database.ts'
import { dueBulk, dueBulkAccounts, dueRefs } from './due-marks.ts'
import type { HostJoin } from './host-transaction.ts'
import { BULK, LANES, markInserts, markOf } from './mark-row.ts'
import type { Db } from './tables.ts'
import { type Int, readInt } from './text.ts'

const RANKS = LANES.map((_, rank) => rank)

export class SqlMarkStore implements MarkStore {
  readonly #database: Database
  readonly #join: HostJoin
  readonly #counts = new Map<number, CompiledQuery<CountRow>>()
  #turn: AccountRef | undefined

  constructor(database: Database, join: HostJoin) {
    this.#database = database
    this.#join = join
  }

  async insert(marks: readonly NewMark[], options: { readonly transaction?: unknown } = {}): Promise<void> {
    const database = this.#database
    if (options.transaction !== undefined) {
      // Not prepared first: a read on another connection could wait for the host's own transaction for ever.
      await database.joined(() =>
        this.#join(options.transaction, markInserts(database, database.bare, marks)),
      )
      return
    }
    if (marks.length === 0) return
    const inserts = async (on: Db) => {
      for (const insert of markInserts(database, on, marks)) await insert.execute()
    }
    await (marks.length === 1 ? database.run(inserts) : database.write(inserts))
  }

  dueRefs(options: { readonly limit: number; readonly lanes?: readonly Lane[] }): Promise<readonly DueRef[]> {
    const ranks = RANKS.filter(rank => options.lanes?.includes(LANES[rank] ?? 'bulk') ?? true)
    return this.#database.run(on => dueRefs(this.#database, on, ranks, options.limit))
  }

  dueBulk(account: AccountRef, limit: number): Promise<readonly AppointmentRef[]> {
    return this.#database.run(on => dueBulk(this.#database, on, account, limit))
  }

  async dueBulkAccounts(limit: number): Promise<readonly AccountRef[]> {
    const accounts = await this.#database.run(on => dueBulkAccounts(this.#database, on, limit, this.#turn))
    this.#turn = accounts.length < limit ? undefined : accounts.at(-1)
    return accounts
  }

  async bringForward(account: AccountRef, causes: readonly RetryCause[]): Promise<void> {
    const database = this.#database
    if (causes.length === 0) return
    await database.write(async on => {
      const now = await database.now(on)
      await on
        .updateTable(database.names.marks)
        .set({ due_at: now })
        .where('lane', 'in', RANKS)
        .where('workspace_id', '=', database.text(account.workspaceId))
        .where('user_id', '=', database.text(account.userId))
        .where('due_at', '>', now)
        .where('cause', 'in', [...causes])
        .execute()
    })
  }

  async ofRef(ref: AppointmentRef): Promise<readonly Mark[]> {
    const database = this.#database
    const rows = await database.run(on =>
      on
        .selectFrom(database.names.marks)
        .selectAll()
        .where('workspace_id', '=', database.text(ref.workspaceId))
        .where('appointment_id', '=', database.text(ref.appointmentId))
        .orderBy('id')
        .execute(),
    )
    return rows.map(markOf)
  }

  /** Its text is made once for each cap: a status page asks at every poll, and making it takes longer than running it. */
  async countBulk(account: AccountRef, cap: number): Promise<number> {
    const { names } = this.#database
    const parameters = [BULK, this.#database.text(account.workspaceId), this.#database.text(account.userId)]
    const { rows } = await this.#database.run(on => {
      const made = this.#counts.get(cap) ?? countQuery(names.marks, parameters, cap).compile(on)
      this.#counts.set(cap, made)
      return on.executeQuery<CountRow>({ ...made, parameters })
    })
    return readInt(rows[0]?.count ?? 0)
  }
}

interface CountRow {
  readonly count: Int
}

function countQuery(table: string, [lane, workspaceId, userId]: readonly unknown[], cap: number) {
  return sql<CountRow>`select count(*) as count from (select id from ${sql.table(table)}
    where lane = ${lane} and workspace_id = ${workspaceId} and user_id = ${userId} limit ${sql.lit(cap)}) as capped`
}
