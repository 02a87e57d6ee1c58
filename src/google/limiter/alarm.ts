import type { Clock } from '../../contracts/runtime.ts'

/** One timer, which exists only while somebody waits for a time. */
export class Alarm {
  readonly #clock: Clock
  readonly #ring: () => void
  #set: { readonly at: number; readonly timer: AbortController } | undefined

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock
    this.#ring = ring
  }

  /** Rings at `at` or, if it was to ring earlier, then. Infinity: not at all. */
  set(at: number): void {
    if (this.#set !== undefined && (at === Number.POSITIVE_INFINITY || at < this.#set.at)) {
      this.#set.timer.abort(RESET)
      this.#set = undefined
    }
    if (at === Number.POSITIVE_INFINITY || this.#set !== undefined) return
    const set = { at, timer: new AbortController() }
    this.#set = set
    const end = (ring: boolean) => {
      if (this.#set !== set) return
      this.#set = undefined
      if (ring) this.#ring()
    }
    this.#clock.sleep(Math.max(0, at - this.#clock.now()), set.timer.signal).then(
      () => end(true),
      () => end(false),
    )
  }
}

const RESET = Object.freeze({ name: 'Reset' })
