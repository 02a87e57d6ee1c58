import type { Job, JobHandler, JobQueue } from '../../src/contracts/job-queue.ts'
import type { SimProcess } from './process.ts'
import type { World } from './world.ts'

const DOUBLED_MS: readonly number[] = [0, 5, 400, 20_000]

/** One queue between all processes. Wake-ups get lost, doubled, delayed and reordered, and go to anybody. */
export class SimQueue {
  readonly #world: World
  readonly #handlers = new Map<SimProcess, JobHandler>()

  constructor(world: World) {
    this.#world = world
  }

  of(process: SimProcess): JobQueue {
    return {
      enqueue: job => process.gate('queue.enqueue', () => this.#enqueue(job), [job]),
      start: async handler => {
        this.#handlers.set(process, handler)
      },
      stop: async () => {
        this.#handlers.delete(process)
      },
    }
  }

  leave(process: SimProcess): void {
    this.#handlers.delete(process)
  }

  async #enqueue(job: Job): Promise<void> {
    const { faults, rates, scheduler, coverage } = this.#world
    const fate = faults.weighted([rates.wake, rates.wake])
    if (fate === 1) {
      coverage.hit('queue.enqueue', 'lost')
      return
    }
    const wait = Math.max(0, (job.notBefore ?? 0) - scheduler.now)
    this.#deliver(job, wait + Math.floor(scheduler.float() * 20))
    if (fate !== 2) return
    coverage.hit('queue.enqueue', 'doubled')
    this.#deliver(job, wait + faults.pick(DOUBLED_MS))
  }

  #deliver(job: Job, ms: number): void {
    const { scheduler } = this.#world
    scheduler.after(ms, 'job', () => {
      const all = [...this.#handlers].filter(
        ([process]) => !process.dead && process.frozenUntil <= scheduler.now,
      )
      const taken = all[Math.floor(scheduler.float() * all.length)]
      if (taken) void taken[1](job, { signal: new AbortController().signal })
    })
  }
}
