import * as bullmq from 'bullmq'
import { PgBoss } from 'pg-boss'
import { bullmqQueue } from '../../src/adapters/bullmq/index.ts'
import { inProcessQueue } from '../../src/adapters/in-process-queue/index.ts'
import { pgBossQueue } from '../../src/adapters/pg-boss/index.ts'
import type { JobQueue } from '../../src/contracts/job-queue.ts'
import { POSTGRES, REDIS } from '../../test/support/services.ts'
import type { Figure } from './figures.ts'

const JOBS = 3_000
const AT_ONCE = 32

/** Processor time of this process for a job from `enqueue` to its recorded end; the handler does nothing. */
async function costOf(name: string, queue: JobQueue): Promise<Figure> {
  let done = 0
  let finished = () => {}
  const all = new Promise<void>(resolve => {
    finished = resolve
  })
  await queue.start(
    async () => {
      if (++done === JOBS) finished()
      return 'done'
    },
    { concurrency: 8 },
  )
  const before = process.cpuUsage()
  const ids = Array.from({ length: JOBS }, (_, id) => id)[Symbol.iterator]()
  const producer = async () => {
    for (const id of ids) {
      await queue.enqueue({ name: 'wake', key: `wake.${id}`, data: { id }, lane: 'interactive' })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, producer))
  await all
  await queue.stop({ drainMs: 10_000 })
  const { user, system } = process.cpuUsage(before)
  const value = (user + system) / 1_000 / JOBS
  return { name: `a job of ${name}`, value, unit: 'ms of CPU', atMost: 1, note: 'this process only' }
}

export async function queueCosts(): Promise<Figure[]> {
  const figures = [await costOf('the in-process queue', inProcessQueue())]
  const schema = `gcs_bench_boss_${process.pid}`
  const boss = new PgBoss({ ...POSTGRES, schema, max: 8, supervise: false, schedule: false })
  boss.on('error', () => {})
  await boss.start()
  figures.push(await costOf('pg-boss', pgBossQueue({ boss, schema })))
  await boss.getDb().executeSql(`drop schema ${schema} cascade`, [])
  await boss.stop({ graceful: false })
  const connection = REDIS
  const queue = bullmqQueue({ bullmq, connection, prefix: `gcs-bench-${process.pid}` })
  figures.push(await costOf('BullMQ', queue))
  await queue.close()
  return figures
}
