import { type ApiCall, jsonBody } from '../wire/call.ts'
import { checkIfMatch } from '../wire/conditional.ts'
import { invalid, parseError, refuse, required } from '../wire/envelope.ts'
import { compact, type Json, type JsonObject } from '../wire/json.ts'
import { Refusal, type Reply } from '../wire/reply.ts'
import { forbidden, quotaExceeded } from '../wire/standard-errors.ts'
import type { World } from '../world/world.ts'
import { ownedCalendar, readableCalendar } from './access.ts'
import { conferenceProperties } from './conference.ts'
import { readLabels, renderLabels } from './event-labels.ts'
import { removeEvent } from './event-writes.ts'
import { mergePatch } from './merge.ts'
import { etagOf } from './render-event.ts'
import type { CalendarProperties, StoredCalendar } from './stored-calendar.ts'

/** The creator becomes its owner and gets it on their list. Without `timeZone` it is in UTC (observed). */
export function insert(call: ApiCall): Reply {
  const properties = readProperties(call, jsonBody(call), undefined)
  const { world, user, client, now } = call
  if (!world.quota.mayCreate('calendars', user, 1, now)) throw new Refusal(quotaExceeded())
  const calendar = world.calendars.createSecondary(user, client.projectNumber, properties, now)
  return calendarReply(call, calendar)
}

export function get(call: ApiCall): Reply {
  return calendarReply(call, readableCalendar(call))
}

export function patch(call: ApiCall): Reply {
  const calendar = ownedCalendar(call)
  const { eventLabels: _, ...texts } = calendar.properties
  return change(call, calendar, mergePatch(texts, jsonBody(call)))
}

export function update(call: ApiCall): Reply {
  const calendar = ownedCalendar(call)
  const { timeZone } = calendar.properties
  return change(call, calendar, { timeZone, ...jsonBody(call) })
}

/** Secondary calendars only, and only by their data owner (Calendar API, "Calendars: delete"). */
export function remove(call: ApiCall): Reply {
  const calendar = ownedCalendar(call)
  if (calendar.primary) {
    const message = 'The primary calendar of a user cannot be deleted.'
    return refuse(403, 'calendar', 'cannotDeletePrimaryCalendar', message)
  }
  // Others may have the role of an owner; what they are told is inferred.
  if (calendar.owner !== call.user) throw new Refusal(forbidden())
  checkIfMatch(call, etagOf(calendar))
  call.world.calendars.delete(calendar)
  return { status: 204, text: '' }
}

/** Wipes a primary calendar (Calendar API, "Calendars: clear"); of another one: 400. */
export function clear(call: ApiCall): Reply {
  const calendar = ownedCalendar(call)
  if (!calendar.primary) return invalid('Invalid calendar: only primary calendars can be cleared.')
  for (const event of [...calendar.events.values()]) {
    // One event's end can be that of others: its exceptions go with a series.
    if (event.status !== 'cancelled') removeEvent({ ...call, calendar }, event)
  }
  return { status: 204, text: '' }
}

function change(call: ApiCall, calendar: StoredCalendar, body: JsonObject): Reply {
  checkIfMatch(call, etagOf(calendar))
  const properties = readProperties(call, body, calendar.properties.eventLabels)
  const { properties: before } = calendar
  const keys = Object.keys(properties) as (keyof CalendarProperties)[]
  if (keys.some(key => properties[key] !== before[key])) {
    Object.assign(before, properties)
    calendar.etagMicros = calendar.stamp(call.now)
    call.world.calendars.changed(calendar)
  }
  return calendarReply(call, calendar)
}

function readProperties(
  call: ApiCall,
  body: JsonObject,
  labels: CalendarProperties['eventLabels'],
): CalendarProperties {
  const timeZone = text(body.timeZone) ?? 'UTC'
  if (!call.world.zones.has(timeZone)) invalid('Invalid time zone definition.')
  const summary = text(body.summary) ?? required('Missing title.')
  const eventLabels = readLabels(body.labelProperties, labels, call.world.ids)
  return {
    summary,
    description: text(body.description),
    location: text(body.location),
    timeZone,
    eventLabels,
  }
}

function text(value: Json | undefined): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  return typeof value === 'object' ? parseError() : String(value)
}

function calendarReply({ world }: ApiCall, calendar: StoredCalendar): Reply {
  return { status: 200, json: renderCalendar(world, calendar), headers: { etag: etagOf(calendar) } }
}

export function renderCalendar(world: World, calendar: StoredCalendar): JsonObject {
  const { summary, description, location, timeZone, eventLabels } = calendar.properties
  return compact({
    kind: 'calendar#calendar',
    etag: etagOf(calendar),
    id: calendar.id,
    summary,
    description,
    location,
    timeZone,
    conferenceProperties: conferenceProperties(world),
    labelProperties: renderLabels(eventLabels),
    dataOwner: calendar.primary ? undefined : calendar.owner.email,
  })
}
