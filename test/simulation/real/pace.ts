import { setTimeout as sleep } from 'node:timers/promises'
import type { Crew } from './crew.ts'
import type { GoogleProcess } from './google-process.ts'
import type { Held } from './messages.ts'
import type { SharedTime } from './shared-time.ts'

/** Real, between two looks at processes that are at work. */
const LOOK_MS = 2
/** What passes with each look, while something is at work. */
const STEP_MS = 60
/** So many looks without a move: what is under way waits for an answer that is late, or never comes. */
const STILL_LOOKS = 15
const LONG_STEP_MS = 1_000
/** Real. */
const ANSWERS_WITHIN_MS = 300_000

interface Planned {
  readonly at: number
  readonly run: () => void
}

export interface PaceParts {
  readonly time: SharedTime
  readonly google: GoogleProcess
  readonly crew: Crew
  /** When the books next have something due, epoch ms. */
  readonly nextDue: () => number
  /** Some process is at work right now. */
  readonly onWork: () => void
  readonly isOver: () => boolean
}

/**
 * Lets time pass, and by itself alone. While a process waits for an answer, a little with each turn that every
 * process has had; once all of them only sleep, time leaps to what comes next. So a slow or busy machine makes a
 * history longer and nothing else: no request times out, and no claim is lost, for want of a processor.
 */
export class Pace {
  readonly #parts: PaceParts
  #planned: Planned[] = []
  #moves = 0
  #stillLooks = 0

  constructor(parts: PaceParts) {
    this.#parts = parts
  }

  get now(): number {
    return this.#parts.time.now
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

  /** As much time as the work takes. */
  async until<T>(work: Promise<T>): Promise<T> {
    let isDone = false
    const done = () => {
      isDone = true
    }
    work.then(done, done)
    while (!isDone) {
      // Nobody is there to need time while the first ones load.
      if (this.#parts.crew.awake.length > 0) await this.#step(this.now + STEP_MS)
      await sleep(LOOK_MS)
    }
    return work
  }

  #runPlanned(): void {
    while (this.#planned[0] && this.#planned[0].at <= this.now) this.#planned.shift()?.run()
  }

  async #step(until: number): Promise<void> {
    const { crew, time, onWork } = this.#parts
    const members = crew.awake
    const held = await this.#inTime(members.map(member => member.hold()))
    const next = this.#next(held, until)
    time.pass(next > 0 ? next - this.now : this.#stepFor(held))
    for (const member of members) member.release()
    if (next > 0) return
    onWork()
    await sleep(LOOK_MS)
  }

  async #inTime(holds: Promise<Held | undefined>[]): Promise<(Held | undefined)[]> {
    const timeUp = new AbortController()
    const tooLate = sleep(ANSWERS_WITHIN_MS, undefined, { signal: timeUp.signal }).then(() => {
      throw new Error(`A process did not answer within ${ANSWERS_WITHIN_MS / 1_000} s.`)
    })
    tooLate.catch(() => {})
    const answers = Promise.all([this.#parts.google.turn(), ...holds])
    const [, ...held] = await Promise.race([answers, tooLate])
    timeUp.abort()
    return held
  }

  #stepFor(held: readonly (Held | undefined)[]): number {
    const moves = held.reduce((sum, one) => sum + (one?.moves ?? 0), 0)
    this.#stillLooks = moves === this.#moves ? this.#stillLooks + 1 : 0
    this.#moves = moves
    return this.#stillLooks < STILL_LOOKS ? STEP_MS : LONG_STEP_MS
  }

  /** What comes next, epoch ms, when all processes only sleep; else 0. */
  #next(held: readonly (Held | undefined)[], until: number): number {
    const quiet = held.filter(one => one !== undefined && !one.busy) as Held[]
    if (quiet.length < held.length) return 0
    const now = this.now
    // The first worker makes the file that says so.
    const due = held.length === 0 ? until : this.#parts.nextDue()
    // Ticks of idle timer loops are put off until something is due.
    const ticks = due > now ? [due] : quiet.map(({ tick }) => tick)
    const next = Math.min(until, this.#planned[0]?.at ?? until, ...quiet.map(({ other }) => other), ...ticks)
    return next > now ? next : 0
  }
}
