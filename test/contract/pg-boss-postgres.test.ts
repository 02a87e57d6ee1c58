import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pgBossQueue } from '../../src/adapters/pg-boss/index.ts'
import type { JobQueue } from '../../src/contracts/job-queue.ts'
import { jobQueueContract } from '../../src/testing/contracts/job-queue.ts'
import { aJob, Worker } from '../../src/testing/contracts/queue/harness.ts'
import { POSTGRES } from '../support/services.ts'
import { runName } from '../unit/adapters-sql/server-suite.ts'
import { reached } from './queue-suite.ts'

const schema = runName()
const pool = await reached('pg-boss on Postgres', async () => {
  const found = new pg.Pool({ ...POSTGRES, max: 4 })
  await found.query('select 1')
  return found
})

if (pool) {
  const boss = new PgBoss({ ...POSTGRES, schema, max: 8 })
  let count = 0
  const open = (queue = `q${++count}`) => pgBossQueue({ boss, schema, queue, pollMs: 50 })

  beforeAll(() => boss.start().then(() => {}))
  afterAll(async () => {
    await boss.stop({ graceful: false })
    await pool.query(`drop schema if exists ${schema} cascade`)
    await pool.end()
  })

  describe('pgBossQueue on Postgres', () => {
    jobQueueContract(
      { describe, it, expect },
      {
        quietMs: 300,
        create() {
          const queue = open()
          const name = `q${count}`
          return { queue, reopen: () => open(name) }
        },
      },
    )
  })

  describe('pgBossQueue, what Postgres adds', () => {
    let queue: JobQueue
    const worker = () => new Worker(() => Date.now())
    const until = (what: () => boolean, timeout = 15_000) =>
      expect.poll(what, { timeout, interval: 20 }).toBe(true)

    it('brings back the job of a worker that died, within 20 s', { timeout: 30_000 }, async () => {
      queue = open()
      await queue.enqueue(aJob('one'))
      // As a process that was killed after it fetched: no heartbeat follows.
      const [taken] = await boss.fetch(`q${count}`)
      const from = Date.now()
      expect(taken).toBeDefined()
      const seen = worker()
      await queue.start(seen.handler, { concurrency: 3 })
      await until(() => seen.runs.length === 1, 20_000)
      expect(Date.now() - from).toBeLessThan(20_000)
      if (taken) await boss.complete(`q${count}`, taken)
      await queue.stop({ drainMs: 1_000 })
    })

    it('keeps its heartbeat while a job runs long', { timeout: 30_000 }, async () => {
      queue = open()
      const seen = worker()
      await queue.start(seen.handler, { concurrency: 3 })
      await queue.enqueue(aJob('held'))
      await until(() => seen.runs.length === 1)
      await new Promise(resolve => setTimeout(resolve, 14_000))
      expect(seen.runs.length).toBe(1)
      seen.release()
      await queue.stop({ drainMs: 5_000 })
    })

    it('shares one load between workers, each job run once', async () => {
      const name = `q${++count}`
      const queues = Array.from({ length: 3 }, () => open(name))
      const seen = worker()
      for (const each of queues) await each.start(seen.handler, { concurrency: 4 })
      const keys = Array.from({ length: 300 }, (_, index) => `k${index}`)
      await Promise.all(keys.map(key => (queues[0] as JobQueue).enqueue(aJob(key))))
      await until(() => seen.runs.length >= 300)
      expect(new Set(seen.runs.map(run => run.job.key)).size).toBe(300)
      expect(seen.runs.length).toBe(300)
      await Promise.all(queues.map(each => each.stop({ drainMs: 1_000 })))
    })

    it('says what is wrong: a boss that was not started, another schema, another policy', async () => {
      const idle = pgBossQueue({ boss: new PgBoss({ ...POSTGRES, schema }), schema })
      await expect(idle.enqueue(aJob('one'))).rejects.toMatchObject({ code: 'store-failed' })
      await expect(idle.enqueue(aJob('one'))).rejects.toThrow(/boss\.start\(\)/)
      const elsewhere = pgBossQueue({ boss, schema: 'no_such_schema', queue: 'q1' })
      await expect(elsewhere.enqueue(aJob('one'))).rejects.toThrow(/schema/)
      await boss.createQueue('standard', { policy: 'standard' })
      const taken = pgBossQueue({ boss, schema, queue: 'standard' })
      await expect(taken.enqueue(aJob('one'))).rejects.toMatchObject({ retryable: false })
    })
  })
}
