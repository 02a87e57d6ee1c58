// MySQL or MariaDB, and nothing else: the queue is in the process. Run: node examples/adapters/mysql-in-process.ts
// Needs a server at MYSQL_URL, default mysql://root@127.0.0.1:3306/test; makes a database of its own there.
import { GoogleCalendarSync } from 'google-calendar-sync'
import { inProcessQueue } from 'google-calendar-sync/in-process-queue'
import { sqlStores } from 'google-calendar-sync/sql'
import { Kysely, MysqlDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import { google } from './google.ts'
import { type AppTables, appointmentsOf, createAppointments } from './rows.ts'
import { walk } from './walk.ts'

const uri = new URL(process.env.MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/test')
const own = `example_${process.pid}`
const server = new Kysely<unknown>({ dialect: new MysqlDialect({ pool: createPool({ uri: uri.href }) }) })
await sql`create database ${sql.id(own)} character set utf8mb4`.execute(server)

uri.pathname = `/${own}`
const db = new Kysely<AppTables>({ dialect: new MysqlDialect({ pool: createPool({ uri: uri.href }) }) })
await createAppointments(db)

const stores = sqlStores({ db })
await stores.migrate()

const sync = new GoogleCalendarSync({
  ...google,
  tokenStore: stores.tokens,
  stateStore: stores.state,
  jobQueue: inProcessQueue(),
  appointmentSource: appointmentsOf(db),
})

try {
  await sync.start()
  await walk(sync, db)
} finally {
  await sync.stop()
  await db.destroy()
  await sql`drop database ${sql.id(own)}`.execute(server)
  await server.destroy()
}
