import { setTimeout as sleep } from 'node:timers/promises'
import type { Crew } from './crew.ts'
import type { LeapingClock } from './leaping-clock.ts'
import type { Leaps } from './leaps.ts'
import type { Held } from './member.ts'
import type { Rhythm } from './rhythm.ts'

/** Real, between two looks at processes that are at work. */
const LOOK_MS = 3
const ANSWERS_WITHIN_MS = 60_000

interface Planned {
  readonly at: number
  readonly run: () => void
}

export interface PaceParts {
  readonly clock: LeapingClock
  readonly leaps: Leaps
  readonly rhythm: Rhythm
  readonly crew: Crew
  /** When the books next have something due, epoch ms. */
  readonly nextDue: () => number
  /** Some process is at work right now. */
  readonly onWork: () => void
  readonly isOver: () => boolean
  readonly onStuck: (message: string) => void
}

/**
 * Lets time pass. While any process waits for an answer, at the pace of the clock; once all of them only sleep, time
 * leaps to what comes next. So a slow machine makes a history longer, and never fail.
 */
export class Pace {
  readonly #parts: PaceParts
  #planned: Planned[] = []

  constructor(parts: PaceParts) {
    this.#parts = parts
  }

  get now(): number {
    return this.#parts.clock.now()
  }

  after(ms: number, run: () => void): void {
    this.#planned.push({ at: this.now + ms, run })
    this.#planned.sort((a, b) => a.at - b.at)
  }

  async advance(ms: number): Promise<void> {
    const until = this.now + ms
    while (this.now < until && !this.#parts.isOver()) {
      this.#runPlanned()
      await this.#step(until)
    }
    this.#runPlanned()
  }

  #runPlanned(): void {
    while (this.#planned[0] && this.#planned[0].at <= this.now) this.#planned.shift()?.run()
  }

  async #step(until: number): Promise<void> {
    const { crew, leaps, rhythm, onWork, onStuck } = this.#parts
    const members = crew.awake
    let timer: NodeJS.Timeout | undefined
    const timeUp = new Promise<'stuck'>(resolve => {
      timer = setTimeout(resolve, ANSWERS_WITHIN_MS, 'stuck')
    })
    const askedAt = performance.now()
    const held = await Promise.race([Promise.all(members.map(member => member.hold())), timeUp])
    clearTimeout(timer)
    if (held === 'stuck') {
      onStuck(`a process did not answer for ${ANSWERS_WITHIN_MS / 1_000} s`)
      return
    }
    if (members.length > 0) rhythm.measured(performance.now() - askedAt)
    const next = this.#next(held, until)
    if (next > this.now) leaps.add(next - this.now)
    for (const member of members) member.release()
    if (next > 0) return
    onWork()
    await sleep(LOOK_MS)
  }

  /** What comes next, epoch ms, when all processes only sleep; else 0. */
  #next(held: readonly (Held | undefined)[], until: number): number {
    const quiet = held.filter(one => one !== undefined && !one.busy) as Held[]
    if (quiet.length < held.length) return 0
    const now = this.now
    const due = this.#parts.nextDue()
    // Ticks of idle timer loops are put off until something is due.
    const ticks = due > now ? [due] : quiet.map(({ tick }) => tick)
    const next = Math.min(until, this.#planned[0]?.at ?? until, ...quiet.map(({ other }) => other), ...ticks)
    return next > now ? next : 0
  }
}
