import type { Random } from '../../contracts/runtime.ts'

/** First pause after a rate limit without `Retry-After`; doubles with each further one. */
export const FIRST_HOLD_MS = 1000
export const LAST_HOLD_MS = 32_000
/** Spread on top, as a share, so that processes do not come back together. */
const HOLD_JITTER = 0.25

/** A pause of all calls of one user, which Google asked for. */
export class Hold {
  #until = 0
  #since = 0
  #strikes = 0

  /** Milliseconds left. */
  left(now: number): number {
    // A clock set back must not make the pause longer than it was.
    if (now < this.#since) {
      this.#until -= this.#since - now
      this.#since = now
    }
    return Math.max(0, this.#until - now)
  }

  limited(admittedAt: number, now: number, retryAfterMs: number | undefined, random: Random): void {
    // Calls that left before the pause began are the same incident.
    if (this.#strikes === 0 || admittedAt > this.#since) this.#strikes++
    const backoff = Math.min(FIRST_HOLD_MS * 2 ** (this.#strikes - 1), LAST_HOLD_MS)
    const ms = Math.max(backoff, retryAfterMs ?? 0) * (1 + HOLD_JITTER * random.float())
    this.#until = Math.max(this.#until, now + ms)
    this.#since = now
  }

  succeeded(admittedAt: number): void {
    if (admittedAt > this.#since) this.#strikes = 0
  }
}
