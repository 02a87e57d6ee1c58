/**
 * JobQueue: a doorbell. What is to be done stands in the state store; a lost job costs one period of the timer
 * loop, never a change.
 *
 * 1. `enqueue` resolves once the job will be run at least once, and rejects otherwise. No order is promised, nor
 *    that two jobs of one key never run at once.
 * 2. A waiting job absorbs another of its name and key only if it starts no later than the new one would; its
 *    lane becomes the better of the two. A hundred equal calls lead to at most two runs.
 * 3. An `enqueue` while a job of that key runs leads to one more run after it.
 * 4. `notBefore` (epoch ms) in the past means now.
 * 5. Lanes: `interactive` before `pull` before `bulk`. A busy lane never keeps a better one waiting.
 * 6. The handler answers `done`, `{ retryAt }` (epoch ms; runs again then, counted as no failure) or `{ dead }`.
 *    A throw means: run again after a growing delay.
 * 7. `stop` takes no new job, waits `drainMs` for running ones, then aborts their signal. Unfinished jobs of a
 *    durable queue come back.
 * 8. Keys match `[a-z][a-z0-9._-]{0,127}`; data is plain JSON of at most 4 kB and holds ids only.
 * 9. `enqueue` works before `start` and in processes that never start; of such a process a queue without a store may
 *    forget all but a thousand jobs. There is no cron.
 * 10. A queue in the host's own database may take the host's transaction: the job is then part of that commit, and
 *    gone on rollback. Such a job is only inserted, beside any other of its key: no conflict, no lock, no wait.
 */
export interface JobQueue {
  enqueue(job: Job, options?: { readonly transaction?: unknown }): Promise<void>
  /** Whether `enqueue` takes a transaction right now, without any other connection to the database. */
  readonly joinsTransactions?: boolean | undefined
  start(handler: JobHandler, options: { readonly concurrency: number }): Promise<void>
  stop(options: { readonly drainMs: number }): Promise<void>
}

export interface Job {
  readonly name: string
  readonly key: string
  readonly data: JobData
  readonly notBefore?: number | undefined
  readonly lane: Lane
}

export type JobData = Readonly<Record<string, string | number | boolean>>

export type Lane = 'interactive' | 'pull' | 'bulk'

export type JobHandler = (job: Job, context: { readonly signal: AbortSignal }) => Promise<JobResult>

export type JobResult = 'done' | { readonly retryAt: number } | { readonly dead: string }
