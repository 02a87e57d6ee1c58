import type { Clock } from '../../contracts/runtime.ts'

/** A clock may jump, so a long sleep is cut and its end looked at again. */
const MAX_SLEEP_MS = 60 * 60 * 1000

/** At most one sleep on the runtime's clock, and none when there is nothing to wait for. */
export class Timer {
  readonly #clock: Clock
  readonly #onTime: () => void
  #sleep: { readonly at: number; readonly controller: AbortController } | undefined

  constructor(clock: Clock, onTime: () => void) {
    this.#clock = clock
    this.#onTime = onTime
  }

  set(at: number | undefined): void {
    if (this.#sleep?.at === at) return
    this.cancel()
    if (at === undefined) return
    const sleep = { at, controller: new AbortController() }
    this.#sleep = sleep
    const ms = Math.min(Math.max(at - this.#clock.now(), 0), MAX_SLEEP_MS)
    this.#clock.sleep(ms, sleep.controller.signal).then(
      () => {
        if (this.#sleep !== sleep) return
        this.#sleep = undefined
        this.#onTime()
      },
      () => {
        if (this.#sleep === sleep) this.#sleep = undefined
      },
    )
  }

  cancel(): void {
    this.#sleep?.controller.abort()
    this.#sleep = undefined
  }
}
