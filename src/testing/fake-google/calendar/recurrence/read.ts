import { invalid, parseError, required } from '../../wire/envelope.ts'
import type { Json, JsonObject } from '../../wire/json.ts'
import type { Zones } from '../zones.ts'
import { parseLines } from './lines.ts'

/** DTSTART and DTEND are not allowed here; COUNT and UNTIL exclude each other (Calendar API, "Events"). */
export function readRecurrence(value: Json | undefined, zones: Zones): string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) return parseError()
  const lines = value.map(line => (typeof line === 'string' ? line : refuseRule()))
  if (lines.length === 0) return undefined
  return parseLines(lines, zone => zones.has(zone)) ? lines : refuseRule()
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
