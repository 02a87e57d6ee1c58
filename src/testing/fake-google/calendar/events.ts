import type { ApiCall } from '../wire/call.ts'
import { checkIfMatch } from '../wire/conditional.ts'
import { notFound } from '../wire/envelope.ts'
import type { JsonObject } from '../wire/json.ts'
import type { Reply } from '../wire/reply.ts'
import { readableCalendar, writableCalendar } from './access.ts'
import { countCreation, countInvitations } from './creation-limits.ts'
import { eventBody } from './event-body.ts'
import { eventReply } from './event-reply.ts'
import { insertEvent, patchEvent, removeEvent, updateEvent } from './event-writes.ts'
import { mailGuests, sendUpdatesOf } from './guest-mail.ts'
import { awaitConference } from './make-conferences.ts'
import { etagOf } from './render-event.ts'
import { findInstance } from './series.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import type { StoredEvent } from './stored-event.ts'
import type { Writing } from './writing.ts'

export function insert(call: ApiCall): Reply {
  const calendar = writableCalendar(call)
  const sendUpdates = sendUpdatesOf(call)
  const body = eventBody(call, calendar)
  countCreation(call)
  countInvitations(call, body, undefined, sendUpdates)
  const event = insertEvent({ ...call, calendar }, body, call.user.email)
  awaitConference(call.world, calendar, event, call.now)
  mailGuests(call, calendar, event, undefined, sendUpdates)
  return eventReply(call, calendar, event)
}

/** Answers tombstones too, with status `cancelled` (Calendar API, "Events: get"). */
export function get(call: ApiCall): Reply {
  const calendar = readableCalendar(call)
  const latest = eventOf(call, calendar)
  const event = call.stale ? earlierVersion(latest) : latest
  return eventReply(call, calendar, event)
}

/** A read that is served by a copy which has not heard of the last write yet. */
function earlierVersion(event: StoredEvent): StoredEvent {
  return event.earlier ? { ...event, ...event.earlier, view: undefined } : notFound()
}

export function update(call: ApiCall): Reply {
  return write(call, updateEvent)
}

export function patch(call: ApiCall): Reply {
  return write(call, patchEvent)
}

export function remove(call: ApiCall): Reply {
  const calendar = writableCalendar(call)
  const sendUpdates = sendUpdatesOf(call)
  const event = eventOf(call, calendar)
  // Whether 410 or 412 comes first is unverified; a tombstone has nothing left to guard.
  if (event.status !== 'cancelled') checkIfMatch(call, etagOf(event))
  const before = event.fields
  removeEvent({ ...call, calendar }, event)
  mailGuests(call, calendar, event, before, sendUpdates)
  return { status: 204, text: '' }
}

type Write = (writing: Writing, event: StoredEvent, body: JsonObject) => boolean

function write(call: ApiCall, run: Write): Reply {
  const calendar = writableCalendar(call)
  const sendUpdates = sendUpdatesOf(call)
  const event = eventOf(call, calendar)
  checkIfMatch(call, etagOf(event))
  const before = event.status === 'cancelled' ? undefined : event.fields
  const body = eventBody(call, calendar, event.fields)
  countInvitations(call, body, before, sendUpdates)
  const changed = run({ ...call, calendar, asGuest: true }, event, body)
  awaitConference(call.world, calendar, event, call.now)
  if (changed) mailGuests(call, calendar, event, before, sendUpdates)
  return eventReply(call, calendar, event)
}

function eventOf(call: ApiCall, calendar: StoredCalendar): StoredEvent {
  const { eventId, world } = call
  return calendar.events.get(eventId) ?? findInstance(eventId, calendar, world.zones) ?? notFound()
}
