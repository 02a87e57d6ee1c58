import type { Job, JobHandler, JobQueue, Lane } from '../../contracts/job-queue.ts'
import type { Runtime } from '../../contracts/runtime.ts'
import { CalendarSyncError } from '../../errors.ts'
import { checkJob } from '../job-queue/check-job.ts'
import { LANES, laneShares } from '../job-queue/lanes.ts'
import { checkConcurrency, codeOf, type Outcome, Runs } from '../job-queue/runs.ts'
import type { BullmqJob, BullmqWorkerHandle } from './bullmq.ts'
import { type Envelope, nameOf, type Place, Producer } from './producer.ts'

/** A dead worker's job comes back after these two at most. */
const LOCK_MS = 10_000
const STALLED_CHECK_MS = 2_000
/** BullMQ's default of 1 would give a job up for good when a second worker dies of something else. */
const MAX_DEATHS = 1_000
const CLOSE_MS = 5_000
const FIRST_DELAY_MS = 1_000
const MAX_DELAY_MS = 60_000

export interface BullmqJobQueue extends JobQueue {
  /** Closes the connections that `enqueue` opened, so that the process can end. After `stop`. */
  close(): Promise<void>
}

interface Running {
  readonly job: Job
  readonly failures: number
  readonly giveBack: () => void
}

export class BullmqQueue<Connection> implements BullmqJobQueue {
  readonly #place: Place<Connection>
  readonly #runtime: Runtime
  readonly #producer: Producer<Connection>
  readonly #runs: Runs<Running>
  #workers: readonly BullmqWorkerHandle[] | undefined
  #isEnding = false
  #stopping: Promise<void> | undefined

  constructor(place: Place<Connection>, runtime: Runtime) {
    this.#place = place
    this.#runtime = runtime
    this.#producer = new Producer(place, runtime)
    this.#runs = new Runs(runtime.clock)
  }

  async enqueue(job: Job): Promise<void> {
    await this.#producer.put(checkJob(job))
  }

  async start(handler: JobHandler, { concurrency }: { readonly concurrency: number }): Promise<void> {
    checkConcurrency(concurrency)
    await this.#stopping
    if (this.#workers) throw new CalendarSyncError('argument-invalid', 'The queue was started already.')
    this.#isEnding = false
    const shares = laneShares(concurrency)
    const workers = LANES.map(lane => this.#worker(handler, lane, shares[lane]))
    this.#workers = workers
    try {
      await this.#producer.inTime(Promise.all(workers.map(worker => worker.waitUntilReady())))
    } catch (error) {
      this.#workers = undefined
      for (const worker of workers) worker.close(true).catch(() => {})
      throw error
    }
  }

  stop(options: { readonly drainMs: number }): Promise<void> {
    this.#stopping ??= this.#drain(options.drainMs).finally(() => {
      this.#stopping = undefined
    })
    return this.#stopping
  }

  close(): Promise<void> {
    return this.#producer.close()
  }

  async #drain(drainMs: number): Promise<void> {
    const workers = this.#workers
    if (!workers) return
    this.#isEnding = true
    for (const worker of workers) worker.pause(true).catch(() => {})
    for (const { giveBack } of await this.#runs.drain(drainMs)) giveBack()
    const closed = Promise.allSettled(workers.map(worker => worker.close()))
    // A Redis that does not answer must not keep the process: its jobs then come back as stalled.
    const waited = new AbortController()
    const inTime = await Promise.race([
      closed,
      this.#runtime.clock.sleep(CLOSE_MS, waited.signal).catch(() => {}),
    ])
    waited.abort()
    if (!inTime) for (const worker of workers) worker.close(true).catch(() => {})
    this.#workers = undefined
  }

  #worker(handler: JobHandler, lane: Lane, concurrency: number): BullmqWorkerHandle {
    const { bullmq, connection, queue, prefix } = this.#place
    const worker = new bullmq.Worker(
      nameOf(queue, lane),
      (job, token) => this.#process(handler, lane, job, token),
      {
        connection,
        ...(prefix !== undefined && { prefix }),
        concurrency,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_CHECK_MS,
        maxStalledCount: MAX_DEATHS,
      },
    )
    // Without a listener Node would end the process.
    worker.on('error', () => this.#runtime.logger.error('Redis trouble in a worker', { lane }))
    return worker
  }

  async #process(
    handler: JobHandler,
    lane: Lane,
    taken: BullmqJob,
    token: string | undefined,
  ): Promise<void> {
    const { name, key, data, failures } = taken.data as Envelope
    let giveBack = () => {}
    const givenBack = new Promise<'given-back'>(resolve => {
      giveBack = () => resolve('given-back')
    })
    const running = { job: { name, key, data, lane }, failures, giveBack }
    if (this.#isEnding) return this.#back(taken, token)
    let settled: Promise<void> | undefined
    const run = this.#runs.run(handler, running, outcome => {
      // Not awaited inside: what goes wrong here is BullMQ's to repeat.
      settled = this.#settle(running, outcome)
      return settled.catch(() => {})
    })
    if ((await Promise.race([run, givenBack])) === 'given-back') return this.#back(taken, token)
    await settled
  }

  /** BullMQ's way of saying "not finished, and no failure": the next worker takes it at once. */
  async #back(taken: BullmqJob, token: string | undefined): Promise<void> {
    await taken.moveToDelayed(this.#runtime.clock.now(), token)
    throw new this.#place.bullmq.DelayedError()
  }

  async #settle({ job, failures }: Running, outcome: Outcome): Promise<void> {
    const { name, key } = job
    if (typeof outcome !== 'object') return
    if ('retryAt' in outcome) {
      await this.#producer.put({ ...job, notBefore: outcome.retryAt })
    } else if ('dead' in outcome) {
      this.#runtime.logger.error('job given up by its handler', { name, key, reason: outcome.dead })
    } else {
      const delay = Math.min(FIRST_DELAY_MS * 2 ** failures, MAX_DELAY_MS)
      this.#runtime.logger.info('job failed and will run again', {
        name,
        key,
        code: codeOf(outcome.failed),
        delay,
      })
      await this.#producer.put({ ...job, notBefore: this.#runtime.clock.now() + delay }, failures + 1)
    }
  }
}
