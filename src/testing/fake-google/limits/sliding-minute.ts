const MINUTE = 60_000

/** Units spent in the last sixty seconds. */
export class SlidingMinute {
  #entries: { at: number; units: number }[] = []
  #head = 0
  #spent = 0

  spent(now: number): number {
    for (;;) {
      const oldest = this.#entries[this.#head]
      if (!oldest || now - oldest.at < MINUTE) break
      this.#spent -= oldest.units
      this.#head++
    }
    if (this.#head > 1024 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head)
      this.#head = 0
    }
    return this.#spent
  }

  add(now: number, units: number): void {
    this.#entries.push({ at: now, units })
    this.#spent += units
  }
}
