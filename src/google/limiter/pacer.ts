/** Writes per second to one calendar after the first limit; Google publishes no number. */
export const FIRST_RATE = 2
export const FLOOR_RATE = 0.2
/** Added with each success. */
export const RATE_STEP = 0.1
/** From here on nothing is paced any more. */
export const FREE_RATE = 20
/** What was learned about a calendar is forgotten after this long without a write. */
export const PACE_MEMORY_MS = 10 * 60 * 1000

/**
 * "Operational limits" on writing to one calendar in quick succession are unpublished
 * (https://developers.google.com/workspace/calendar/api/guides/quota), so the rate is found by additive increase and
 * multiplicative decrease. Until Google first complains there is none.
 */
export class Pacer {
  #rate: number | undefined
  #next = 0
  #touched = 0

  get rate(): number | undefined {
    return this.#rate
  }

  readyAt(now: number): number {
    // The second bound matters when the clock was set back.
    return this.#rate === undefined ? now : Math.max(now, Math.min(this.#next, now + 1000 / this.#rate))
  }

  started(now: number): void {
    this.#touched = now
    if (this.#rate !== undefined) this.#next = now + 1000 / this.#rate
  }

  limited(now: number): void {
    this.#rate = this.#rate === undefined ? FIRST_RATE : Math.max(FLOOR_RATE, this.#rate / 2)
    this.#next = now + 1000 / this.#rate
  }

  succeeded(): void {
    if (this.#rate === undefined) return
    const rate = this.#rate + RATE_STEP
    this.#rate = rate >= FREE_RATE ? undefined : rate
  }

  isForgettable(now: number): boolean {
    return this.#rate === undefined || Math.abs(now - this.#touched) > PACE_MEMORY_MS
  }
}
