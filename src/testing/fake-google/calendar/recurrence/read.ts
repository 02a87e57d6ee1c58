import { invalid, parseError, required } from '../../wire/envelope.ts'
import type { Json, JsonObject } from '../../wire/json.ts'
import type { Switches } from '../../world/switches.ts'
import type { Zones } from '../zones.ts'
import { hasDocumentedForm, parseLines } from './lines.ts'

/** DTSTART and DTEND are not allowed here; COUNT and UNTIL exclude each other (Calendar API, "Events"). */
export function readRecurrence(
  value: Json | undefined,
  start: JsonObject,
  zones: Zones,
  { recurrenceForms }: Switches,
): string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) return parseError()
  const lines = value.map(line => (typeof line === 'string' ? line : refuseRule()))
  if (lines.length === 0) return undefined
  const parsed = parseLines(lines, zone => zones.has(zone)) ?? refuseRule()
  const strict = recurrenceForms === 'strict'
  return strict && !hasDocumentedForm(lines, parsed, start.date !== undefined) ? refuseRule() : lines
}

/** A recurring timed event needs its zone, also when the time has an offset (observed), and a single one. */
export function checkRecurrenceZone(
  recurrence: string[] | undefined,
  start: JsonObject,
  end: JsonObject,
  { seriesWithTwoZones }: Switches,
): void {
  if (recurrence === undefined) return
  if (start.dateTime !== undefined && start.timeZone === undefined) {
    required('Missing time zone definition for start time.')
  }
  if (end.dateTime !== undefined && end.timeZone === undefined) {
    required('Missing time zone definition for end time.')
  }
  if (start.timeZone !== end.timeZone && seriesWithTwoZones === 'rejected') {
    invalid('A recurring event must start and end in the same time zone.')
  }
}

function refuseRule(): never {
  return invalid('Invalid recurrence rule.')
}
