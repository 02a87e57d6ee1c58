import type { Clock } from '../../../src/contracts/runtime.ts'
import { isTick } from '../runtime.ts'
import { SharedTime } from './shared-time.ts'

interface Sleeper {
  readonly at: number
  readonly isTick: boolean
  readonly wake: () => void
}

/** When sleepers are next to be woken, epoch ms: those of the timer loop, which may be late, and all others. */
export interface Waiting {
  readonly tick: number
  readonly other: number
}

/** A number, so that it survives JSON. */
export const NEVER = Number.MAX_SAFE_INTEGER

/** The time of the history, as one process sees it. It passes while that process is held, and wakes sleepers then. */
export class SharedClock implements Clock {
  readonly #time: SharedTime
  readonly #sleepers = new Set<Sleeper>()

  constructor(path: string) {
    this.#time = new SharedTime(path)
  }

  now(): number {
    return this.#time.now
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
    })
  }

  get waiting(): Waiting {
    const next = (ticks: boolean) =>
      [...this.#sleepers]
        .filter(({ isTick: ticking }) => ticking === ticks)
        .reduce((least, { at }) => Math.min(least, at), NEVER)
    return { tick: next(true), other: next(false) }
  }

  /** Time may have passed. */
  wake(): void {
    const now = this.now()
    for (const sleeper of this.#sleepers) {
      if (sleeper.at > now) continue
      this.#sleepers.delete(sleeper)
      sleeper.wake()
    }
  }

  close(): void {
    this.#time.close()
  }
}
