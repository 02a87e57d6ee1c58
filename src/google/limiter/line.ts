import type { Admission, CallOutcome } from '../call-limiter.ts'
import { LANES } from './limits.ts'
import { Pacer } from './pacer.ts'

export interface Waiter {
  readonly units: number
  readonly line: Line
  readonly lane: number
  readonly deadline: number
  settle(admission: Admission): void
}

/** Where calls of one user wait: a line for each calendar written to, and one for everything else. */
export class Line {
  readonly key: string
  /** Writes to one calendar go one at a time, and are paced. */
  readonly #serial: boolean
  readonly #waiting: readonly Set<Waiter>[] = LANES.map(() => new Set<Waiter>())
  readonly #pacer = new Pacer()
  #running = 0

  constructor(key: string, serial: boolean) {
    this.key = key
    this.#serial = serial
  }

  add(waiter: Waiter): void {
    this.#waiting[waiter.lane]?.add(waiter)
  }

  remove(waiter: Waiter): void {
    this.#waiting[waiter.lane]?.delete(waiter)
  }

  first(lane: number): Waiter | undefined {
    return this.#waiting[lane]?.values().next().value
  }

  /** When its next call may start as far as the calendar goes; Infinity while one is running. */
  readyAt(now: number): number {
    return this.#serial && this.#running > 0 ? Number.POSITIVE_INFINITY : this.#pacer.readyAt(now)
  }

  start(waiter: Waiter, now: number): void {
    this.remove(waiter)
    this.#running++
    this.#pacer.started(now)
  }

  end({ ok, limited }: CallOutcome, now: number): void {
    this.#running--
    if (limited && this.#serial) this.#pacer.limited(now)
    else if (ok) this.#pacer.succeeded()
  }

  *waiters(): Generator<Waiter> {
    for (const lane of this.#waiting) yield* lane
  }

  isIdle(now: number): boolean {
    return (
      this.#running === 0 && this.#waiting.every(lane => lane.size === 0) && this.#pacer.isForgettable(now)
    )
  }
}
