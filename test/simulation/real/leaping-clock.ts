import type { Clock } from '../../../src/contracts/runtime.ts'
import { scaledClock } from '../../fleet/scaled-clock.ts'
import { isTick } from '../runtime.ts'
import { type LeapingTime, Leaps } from './leaps.ts'

interface Sleeper {
  readonly at: number
  readonly isTick: boolean
  readonly wake: () => void
}

/** A number, so that it survives JSON. */
export const NEVER = Number.MAX_SAFE_INTEGER

/** When sleepers are next to be woken, epoch ms: those of the timer loop, which may be late, and all others. */
export interface Waiting {
  readonly tick: number
  readonly other: number
}

/**
 * Real time, faster by a factor, and with leaps over the time in which nothing happens. A leap is made by whoever
 * holds all clocks of a history: a held clock wakes nobody.
 */
export class LeapingClock implements Clock {
  readonly #scaled: Clock
  readonly #leaps: Leaps
  readonly #factor: number
  readonly #sleepers = new Set<Sleeper>()
  #timer: NodeJS.Timeout | undefined
  #timerAt = Number.POSITIVE_INFINITY
  #isHeld = false

  constructor(time: LeapingTime) {
    this.#scaled = scaledClock(time)
    this.#leaps = new Leaps(time.path)
    this.#factor = time.factor
  }

  now(): number {
    return this.#scaled.now() + this.#leaps.ms
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const onAbort = () => {
        this.#sleepers.delete(sleeper)
        reject(signal?.reason)
      }
      const wake = () => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }
      const sleeper = { at: this.now() + Math.max(0, ms), isTick: isTick(ms), wake }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#sleepers.add(sleeper)
      if (sleeper.at < this.#timerAt) this.#arm(sleeper.at)
    })
  }

  hold(): Waiting {
    this.#isHeld = true
    const next = (ticks: boolean) =>
      [...this.#sleepers]
        .filter(({ isTick: ticking }) => ticking === ticks)
        .reduce((least, { at }) => Math.min(least, at), NEVER)
    return { tick: next(true), other: next(false) }
  }

  release(): void {
    this.#isHeld = false
    this.#wake()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#leaps.close()
  }

  #wake(): void {
    if (this.#isHeld) return
    const now = this.now()
    let next = Number.POSITIVE_INFINITY
    for (const sleeper of this.#sleepers) {
      if (sleeper.at <= now) {
        this.#sleepers.delete(sleeper)
        sleeper.wake()
      } else next = Math.min(next, sleeper.at)
    }
    this.#arm(next)
  }

  #arm(at: number): void {
    clearTimeout(this.#timer)
    this.#timerAt = at
    if (at === Number.POSITIVE_INFINITY) return
    const ms = Math.min(Math.max(0, (at - this.now()) / this.#factor), 60_000)
    this.#timer = setTimeout(() => this.#wake(), ms)
  }
}
