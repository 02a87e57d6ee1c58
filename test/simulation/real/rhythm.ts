const FASTEST = 30
const SLOWEST = 3
/** At the fastest, a process that is asked something answers within this. */
const QUICK_MS = 3
const WEIGHT = 0.05

/**
 * How fast time may run on this machine, just now: a request that is given 30 s must not fail because its process
 * did not get its turn.
 */
export class Rhythm {
  #answerMs = QUICK_MS * 3

  measured(ms: number): void {
    this.#answerMs += WEIGHT * (ms - this.#answerMs)
  }

  /** How much faster than real. */
  get factor(): number {
    return Math.round(Math.min(FASTEST, Math.max(SLOWEST, (FASTEST * QUICK_MS) / this.#answerMs)))
  }
}
