import type { Clock } from '../../../src/contracts/runtime.ts'

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now = 1_800_000_000_000
  readonly #sleepers = new Set<{ at: number; wake(): void }>()

  now(): number {
    return this.#now
  }

  get timers(): number {
    return this.#sleepers.size
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const sleeper = { at: this.#now + ms, wake: resolve }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper)
        reject(signal.reason)
      })
    })
  }

  /** Moves on in steps, so that what wakes may sleep again. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      await flush()
      const next = [...this.#sleepers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#sleepers.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.wake()
    }
    this.#now = end
    await flush()
  }

  jump(ms: number): void {
    this.#now += ms
  }
}

/** Until everything that needs no time has happened. */
export function flush(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
