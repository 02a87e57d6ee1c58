import type { Clock } from '../../../contracts/runtime.ts'

/** `sleep` may be missing: delays are then skipped. */
export type FakeClock = Pick<Clock, 'now'> & Partial<Pick<Clock, 'sleep'>>

/** The injected clock, shifted by what the control API advanced it. */
export class TimeSource {
  readonly #clock: FakeClock
  #offset = 0

  constructor(clock: FakeClock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now() + this.#offset
  }

  advance(ms: number): void {
    this.#offset += ms
  }

  get canSleep(): boolean {
    return this.#clock.sleep !== undefined
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms > 0) await this.#clock.sleep?.(ms, signal)
  }
}
