import { MAX_CACHED_ZONES } from './limits.ts'

/** What a wall clock reading means in a zone. */
export interface WallReading {
  /** Epoch ms. In an overlap the first; in a gap moved forward by the length of the gap. */
  readonly instant: number
  /** In an overlap, the second. */
  readonly second?: number
  /** The clock never shows this reading. */
  readonly gap: boolean
}

export interface Zones {
  /** Whether the name is an IANA zone that Google will know too. */
  has(zone: string): boolean
  /** Local minus UTC, in ms. */
  offsetAt(zone: string, instant: number): number
  /** `wall` is the reading as if it were UTC, in ms. */
  read(zone: string, wall: number): WallReading
}

const NAME = /^[A-Z][\w+-]{1,31}(?:\/[A-Z][\w+-]{0,31}){0,2}$/
/** ICU knows abbreviations that are no zones: IST is India to it, and Israel to others. */
const ABBREVIATION = /^[A-Z]{3}$/
const OFFSET = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/
const DAY = 86_400_000

/** Keeps a formatter per zone: making one costs 50 times as much as using it. */
export function createZones(): Zones {
  const formatters = new Map<string, Intl.DateTimeFormat | undefined>()

  const formatterOf = (zone: string): Intl.DateTimeFormat | undefined => {
    if (formatters.has(zone)) return formatters.get(zone)
    if (formatters.size >= MAX_CACHED_ZONES) formatters.clear()
    const made = open(zone)
    formatters.set(zone, made)
    return made
  }

  const offsetAt = (zone: string, instant: number): number => {
    const formatter = formatterOf(zone)
    if (formatter === undefined) throw new RangeError('Unknown time zone.')
    return parseOffset(formatter.format(instant))
  }

  return {
    has: zone => zone.length <= 64 && NAME.test(zone) && formatterOf(zone) !== undefined,
    offsetAt,
    read(zone, wall) {
      const before = offsetAt(zone, wall - DAY)
      const after = offsetAt(zone, wall + DAY)
      if (before === after) return { instant: wall - before, gap: false }
      const first = offsetAt(zone, wall - before) === before
      const second = offsetAt(zone, wall - after) === after
      if (first && second) return { instant: wall - before, second: wall - after, gap: false }
      if (second) return { instant: wall - after, gap: false }
      return { instant: wall - before, gap: !first }
    },
  }
}

function open(zone: string): Intl.DateTimeFormat | undefined {
  if (ABBREVIATION.test(zone) && zone !== 'UTC' && zone !== 'GMT') return undefined
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      year: 'numeric',
      timeZoneName: 'longOffset',
    })
  } catch {
    return undefined
  }
}

function parseOffset(text: string): number {
  const match = OFFSET.exec(text)
  if (match === null) throw new RangeError('Unreadable offset.')
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = match
  const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
  return sign === '-' ? -size : size
}
