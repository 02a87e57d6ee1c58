// Postgres for the app and for the library, pg-boss as the queue. Run: node examples/adapters/postgres-pg-boss.ts
// Needs Postgres at DATABASE_URL, default postgres://postgres@127.0.0.1:5432/test; makes schemas of its own there.
import { GoogleCalendarSync } from 'google-calendar-sync'
import { pgBossQueue } from 'google-calendar-sync/pg-boss'
import { sqlStores } from 'google-calendar-sync/sql'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { google } from './google.ts'
import { type AppTables, appointmentsOf, createAppointments } from './rows.ts'
import { walk } from './walk.ts'

const connectionString = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test'
const own = `example_${process.pid}`

const pool = new pg.Pool({ connectionString, options: `-c search_path=${own}_app` })
pool.on('error', error => console.error(error.message))
pool.on('connect', client => client.on('error', error => console.error(error.message)))
await pool.query(`create schema ${own}_app`)
const db = new Kysely<AppTables>({ dialect: new PostgresDialect({ pool }) })
await createAppointments(db)

const stores = sqlStores({ db, schema: `${own}_sync` })
await stores.migrate()

const boss = new PgBoss({ connectionString, schema: `${own}_boss` })
boss.on('error', error => console.error(error.message))
await boss.start()

const sync = new GoogleCalendarSync({
  ...google,
  tokenStore: stores.tokens,
  stateStore: stores.state,
  jobQueue: pgBossQueue({ boss, schema: `${own}_boss`, sameDatabaseAs: stores }),
  appointmentSource: appointmentsOf(db),
})

try {
  await sync.start()
  await walk(sync, db)
} finally {
  await sync.stop()
  await boss.stop()
  for (const schema of ['app', 'sync', 'boss'])
    await pool.query(`drop schema if exists ${own}_${schema} cascade`)
  await db.destroy()
}
