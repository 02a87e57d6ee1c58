/**
 * What a clock on the wall means in a zone. The app's own reading, so that what the library sent can be checked
 * against something else than the library.
 */

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Throws RangeError for a zone that does not exist. */
function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  if (formatters.size > 500) formatters.clear()
  formatters.set(zone, made)
  return made
}

export function isZone(zone: string): boolean {
  if (!/^[A-Za-z][\w+/-]*$/.test(zone)) return false
  try {
    formatterOf(zone)
    return true
  } catch {
    return false
  }
}

/** The reading of the zone's clocks at an instant, as if it were UTC. */
export function wallAt(instant: number, zone: string): number {
  const shown: Record<string, number> = {}
  for (const { type, value } of formatterOf(zone).formatToParts(instant)) shown[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

const DAY = 86_400_000

export interface WallMeaning {
  /** Earliest first: two when the clocks show this reading twice, none when they skip it. */
  readonly instants: readonly number[]
  /** Where a skipped reading would be had the clocks not moved yet. */
  readonly unmoved: number
}

export function meaningOf(wall: number, zone: string): WallMeaning {
  const before = wall - DAY - (wallAt(wall - DAY, zone) - (wall - DAY))
  const unmoved = before + DAY
  const offsets = new Set([wallAt(wall - DAY, zone) - (wall - DAY), wallAt(wall + DAY, zone) - (wall + DAY)])
  const instants = [...offsets]
    .map(offset => wall - offset)
    .filter(instant => wallAt(instant, zone) === wall)
    .sort((a, b) => a - b)
  return { instants, unmoved }
}

export interface Span {
  readonly start: number
  readonly end: number
}

/** A time as the table holds it: wall reading, and offset if it has one; both in ms. */
export interface TimeText {
  readonly wall: number
  readonly offset: number | undefined
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:(Z)|([+-])(\d\d):(\d\d))?$/

export function readTimeText(text: string): TimeText {
  const match = TIME.exec(text)
  if (!match) throw new RangeError(`Not a time of the table: ${text}`)
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const wall = Date.UTC(year, month - 1, day, hour, minute, second)
  if (match[7]) return { wall, offset: 0 }
  if (!match[8]) return { wall, offset: undefined }
  const size = (Number(match[9]) * 60 + Number(match[10])) * 60_000
  return { wall, offset: match[8] === '-' ? -size : size }
}

export function writeTimeText({ wall, offset }: TimeText): string {
  const text = new Date(wall).toISOString().slice(0, 19)
  if (offset === undefined) return text
  const minutes = Math.abs(offset) / 60_000
  const part = (value: number) => String(value).padStart(2, '0')
  return `${text}${offset < 0 ? '-' : '+'}${part(Math.floor(minutes / 60))}:${part(minutes % 60)}`
}

/**
 * When a timed appointment is. Skipped readings move forward by what was skipped, and the appointment keeps its
 * length; of a reading shown twice the first counts, for an end the first that lies after the start.
 */
export function spanOf(starts: string, ends: string | null, minutes: number | null, zone: string): Span {
  const from = readTimeText(starts)
  const meaning = from.offset === undefined ? meaningOf(from.wall, zone) : undefined
  const start = meaning ? (meaning.instants[0] ?? meaning.unmoved) : from.wall - (from.offset ?? 0)
  if (ends === null) return { start, end: start + (minutes ?? 0) * 60_000 }
  const to = readTimeText(ends)
  if (to.offset !== undefined) return { start, end: to.wall - to.offset }
  if (meaning?.instants.length === 0) return { start, end: start + to.wall - from.wall }
  const possible = meaningOf(to.wall, zone)
  const end = possible.instants.find(instant => instant > start) ?? possible.instants[0] ?? possible.unmoved
  return { start, end }
}
