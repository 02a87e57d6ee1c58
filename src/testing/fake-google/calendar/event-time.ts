import { badRequest, invalid, parseError, required } from '../wire/envelope.ts'
import { compact, isObject, type Json, type JsonObject } from '../wire/json.ts'
import type { Zones } from './zones.ts'

export interface TimeRules {
  readonly zones: Zones
  readonly calendarZone: string
  readonly dateTimeWithoutZone: 'rejected' | 'calendarZone'
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/i

/** Validates one side of an event's time. Kept: a date, or the instant in UTC and the zone as given. */
export function readEventTime(
  value: Json | undefined,
  side: 'start' | 'end',
  rules: TimeRules,
): JsonObject | undefined {
  if (value === undefined || value === null) return undefined
  if (!isObject(value)) return parseError()
  const { date, dateTime, timeZone } = value
  const hasDate = date !== undefined && date !== null
  const hasDateTime = dateTime !== undefined && dateTime !== null
  if (hasDate && hasDateTime) return invalid(`Invalid ${side} time.`)
  if (hasDate) return typeof date === 'string' && isDate(date) ? { date } : badRequest()
  if (!hasDateTime) return undefined
  if (typeof dateTime !== 'string') return badRequest()
  const zone = readZone(timeZone, side, rules.zones)
  return compact({ dateTime: toUtc(dateTime, zone, side, rules), timeZone: zone })
}

function toUtc(text: string, zone: string | undefined, side: string, rules: TimeRules): string {
  const [matched, day, hour, minute, second = '00', offset] = DATE_TIME.exec(text) ?? []
  if (matched === undefined || day === undefined || !isDate(day)) return badRequest()
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return badRequest()
  const wall = Date.parse(`${day}T${hour}:${minute}:${second}Z`)
  if (offset) return utc(wall - offsetMs(offset))
  // Documented to mean the calendar's zone, reported to be refused.
  if (zone === undefined && rules.dateTimeWithoutZone === 'rejected') {
    return required(`Missing time zone definition for ${side} time.`)
  }
  return utc(rules.zones.instant(wall, zone ?? rules.calendarZone))
}

function readZone(value: Json | undefined, side: string, zones: Zones): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string' || !zones.has(value))
    return invalid(`Invalid time zone definition for ${side} time.`)
  return value
}

function offsetMs(offset: string): number {
  if (offset === 'Z' || offset === 'z') return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))
  if (minutes >= 24 * 60) return badRequest()
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000
}

function utc(ms: number): string {
  const text = new Date(ms).toISOString()
  return text.length === 24 ? `${text.slice(0, 19)}Z` : badRequest()
}

function isDate(text: string): boolean {
  if (!DATE.test(text)) return false
  // A day that does not exist is read as one of the next month, or not at all.
  const date = new Date(`${text}T00:00:00Z`)
  return date.getUTCDate() === Number(text.slice(8))
}

/** The instant a validated side stands for; all-day ones are midnight in the calendar's zone. */
export function instantOf(time: JsonObject, calendarZone: string, zones: Zones): number {
  if (typeof time.dateTime === 'string') return Date.parse(time.dateTime)
  return zones.instant(Date.parse(`${time.date}T00:00:00Z`), calendarZone)
}

/** In the zone asked for, with a numeric offset; the event's own zone is echoed (observed). */
export function renderEventTime(time: JsonObject, zone: string, zones: Zones): JsonObject {
  if (typeof time.dateTime !== 'string') return { date: time.date }
  const dateTime = zones.render(Date.parse(time.dateTime), zone)
  return time.timeZone === undefined ? { dateTime } : { dateTime, timeZone: time.timeZone }
}
