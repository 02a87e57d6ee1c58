import type { Job, JobHandler, JobQueue } from '../../contracts/job-queue.ts'
import type { Runtime } from '../../contracts/runtime.ts'
import { CalendarSyncError } from '../../errors.ts'
import { checkJob } from '../job-queue/check-job.ts'
import { freeSlots } from '../job-queue/lanes.ts'
import { checkConcurrency, codeOf, type Outcome, Runs } from '../job-queue/runs.ts'
import { type HostDatabase, hostExecutor } from './host-database.ts'
import { type FetchedJob, failure, type PgBossJobs } from './jobs.ts'

const BEAT_MS = 3_000
/** Between tries while the database is away. */
const TROUBLE_MS = 2_000
const GIVE_BACK_MS = 5_000

interface Session {
  readonly handler: JobHandler
  readonly concurrency: number
  /** Nothing more is fetched. */
  readonly end: AbortController
  /** Nothing runs here any more. */
  readonly over: AbortController
}

export class PgBossQueue implements JobQueue {
  readonly #jobs: PgBossJobs
  readonly #host: HostDatabase | undefined
  readonly #runtime: Runtime
  readonly #pollMs: number
  readonly #runs: Runs<FetchedJob>
  #session: Session | undefined
  #fetching: Promise<void> | undefined
  #stopping: Promise<void> | undefined
  #bell = new AbortController()

  constructor(jobs: PgBossJobs, runtime: Runtime, pollMs: number, host: HostDatabase | undefined) {
    this.#jobs = jobs
    this.#host = host
    this.#runtime = runtime
    this.#pollMs = pollMs
    this.#runs = new Runs(runtime.clock)
  }

  get joinsTransactions(): boolean {
    return this.#host !== undefined && this.#jobs.isReady
  }

  async enqueue(job: Job, { transaction }: { readonly transaction?: unknown } = {}): Promise<void> {
    const checked = checkJob(job)
    const startAt = this.#startAt(checked.notBefore)
    await this.#jobs.ready()
    if (transaction !== undefined) {
      const host = hostExecutor(this.#host, transaction)
      const own = Buffer.from(this.#runtime.random.bytes(16)).toString('hex')
      await this.#jobs.putIn(host, checked, startAt, own).catch(raise)
      return
    }
    await this.#jobs.put(checked, startAt).catch(raise)
    // In this process at once; other processes look every `pollMs`.
    this.#bell.abort()
  }

  async start(handler: JobHandler, { concurrency }: { readonly concurrency: number }): Promise<void> {
    checkConcurrency(concurrency)
    await this.#stopping
    if (this.#session) throw new CalendarSyncError('argument-invalid', 'The queue was started already.')
    const session = { handler, concurrency, end: new AbortController(), over: new AbortController() }
    this.#session = session
    await this.#jobs.ready().catch(error => {
      this.#session = undefined
      throw error
    })
    this.#fetching = this.#fetchLoop(session)
    void this.#beatLoop(session.over.signal)
  }

  stop(options: { readonly drainMs: number }): Promise<void> {
    this.#stopping ??= this.#drain(options.drainMs).finally(() => {
      this.#stopping = undefined
    })
    return this.#stopping
  }

  async #drain(drainMs: number): Promise<void> {
    const session = this.#session
    if (!session) return
    session.end.abort()
    const left = await this.#runs.drain(drainMs)
    const givenBack = Promise.all([this.#fetching, ...left.map(found => this.#giveBack(found))])
    // A database that does not answer must not keep the process: its jobs then come back by their heartbeat.
    const waited = new AbortController()
    await Promise.race([givenBack, this.#runtime.clock.sleep(GIVE_BACK_MS, waited.signal).catch(() => {})])
    waited.abort()
    session.over.abort()
    this.#session = undefined
  }

  /** A time that has come is left out: pg-boss deletes a job unrun when its start lies far back. */
  #startAt(at: number | undefined): number | undefined {
    return at === undefined || !(at > this.#runtime.clock.now()) ? undefined : at
  }

  async #fetchLoop(session: Session): Promise<void> {
    const end = session.end.signal
    while (!end.aborted) {
      this.#bell = new AbortController()
      const woken = AbortSignal.any([end, this.#bell.signal])
      const pauseMs = await this.#fetchAll(session).then(
        () => this.#pollMs,
        error => {
          this.#runtime.logger.error('jobs could not be fetched', { code: codeOf(failure(error)) })
          return Math.max(TROUBLE_MS, this.#pollMs)
        },
      )
      await this.#runtime.clock.sleep(pauseMs, woken).catch(() => {})
    }
  }

  async #fetchAll(session: Session): Promise<void> {
    for (;;) {
      const free = freeSlots(this.#runs.byLane, session.concurrency)
      if (!free || session.end.signal.aborted) return
      const found = await this.#jobs.fetch(free.count, free.lane)
      if (session.end.signal.aborted) {
        await Promise.all(found.map(each => this.#giveBack(each)))
        return
      }
      for (const each of found) void this.#run(session.handler, each)
      // Fewer than asked for: nothing of this lane or a better one is left.
      if (found.length < free.count) return
    }
  }

  async #run(handler: JobHandler, found: FetchedJob): Promise<void> {
    await this.#runs.run(handler, found, outcome => this.#record(found, () => this.#settle(found, outcome)))
    this.#bell.abort()
  }

  #giveBack(found: FetchedJob): Promise<void> {
    return this.#record(found, () => this.#jobs.again(found, undefined))
  }

  async #record({ job: { name, key } }: FetchedJob, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      const code = codeOf(failure(error))
      this.#runtime.logger.error('the end of a job was not recorded; it will run again', { name, key, code })
    }
  }

  async #settle(found: FetchedJob, outcome: Outcome): Promise<void> {
    const { name, key } = found.job
    if (typeof outcome !== 'object') {
      await this.#jobs.done(found)
    } else if ('retryAt' in outcome) {
      await this.#jobs.again(found, this.#startAt(outcome.retryAt))
    } else if ('dead' in outcome) {
      this.#runtime.logger.error('job given up by its handler', { name, key, reason: outcome.dead })
      await this.#jobs.done(found, { dead: outcome.dead })
    } else {
      const code = codeOf(outcome.failed)
      this.#runtime.logger.info('job failed and will run again', { name, key, code })
      await this.#jobs.failed([found.attempt], code)
    }
  }

  /** Goes on while jobs drain: one without a heartbeat is taken for lost. */
  async #beatLoop(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      try {
        await this.#jobs.beat(this.#runs.tickets.map(found => found.attempt))
        await this.#jobs.bringBackLost()
      } catch (error) {
        this.#runtime.logger.error('the queue could not be looked after', { code: codeOf(failure(error)) })
      }
      await this.#runtime.clock.sleep(BEAT_MS, over).catch(() => {})
    }
  }
}

function raise(error: unknown): never {
  throw failure(error)
}
