const QUARTER_HOUR = 900_000
const DAY = 86_400_000
/** Intl knows offsets and any case too; a zone here is a name as IANA writes it. */
const IANA = /^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/

/** IANA zones by Intl. Formatters and offsets are cached: both are asked for on every event of every page. */
export class Zones {
  readonly #formats = new Map<string, Intl.DateTimeFormat | null>()
  readonly #offsets = new Map<string, Map<number, number>>()

  has(zone: string): boolean {
    return zone === 'UTC' || (IANA.test(zone) && this.#format(zone) !== null)
  }

  /** With a numeric offset, `Z` for UTC, in whole seconds (observed). */
  render(ms: number, zone: string): string {
    const offset = this.offset(ms, zone)
    const local = new Date(ms + offset * 60_000).toISOString().slice(0, 19)
    if (offset === 0) return `${local}Z`
    const minutes = Math.abs(offset)
    const two = (value: number) => String(value).padStart(2, '0')
    return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
  }

  /** The instant of a wall time given as if it were UTC. In an overlap the earlier one, in a gap pushed on. */
  instant(wallMs: number, zone: string): number {
    const before = wallMs - this.offset(wallMs - 86_400_000, zone) * 60_000
    const after = wallMs - this.offset(wallMs + 86_400_000, zone) * 60_000
    for (const candidate of before < after ? [before, after] : [after, before]) {
      if (candidate + this.offset(candidate, zone) * 60_000 === wallMs) return candidate
    }
    return before
  }

  /** Minutes east of UTC. A day that begins and ends with one offset keeps it; else quarter hours are asked. */
  offset(ms: number, zone: string): number {
    if (zone === 'UTC') return 0
    let known = this.#offsets.get(zone)
    if (!known) {
      known = new Map()
      this.#offsets.set(zone, known)
    }
    const day = Math.floor(ms / DAY)
    const start = this.#known(known, day * DAY, zone)
    if (start === this.#known(known, (day + 1) * DAY, zone)) return start
    return this.#known(known, Math.floor(ms / QUARTER_HOUR) * QUARTER_HOUR, zone)
  }

  #known(known: Map<number, number>, ms: number, zone: string): number {
    let offset = known.get(ms)
    if (offset === undefined) {
      offset = this.#measure(ms, zone)
      known.set(ms, offset)
    }
    return offset
  }

  #measure(ms: number, zone: string): number {
    const text = this.#format(zone)?.format(ms) ?? ''
    const match = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(text)
    if (!match?.[1]) return 0
    const minutes = Number(match[2]) * 60 + Number(match[3])
    return match[1] === '-' ? -minutes : minutes
  }

  #format(zone: string): Intl.DateTimeFormat | null {
    let format = this.#formats.get(zone)
    if (format === undefined) {
      try {
        format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
      } catch {
        format = null
      }
      this.#formats.set(zone, format)
    }
    return format
  }
}
