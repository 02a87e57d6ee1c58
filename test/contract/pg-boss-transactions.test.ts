import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely'
import pg from 'pg'
import { fromPglite, PgBoss } from 'pg-boss'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pgBossQueue } from '../../src/adapters/pg-boss/index.ts'
import { sqlStores } from '../../src/adapters/sql/index.ts'
import type { JobQueue } from '../../src/contracts/job-queue.ts'
import { markJoined } from '../../src/sync/engine.ts'
import { aJob, Worker } from '../../src/testing/contracts/queue/harness.ts'
import { POSTGRES } from '../support/services.ts'
import { runName } from '../unit/adapters-sql/server-suite.ts'
import { reached } from './queue-suite.ts'

const schema = runName()
const pool = await reached('pg-boss in host transactions', async () => {
  const found = new pg.Pool({ ...POSTGRES, max: 6 })
  await found.query('select 1')
  return found
})
const ref = (appointmentId: string) => ({ workspaceId: 'w', appointmentId })
const until = (what: () => boolean) => expect.poll(what, { timeout: 15_000, interval: 20 }).toBe(true)
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

if (pool) {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  const stores = sqlStores({ db, schema })
  const boss = new PgBoss({ ...POSTGRES, schema: `${schema}_boss`, max: 6 })
  let count = 0
  const open = (queue = `q${++count}`): JobQueue =>
    pgBossQueue({ boss, schema: `${schema}_boss`, queue, pollMs: 50, sameDatabaseAs: stores })
  const ready = async (): Promise<{ queue: JobQueue; seen: Worker }> => {
    const queue = open()
    const seen = new Worker(() => Date.now())
    await queue.start(seen.handler, { concurrency: 3 })
    return { queue, seen }
  }
  const begin = async () => {
    const client = await pool.connect()
    await client.query('begin')
    const end = async (how: 'commit' | 'rollback') => {
      await client.query(how)
      client.release()
    }
    return { client, end }
  }

  beforeAll(async () => {
    await stores.migrate()
    await boss.start()
  })
  afterAll(async () => {
    await boss.stop({ graceful: false })
    await pool.query(`drop schema if exists ${schema} cascade`)
    await pool.query(`drop schema if exists ${schema}_boss cascade`)
    await db.destroy()
  })

  describe('pgBossQueue in the transaction of a host on Postgres', () => {
    it('the job is seen after the commit, and gone on rollback', async () => {
      const { queue, seen } = await ready()
      const lost = await begin()
      await queue.enqueue(aJob('lost'), { transaction: lost.client })
      await lost.end('rollback')
      const kept = await begin()
      await queue.enqueue(aJob('kept'), { transaction: kept.client })
      await pause(200)
      expect(seen.runs).toEqual([])
      await kept.end('commit')
      await until(() => seen.of('kept').length === 1)
      expect(seen.of('lost')).toEqual([])
      expect(seen.runs[0]?.job).toMatchObject({
        key: 'kept',
        lane: aJob('kept').lane,
        data: aJob('kept').data,
      })
      await queue.stop({ drainMs: 1_000 })
    })

    it('takes what the stores take: Kysely, a function as Prisma and Drizzle have it', async () => {
      const { queue, seen } = await ready()
      await db.transaction().execute(trx => queue.enqueue(aJob('kysely'), { transaction: trx }))
      const own = await begin()
      const run = async (sql: string, params: readonly unknown[]) => {
        await own.client.query(sql, [...params])
      }
      await queue.enqueue(aJob('function'), { transaction: run })
      await queue.enqueue(aJob('prisma'), {
        transaction: {
          $executeRawUnsafe: (sql: string, ...params: unknown[]) => run(sql, params).then(() => 1),
        },
      })
      await own.end('commit')
      await until(() => seen.runs.length === 3)
      expect(seen.runs.map(({ job }) => job.key).sort()).toEqual(['function', 'kysely', 'prisma'])
      await queue.stop({ drainMs: 1_000 })
    })

    it('two transactions that ring for the same appointments crosswise never wait for each other', async () => {
      const { queue, seen } = await ready()
      await queue.stop({ drainMs: 1_000 })
      await queue.enqueue(aJob('a'))
      const [one, two] = [await begin(), await begin()]
      await queue.enqueue(aJob('a'), { transaction: one.client })
      await queue.enqueue(aJob('b'), { transaction: two.client })
      await queue.enqueue(aJob('b'), { transaction: one.client })
      await queue.enqueue(aJob('a'), { transaction: two.client })
      // Nor does a worker that rings without a transaction, nor one that runs what waits.
      await queue.enqueue(aJob('a'))
      await queue.enqueue(aJob('b'))
      await queue.start(seen.handler, { concurrency: 3 })
      await until(() => seen.of('a').length >= 1 && seen.of('b').length >= 1)
      const before = seen.runs.length
      await two.end('commit')
      await one.end('commit')
      await until(() => seen.runs.length >= before + 4)
      await queue.stop({ drainMs: 1_000 })
    })

    it('mark and wake-up are one commit, and a killed process rings all the same', async () => {
      const { queue, seen } = await ready()
      const web = open(`q${count}`)
      expect(web.joinsTransactions).toBe(false)
      await web.enqueue(aJob('first'))
      expect(web.joinsTransactions).toBe(true)
      await until(() => seen.runs.length === 1)
      const { client, end } = await begin()
      expect(await markJoined(stores.state, web, ref('a1'), client)).toEqual({ marked: true, rung: true })
      expect(await stores.state.marks.ofRef(ref('a1'))).toEqual([])
      // Nothing of this process is needed after the commit.
      await end('commit')
      await until(() => seen.runs.length === 2)
      expect(await stores.state.marks.ofRef(ref('a1'))).toHaveLength(1)
      expect(seen.runs[1]?.job).toMatchObject({ name: 'wake', data: ref('a1'), lane: 'interactive' })
      await queue.stop({ drainMs: 1_000 })
    })

    it('refuses what is no transaction, and any without `sameDatabaseAs`', async () => {
      const queue = open()
      const refused = { code: 'transaction-unsupported' }
      await expect(queue.enqueue(aJob('x'), { transaction: pool })).rejects.toMatchObject(refused)
      await expect(queue.enqueue(aJob('x'), { transaction: 7 })).rejects.toMatchObject(refused)
      const alone = pgBossQueue({ boss, schema: `${schema}_boss`, queue: `q${count}` })
      const { client, end } = await begin()
      await expect(alone.enqueue(aJob('x'), { transaction: client })).rejects.toThrow(/sameDatabaseAs/)
      expect(alone.joinsTransactions).toBe(false)
      await end('rollback')
      expect(() => pgBossQueue({ boss, sameDatabaseAs: db as never })).toThrow(/sameDatabaseAs/)
    })
  })
}

