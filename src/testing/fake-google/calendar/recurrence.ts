import { invalid, parseError, required } from '../wire/envelope.ts'
import type { Json, JsonObject } from '../wire/json.ts'

const LINE = /^(RRULE|EXRULE|RDATE|EXDATE)[:;]/i
const FREQUENCY = /(?:^|[:;])FREQ=(SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)(?:;|$)/i

/** DTSTART and DTEND are not allowed here; COUNT and UNTIL exclude each other (Calendar API, "Events"). */
export function readRecurrence(value: Json | undefined): string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) return parseError()
  const lines = value.map(line => (typeof line === 'string' && LINE.test(line) ? line : refuseRule()))
  for (const line of lines) {
    if (!/^(RRULE|EXRULE)/i.test(line)) continue
    if (!FREQUENCY.test(line) || (/COUNT=/i.test(line) && /UNTIL=/i.test(line))) refuseRule()
  }
  return lines.length > 0 ? lines : undefined
}

/** A recurring timed event needs its zone, also when the time has an offset (observed). */
export function checkRecurrenceZone(
  recurrence: string[] | undefined,
  start: JsonObject,
  end: JsonObject,
): void {
  if (recurrence === undefined) return
  if (start.dateTime !== undefined && start.timeZone === undefined) {
    required('Missing time zone definition for start time.')
  }
  if (end.dateTime !== undefined && end.timeZone === undefined) {
    required('Missing time zone definition for end time.')
  }
}

function refuseRule(): never {
  return invalid('Invalid recurrence rule.')
}
