import type { Job, Lane } from '../../contracts/job-queue.ts'
import { betterLane, LANES } from '../job-queue/lanes.ts'
import { TimeHeap } from './time-heap.ts'

export interface WaitingJob {
  readonly id: string
  readonly job: Job
  lane: Lane
  /** Epoch ms; not before. */
  at: number
  /** Failed runs in a row. */
  failures: number
}

interface Alarm {
  readonly at: number
  readonly order: number
  readonly waiting: WaitingJob
}

/** The jobs that do not run now: ready ones by lane in the order they became so, and delayed ones by time. */
export class WaitingJobs {
  readonly #byId = new Map<string, WaitingJob>()
  readonly #ready = new Map<Lane, Map<string, WaitingJob>>(LANES.map(lane => [lane, new Map()]))
  readonly #delayed = new TimeHeap<Alarm>()
  #order = 0

  get size(): number {
    return this.#byId.size
  }

  has(id: string): boolean {
    return this.#byId.has(id)
  }

  /** Merged with one of its name and key that waits already: the earlier time and the better lane win. */
  add(job: Job, at: number, failures: number): void {
    const id = idOf(job)
    const held = this.#byId.get(id)
    if (!held) {
      const waiting = { id, job, lane: job.lane, at, failures }
      this.#byId.set(id, waiting)
      this.#delay(waiting)
      return
    }
    held.failures = Math.max(held.failures, failures)
    const better = betterLane(held.lane, job.lane)
    const ready = this.#ready.get(held.lane)
    if (better !== held.lane && ready?.delete(id)) this.#ready.get(better)?.set(id, held)
    held.lane = better
    if (at >= held.at) return
    held.at = at
    this.#delay(held)
  }

  /** Moves those whose time has come to their lanes. */
  wake(now: number): void {
    for (let alarm = this.#delayed.peek(); alarm && alarm.at <= now; alarm = this.#delayed.peek()) {
      this.#delayed.pop()
      const { waiting } = alarm
      if (this.#isCurrent(alarm)) this.#ready.get(waiting.lane)?.set(waiting.id, waiting)
    }
  }

  /** The next ready one of the lane that is not held back. */
  take(lane: Lane, isHeldBack: (id: string) => boolean): WaitingJob | undefined {
    const ready = this.#ready.get(lane)
    for (const waiting of ready?.values() ?? []) {
      if (isHeldBack(waiting.id)) continue
      ready?.delete(waiting.id)
      this.#byId.delete(waiting.id)
      return waiting
    }
    return undefined
  }

  /** When the next delayed one is to be woken. */
  nextAt(): number | undefined {
    for (let alarm = this.#delayed.peek(); alarm; alarm = this.#delayed.peek()) {
      if (this.#isCurrent(alarm)) return alarm.at
      this.#delayed.pop()
    }
    return undefined
  }

  #delay(waiting: WaitingJob): void {
    this.#delayed.push({ at: waiting.at, order: ++this.#order, waiting })
  }

  /** An alarm is left behind when its job was brought forward, and may have run since. */
  #isCurrent({ at, waiting }: Alarm): boolean {
    return waiting.at === at && this.#byId.get(waiting.id) === waiting
  }
}

export const idOf = (job: Job): string => `${job.name.length}:${job.name}${job.key}`
