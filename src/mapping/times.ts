import type { Appointment } from '../contracts/appointment.ts'
import type { GoogleEventTime } from '../contracts/google-event.ts'
import { readDate, readTime, type WrittenTime, writeTime } from './clock-text.ts'
import { MAX_DURATION_DAYS } from './limits.ts'
import { seriesEndsBy } from './recurrence.ts'
import type { Zones } from './zones.ts'

/** When an appointment is: as Google takes it, and as instants. */
export interface Timing {
  readonly start: GoogleEventTime
  readonly end: GoogleEventTime
  readonly startsAt: number
  /** Of a series, see `seriesEndsBy`. */
  readonly endsAt: number
}

/** Takes texts: dates have been made ISO by then. */
export type WrittenAppointment = Appointment & { readonly start: string; readonly end?: string | undefined }

const DAY = 86_400_000
const MINUTE = 60_000
const BAD_DATE = 'must be a date YYYY-MM-DD between 1900 and 2200, since the appointment is all-day'
const BAD_TIME = 'must be a Date, or ISO 8601 such as 2026-05-04T09:00:00+02:00, between 1900 and 2200'

/**
 * Wall times follow the rule most calendars share. In a gap (the clock goes forward) the start moves forward by
 * the length of the gap, and the appointment keeps its length. In an overlap (the clock goes back) a reading is
 * the first of the two; an end is the second when the first is not after the start.
 */
export function resolveTiming(appointment: WrittenAppointment, zones: Zones): Timing | readonly string[] {
  if (
    (appointment.end === undefined) === (appointment.durationMinutes === undefined) &&
    !appointment.allDay
  ) {
    return ['end: exactly one of end and durationMinutes is needed']
  }
  const timing = appointment.allDay ? allDay(appointment, zones) : timed(appointment, zones)
  if (!('startsAt' in timing) || appointment.recurrence === undefined) return timing
  return { ...timing, endsAt: seriesEndsBy(appointment.recurrence, timing.startsAt, timing.endsAt) }
}

function allDay(appointment: WrittenAppointment, zones: Zones): Timing | readonly string[] {
  if (appointment.durationMinutes !== undefined)
    return ['durationMinutes: an all-day appointment has dates only']
  const first = readDate(appointment.start)
  const after = appointment.end === undefined ? plusDay(first) : readDate(appointment.end)
  const problems: string[] = []
  if (first === undefined) problems.push(`start: ${BAD_DATE}`)
  if (after === undefined) problems.push(`end: ${BAD_DATE}`)
  if (first === undefined || after === undefined) return problems
  const wrong = lengthProblem(after - first)
  if (wrong !== undefined) return [wrong]
  return {
    start: Object.freeze({ date: dateOf(first) }),
    end: Object.freeze({ date: dateOf(after) }),
    startsAt: zones.read(appointment.timeZone, first).instant,
    endsAt: zones.read(appointment.timeZone, after).instant,
  }
}

function timed(appointment: WrittenAppointment, zones: Zones): Timing | readonly string[] {
  const zone = appointment.timeZone
  const from = readTime(appointment.start)
  const to = appointment.end === undefined ? undefined : readTime(appointment.end)
  const problems: string[] = []
  if (from === undefined) problems.push(`start: ${BAD_TIME}`)
  if (to === undefined && appointment.end !== undefined) problems.push(`end: ${BAD_TIME}`)
  if (from === undefined || problems.length > 0) return problems
  const startsAt = instantOf(from, zone, zones)
  const endsAt =
    to === undefined
      ? startsAt + (appointment.durationMinutes ?? 0) * MINUTE
      : endInstant(from, startsAt, to, zone, zones)
  const wrong = lengthProblem(endsAt - startsAt)
  if (wrong !== undefined) return [wrong]
  return {
    start: googleTime(startsAt, zone, zones),
    end: googleTime(endsAt, zone, zones),
    startsAt,
    endsAt,
  }
}

function endInstant(
  from: WrittenTime,
  startsAt: number,
  to: WrittenTime,
  zone: string,
  zones: Zones,
): number {
  if (to.offset !== undefined) return to.wall - to.offset
  if (from.offset === undefined && zones.read(zone, from.wall).gap) return startsAt + (to.wall - from.wall)
  const reading = zones.read(zone, to.wall)
  return reading.instant > startsAt ? reading.instant : (reading.second ?? reading.instant)
}

function instantOf(time: WrittenTime, zone: string, zones: Zones): number {
  return time.offset === undefined ? zones.read(zone, time.wall).instant : time.wall - time.offset
}

function googleTime(instant: number, zone: string, zones: Zones): GoogleEventTime {
  return Object.freeze({ dateTime: writeTime(instant, zones.offsetAt(zone, instant)), timeZone: zone })
}

function lengthProblem(length: number): string | undefined {
  if (length <= 0) return 'end: must be after start'
  return length > MAX_DURATION_DAYS * DAY
    ? `end: is more than ${MAX_DURATION_DAYS} days after start`
    : undefined
}

function plusDay(date: number | undefined): number | undefined {
  return date === undefined ? undefined : date + DAY
}

function dateOf(midnight: number): string {
  return new Date(midnight).toISOString().slice(0, 10)
}
