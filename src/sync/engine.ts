import { createHash } from 'node:crypto'
import type { AccountRef, AppointmentRef } from '../contracts/identity.ts'
import type { Job, JobQueue, JobResult } from '../contracts/job-queue.ts'
import type { MarkOrigin } from '../contracts/mark-store.ts'
import type { SyncStateStore } from '../contracts/state-store.ts'
import { CalendarSyncError } from '../errors.ts'
import { workOn } from './account-work.ts'
import { CalendarProbe } from './calendar-probe.ts'
import type { EngineDependencies } from './dependencies.ts'
import { DueLoop } from './due-loop.ts'
import { AccountHealth } from './health.ts'
import { JOINED_WAKE_DELAY_MS, REPAIRS_AT_ONCE } from './limits.ts'
import { Pool } from './pool.ts'
import { runRef } from './run.ts'
import type { Engine } from './run-context.ts'

const WAKE = 'wake'

export interface MarkOptions {
  /** The host's transaction: the mark commits or rolls back with it (ENGINE A1). */
  readonly transaction?: unknown
}

/**
 * The mark in the host's transaction, its wake-up too where the queue can, and nothing else: any other call to the
 * store could wait for the connection that the host's transaction holds, be it the only one or the last of a pool.
 */
export async function markJoined(
  { marks }: SyncStateStore,
  queue: JobQueue,
  ref: AppointmentRef,
  transaction: unknown,
): Promise<{ readonly marked: true; readonly rung: boolean }> {
  await marks.insert([{ ref, lane: 'interactive', origin: 'host' }], { transaction })
  const rung = queue.joinsTransactions === true
  if (rung) await queue.enqueue(wakeJob(ref), { transaction })
  return { marked: true, rung }
}

/** A hint that a mark of this ref is due. */
export function wakeJob(ref: AppointmentRef, notBefore?: number): Job {
  const data = { workspaceId: ref.workspaceId, appointmentId: ref.appointmentId }
  return { name: WAKE, key: wakeKey(ref), data, notBefore, lane: 'interactive' }
}

export interface MarkResult {
  /** `false`: no one is connected in the workspace, or the store failed and `changes` will find it. */
  readonly marked: boolean
}

/** The engine in one process: takes marks in, and works them off by wake-ups and by the timer loop. */
export class SyncEngine {
  readonly #engine: Engine
  readonly #loop: DueLoop
  readonly #running = new Set<Promise<unknown>>()
  #stop: AbortController | undefined
  #started = Promise.resolve()

