import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { inTransaction } from './database.ts'

export type AppointmentState = 'confirmed' | 'tentative' | 'cancelled'

/** One row of the clinic's own table. */
export interface Row {
  /** The booking number. */
  readonly id: number
  readonly workspace_id: string
  readonly user_id: string
  /** A second member of the same clinic who takes part. */
  readonly also_user_id: string | null
  /** `2027-05-04T09:00:00`, with an offset if the time has one; a date when all-day. */
  readonly starts: string
  readonly ends: string | null
  readonly minutes: number | null
  readonly time_zone: string
  readonly all_day: number
  readonly status: AppointmentState
  readonly title: string | null
  readonly location: string | null
  readonly notes: string | null
  readonly client_name: string | null
  readonly client_email: string | null
  /** 1: the client agreed to get invitations. */
  readonly invites_client: number
  /** RFC 5545 lines, joined by line breaks. */
  readonly recurrence: string | null
  /** Epoch ms; null for a series. */
  readonly ends_at: number | null
  /** Of an iCalendar event, to find a series again. */
  readonly uid: string | null
  /** Where it stood in an imported file. */
  readonly line: number | null
  readonly revision: number
  readonly updated_at: number
  /** Why the library would not take it. */
  readonly refused: string | null
}

export type NewRow = Omit<Row, 'id' | 'revision' | 'updated_at' | 'refused'>

const NEW_COLUMNS = [
  ...['workspace_id', 'user_id', 'also_user_id', 'starts', 'ends', 'minutes', 'time_zone', 'all_day'],
  ...['status', 'title', 'location', 'notes', 'client_name', 'client_email', 'recurrence', 'ends_at'],
  ...['invites_client', 'uid', 'line'],
] as readonly (keyof NewRow)[]

/** Where a listing of changes goes on. */
export interface Position {
  readonly updatedAt: number
  readonly id: number
}

export interface Listing {
  readonly workspaceId: string
  /** Only where this member takes part. */
  readonly userId?: string | undefined
  /** Epoch ms; series are always listed. */
  readonly endsAfter: number
  readonly offset: number
  readonly limit: number
}

/** The clinic's appointments in SQLite: what is true. */
export class Appointments {
  readonly database: DatabaseSync
  readonly #insert: StatementSync
  readonly #byId: StatementSync
  readonly #changed: StatementSync
  readonly #listed: StatementSync

  constructor(database: DatabaseSync) {
    this.database = database
    const slots = NEW_COLUMNS.map(() => '?').join(', ')
    this.#insert = database.prepare(
      `insert into appointments (${NEW_COLUMNS.join(', ')}, updated_at) values (${slots}, ?)`,
    )
    this.#byId = database.prepare('select * from appointments where id = ?')
    this.#changed = database.prepare(
      `select id, updated_at from appointments
       where workspace_id = :workspace and (updated_at, id) > (:updatedAt, :id)
         and (user_id = :user or also_user_id = :user) and (ends_at is null or ends_at > :endsAfter)
       order by updated_at, id limit :limit`,
    )
    this.#listed = database.prepare(
      `select * from appointments
       where workspace_id = :workspace and (:user is null or user_id = :user or also_user_id = :user)
         and (ends_at is null or ends_at > :endsAfter)
       order by ends_at, id limit :limit offset :offset`,
    )
  }

  /** All or none. Answers their numbers. */
  addAll(rows: readonly NewRow[]): number[] {
    const now = Date.now()
    return inTransaction(this.database, () =>
      rows.map(row => Number(this.#insert.run(...NEW_COLUMNS.map(name => row[name]), now).lastInsertRowid)),
    )
  }

  find(id: number): Row | undefined {
    return this.#byId.get(id) as Row | undefined
  }

  /** What a page shows, soonest first. */
  list({ workspaceId, userId, endsAfter, offset, limit }: Listing): readonly Row[] {
    const query = { workspace: workspaceId, user: userId ?? null, endsAfter, offset, limit }
    return this.#listed.all(query) as unknown as Row[]
  }

  /** The repeating one among the rows of an iCalendar event. */
  findSeries(uid: string): Pick<Row, 'id' | 'recurrence'> | undefined {
    const sql = 'select id, recurrence from appointments where uid = ? and recurrence is not null'
    return this.database.prepare(sql).get(uid) as Pick<Row, 'id' | 'recurrence'> | undefined
  }

  change(id: number, changes: Partial<NewRow>): void {
    const names = Object.keys(changes) as (keyof NewRow)[]
    const sets = names.map(name => `${name} = ?`).join(', ')
    const values: SQLInputValue[] = names.map(name => changes[name] ?? null)
    this.database
      .prepare(`update appointments set ${sets}, revision = revision + 1, updated_at = ? where id = ?`)
      .run(...values, Date.now(), id)
  }

  remove(id: number): void {
    this.database.prepare('delete from appointments where id = ?').run(id)
  }

  /** The library would not take it; the row stays as it is. Answers its line, the first time. */
  refuse(id: number, reason: string): number | undefined {
    const found = this.database
      .prepare('update appointments set refused = ? where id = ? and refused is null returning line')
      .get(reason, id) as Pick<Row, 'line'> | undefined
    return found?.line ?? undefined
  }

  /** A keyset page: rows of one member that changed after a position, oldest first. */
  changedAfter(
    member: { readonly workspaceId: string; readonly userId: string },
    { updatedAt, id }: Position,
    { endsAfter, limit }: { readonly endsAfter: number; readonly limit: number },
  ): Position[] {
    const rows = this.#changed.all({
      workspace: member.workspaceId,
      user: member.userId,
      updatedAt,
      id,
      endsAfter,
      limit,
    }) as unknown as Pick<Row, 'id' | 'updated_at'>[]
    return rows.map(row => ({ updatedAt: row.updated_at, id: row.id }))
  }

  count(): number {
    return Number((this.database.prepare('select count(*) as n from appointments').get() as { n: number }).n)
  }

  lastId(): number {
    const found = this.database.prepare('select max(id) as n from appointments').get() as { n: number | null }
    return found.n ?? 0
  }
}
