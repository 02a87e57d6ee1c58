import type { Job, JobData, Lane } from '../../contracts/job-queue.ts'
import { CalendarSyncError, StoreError } from '../../errors.ts'
import { LANES } from '../job-queue/lanes.ts'
import type { PgBossAttempt, PgBossExecutor, PgBossJob, PgBossLike } from './boss.ts'

const TRIES = 20
/** The least pg-boss allows. */
export const HEARTBEAT_SECONDS = 10

const QUEUE = {
  policy: 'stately',
  retryLimit: 100_000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  expireInSeconds: 3_600,
  deleteAfterSeconds: 3_600,
} as const

/** What travels in a pg-boss job: our job without its time and its lane, which are columns. */
interface Envelope {
  readonly name: string
  readonly key: string
  readonly data: JobData
}

export interface FetchedJob {
  readonly job: Job
  readonly attempt: PgBossAttempt
}

export const priorityOf = (lane: Lane): number => LANES.length - 1 - LANES.indexOf(lane)

/** The queue's rows in pg-boss: how a job gets in, out and back. */
export class PgBossJobs {
  readonly #boss: PgBossLike
  readonly #queue: string
  readonly #table: string
  #ready: Promise<void> | undefined
  #isReady = false

  constructor(boss: PgBossLike, queue: string, schema: string) {
    this.#boss = boss
    this.#queue = queue
    this.#table = `${schema}.job`
  }

  /** pg-boss knows the queue: a job can be inserted with one statement and no other connection. */
  get isReady(): boolean {
    return this.#isReady
  }

  /** Makes the queue once; a failure is tried again by the next call. */
  ready(): Promise<void> {
    this.#ready ??= this.#prepare().catch((error: unknown) => {
      this.#ready = undefined
      throw failure(error)
    })
    return this.#ready
  }

  async #prepare(): Promise<void> {
    if (!(await this.#boss.getQueue(this.#queue))) await this.#boss.createQueue(this.#queue, QUEUE)
    const found = await this.#boss.getQueue(this.#queue)
    if (found?.policy !== QUEUE.policy) {
      throw new StoreError(
        `The pg-boss queue "${this.#queue}" was made by somebody else, with the policy "${found?.policy ?? 'none'}": pgBossQueue needs a queue of its own. Give another \`queue\`, or delete that one.`,
        { retryable: false },
      )
    }
    await this.#boss.getDb().executeSql(`select id from ${this.#table} where false`)
    this.#isReady = true
  }

  /** `send` alone does nothing next to a waiting job, which would keep a later start. */
  async put(job: Job, startAt: number | undefined): Promise<void> {
    const { singletonKey, priority, startAfter, envelope } = rowOf(job, startAt)
    for (let tries = 0; tries < TRIES; tries++) {
      const { rows } = await this.#boss
        .getDb()
        .executeSql(
          `update ${this.#table} set start_after = least(start_after, coalesce($3::timestamptz, now())), priority = greatest(priority, $4::int) where name = $1 and singleton_key = $2 and state < 'active' returning id`,
          [this.#queue, singletonKey, startAfter?.toISOString() ?? null, priority],
        )
      if (rows.length > 0) return
      const options = { singletonKey, priority, ...(startAfter && { startAfter }) }
      if (await this.#boss.send(this.#queue, envelope, options)) return
    }
    throw new StoreError('pg-boss took the job neither as new nor as waiting; try again.')
  }

  /**
   * In the host's transaction, under a key that no other job has (`mark`): two transactions that ring for the same
   * appointments in another order would otherwise wait for each other's rows, up to a deadlock.
   */
  async putIn(db: PgBossExecutor, job: Job, startAt: number | undefined, mark: string): Promise<void> {
    const { singletonKey, priority, startAfter, envelope } = rowOf(job, startAt)
    // Whether its answer holds the row depends on the host's driver; the statement fails or has inserted.
    await this.#boss.send(this.#queue, envelope, {
      ...{ singletonKey: `${singletonKey}:${mark}`, priority, db },
      ...(startAfter && { startAfter }),
    })
  }

  async fetch(batchSize: number, lane: Lane): Promise<readonly FetchedJob[]> {
    const options = { batchSize, minPriority: priorityOf(lane), includeMetadata: true } as const
    const found = await this.#boss.fetch(this.#queue, options)
    return [...found].sort((a, b) => b.priority - a.priority).map(fetched)
  }

  done({ attempt }: FetchedJob, output?: object): Promise<unknown> {
    return this.#boss.complete(this.#queue, attempt, output)
  }

  /** Runs again, after pg-boss's growing delay. */
  failed(attempts: readonly PgBossAttempt[], code: string): Promise<unknown> {
    return this.#boss.fail(this.#queue, [...attempts], { code })
  }

  /** The new job first: a crash in between means one run too many, never one too few. */
  async again(found: FetchedJob, startAt: number | undefined): Promise<void> {
    await this.put(found.job, startAt)
    await this.done(found)
  }

  async beat(attempts: readonly PgBossAttempt[]): Promise<void> {
    if (attempts.length > 0) await this.#boss.touch(this.#queue, [...attempts])
  }

  /** Jobs whose worker died, whatever the host chose for pg-boss's own supervision. */
  async bringBackLost(): Promise<void> {
    const { rows } = await this.#boss
      .getDb()
      .executeSql(
        `select id, retry_count from ${this.#table} where name = $1 and state = 'active' and coalesce(heartbeat_on, started_on) < now() - interval '${HEARTBEAT_SECONDS} seconds'`,
        [this.#queue],
      )
    const lost = (rows as { id: string; retry_count: number | string }[]).map(row => ({
      id: row.id,
      retryCount: Number(row.retry_count),
    }))
    if (lost.length > 0) await this.failed(lost, 'worker-lost')
  }
}

function rowOf({ name, key, data, lane }: Job, startAt: number | undefined) {
  const envelope: Envelope = { name, key, data }
  return {
    singletonKey: `${name.length}:${name}${key}`,
    priority: priorityOf(lane),
    startAfter: startAt === undefined ? undefined : new Date(startAt),
    envelope,
  }
}

function fetched({ id, retryCount, data, priority }: PgBossJob): FetchedJob {
  const { name, key, data: inner } = data as Envelope
  const lane = LANES[LANES.length - 1 - priority] ?? 'bulk'
  return { job: { name, key, data: inner, lane }, attempt: { id, retryCount } }
}

/** pg-boss's message may quote the database's address, so it stays in `cause`. */
export function failure(error: unknown): CalendarSyncError {
  if (CalendarSyncError.is(error)) return error
  return new StoreError(
    'pg-boss could not be used. Call `await boss.start()` before the first job, let its role create queues, and say `schema` if it is not "pgboss". The error is the cause.',
    { cause: error },
  )
}
