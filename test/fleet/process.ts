import * as bullmq from 'bullmq'
import type { Kysely } from 'kysely'
import { PgBoss } from 'pg-boss'
import { bullmqQueue } from '../../src/adapters/bullmq/index.ts'
import { inProcessQueue } from '../../src/adapters/in-process-queue/index.ts'
import { pgBossQueue } from '../../src/adapters/pg-boss/index.ts'
import { sqlStores } from '../../src/adapters/sql/index.ts'
import type { JobQueue } from '../../src/contracts/job-queue.ts'
import type { Runtime } from '../../src/contracts/runtime.ts'
import { systemRuntime } from '../../src/contracts/runtime-default.ts'
import { GoogleCalendarSync, type GoogleCalendarSyncOptions, type SyncIssue } from '../../src/index.ts'
import { POSTGRES, REDIS } from '../support/services.ts'
import { type DatabaseKind, spaceOf } from './database.ts'
import { type HostTables, sourceOf } from './host-table.ts'
import { realTime, scaledClock, type TimeScale } from './scaled-clock.ts'

export type QueueKind = 'pg-boss' | 'in-process' | 'bullmq'

/** What every process of a round is told. */
export interface RoundConfig {
  /** Of its schema or database. */
  readonly name: string
  readonly database: DatabaseKind
  readonly queue: QueueKind
  readonly redisDb: number
  readonly workers: number
  readonly time: TimeScale
  readonly google: GoogleCalendarSyncOptions['google']
}

export interface FleetProcess {
  readonly sync: GoogleCalendarSync
  readonly db: Kysely<HostTables>
  close(): Promise<void>
}

/** One process of the fleet, as a host would wire it; only its time runs faster. */
export async function openProcess(
  config: RoundConfig,
  onIssue: (issue: SyncIssue) => void = () => {},
): Promise<FleetProcess> {
  const db = spaceOf(config.database, config.name).open<HostTables>(6)
  const runtime: Runtime = { ...systemRuntime, clock: scaledClock(config.time) }
  const stores = sqlStores({ db, runtime })
  const { queue, close } = await queueOf(config, runtime)
  const sync = new GoogleCalendarSync({
    google: config.google,
    secrets: { current: { id: 'fleet', key: Buffer.alloc(32, 9).toString('base64') } },
    tokenStore: stores.tokens,
    stateStore: stores.state,
    jobQueue: queue,
    appointmentSource: sourceOf(db),
    workers: config.workers,
    quota: 'off',
    window: { pastDays: 30 },
    runtime,
    onIssue,
  })
  return {
    sync,
    db,
    async close() {
      await sync.stop({ drainMs: 5_000 })
      await close()
      await db.destroy()
    },
  }
}

async function queueOf(
  config: RoundConfig,
  runtime: Runtime,
): Promise<{ queue: JobQueue; close(): Promise<void> }> {
  if (config.queue === 'in-process') return { queue: inProcessQueue({ runtime }), close: async () => {} }
  if (config.queue === 'bullmq') {
    const connection = { ...REDIS, db: config.redisDb }
    const queue = bullmqQueue({ bullmq, connection })
    return { queue: inRealTime(queue, config.time), close: () => queue.close() }
  }
  const schema = `${config.name}_boss`
  const boss = new PgBoss({ ...POSTGRES, schema, max: 4, application_name: config.name })
  boss.on('error', () => {})
  await boss.start()
  const queue = pgBossQueue({ boss, schema, pollMs: 250 })
  return { queue: inRealTime(queue, config.time), close: () => boss.stop({ graceful: false }) }
}

/** The engines keep real time. */
const inRealTime = (queue: JobQueue, time: TimeScale): JobQueue => ({
  enqueue: job =>
    queue.enqueue(job.notBefore === undefined ? job : { ...job, notBefore: realTime(time, job.notBefore) }),
  start: (handler, options) => queue.start(handler, options),
  stop: options => queue.stop(options),
})
