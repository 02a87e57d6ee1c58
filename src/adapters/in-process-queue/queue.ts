import type { Job, JobHandler, JobQueue, JobResult } from '../../contracts/job-queue.ts'
import type { Runtime } from '../../contracts/runtime.ts'
import { CalendarSyncError } from '../../errors.ts'
import { checkJob } from '../job-queue/check-job.ts'
import { LANES, mayStart } from '../job-queue/lanes.ts'
import { Timer } from './timer.ts'
import { idOf, type WaitingJob, WaitingJobs } from './waiting-jobs.ts'

/** Jobs kept at most; more is a fault, and the timer loop finds what was not taken. */
const MAX_WAITING = 100_000
/** Of a process that may never start: another one's timer loop finds the rest. */
const MAX_BEFORE_START = 1_000
const MAX_FAILURES = 10
const FIRST_DELAY_MS = 1_000
const MAX_DELAY_MS = 60_000

interface Session {
  readonly handler: JobHandler
  readonly concurrency: number
}

type Outcome = JobResult | { readonly failed: unknown }

export class InProcessQueue implements JobQueue {
  readonly #runtime: Runtime
  readonly #timer: Timer
  readonly #waiting = new WaitingJobs()
  readonly #running = new Map<string, AbortController>()
  readonly #runningByLane = { interactive: 0, pull: 0, bulk: 0 }
  #session: Session | undefined
  #wasStarted = false
  #isStopped = false
  #stopping: Promise<void> | undefined
  #onIdle: (() => void) | undefined

  constructor(runtime: Runtime) {
    this.#runtime = runtime
    this.#timer = new Timer(runtime.clock, () => this.#pump())
  }

  async enqueue(job: Job): Promise<void> {
    const checked = checkJob(job)
    if (this.#isStopped)
      throw new CalendarSyncError('stopped', 'The queue was stopped and takes no more jobs.')
    const isFull = (size: number) => this.#waiting.size >= size && !this.#waiting.has(idOf(checked))
    if (!this.#wasStarted && isFull(MAX_BEFORE_START)) return
    if (isFull(MAX_WAITING)) {
      throw new CalendarSyncError('store-failed', `The queue holds ${MAX_WAITING} jobs and takes no more.`, {
        retryable: true,
      })
    }
    this.#waiting.add(checked, Math.max(checked.notBefore ?? 0, this.#runtime.clock.now()), 0)
    this.#pump()
  }

  async start(handler: JobHandler, options: { readonly concurrency: number }): Promise<void> {
    const { concurrency } = options
    if (!Number.isInteger(concurrency) || concurrency < 1) {
      throw new CalendarSyncError('argument-invalid', 'The concurrency of a queue is a whole number above 0.')
    }
    await this.#stopping
    if (this.#session) throw new CalendarSyncError('argument-invalid', 'The queue was started already.')
    this.#session = { handler, concurrency }
    this.#wasStarted = true
    this.#isStopped = false
    this.#pump()
  }

  stop(options: { readonly drainMs: number }): Promise<void> {
    this.#stopping ??= this.#drain(options.drainMs).finally(() => {
      this.#stopping = undefined
    })
    return this.#stopping
  }

  async #drain(drainMs: number): Promise<void> {
    this.#session = undefined
    this.#isStopped = true
    this.#timer.cancel()
    if (drainMs > 0) await this.#idleWithin(drainMs)
    const reason = new CalendarSyncError('stopped', 'The queue was stopped before the job was done.')
    for (const controller of this.#running.values()) controller.abort(reason)
  }

  async #idleWithin(drainMs: number): Promise<void> {
    if (this.#running.size === 0) return
    const waited = new AbortController()
    const idle = new Promise<void>(resolve => {
      this.#onIdle = resolve
    })
    const timeUp = this.#runtime.clock.sleep(drainMs, waited.signal).catch(() => {})
    await Promise.race([idle, timeUp])
    waited.abort()
    this.#onIdle = undefined
  }

  #pump(): void {
    const session = this.#session
    if (!session) return
    this.#waiting.wake(this.#runtime.clock.now())
    for (const lane of LANES) {
      while (mayStart(lane, this.#runningByLane, session.concurrency)) {
        // One of a key that runs waits for its end, so that it sees whatever that run was too early for.
        const waiting = this.#waiting.take(lane, id => this.#running.has(id))
        if (!waiting) break
        void this.#run(session.handler, waiting)
      }
    }
    this.#timer.set(this.#waiting.nextAt())
  }

  async #run(handler: JobHandler, waiting: WaitingJob): Promise<void> {
    const { id, lane } = waiting
    const controller = new AbortController()
    this.#running.set(id, controller)
    this.#runningByLane[lane]++
    const job = { ...waiting.job, lane }
    const outcome = await this.#attempt(handler, job, controller.signal)
    this.#running.delete(id)
    this.#runningByLane[lane]--
    this.#settle(job, waiting.failures, outcome, controller.signal.aborted)
    if (this.#running.size === 0) this.#onIdle?.()
    this.#pump()
  }

  async #attempt(handler: JobHandler, job: Job, signal: AbortSignal): Promise<Outcome> {
    try {
      // Never inside the caller's own turn: `enqueue` must not run the work.
      await Promise.resolve()
      return await handler({ ...job, data: { ...job.data } }, { signal })
    } catch (error) {
      return { failed: error }
    }
  }

  #settle(job: Job, failures: number, outcome: Outcome, wasAborted: boolean): void {
    const now = this.#runtime.clock.now()
    const { name, key } = job
    if (typeof outcome !== 'object') return
    if ('retryAt' in outcome && Number.isFinite(outcome.retryAt)) {
      this.#waiting.add(job, Math.max(outcome.retryAt, now), 0)
    } else if ('dead' in outcome) {
      this.#runtime.logger.error('job given up by its handler', { name, key, reason: outcome.dead })
    } else if (wasAborted) {
      this.#waiting.add(job, now, failures)
    } else if (failures + 1 >= MAX_FAILURES) {
      this.#runtime.logger.error('job dropped after its last try', { name, key, failures: failures + 1 })
    } else {
      const delay = Math.min(FIRST_DELAY_MS * 2 ** failures, MAX_DELAY_MS)
      const code =
        'failed' in outcome && CalendarSyncError.is(outcome.failed) ? outcome.failed.code : 'unknown'
      this.#runtime.logger.info('job failed and will run again', { name, key, code, delay })
      this.#waiting.add(job, now + delay, failures + 1)
    }
  }
}
