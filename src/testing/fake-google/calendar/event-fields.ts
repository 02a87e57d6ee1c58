import { invalid, parseError, refuse, required } from '../wire/envelope.ts'
import { compact, isObject, type Json, type JsonObject } from '../wire/json.ts'
import { readAttendees } from './attendees.ts'
import { instantOf, readEventTime, type TimeRules } from './event-time.ts'
import { readExtendedProperties } from './extended-properties.ts'
import { checkRecurrenceZone, readRecurrence } from './recurrence/read.ts'
import { readReminders } from './reminders.ts'
import type { EventStatus } from './stored-event.ts'

/** What clients may write of an event, validated; defaults and empty values are left out, as Google does. */
export function readEventFields(body: JsonObject, rules: TimeRules): JsonObject {
  const { start, end } = readSpan(body, rules)
  const recurrence = readRecurrence(body.recurrence, rules.zones)
  checkRecurrenceZone(recurrence, start, end)
  return compact({
    summary: readText(body.summary),
    description: readText(body.description),
    location: readText(body.location),
    colorId: readColor(body.colorId),
    start,
    end,
    recurrence,
    transparency: readChoice(body.transparency, 'transparency', 'opaque', ['transparent']),
    visibility: readChoice(body.visibility, 'visibility', 'default', ['public', 'private', 'confidential']),
    attendees: readAttendees(body.attendees),
    extendedProperties: readExtendedProperties(body.extendedProperties),
    anyoneCanAddSelf: readFlag(body.anyoneCanAddSelf, false),
    guestsCanInviteOthers: readFlag(body.guestsCanInviteOthers, true),
    guestsCanModify: readFlag(body.guestsCanModify, false),
    guestsCanSeeOtherGuests: readFlag(body.guestsCanSeeOtherGuests, true),
    reminders: readReminders(body.reminders),
    source: readSource(body.source),
    attachments:
      Array.isArray(body.attachments) && body.attachments.length > 0 ? body.attachments : undefined,
    eventType: readEventType(body.eventType),
  })
}

export function readStatus(value: Json | undefined, fallback: EventStatus): EventStatus {
  if (value === undefined || value === null) return fallback
  if (value === 'confirmed' || value === 'tentative' || value === 'cancelled') return value
  return invalidValue(value)
}

/** Sending a sequence below the stored one is refused; the best is to send none. */
export function readSequence(value: Json | undefined, current: number): number {
  if (value === undefined || value === null) return current
  if (typeof value !== 'number' || !Number.isInteger(value)) return parseError()
  if (value >= current) return value
  return invalid(
    'Invalid sequence value. The specified sequence number is below the current sequence number of the resource. Re-fetch the resource and use its sequence number on the following request.',
  )
}

function readSpan(body: JsonObject, rules: TimeRules): { start: JsonObject; end: JsonObject } {
  const end = readEventTime(body.end, 'end', rules) ?? required('Missing end time.')
  const start = readEventTime(body.start, 'start', rules) ?? required('Missing start time.')
  if ((start.date === undefined) !== (end.date === undefined)) {
    invalid('Start and end times must either both be date or both be dateTime.')
  }
  const from = instantOf(start, rules.calendarZone, rules.zones)
  const to = instantOf(end, rules.calendarZone, rules.zones)
  // An event may last no time at all; a span of days excludes its end, so that it may not.
  if (to < from || (start.date !== undefined && to === from)) {
    refuse(400, 'calendar', 'timeRangeEmpty', 'The specified time range is empty.', {
      locationType: 'parameter',
      location: 'timeMax',
    })
  }
  return { start, end }
}

function readText(value: Json | undefined): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  return typeof value === 'object' ? parseError() : String(value)
}

function readFlag(value: Json | undefined, fallback: boolean): boolean | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'boolean') return parseError()
  return value === fallback ? undefined : value
}

function readChoice(value: Json | undefined, name: string, fallback: string, others: readonly string[]) {
  if (value === undefined || value === null || value === fallback) return undefined
  if (typeof value === 'string' && others.includes(value)) return value
  return invalidValue(value, name)
}

/** Events have colours 1 to 11; what an unknown one gets is unverified. */
function readColor(value: Json | undefined): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  return /^([1-9]|1[01])$/.test(String(value)) ? String(value) : invalid('Invalid color id.')
}

function readSource(value: Json | undefined): JsonObject | undefined {
  if (value === undefined || value === null) return undefined
  if (!isObject(value)) return parseError()
  const source = compact({ url: readText(value.url), title: readText(value.title) })
  return Object.keys(source).length > 0 ? source : undefined
}

function readEventType(value: Json | undefined): string | undefined {
  if (value === undefined || value === null || value === 'default') return undefined
  const known = ['birthday', 'focusTime', 'fromGmail', 'outOfOffice', 'workingLocation']
  return typeof value === 'string' && known.includes(value) ? value : invalidValue(value, 'eventType')
}

function invalidValue(value: Json, name = 'status'): never {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return refuse(400, 'global', 'invalid', `Invalid value for: ${name}: ${text}`)
}
