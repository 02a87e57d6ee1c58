// Redis and BullMQ as the queue; the truth stands in SQLite here, in your database else.
// Run: node examples/adapters/redis-bullmq.ts. Needs Redis at REDIS_URL, default redis://127.0.0.1:6379.
import Database from 'better-sqlite3'
import * as bullmq from 'bullmq'
import { GoogleCalendarSync } from 'google-calendar-sync'
import { bullmqQueue } from 'google-calendar-sync/bullmq'
import { sqlStores } from 'google-calendar-sync/sql'
import { Redis } from 'ioredis'
import { Kysely, SqliteDialect } from 'kysely'
import { google } from './google.ts'
import { type AppTables, appointmentsOf, createAppointments } from './rows.ts'
import { walk } from './walk.ts'

const db = new Kysely<AppTables>({ dialect: new SqliteDialect({ database: new Database(':memory:') }) })
await createAppointments(db)
const stores = sqlStores({ db })
await stores.migrate()

const prefix = `example-${process.pid}`
// BullMQ's workers wait for ever on Redis, so their client must not give up by itself.
const connection = new Redis(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', {
  maxRetriesPerRequest: null,
})
connection.on('error', error => console.error(error.message))
const queue = bullmqQueue({ bullmq, connection, prefix })

const sync = new GoogleCalendarSync({
  ...google,
  tokenStore: stores.tokens,
  stateStore: stores.state,
  jobQueue: queue,
  appointmentSource: appointmentsOf(db),
})

try {
  await sync.start()
  await walk(sync, db)
} finally {
  await sync.stop()
  await queue.close()
  const left = await connection.keys(`${prefix}:*`)
  if (left.length > 0) await connection.del(left)
  connection.disconnect()
  await db.destroy()
}