describe('pgBossQueue in the transaction of a host on PGlite', () => {
  const pglite = new PGlite()
  const stores = sqlStores({ db: new Kysely<unknown>({ dialect: new PGliteDialect({ pglite }) }) })
  const boss = new PgBoss({ db: fromPglite(pglite), backend: 'pglite' })

  beforeAll(async () => {
    await stores.migrate()
    await boss.start()
  }, 60_000)
  afterAll(async () => {
    await boss.stop({ graceful: false })
    await pglite.close()
  })

  it('joins the only connection there is, also as its first call', { timeout: 30_000 }, async () => {
    const queue = pgBossQueue({ boss, pollMs: 50, sameDatabaseAs: stores })
    // Not ready yet: another call of pg-boss would wait for this transaction.
    await pglite.transaction(async tx => {
      expect(await markJoined(stores.state, queue, ref('a0'), tx)).toEqual({ marked: true, rung: false })
    })
    const seen = new Worker(() => Date.now())
    await queue.start(seen.handler, { concurrency: 3 })
    await pglite.transaction(async tx => {
      expect(await markJoined(stores.state, queue, ref('a1'), tx)).toEqual({ marked: true, rung: true })
    })
    await until(() => seen.runs.length === 1)
    expect(seen.runs[0]?.job.data).toEqual(ref('a1'))
    await queue.stop({ drainMs: 1_000 })
  })
})
