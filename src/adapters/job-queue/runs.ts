import type { Job, JobHandler, JobResult, Lane } from '../../contracts/job-queue.ts'
import type { Clock } from '../../contracts/runtime.ts'
import { CalendarSyncError } from '../../errors.ts'

export type Outcome = JobResult | { readonly failed: unknown }

/** A job as its engine holds it. */
export interface Ticket {
  readonly job: Job
}

interface Run<T extends Ticket> {
  readonly ticket: T
  readonly controller: AbortController
  /** Given back: what the handler still answers counts no more. */
  isGivenBack: boolean
}

/** The jobs this process runs, and their orderly end. For queues whose jobs outlive the process. */
export class Runs<T extends Ticket> {
  readonly byLane: Record<Lane, number> = { interactive: 0, pull: 0, bulk: 0 }
  readonly #clock: Clock
  readonly #running = new Set<Run<T>>()
  #onIdle: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** What runs and was not given back. */
  get tickets(): readonly T[] {
    return [...this.#running].filter(run => !run.isGivenBack).map(run => run.ticket)
  }

  /** Runs the handler; `settle`, which must not reject, hears how it went unless the job was given back. */
  async run(handler: JobHandler, ticket: T, settle: (outcome: Outcome) => Promise<void>): Promise<void> {
    const run: Run<T> = { ticket, controller: new AbortController(), isGivenBack: false }
    const { lane } = ticket.job
    this.#running.add(run)
    this.byLane[lane]++
    const outcome = await attempt(handler, ticket.job, run.controller.signal)
    if (!run.isGivenBack) await settle(outcome)
    this.byLane[lane]--
    this.#running.delete(run)
    if (this.#running.size === 0) this.#onIdle?.()
  }

  /** Waits `drainMs` for what runs, then aborts the rest and answers it, to be given back. */
  async drain(drainMs: number): Promise<readonly T[]> {
    if (drainMs > 0 && this.#running.size > 0) {
      const waited = new AbortController()
      const idle = new Promise<void>(resolve => {
        this.#onIdle = resolve
      })
      await Promise.race([idle, this.#clock.sleep(drainMs, waited.signal).catch(() => {})])
      waited.abort()
      this.#onIdle = undefined
    }
    const left = [...this.#running].filter(run => !run.isGivenBack)
    const reason = new CalendarSyncError('stopped', 'The queue was stopped before the job was done.')
    for (const run of left) {
      run.isGivenBack = true
      run.controller.abort(reason)
    }
    return left.map(run => run.ticket)
  }
}

async function attempt(handler: JobHandler, job: Job, signal: AbortSignal): Promise<Outcome> {
  try {
    return await handler(job, { signal })
  } catch (error) {
    return { failed: error }
  }
}

export const codeOf = (error: unknown): string => (CalendarSyncError.is(error) ? error.code : 'unknown')

export function checkConcurrency(concurrency: number): void {
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new CalendarSyncError('argument-invalid', 'The concurrency of a queue is a whole number above 0.')
  }
}
