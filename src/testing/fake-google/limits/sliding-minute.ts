const MINUTE = 60_000

/** Units spent in the last sixty seconds. */
export class SlidingMinute {
  private _entries: { at: number; units: number }[] = []
  private _head = 0
  private _spent = 0

  spent(now: number): number {
    for (;;) {
      const oldest = this._entries[this._head]
      if (!oldest || now - oldest.at < MINUTE) break
      this._spent -= oldest.units
      this._head++
    }
    if (this._head > 1024 && this._head * 2 > this._entries.length) {
      this._entries = this._entries.slice(this._head)
      this._head = 0
    }
    return this._spent
  }

  add(now: number, units: number): void {
    this._entries.push({ at: now, units })
    this._spent += units
  }
}
