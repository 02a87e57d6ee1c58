import { DatabaseSync } from 'node:sqlite'
import type { Appointment } from '../../../src/contracts/appointment.ts'
import type { AppointmentSource } from '../../../src/contracts/appointment-source.ts'
import type { AppointmentRef } from '../../../src/contracts/identity.ts'

const DAY_MS = 86_400_000

const SCHEMA = `
  create table appointments (
    changed_at integer primary key autoincrement, workspace_id text not null, id text not null,
    user_ids text not null, ends_at integer not null, data text not null, unique (workspace_id, id));
  create table blank (since integer)`

/** The host's own table, in a file of its own. */
export class HostTable {
  readonly #db: DatabaseSync

  constructor(path: string) {
    this.#db = open(path)
    this.#db.exec(SCHEMA)
  }

  put({ workspaceId, appointmentId }: AppointmentRef, appointment: Appointment | undefined): void {
    this.#commit(() => {
      this.#db
        .prepare('delete from appointments where workspace_id = ? and id = ?')
        .run(workspaceId, appointmentId)
      if (!appointment) return
      const { userIds, start } = appointment
      this.#db
        .prepare(
          'insert into appointments (workspace_id, id, user_ids, ends_at, data) values (?, ?, ?, ?, ?)',
        )
        .run(
          workspaceId,
          appointmentId,
          JSON.stringify(userIds),
          new Date(String(start)).getTime() + DAY_MS,
          JSON.stringify(appointment),
        )
    })
  }

  /** A failed restore: nothing is shown any more, whatever the app writes. */
  lose(): void {
    this.#commit(() => this.#db.exec('insert into blank values (1)'))
  }

  find(): void {
    this.#commit(() => this.#db.exec('delete from blank'))
  }

  close(): void {
    this.#db.close()
  }

  #commit(work: () => void): void {
    this.#db.exec('begin immediate')
    try {
      work()
      this.#db.exec('commit')
    } catch (error) {
      this.#db.exec('rollback')
      throw error
    }
  }
}

/** The host's table as a worker reads it. */
export function openSource(path: string): AppointmentSource & { close(): void } {
  const db = open(path)
  const one = db.prepare(`
    select data from appointments
    where workspace_id = ? and id = ? and not exists (select 1 from blank)`)
  const page = db.prepare(`
    select id, changed_at from appointments
    where workspace_id = ? and changed_at > ? and ends_at > ?
      and exists (select 1 from json_each(user_ids) where value = ?)
      and not exists (select 1 from blank)
    order by changed_at limit ?`)
  return {
    get({ workspaceId, appointmentId }) {
      const row = one.get(workspaceId, appointmentId)
      return row && (JSON.parse(String(row.data)) as Appointment)
    },
    changes({ account: { workspaceId, userId }, after, endsAfter, limit }) {
      const rows = page.all(workspaceId, Number(after ?? 0), endsAfter.getTime(), userId, limit)
      const last = rows.at(-1)
      if (!last) return { refs: [] }
      const refs = rows.map(({ id }) => ({ workspaceId, appointmentId: String(id) }))
      return { refs, cursor: String(last.changed_at) }
    },
    close: () => db.close(),
  }
}

function open(path: string): DatabaseSync {
  const db = new DatabaseSync(path)
  db.exec('pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = normal')
  return db
}
