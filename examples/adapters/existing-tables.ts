// A host's tables as they came to be: sessions here, their staff there, local times without a zone, an hour's length
// in a settings table, soft deletion. Only the source knows. Run: node examples/adapters/existing-tables.ts
import { setImmediate } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { type Appointment, type AppointmentSource, GoogleCalendarSync } from 'google-calendar-sync'
import { inProcessQueue } from 'google-calendar-sync/in-process-queue'
import { sqlStores } from 'google-calendar-sync/sql'
import { Kysely, SqliteDialect } from 'kysely'
import { connect, expectEvent, expectNoEvent, google } from './google.ts'

const database = new Database(':memory:')
database.exec(`
  create table practices (code text primary key, zone text not null, session_minutes integer not null);
  create table sessions (
    practice text not null, number integer not null, begins text not null, subject text,
    gone integer not null default 0, touched integer not null, primary key (practice, number)
  );
  create table session_staff (practice text not null, number integer not null, staff text not null);
  insert into practices values ('riverside', 'Europe/Berlin', 50);
`)

interface SessionRow {
  readonly number: number
  readonly begins: string
  readonly subject: string | null
  readonly touched: number
  readonly zone: string
  readonly session_minutes: number
}

const session = database.prepare<[string, number], SessionRow>(
  'select s.*, p.zone, p.session_minutes from sessions s join practices p on p.code = s.practice where s.practice = ? and s.number = ? and s.gone = 0',
)
const staffOf = database.prepare<[string, number], { staff: string }>(
  'select staff from session_staff where practice = ? and number = ?',
)
const changed = database.prepare<[string, string, number, number, string, number], SessionRow>(`
  select s.number, s.touched from sessions s join session_staff w using (practice, number)
  where s.practice = ? and w.staff = ? and s.gone = 0 and (s.touched, s.number) > (?, ?) and s.begins > ?
  order by s.touched, s.number limit ?
`)

const source: AppointmentSource = {
  get({ workspaceId, appointmentId }): Appointment | undefined {
    const row = session.get(workspaceId, Number(appointmentId))
    // `Number` takes '07' for 7, which would be the same session twice.
    if (!row || String(row.number) !== appointmentId) return undefined
    return {
      userIds: staffOf.all(workspaceId, row.number).map(({ staff }) => staff),
      // A wall time without an offset is read in the zone.
      start: row.begins,
      durationMinutes: row.session_minutes,
      timeZone: row.zone,
      status: 'confirmed',
      title: row.subject ?? undefined,
    }
  },
  changes({ account: { workspaceId, userId }, after, endsAfter, limit }) {
    const [touched = 0, number = 0] = (after ?? '0/0').split('/').map(Number)
    // A day more than needed spares the zone: a source may answer too many.
    const from = new Date(endsAfter.getTime() - 2 * 86_400_000).toISOString().slice(0, 19)
    const rows = changed.all(workspaceId, userId, touched, number, from, limit)
    const last = rows.at(-1)
    if (!last) return { refs: [] }
    const refs = rows.map(row => ({ workspaceId, appointmentId: String(row.number) }))
    return { refs, cursor: `${last.touched}/${last.number}` }
  },
}

const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) })
const stores = sqlStores({ db, tablePrefix: 'calendar_sync_' })
await stores.migrate()
const sync = new GoogleCalendarSync({
  ...google,
  tokenStore: stores.tokens,
  stateStore: stores.state,
  jobQueue: inProcessQueue(),
  appointmentSource: source,
})
const ref = { workspaceId: 'riverside', appointmentId: '41' }

/** This driver's transactions are synchronous, so the mark goes in as a statement. */
async function write(sql: string, ...values: (string | number)[]): Promise<void> {
  // One handle for both: the library's own transaction may be half way, and ours would become a part of it.
  while (database.inTransaction) await setImmediate()
  database.transaction(() => {
    database.prepare(sql).run(...values)
    const mark = stores.markStatement(ref)
    database.prepare(mark.sql).run(...mark.params)
  })()
  await sync.wake(ref)
}

try {
  await sync.start()
  await connect(sync, { workspaceId: 'riverside', userId: 'dana' })
  const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
  database.prepare('insert into session_staff values (?, ?, ?)').run('riverside', 41, 'dana')
  const add = 'insert into sessions (practice, number, begins, subject, touched) values (?, ?, ?, ?, ?)'
  await write(add, 'riverside', 41, `${day}T10:00:00`, 'Consultation', Date.now())
  const isSummer = /\+0?2/.test(
    new Intl.DateTimeFormat('en', { timeZone: 'Europe/Berlin', timeZoneName: 'longOffset' }).format(
      new Date(day),
    ),
  )
  await expectEvent('Consultation', new Date(`${day}T10:00:00${isSummer ? '+02:00' : '+01:00'}`))
  await write('update sessions set gone = 1, touched = ? where number = 41', Date.now())
  await expectNoEvent()
} finally {
  await sync.stop()
  await db.destroy()
}
