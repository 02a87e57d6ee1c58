import type { MaybePromise } from '../../../contracts/appointment-source.ts'
import type { Job, JobHandler, JobQueue, JobResult, Lane } from '../../../contracts/job-queue.ts'
import type { Expect } from '../runner.ts'

/** What a queue's test file gives for each case: an empty queue that was not started. */
export interface JobQueueFixture {
  readonly queue: JobQueue
  /** For durable queues: another handle to the same jobs, as after a restart. */
  reopen?(): MaybePromise<JobQueue>
  close?(): MaybePromise<void>
}

export interface QueueHarness {
  readonly queue: JobQueue
  readonly expect: Expect
  readonly now: () => number
  /** Waits for the condition, and fails when it does not come true. */
  readonly until: (what: string, condition: () => boolean) => Promise<void>
  /** Lets time pass in which nothing more should happen. */
  readonly quiet: (ms?: number) => Promise<void>
  readonly reopen: () => Promise<JobQueue>
}

export const aJob = (key: string, more: Partial<Job> = {}): Job => ({
  name: 'sync',
  key,
  data: { workspaceId: 'w1', appointmentId: key },
  lane: 'interactive',
  ...more,
})

export interface Run {
  readonly job: Job
  readonly at: number
  readonly signal: AbortSignal
  isOver: boolean
}

/** A handler that notes its runs. Runs of jobs whose key opens with `held` go on until `release`. */
export class Worker {
  readonly runs: Run[] = []
  readonly #now: () => number
  readonly #answer: (job: Job, run: number) => MaybePromise<JobResult>
  #release: (() => void)[] = []

  constructor(now: () => number, answer: (job: Job, run: number) => MaybePromise<JobResult> = () => 'done') {
    this.#now = now
    this.#answer = answer
  }

  readonly handler: JobHandler = async (job, { signal }) => {
    const run: Run = { job, at: this.#now(), signal, isOver: false }
    this.runs.push(run)
    try {
      if (job.key.startsWith('held')) await new Promise<void>(resolve => this.#release.push(resolve))
      return await this.#answer(job, this.of(job.key).length)
    } finally {
      run.isOver = true
    }
  }

  of(key: string): readonly Run[] {
    return this.runs.filter(run => run.job.key === key)
  }

  running(lane: Lane): number {
    return this.runs.filter(run => run.job.lane === lane && !run.isOver).length
  }

  release(): void {
    const held = this.#release
    this.#release = []
    for (const go of held) go()
  }
}
