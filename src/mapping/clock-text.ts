import { MAX_YEAR, MIN_YEAR } from './limits.ts'

/** A time as written: the reading of the clock, and the offset if one was given. In ms, whole seconds. */
export interface WrittenTime {
  readonly wall: number
  readonly offset?: number
}

const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/
const MINUTE = 60_000

/** ISO 8601, strictly: no 24:00, no leap second, no 29 February in a common year. */
export function readTime(text: string): WrittenTime | undefined {
  const match = DATE_TIME.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second = '0', zone] = match
  const midnight = readDay(Number(year), Number(month), Number(day))
  if (midnight === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    return undefined
  const wall = midnight + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000
  return zone === undefined ? { wall } : { wall, offset: readOffset(zone) }
}

/** Midnight of a date, as if in UTC. */
export function readDate(text: string): number | undefined {
  const match = DATE.exec(text)
  return match === null ? undefined : readDay(Number(match[1]), Number(match[2]), Number(match[3]))
}

/** `2026-05-04T09:00:00+03:00`. Before 1972 some offsets have seconds, which RFC 3339 cannot say: UTC then. */
export function writeTime(instant: number, offset: number): string {
  if (offset % MINUTE !== 0) return `${new Date(instant).toISOString().slice(0, 19)}Z`
  const size = Math.abs(offset) / MINUTE
  const hours = String(Math.floor(size / 60)).padStart(2, '0')
  const minutes = String(size % 60).padStart(2, '0')
  const local = new Date(instant + offset).toISOString().slice(0, 19)
  return `${local}${offset < 0 ? '-' : '+'}${hours}:${minutes}`
}

function readDay(year: number, month: number, day: number): number | undefined {
  if (year < MIN_YEAR || year > MAX_YEAR) return undefined
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined
}

function readOffset(zone: string): number {
  if (zone === 'Z') return 0
  const size = (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))) * MINUTE
  return zone.startsWith('-') ? -size : size
}
