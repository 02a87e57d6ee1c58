import type { Admission, CallOutcome } from '../call-limiter.ts'
import { LANES } from './limits.ts'
import { Pacer } from './pacer.ts'
import { type Place, Queue } from './queue.ts'

/** A call that waits. */
export class Waiter {
  readonly units: number
  readonly lane: number
  readonly line: Line
  readonly deadline: number
  readonly settle: (admission: Admission) => void
  readonly #place: Place<Waiter>

  constructor(call: Pick<Waiter, 'units' | 'lane' | 'line' | 'deadline' | 'settle'>) {
    this.units = call.units
    this.lane = call.lane
    this.line = call.line
    this.deadline = call.deadline
    this.settle = call.settle
    this.#place = call.line.lane(call.lane).add(this)
  }

  leave(): void {
    this.line.lane(this.lane).remove(this.#place)
  }
}

/** Where calls of one user wait: a line for each calendar written to, and one for everything else. */
export class Line {
  readonly key: string
  /** Writes to one calendar go one at a time, and are paced. */
  readonly #serial: boolean
  readonly #lanes = LANES.map(() => new Queue<Waiter>())
  readonly #pacer = new Pacer()
  #running = 0

  constructor(key: string, serial: boolean) {
    this.key = key
    this.#serial = serial
  }

  lane(lane: number): Queue<Waiter> {
    const queue = this.#lanes[lane]
    if (queue === undefined) throw new RangeError('No such lane.')
    return queue
  }

  /** When its next call may start as far as the calendar goes; Infinity while one is running. */
  readyAt(now: number): number {
    return this.#serial && this.#running > 0 ? Number.POSITIVE_INFINITY : this.#pacer.readyAt(now)
  }

  start(now: number): void {
    this.#running++
    this.#pacer.started(now)
  }

  end({ ok, limited }: CallOutcome, now: number): void {
    this.#running--
    if (limited && this.#serial) this.#pacer.limited(now)
    else if (ok) this.#pacer.succeeded()
  }

  *waiters(): Generator<Waiter> {
    for (const lane of this.#lanes) yield* lane
  }

  hasWaiters(): boolean {
    return this.#lanes.some(lane => lane.first !== undefined)
  }

  isIdle(now: number): boolean {
    return this.#running === 0 && !this.hasWaiters() && this.#pacer.isForgettable(now)
  }
}
