import { Hold } from './hold.ts'
import { LANES } from './limits.ts'
import { Line, type Waiter } from './line.ts'
import type { Place } from './queue.ts'
import type { Window } from './sliding-window.ts'
import type { Sleeper } from './wake-heap.ts'

/** Which call of a user goes next, or when to look again (Infinity: when an answer comes in). */
export type Choice = { readonly waiter: Waiter } | { readonly at: number }

/** One Google user: budget, pause, lines. */
export class User implements Sleeper {
  wakeAt = 0
  heapIndex = -1
  /** Where it stands ready, if it does. */
  ready: { readonly lane: number; readonly place: Place<User> } | undefined
  readonly subject: string
  readonly window: Window
  readonly hold = new Hold()
  readonly #lines = new Map<string, Line>()

  constructor(subject: string, window: Window) {
    this.subject = subject
    this.window = window
  }

  line(calendarId: string | undefined, write: boolean): Line {
    const key = write ? `w${calendarId ?? ''}` : 'r'
    let line = this.#lines.get(key)
    if (line === undefined) {
      // Creating a calendar, a write without one, waits for nobody.
      line = new Line(key, write && calendarId !== undefined)
      this.#lines.set(key, line)
    }
    return line
  }

  /** A better lane's call that only lacks budget is not overtaken: small calls would starve a PATCH. */
  choose(now: number, limits: readonly number[]): Choice {
    const held = this.hold.left(now)
    if (held > 0) return { at: this.#hasWaiters() ? now + held : Number.POSITIVE_INFINITY }
    let at = Number.POSITIVE_INFINITY
    for (let lane = 0; lane < LANES.length; lane++) {
      for (const line of this.#lines.values()) {
        const waiter = line.lane(lane).first
        if (waiter === undefined) continue
        const ready = line.readyAt(now)
        if (ready > now) {
          at = Math.min(at, ready)
          continue
        }
        const fits = this.window.fitsAt(waiter.units, limits[lane] ?? 0, now)
        return fits <= now ? { waiter } : { at: Math.min(at, fits) }
      }
    }
    return { at }
  }

  /** Starts a call and puts its line last, so that the lines of a lane take turns. */
  start(waiter: Waiter, now: number): void {
    const { line } = waiter
    waiter.leave()
    line.start(now)
    if (this.#lines.size === 1) return
    this.#lines.delete(line.key)
    this.#lines.set(line.key, line)
  }

  dropIdleLine(line: Line, now: number): void {
    if (line.isIdle(now) && this.#lines.get(line.key) === line) this.#lines.delete(line.key)
  }

  *waiters(): Generator<Waiter> {
    for (const line of this.#lines.values()) yield* line.waiters()
  }

  isIdle(now: number): boolean {
    if (this.hold.left(now) > 0 || !this.window.isEmpty(now)) return false
    for (const line of this.#lines.values()) {
      if (!line.isIdle(now)) return false
    }
    return true
  }

  #hasWaiters(): boolean {
    for (const line of this.#lines.values()) {
      if (line.hasWaiters()) return true
    }
    return false
  }
}
