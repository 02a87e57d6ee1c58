import { refuse } from '../wire/envelope.ts'
import { type JsonObject, sameJson } from '../wire/json.ts'
import type { World } from '../world/world.ts'
import type { FieldRules } from './event-fields.ts'
import { OWN, othersOf } from './guests/own-copy.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import type { Writing } from './writing.ts'

const HELP = 'https://developers.google.com/calendar/api/guides/event-types'
const DAY = 86_400_000

export function fieldRules({ zones, switches }: World, calendar: StoredCalendar): FieldRules {
  const { dateTimeWithoutZone } = switches
  return { zones, calendarZone: calendar.properties.timeZone, dateTimeWithoutZone, switches }
}

/** The special types live on primary calendars; mails make `fromGmail`, nobody else (Calendar API, "Event types"). */
export function checkEventType({ world, calendar, inBatch, planted }: Writing, fields: JsonObject): void {
  const { eventType } = fields
  if (eventType === undefined || planted) return
  checkBatch(inBatch, fields)
  const available = world.switches.specialTypesAvailable || eventType === 'birthday'
  if (!calendar.primary || !available || eventType === 'fromGmail') refuseEventType(String(eventType))
  checkTypeRules(fields)
}

/** Working locations cannot be written in a batch (Calendar API, "Events: working location"). */
export function checkBatch(inBatch: boolean | undefined, { eventType }: JsonObject): void {
  if (inBatch && eventType === 'workingLocation') refuseEventType('workingLocation')
}

/** What may change of an event that came of a mail is its user's own; which fields that is, is inferred. */
const OWN_OF_MAIL = [...OWN, 'visibility']

export function checkTypeChange(before: JsonObject, after: JsonObject): void {
  if (before.eventType === 'fromGmail')
    ensure(sameJson(othersOf(before, OWN_OF_MAIL), othersOf(after, OWN_OF_MAIL)), before)
}

/** What each special type is held to, when it is made and when it is changed (Calendar API, "Event types"). */
export function checkTypeRules(fields: JsonObject): void {
  const { eventType } = fields
  if (eventType === 'focusTime' || eventType === 'outOfOffice')
    ensure(!isAllDay(fields) && fields.transparency === undefined, fields)
  if (eventType === 'workingLocation') checkWorkingLocation(fields)
  if (eventType === 'birthday') ensure(isBirthday(fields), fields)
}

function checkWorkingLocation(fields: JsonObject): void {
  if (isAllDay(fields) && daysOf(fields) !== 1) {
    const message = 'An all-day working location event must be exactly one day long.'
    refuse(400, 'calendar', 'malformedWorkingLocationEvent', message)
  }
  const shown = fields.visibility === 'public' && fields.transparency === 'transparent'
  ensure(shown && fields.workingLocationProperties !== undefined, fields)
}

/** All day, one day, private, transparent, yearly; of the rest only a few fields are its user's to choose. */
function isBirthday(fields: JsonObject): boolean {
  const { visibility, transparency, recurrence } = fields
  const rules = Array.isArray(recurrence) ? recurrence : []
  const yearly = rules.length === 1 && /^RRULE:(?=.*FREQ=YEARLY)/i.test(String(rules[0]))
  const hidden = visibility === 'private' && transparency === 'transparent'
  const others = ['description', 'location', 'attendees', 'source', 'attachments', 'conferenceData']
  return isAllDay(fields) && daysOf(fields) === 1 && yearly && hidden && others.every(key => !(key in fields))
}

function isAllDay({ start }: JsonObject): boolean {
  return (start as JsonObject | undefined)?.date !== undefined
}

function daysOf({ start, end }: JsonObject): number {
  const day = (time: JsonObject['start']) => Date.parse(`${(time as JsonObject).date}T00:00:00Z`)
  return (day(end) - day(start)) / DAY
}

function ensure(holds: boolean, { eventType }: JsonObject): void {
  if (!holds) refuseEventType(String(eventType))
}

export function refuseEventType(type: string): never {
  const message = `Attempt made to modify '${type}' event in a way that is not valid for this event type.`
  return refuse(400, 'calendar', 'eventTypeRestriction', message, { extendedHelp: HELP })
}