  constructor(deps: EngineDependencies) {
    const health = new AccountHealth(Math.max(1, Math.floor(deps.settings.concurrency / 2)), account => {
      void this.#recovered(account)
    })
    this.#engine = {
      deps,
      health,
      probe: new CalendarProbe(deps.runtime.clock),
      repairs: new Pool(REPAIRS_AT_ONCE),
    }
    this.#loop = new DueLoop(this.#engine)
  }

  /** Called again it answers as the first call did, which may still be under way. */
  start(): Promise<void> {
    if (!this.#stop) this.#started = this.#start()
    return this.#started
  }

  async #start(): Promise<void> {
    const stop = new AbortController()
    this.#stop = stop
    this.#track(this.#loop.run(stop.signal))
    const { queue, settings } = this.#engine.deps
    try {
      await queue.start(job => this.#onJob(job, stop.signal), { concurrency: settings.concurrency })
    } catch (error) {
      // Nothing runs, as the rejection says: a later start is a whole one.
      if (this.#stop === stop) this.#stop = undefined
      stop.abort(new CalendarSyncError('stopped', 'The queue did not start.', { retryable: true }))
      throw error
    }
  }

  /** Lets what runs come to an end for `drainMs`, then cuts it short; what is left stays due. */
  async stop({ drainMs }: { readonly drainMs: number }): Promise<void> {
    const stop = this.#stop
    if (!stop) return
    this.#stop = undefined
    const { queue, runtime } = this.#engine.deps
    const drained = queue.stop({ drainMs })
    const waited = new AbortController()
    this.#loop.drain()
    const work = Promise.allSettled(this.#running)
    await Promise.race([work, runtime.clock.sleep(drainMs, waited.signal).catch(() => {})])
    waited.abort()
    stop.abort(new CalendarSyncError('stopped', 'The engine was stopped.', { retryable: true }))
    await Promise.allSettled([work, drained])
  }

  runDue(options: {
    readonly maxMs: number
    readonly signal: AbortSignal
  }): Promise<{ readonly idle: boolean }> {
    return this.#loop.runDue(options)
  }

  /** Inserts the mark, then rings. Store and queue trouble does not reach the host (ENGINE A7). */
  async appointmentChanged(ref: AppointmentRef): Promise<MarkResult> {
    try {
      if (!(await this.#engine.deps.state.connections.existsIn(ref.workspaceId))) return { marked: false }
      await this.#mark(ref, 'host', {})
    } catch (error) {
      if (isMisuse(error)) throw error
      this.#engine.deps.report({ code: 'mark-failed', ref, cause: codeOf(error) })
      return { marked: false }
    }
    await this.wake(ref)
    return { marked: true }
  }

  /** Once the host's transaction may have committed. */
  wakeJoined(ref: AppointmentRef): Promise<void> {
    return this.wake(ref, JOINED_WAKE_DELAY_MS)
  }

  /** A hint that a mark of this ref is due. Losing it costs one period of the timer loop. */
  async wake(ref: AppointmentRef, delayMs = 0): Promise<void> {
    const { queue, runtime, report } = this.#engine.deps
    const notBefore = delayMs > 0 ? runtime.clock.now() + delayMs : undefined
    try {
      await queue.enqueue(wakeJob(ref, notBefore))
    } catch (error) {
      report({ code: 'wake-failed', ref, cause: codeOf(error) })
    }
  }

  /** Somebody asks for another try now: the event is read first (ENGINE B8). */
  async retry(ref: AppointmentRef, userId?: string): Promise<void> {
    await this.#mark(ref, 'host', { verify: true, userId })
    await this.wake(ref)
  }

  /** Does what is due for one account, now and here; nothing when another process is at it. */
  workOn(account: AccountRef): Promise<unknown> {
    return this.#track(workOn(this.#engine, account, this.#stop?.signal ?? new AbortController().signal))
  }

  /** Something of an account was made due; do not wait for the period to end. */
  kick(): void {
    this.#loop.wake()
  }

  #mark(
    ref: AppointmentRef,
    origin: MarkOrigin,
    { verify, userId }: { verify?: boolean; userId?: string | undefined },
  ): Promise<void> {
    return this.#engine.deps.state.marks.insert([{ ref, lane: 'interactive', origin, verify, userId }])
  }

  async #onJob(job: Job, signal: AbortSignal): Promise<JobResult> {
    if (job.name !== WAKE) return { dead: 'unknown-job' }
    const { workspaceId, appointmentId } = job.data
    if (typeof workspaceId !== 'string' || typeof appointmentId !== 'string') return { dead: 'bad-data' }
    try {
      await this.#track(runRef(this.#engine, { workspaceId, appointmentId }, signal))
    } catch (error) {
      // The mark stands, and the timer loop comes back to it.
      this.#engine.deps.report({ code: 'store-failed', cause: codeOf(error) })
    }
    return 'done'
  }

  async #recovered(account: AccountRef): Promise<void> {
    try {
      await this.#engine.deps.state.marks.bringForward(account, ['network', 'rate'])
      this.#loop.wake()
    } catch (error) {
      this.#engine.deps.report({ code: 'store-failed', account, cause: codeOf(error) })
    }
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#running.delete(tracked))
    this.#running.add(tracked)
    return tracked
  }
}

function wakeKey(ref: AppointmentRef): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([ref.workspaceId, ref.appointmentId]))
    .digest('hex')
  return `wake.${digest.slice(0, 40)}`
}

/** The caller's own mistake: thrown whatever else is promised. */
export function isMisuse(error: unknown): boolean {
  return (
    CalendarSyncError.is(error) &&
    (error.code === 'argument-invalid' || error.code === 'transaction-unsupported')
  )
}

function codeOf(error: unknown): string {
  return CalendarSyncError.is(error) ? error.code : 'unexpected'
}
