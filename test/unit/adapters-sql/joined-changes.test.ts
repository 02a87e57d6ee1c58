import Database from 'better-sqlite3'
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely'
import pg from 'pg'
import { expect, it } from 'vitest'
import { inProcessQueue } from '../../../src/adapters/in-process-queue/index.ts'
import { sqlStores } from '../../../src/adapters/sql/index.ts'
import { GoogleCalendarSync } from '../../../src/index.ts'
import { someConnection } from '../../../src/testing/contracts/samples.ts'
import { dropTables, onRealServers } from './servers.ts'

const account = { workspaceId: 'w1', userId: 'u1' }
const refOf = (appointmentId: string) => ({ workspaceId: 'w1', appointmentId })

const over = (stores: ReturnType<typeof sqlStores>) =>
  new GoogleCalendarSync({
    google: { clientId: 'id', clientSecret: 'secret', redirectUri: 'https://app.example/callback' },
    secrets: { current: { id: 'k', key: Buffer.alloc(32, 1).toString('base64') } },
    tokenStore: stores.tokens,
    stateStore: stores.state,
    jobQueue: inProcessQueue(),
    appointmentSource: { get: () => undefined, changes: () => ({ refs: [] }) },
  })

const inTime = <T>(work: Promise<T>): Promise<T | 'hangs'> =>
  Promise.race([work, new Promise<'hangs'>(resolve => setTimeout(resolve, 3_000, 'hangs'))])

it('appointmentChanged joins the transaction of a database with one connection', async () => {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new Database(':memory:') }) })
  const stores = sqlStores({ db })
  await stores.migrate()
  await stores.state.connections.create(account, someConnection())
  const sync = over(stores)
  await sync.appointmentChanged(refOf('before'))
  const joined = db.transaction().execute(trx => sync.appointmentChanged(refOf('one'), { transaction: trx }))
  expect(await inTime(joined)).toEqual({ marked: true })
  expect((await stores.state.marks.ofRef(refOf('one'))).length).toBe(1)
  await db.destroy()
})

await onRealServers('appointmentChanged, joined', (server, tablePrefix) => {
  if (server.dialect !== 'postgres') {
    it('is the same on every pool', () => expect(server.dialect).toBe('mysql'))
    return
  }
  it('never asks for a second connection: host transactions that hold the whole pool all go on', async () => {
    const pool = new pg.Pool({ ...server.place, max: 2 })
    const db = new Kysely<Record<string, Record<string, unknown>>>({ dialect: new PostgresDialect({ pool }) })
    const stores = sqlStores({ db, tablePrefix })
    await stores.migrate()
    await stores.state.connections.create(account, someConnection())
    const sync = over(stores)
    await sync.appointmentChanged(refOf('before'))
    const both = ['one', 'two'].map(name =>
      db.transaction().execute(async trx => {
        await new Promise(resolve => setTimeout(resolve, 50))
        return sync.appointmentChanged(refOf(name), { transaction: trx })
      }),
    )
    expect(await inTime(Promise.all(both))).toEqual([{ marked: true }, { marked: true }])
    await dropTables(db, tablePrefix)
    await db.destroy()
  })
})
