import type { Clock } from '../../../contracts/runtime.ts'

/** `sleep` may be missing: delays are then skipped. */
export type FakeClock = Pick<Clock, 'now'> & Partial<Pick<Clock, 'sleep'>>

/** The injected clock, shifted by what the control API advanced it. */
export class TimeSource {
  private readonly _clock: FakeClock
  private _offset = 0

  constructor(clock: FakeClock) {
    this._clock = clock
  }

  now(): number {
    return this._clock.now() + this._offset
  }

  advance(ms: number): void {
    this._offset += ms
  }

  get canSleep(): boolean {
    return this._clock.sleep !== undefined
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms > 0) await this._clock.sleep?.(ms, signal)
  }
}
