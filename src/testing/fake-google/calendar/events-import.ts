import type { ApiCall } from '../wire/call.ts'
import { invalid, refuse, required } from '../wire/envelope.ts'
import { isObject, type JsonObject } from '../wire/json.ts'
import { Refusal, type Reply } from '../wire/reply.ts'
import { duplicate } from '../wire/standard-errors.ts'
import { writableCalendar } from './access.ts'
import { attendeesOf, sameAddress } from './attendees.ts'
import { countCreation } from './creation-limits.ts'
import { eventBody } from './event-body.ts'
import { readEventFields, readSequence, readStatus } from './event-fields.ts'
import { importedId } from './event-id.ts'
import { eventReply } from './event-reply.ts'
import { fieldRules, refuseEventType } from './event-rules.ts'
import { readEventTime } from './event-time.ts'
import { updateEvent } from './event-writes.ts'
import { findInstance, instanceId } from './series.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import { isSeries, newEvent, type StoredEvent } from './stored-event.ts'

/**
 * Calendar API, "Events: import": a private copy of an event that lives elsewhere. Invites nobody. With
 * `originalStartTime` it is one occurrence of the series with that iCalUID; that this is how is inferred.
 */
export function importEvent(call: ApiCall): Reply {
  const calendar = writableCalendar(call)
  const body = eventBody(call, calendar)
  const { id, iCalUID } = body
  if (id !== undefined && id !== null && id !== '') invalid('Invalid resource id value.')
  if (typeof iCalUID !== 'string' || iCalUID === '') return required('Required')
  if ((body.eventType ?? 'default') !== 'default') refuseEventType(String(body.eventType))
  const rules = fieldRules(call.world, calendar)
  const originalStart = readEventTime(body.originalStartTime, 'start', rules)
  const { recurrence: _, ...alone } = body
  const fields = readEventFields(originalStart ? alone : body, rules)
  const organizer = isObject(body.organizer) ? body.organizer.email : undefined
  checkPart(calendar, fields, typeof organizer === 'string' ? organizer : undefined)
  const known = originalStart
    ? knownInstance(call, calendar, iCalUID, originalStart)
    : withUid(calendar, iCalUID)
  if (known && calendar.events.has(known.id)) return again(call, calendar, known, body)
  if (known) return replace(call, calendar, known, body)
  countCreation(call)
  const seriesId = originalStart && (seriesWithUid(calendar, iCalUID)?.id ?? importedId(iCalUID))
  const event = newEvent(
    {
      id: seriesId && originalStart ? instanceId(seriesId, originalStart) : importedId(iCalUID),
      iCalUID,
      createdMs: call.now,
      creator: call.user.email,
      organizer:
        typeof organizer === 'string' && !sameAddress(organizer, calendar.id) ? organizer : undefined,
      fields,
      status: readStatus(body.status, 'confirmed'),
      sequence: readSequence(body.sequence, 0),
      privateCopy: body.privateCopy === true,
      recurringEventId: seriesId,
      originalStart,
    },
    calendar.stamp(call.now),
  )
  calendar.add(event)
  return eventReply(call, calendar, event)
}

/** One live test saw the event replaced, another client reports a 409. */
function again(call: ApiCall, calendar: StoredCalendar, known: StoredEvent, body: JsonObject): Reply {
  if (call.world.switches.importAgain === 'duplicate') throw new Refusal(duplicate())
  return replace(call, calendar, known, body)
}

function replace(call: ApiCall, calendar: StoredCalendar, known: StoredEvent, body: JsonObject): Reply {
  const { recurringEventId: _, ...rest } = body
  updateEvent({ ...call, calendar }, known, { status: 'confirmed', ...rest })
  return eventReply(call, calendar, known)
}

/** The check is of the calendar's id, not of the human's address (observed). */
function checkPart(calendar: StoredCalendar, fields: JsonObject, organizer: string | undefined): void {
  const takesPart = attendeesOf(fields).some(({ email }) => sameAddress(email, calendar.id))
  if (organizer === undefined || sameAddress(organizer, calendar.id) || takesPart) return
  const message =
    'The owner of the calendar must either be the organizer or an attendee of an event that is imported.'
  refuse(400, 'global', 'participantIsNeitherOrganizerNorAttendee', message)
}

function withUid(calendar: StoredCalendar, iCalUID: string): StoredEvent | undefined {
  const byId = calendar.events.get(importedId(iCalUID))
  if (byId) return byId
  return calendar.order.find(
    event => event.iCalUID === iCalUID && event.recurringEventId === undefined && !event.purged,
  )
}

function seriesWithUid(calendar: StoredCalendar, iCalUID: string): StoredEvent | undefined {
  const found = withUid(calendar, iCalUID)
  return found && isSeries(found) ? found : undefined
}

/** Of an occurrence that the calendar has, by itself or as part of its series. */
function knownInstance(
  { world }: ApiCall,
  calendar: StoredCalendar,
  iCalUID: string,
  originalStart: JsonObject,
): StoredEvent | undefined {
  const series = seriesWithUid(calendar, iCalUID)
  const id = instanceId(series?.id ?? importedId(iCalUID), originalStart)
  return calendar.events.get(id) ?? (series && findInstance(id, calendar, world.zones))
}
