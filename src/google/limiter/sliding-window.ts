/** What limits units per time. */
export interface Window {
  /** When `units` more stay within `limit`: `now`, later, or Infinity when something has to happen first. */
  fitsAt(units: number, limit: number, now: number): number
  /** Once they fit. The answer is called once, when the call's own answer is in. */
  reserve(units: number): (now: number) => void
  isEmpty(now: number): boolean
}

/**
 * Units used within the last `windowMs`. A call counts from its admission until `windowMs` after its answer: Google
 * has counted it somewhere in between, so that no delay on the way can lift the count there above the count here.
 */
export class SlidingWindow implements Window {
  readonly #windowMs: number
  readonly #times: number[] = []
  readonly #units: number[] = []
  #head = 0
  #settled = 0
  #open = 0

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  reserve(units: number): (now: number) => void {
    this.#open += units
    return now => this.#settle(units, now)
  }

  #settle(units: number, now: number): void {
    this.#open -= units
    this.#settled += units
    const last = this.#times.length - 1
    if (last >= this.#head && this.#times[last] === now) this.#units[last] = (this.#units[last] ?? 0) + units
    else {
      this.#times.push(now)
      this.#units.push(units)
    }
  }

  isEmpty(now: number): boolean {
    this.#expire(now)
    return this.#open === 0 && this.#settled === 0
  }

  fitsAt(units: number, limit: number, now: number): number {
    this.#expire(now)
    let over = this.#open + this.#settled + units - limit
    if (over <= 0) return now
    for (let at = this.#head; at < this.#times.length; at++) {
      over -= this.#units[at] ?? 0
      if (over <= 0) return (this.#times[at] ?? now) + this.#windowMs
    }
    return Number.POSITIVE_INFINITY
  }

  #expire(now: number): void {
    this.#healAfterClockJump(now)
    while (this.#head < this.#times.length && (this.#times[this.#head] ?? 0) + this.#windowMs <= now) {
      this.#settled -= this.#units[this.#head] ?? 0
      this.#head++
    }
    if (this.#head > 64 && this.#head * 2 > this.#times.length) {
      this.#times.splice(0, this.#head)
      this.#units.splice(0, this.#head)
      this.#head = 0
    }
  }

  /** A clock set back would keep entries from the future for as long as it was set back. */
  #healAfterClockJump(now: number): void {
    if ((this.#times.at(-1) ?? now) <= now) return
    for (let at = this.#head; at < this.#times.length; at++) {
      this.#times[at] = Math.min(this.#times[at] ?? now, now)
    }
  }
}
