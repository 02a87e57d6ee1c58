import { SeededRandom } from '../../src/testing/index.ts'
import { drain } from './microtasks.ts'

/** Who an event belongs to: its events wait while it is frozen, and never come once it is dead. */
export interface Owner {
  readonly dead: boolean
  readonly frozenUntil: number
}

export interface Scheduled {
  at: number
  tie: number
  readonly seq: number
  readonly label: string
  readonly run: () => void
  readonly owner: Owner | undefined
  readonly isTick: boolean
  cancelled: boolean
}

/** When the database next has something due; ticks of idle timer loops are put off until then. */
export type NextDue = () => number

const TICK_SPREAD_MS = 5_000

/**
 * One queue of everything that will happen: answers of ports, sleeps, acts of people. It owns the time; equal
 * moments are ordered by seed. Between any two events the microtasks run dry.
 */
export class Scheduler {
  now: number
  steps = 0
  /** Of what happened when: two runs of one seed must agree. */
  hash = 0x811c9dc5
  readonly #heap: Scheduled[] = []
  readonly #random: SeededRandom
  readonly #nextDue: NextDue
  readonly #labels = new Map<string, number>()
  #parked: Scheduled[] = []
  #seq = 0

  constructor(seed: number, now: number, nextDue: NextDue) {
    this.now = now
    this.#random = new SeededRandom(seed)
    this.#nextDue = nextDue
  }

  /** Chance for delays and order; not part of what shrinks. */
  float(): number {
    return this.#random.float()
  }

  after(ms: number, label: string, run: () => void, owner?: Owner, isTick = false): Scheduled {
    const event: Scheduled = {
      at: this.now + (ms > 0 ? ms : 0),
      tie: this.#random.float(),
      seq: this.#seq++,
      ...{ label, run, owner, isTick, cancelled: false },
    }
    this.#push(event)
    return event
  }

  /** Whether anything but idle ticks is still to come before `until`. */
  step(until: number): boolean {
    drain()
    this.#releaseTicks(until)
    const event = this.#heap[0]
    if (event === undefined || event.at > until) {
      this.now = Math.max(this.now, until)
      return false
    }
    this.#pop()
    if (event.cancelled || event.owner?.dead) return true
    if (event.owner && event.owner.frozenUntil > this.now && event.owner.frozenUntil > event.at) {
      this.now = Math.max(this.now, event.at)
      event.at = event.owner.frozenUntil
      this.#push(event)
      return true
    }
    this.now = Math.max(this.now, event.at)
    if (event.isTick && this.#nextDue() > this.now) {
      this.#parked.push(event)
      return true
    }
    this.steps++
    this.#note(event)
    event.run()
    return true
  }

  #note(event: Scheduled): void {
    let id = this.#labels.get(event.label)
    if (id === undefined) {
      id = this.#labels.size
      this.#labels.set(event.label, id)
    }
    this.hash = Math.imul(this.hash ^ (event.at & 0x7fffffff), 0x01000193)
    this.hash = Math.imul(this.hash ^ id, 0x01000193)
  }

  /** Late ticks are within the clock's contract, and an idle hour costs nothing. */
  #releaseTicks(until: number): void {
    if (this.#parked.length === 0) return
    const due = this.#nextDue()
    const next = Math.min(this.#heap[0]?.at ?? Number.POSITIVE_INFINITY, until)
    if (due > next) return
    const parked = this.#parked
    this.#parked = []
    for (const tick of parked) {
      tick.at = Math.max(this.now, due) + Math.floor(this.#random.float() * TICK_SPREAD_MS)
      this.#push(tick)
    }
  }

  #push(event: Scheduled): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(event)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const other = heap[parent] as Scheduled
      if (!isBefore(event, other)) break
      heap[at] = other
      at = parent
    }
    heap[at] = event
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop() as Scheduled
    const size = heap.length
    if (size === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= size) break
      if (child + 1 < size && isBefore(heap[child + 1] as Scheduled, heap[child] as Scheduled)) child++
      if (!isBefore(heap[child] as Scheduled, last)) break
      heap[at] = heap[child] as Scheduled
      at = child
    }
    heap[at] = last
  }
}

function isBefore(a: Scheduled, b: Scheduled): boolean {
  return a.at !== b.at ? a.at < b.at : a.tie !== b.tie ? a.tie < b.tie : a.seq < b.seq
}
