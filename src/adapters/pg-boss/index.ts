import type { JobQueue } from '../../contracts/job-queue.ts'
import type { Runtime } from '../../contracts/runtime.ts'
import { systemRuntime } from '../../contracts/runtime-default.ts'
import { ConfigError } from '../../errors.ts'
import type { PgBossLike } from './boss.ts'
import type { HostDatabase } from './host-database.ts'
import { PgBossJobs } from './jobs.ts'
import { PgBossQueue } from './queue.ts'

export type {
  PgBossAttempt,
  PgBossExecutor,
  PgBossFetch,
  PgBossJob,
  PgBossLike,
  PgBossQueueSettings,
  PgBossSend,
} from './boss.ts'
export type { HostDatabase } from './host-database.ts'

export interface PgBossQueueOptions {
  /** The host's `PgBoss`, version 12.38 or newer. Start it before the first job, and stop it after `sync.stop()`. */
  readonly boss: PgBossLike
  /** Name of the queue that is made in pg-boss. Default `calendar-sync`. */
  readonly queue?: string | undefined
  /** The schema given to pg-boss. Default `pgboss`. */
  readonly schema?: string | undefined
  /** How often a worker looks for jobs of other processes; its own it sees at once. Default 500. */
  readonly pollMs?: number | undefined
  /**
   * The `sqlStores` of the database that also holds pg-boss's tables. With it the wake-up of
   * `appointmentChanged(ref, { transaction })` is part of the host's commit.
   */
  readonly sameDatabaseAs?: HostDatabase | undefined
  readonly runtime?: Runtime | undefined
}

const METHODS = ['getDb', 'createQueue', 'getQueue', 'send', 'fetch', 'complete', 'fail', 'touch'] as const
const QUEUE = /^[\w.-]{1,100}$/
const SCHEMA = /^[A-Za-z_][A-Za-z0-9_]{0,49}$/
const MIN_POLL_MS = 50

/** Jobs in pg-boss. A dead worker's job runs again within 20 s. Throws ConfigError. */
export function pgBossQueue(options: PgBossQueueOptions): JobQueue {
  const { boss, queue = 'calendar-sync', schema = 'pgboss', pollMs = 500, runtime = systemRuntime } = options
  const { sameDatabaseAs } = options
  const missing = METHODS.filter(
    name => typeof (boss as Partial<PgBossLike> | undefined)?.[name] !== 'function',
  )
  const issues = [
    ...(missing.length > 0
      ? [`\`boss\` of pgBossQueue is no PgBoss of 12.38 or newer: it has no ${missing.join(', ')}.`]
      : []),
    ...(QUEUE.test(queue) ? [] : ['`queue` of pgBossQueue: 1 to 100 letters, digits, _, . and -.']),
    ...(SCHEMA.test(schema)
      ? []
      : ['`schema` of pgBossQueue: the schema given to pg-boss, letters, digits and _.']),
    ...(sameDatabaseAs === undefined || typeof sameDatabaseAs.runIn === 'function'
      ? []
      : ['`sameDatabaseAs` of pgBossQueue: what sqlStores gave.']),
    ...(Number.isFinite(pollMs) && pollMs >= MIN_POLL_MS
      ? []
      : [`\`pollMs\` of pgBossQueue: milliseconds, at least ${MIN_POLL_MS}.`]),
  ]
  if (issues.length > 0) throw new ConfigError(issues)
  return new PgBossQueue(new PgBossJobs(boss, queue, schema), runtime, pollMs, sameDatabaseAs)
}
