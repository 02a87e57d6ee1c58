import { invalid, parseError, refuse, required } from '../wire/envelope.ts'
import { compact, isObject, type Json, type JsonObject } from '../wire/json.ts'
import type { Switches } from '../world/switches.ts'
import { readAttendees } from './attendees.ts'
import { instantOf, readEventTime, type TimeRules } from './event-time.ts'
import { readExtendedProperties } from './extended-properties.ts'
import { checkRecurrenceZone, readRecurrence } from './recurrence/read.ts'
import { readReminders } from './reminders.ts'
import type { EventStatus } from './stored-event.ts'
import { readTypeProperties } from './type-properties.ts'

/** What events are read by, where Google is not clear or not the same everywhere. */
export interface FieldRules extends TimeRules {
  readonly switches: Switches
}

/** Third-party lore: nothing about either is documented. */
const MAX_SUMMARY = 1024
const MAX_DESCRIPTION = 8192
const MAX_ATTACHMENTS = 25

/** What clients may write of an event, validated; defaults and empty values are left out, as Google does. */
export function readEventFields(body: JsonObject, rules: FieldRules): JsonObject {
  const { start, end } = readSpan(body, rules)
  const { switches } = rules
  const recurrence = readRecurrence(body.recurrence, start, rules.zones, switches)
  checkRecurrenceZone(recurrence, start, end, switches)
  const eventType = readEventType(body.eventType)
  return compact({
    summary: limited(readText(body.summary), MAX_SUMMARY, 'summary', switches),
    description: limited(readText(body.description), MAX_DESCRIPTION, 'description', switches),
    location: readText(body.location),
    colorId: readColor(body.colorId, switches),
    eventLabelId: readText(body.eventLabelId),
    start,
    end,
    endTimeUnspecified: readFlag(body.endTimeUnspecified, false),
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
    attachments: readAttachments(body.attachments),
    conferenceData: isObject(body.conferenceData) ? body.conferenceData : undefined,
    eventType,
    ...readTypeProperties(body, eventType),
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

function readSpan(body: JsonObject, rules: FieldRules): { start: JsonObject; end: JsonObject } {
  const givenStart = readEventTime(body.start, 'start', rules)
  const end = readEventTime(body.end, 'end', rules) ?? required('Missing end time.')
  const start = givenStart ?? required('Missing start time.')
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
  const { maxEventDurationMs } = rules.switches
  if (maxEventDurationMs !== null && to - from > maxEventDurationMs)
    refuse(400, 'calendar', 'eventDurationExceedsLimit', 'The event duration exceeds the limit.')
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

function limited(text: string | undefined, max: number, name: string, { longText }: Switches) {
  if (text === undefined || text.length <= max || longText === 'accepted') return text
  return longText === 'truncated' ? text.slice(0, max) : invalid(`Invalid ${name}: too long.`)
}

/** Events have colours 1 to 11; what an unknown one gets is unverified. */
function readColor(value: Json | undefined, { unknownColorId }: Switches): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (/^([1-9]|1[01])$/.test(String(value))) return String(value)
  return unknownColorId === 'ignored' ? undefined : invalid('Invalid color id.')
}

function readAttachments(value: Json | undefined): JsonObject[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || !value.every(isObject)) return parseError()
  if (value.length > MAX_ATTACHMENTS) return invalid('Too many attachments.')
  const attachments = value.map(({ fileUrl, title, mimeType, iconLink, fileId }) => {
    if (typeof fileUrl !== 'string' || fileUrl === '') return required('Required')
    const optional = { title: readText(title), mimeType: readText(mimeType) }
    return compact({ fileUrl, ...optional, iconLink: readText(iconLink), fileId: readText(fileId) })
  })
  return attachments.length > 0 ? attachments : undefined
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
