import { DatabaseSync } from 'node:sqlite'
import { PGlite } from '@electric-sql/pglite'
import Database from 'better-sqlite3'
import { sql as drizzleSql } from 'drizzle-orm'
import { drizzle as drizzleSqlite } from 'drizzle-orm/better-sqlite3'
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import { Kysely, PGliteDialect, SqliteDialect } from 'kysely'
import mysql from 'mysql2/promise'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drizzleTransaction, type SqlStores, sqlStores } from '../../../src/adapters/sql/index.ts'
import { dropTables, onRealServers } from './servers.ts'

const refOf = (appointmentId: string) => ({ workspaceId: 'w"1?$1', appointmentId })
const markOf = (appointmentId: string) =>
  ({ ref: refOf(appointmentId), lane: 'interactive', origin: 'host' }) as const

class RolledBack extends Error {}

/** Opens a transaction of the host, gives it to `work`, and commits; rolls back when `work` throws. */
type InTransaction = (work: (transaction: unknown) => Promise<void>) => Promise<unknown>

function joins(name: string, stores: () => SqlStores, run: InTransaction): void {
  describe(`joined by ${name}`, () => {
    it('shows the mark after the commit, and leaves nothing on rollback', async () => {
      const [kept, lost] = [`${name} kept`, `${name} lost`]
      await run(async transaction => {
        await stores().state.marks.insert([markOf(kept)], { transaction })
      })
      const rolledBack = run(async transaction => {
        await stores().state.marks.insert([markOf(lost), markOf(lost)], { transaction })
        throw new RolledBack()
      })
      await expect(rolledBack).rejects.toThrow()
      expect(await stores().state.marks.ofRef(refOf(kept))).toMatchObject([
        { ...markOf(kept), verify: false },
      ])
      expect(await stores().state.marks.ofRef(refOf(lost))).toEqual([])
      // Due now, by the database's clock.
      expect(await stores().state.claims.claim(refOf(kept), { holdMs: 1_000 })).toMatchObject({
        ref: refOf(kept),
      })
    })
  })
}

const refused = async (stores: SqlStores, transaction: unknown) =>
  expect(stores.state.marks.insert([markOf('refused')], { transaction })).rejects.toMatchObject({
    code: 'transaction-unsupported',
  })

/** `begin` by hand on a connection that runs SQL. */
const byHand =
  (connection: () => unknown, run: (sql: string) => unknown): InTransaction =>
  async work => {
    await run('begin')
    try {
      await work(connection())
      await run('commit')
    } catch (error) {
      await run('rollback')
      throw error
    }
  }

await onRealServers('host transactions', (server, tablePrefix) => {
  const db = server.open()
  const stores = sqlStores({ db, tablePrefix })
  const isPostgres = server.dialect === 'postgres'
  const pool = isPostgres ? new pg.Pool({ ...server.place }) : undefined
  const postgresJs = isPostgres ? postgres({ ...server.place, max: 2 }) : undefined
  const mysqlPool = isPostgres ? undefined : mysql.createPool({ ...server.place })

  beforeAll(() => stores.migrate())
  afterAll(async () => {
    await pool?.end()
    await postgresJs?.end()
    await mysqlPool?.end()
    await dropTables(db, tablePrefix)
    await db.destroy()
  })

  joins(
    'a Kysely transaction',
    () => stores,
    work => db.transaction().execute(work),
  )

  if (pool) {
    const withClient: InTransaction = async work => {
      const client = await pool.connect()
      try {
        await byHand(
          () => client,
          text => client.query(text),
        )(work)
      } finally {
        client.release()
      }
    }
    joins('a pg client', () => stores, withClient)
    joins(
      'a function',
      () => stores,
      work =>
        withClient(client =>
          work((text: string, params: unknown[]) => (client as pg.Client).query(text, params)),
        ),
    )
    joins(
      'drizzle',
      () => stores,
      work => drizzlePg(pool).transaction(tx => work(drizzleTransaction(tx, drizzleSql))),
    )
    joins(
      'Prisma, by its raw call',
      () => stores,
      work =>
        // The shape of Prisma 7's interactive transaction, run by pg: the client itself is generated code.
        withClient(client =>
          work({
            $transaction() {},
            $executeRawUnsafe: (text: string, ...params: unknown[]) =>
              (client as pg.Client).query(text, params),
          }),
        ),
    )
    if (postgresJs)
      joins(
        'postgres.js',
        () => stores,
        work => postgresJs.begin(tx => work(tx)),
      )
    it('refuses a function that answers no promise, and those that are no executors', async () => {
      await refused(stores, () => undefined)
      await refused(stores, drizzleSql)
      await refused(
        stores,
        Object.assign(() => Promise.resolve(), { raw() {} }),
      )
    })
    it('refuses postgres.js outside of a transaction', async () => {
      await refused(stores, postgresJs)
      const reserved = await postgresJs?.reserve()
      await refused(stores, reserved)
      reserved?.release()
    })
    it('refuses a pool, a client outside of BEGIN, and a bare drizzle or Prisma client', async () => {
      const client = await pool.connect()
      await client.query('select 1')
      const prisma = { $executeRawUnsafe() {}, $transaction() {}, $connect() {} }
      for (const wrong of [pool, client, drizzlePg(pool), prisma, 'begin', 7, null, {}, []])
        await refused(stores, wrong)
      client.release()
    })
  }
  if (mysqlPool) {
    const withConnection: InTransaction = async work => {
      const connection = await mysqlPool.getConnection()
      try {
        await byHand(
          () => connection,
          text => connection.query(text),
        )(work)
      } finally {
        connection.release()
      }
    }
    joins('a mysql2 connection', () => stores, withConnection)
    joins(
      'a mysql2 connection without promises',
      () => stores,
      work => withConnection(connection => work((connection as mysql.PoolConnection).connection)),
    )
    joins(
      'drizzle',
      () => stores,
      work => drizzleMysql({ client: mysqlPool }).transaction(tx => work(drizzleTransaction(tx, drizzleSql))),
    )
    it('refuses a pool', async () => {
      await refused(stores, mysqlPool)
      await refused(stores, mysqlPool.pool)
    })
  }

  it('two host transactions that mark the same appointments in opposite order never wait for each other', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `both ${index}`)
    for (let round = 0; round < 10; round++) {
      const [one, two] = [await db.startTransaction().execute(), await db.startTransaction().execute()]
      for (const index of names.keys()) {
        const there = names[index] ?? ''
        const back = names[names.length - 1 - index] ?? ''
        // Neither commits before both are done: a lock of ours would be a deadlock here.
        await stores.state.marks.insert([markOf(there)], { transaction: one })
        await stores.state.marks.insert([markOf(back)], { transaction: two })
      }
      await Promise.all([one.commit().execute(), two.commit().execute()])
    }
    expect((await stores.state.marks.ofRef(refOf('both 7'))).length).toBe(20)
  })

  it('a worker that claims and finishes does not hold up a host transaction, nor the reverse', async () => {
    await stores.state.marks.insert([markOf('busy')])
    const host = await db.startTransaction().execute()
    await stores.state.marks.insert([markOf('busy')], { transaction: host })
    const claim = await stores.state.claims.claim(refOf('busy'), { holdMs: 10_000 })
    if (!claim) throw new Error('Expected a claim.')
    await stores.state.marks.insert([markOf('busy')], { transaction: host })
    await stores.state.claims.finish(claim, { deleteMarks: claim.marks.map(({ id }) => id), addMarks: [] })
    await host.commit().execute()
    expect((await stores.state.marks.ofRef(refOf('busy'))).length).toBe(2)
  })
})

