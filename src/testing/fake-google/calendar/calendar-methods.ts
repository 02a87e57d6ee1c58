import { type ApiCall, jsonBody } from '../wire/call.ts'
import { invalid, parseError, refuse, required } from '../wire/envelope.ts'
import { compact, type Json, type JsonObject } from '../wire/json.ts'
import { Refusal, type Reply } from '../wire/reply.ts'
import { conditionNotMet, quotaExceeded } from '../wire/standard-errors.ts'
import { ownedCalendar, readableCalendar } from './access.ts'
import { removeEvent } from './event-writes.ts'
import { mergePatch } from './merge.ts'
import { etagOf } from './render-event.ts'
import type { CalendarProperties, StoredCalendar } from './stored-calendar.ts'

/** The creator becomes its owner and gets it on their list. Without `timeZone` it is in UTC (observed). */
export function insert(call: ApiCall): Reply {
  const properties = readProperties(call, jsonBody(call))
  const { world, user, client, now } = call
  if (!world.quota.mayCreate('calendars', user, 1, now)) throw new Refusal(quotaExceeded())
  const calendar = world.calendars.createSecondary(user, client.projectNumber, properties, now)
  return calendarReply(calendar)
}

export function get(call: ApiCall): Reply {
  const calendar = readableCalendar(call)
  if (call.headers['if-none-match'] === etagOf(calendar)) {
    return { status: 304, headers: { etag: etagOf(calendar) }, text: '' }
  }
  return calendarReply(calendar)
}

export function patch(call: ApiCall): Reply {
  const calendar = ownedCalendar(call)
  return change(call, calendar, mergePatch({ ...calendar.properties }, jsonBody(call)))
}

export function update(call: ApiCall): Reply {
  const calendar = ownedCalendar(call)
  const { timeZone } = calendar.properties
  return change(call, calendar, { timeZone, ...jsonBody(call) })
}

/** Secondary calendars only, and only by their owner (Calendar API, "Calendars: delete"). */
export function remove(call: ApiCall): Reply {
  const calendar = ownedCalendar(call)
  if (calendar.primary) {
    const message = 'The primary calendar of a user cannot be deleted.'
    return refuse(403, 'calendar', 'cannotDeletePrimaryCalendar', message)
  }
  checkIfMatch(call, calendar)
  call.world.calendars.delete(calendar)
  return { status: 204, text: '' }
}

/** Wipes a primary calendar (Calendar API, "Calendars: clear"); of another one: 400. */
export function clear(call: ApiCall): Reply {
  const calendar = ownedCalendar(call)
  if (!calendar.primary) return invalid('Invalid calendar: only primary calendars can be cleared.')
  for (const event of [...calendar.events.values()]) {
    if (event.status !== 'cancelled') removeEvent({ ...call, calendar }, event)
  }
  return { status: 204, text: '' }
}

function change(call: ApiCall, calendar: StoredCalendar, body: JsonObject): Reply {
  checkIfMatch(call, calendar)
  const properties = readProperties(call, body)
  const { properties: before } = calendar
  const keys = Object.keys(properties) as (keyof CalendarProperties)[]
  if (keys.some(key => properties[key] !== before[key])) {
    Object.assign(before, properties)
    calendar.etagMicros = calendar.stamp(call.now)
    call.world.calendars.changed(calendar)
  }
  return calendarReply(calendar)
}

function checkIfMatch(call: ApiCall, calendar: StoredCalendar): void {
  const wanted = call.headers['if-match']
  if (wanted !== undefined && wanted !== '*' && wanted !== etagOf(calendar))
    throw new Refusal(conditionNotMet())
}

function readProperties(call: ApiCall, body: JsonObject): CalendarProperties {
  const timeZone = text(body.timeZone) ?? 'UTC'
  if (!call.world.zones.has(timeZone)) invalid('Invalid time zone definition.')
  const summary = text(body.summary) ?? required('Missing title.')
  return { summary, description: text(body.description), location: text(body.location), timeZone }
}

function text(value: Json | undefined): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  return typeof value === 'object' ? parseError() : String(value)
}

function calendarReply(calendar: StoredCalendar): Reply {
  return { status: 200, json: renderCalendar(calendar), headers: { etag: etagOf(calendar) } }
}

export function renderCalendar(calendar: StoredCalendar): JsonObject {
  const { summary, description, location, timeZone } = calendar.properties
  return compact({
    kind: 'calendar#calendar',
    etag: etagOf(calendar),
    id: calendar.id,
    summary,
    description,
    location,
    timeZone,
    conferenceProperties: { allowedConferenceSolutionTypes: ['hangoutsMeet'] },
    dataOwner: calendar.primary ? undefined : calendar.owner.email,
  })
}