describe('host transactions on PGlite', () => {
  const pglite = new PGlite()
  const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite }) })
  const stores = sqlStores({ db })
  beforeAll(() => stores.migrate(), 60_000)
  afterAll(() => db.destroy())
  joins(
    'a PGlite transaction',
    () => stores,
    work => pglite.transaction(work),
  )
  it('refuses PGlite itself', () => refused(stores, pglite))
})

describe('host transactions on SQLite', () => {
  const open = () => {
    const handle = new Database(':memory:')
    const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: handle }) })
    return { handle, db, stores: sqlStores({ db }) }
  }
  const { handle, db, stores } = open()
  beforeAll(() => stores.migrate())
  afterAll(() => db.destroy())

  joins(
    'a better-sqlite3 handle inside BEGIN',
    () => stores,
    byHand(
      () => handle,
      text => handle.exec(text),
    ),
  )

  const statementOf = (name: string) => stores.markStatement(refOf(name))

  it('gives the mark as a statement for a synchronous transaction', async () => {
    const mark = (name: string) => {
      const { sql, params } = statementOf(name)
      handle.prepare(sql).run(...params)
    }
    handle.transaction(() => mark('sync kept'))()
    expect(() =>
      handle.transaction(() => {
        mark('sync lost')
        throw new RolledBack()
      })(),
    ).toThrow(RolledBack)
    expect((await stores.state.marks.ofRef(refOf('sync kept'))).length).toBe(1)
    expect(await stores.state.marks.ofRef(refOf('sync lost'))).toEqual([])
    expect(await stores.state.claims.claim(refOf('sync kept'), { holdMs: 1_000 })).toBeDefined()
  })

  it('gives the mark as a statement for drizzle on better-sqlite3', async () => {
    drizzleSqlite({ client: handle }).transaction(tx => {
      const { sql, params } = statementOf('drizzle kept')
      drizzleTransaction(tx, drizzleSql)(sql, params)
    })
    expect(() =>
      drizzleSqlite({ client: handle }).transaction(tx => {
        const { sql, params } = statementOf('drizzle lost')
        drizzleTransaction(tx, drizzleSql)(sql, params)
        tx.rollback()
      }),
    ).toThrow()
    expect((await stores.state.marks.ofRef(refOf('drizzle kept'))).length).toBe(1)
    expect(await stores.state.marks.ofRef(refOf('drizzle lost'))).toEqual([])
  })

  it('refuses a handle outside of BEGIN, and ids that appointmentChanged refuses', async () => {
    await refused(stores, handle)
    for (const wrong of ['', 'x'.repeat(256), undefined as unknown as string]) {
      expect(() => stores.markStatement({ workspaceId: 'w1', appointmentId: wrong })).toThrow(/markStatement/)
    }
  })
})

describe('host transactions on node:sqlite', () => {
  const handle = new DatabaseSync(':memory:')
  const db = new Kysely<unknown>({
    dialect: new SqliteDialect({
      database: {
        close: () => handle.close(),
        prepare(text) {
          const statement = handle.prepare(text)
          return {
            reader: statement.columns().length > 0,
            all: params => statement.all(...(params as string[])),
            run: params => statement.run(...(params as string[])),
            iterate: params => statement.iterate(...(params as string[])),
          }
        },
      },
    }),
  })
  const stores = sqlStores({ db })
  beforeAll(() => stores.migrate())
  afterAll(() => db.destroy())

  joins(
    'a node:sqlite handle inside BEGIN',
    () => stores,
    byHand(
      () => handle,
      text => handle.exec(text),
    ),
  )
  it('refuses a handle outside of BEGIN', () => refused(stores, handle))
})
