import type { ApiCall } from '../wire/call.ts'
import { notFound, refuse, required } from '../wire/envelope.ts'
import { Refusal, type Reply } from '../wire/reply.ts'
import { duplicate } from '../wire/standard-errors.ts'
import { writableCalendar } from './access.ts'
import { eventReply } from './event-reply.ts'
import { refuseEventType } from './event-rules.ts'
import { removeEvent } from './event-writes.ts'
import { mailGuests, sendUpdatesOf } from './guest-mail.ts'
import { findInstance } from './series.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import { newEvent, type StoredEvent } from './stored-event.ts'

/** Calendar API, "Events: move": the organizer changes; the old calendar keeps a cancelled event with only an id. */
export function move(call: ApiCall): Reply {
  const destination = call.query.get('destination') || required('Required')
  const from = writableCalendar(call)
  const to = writableCalendar({ ...call, calendarId: destination })
  const sendUpdates = sendUpdatesOf(call)
  const event =
    from.events.get(call.eventId) ?? findInstance(call.eventId, from, call.world.zones) ?? notFound()
  if (event.recurringEventId !== undefined)
    refuse(400, 'calendar', 'cannotChangeOrganizerOfInstance', 'Cannot change the organizer of an instance.')
  if (event.organizer !== undefined || event.status === 'cancelled')
    refuse(400, 'calendar', 'cannotChangeOrganizer', 'Cannot change the organizer of this event.')
  if (event.fields.eventType !== undefined) refuseEventType(String(event.fields.eventType))
  if (from === to) return eventReply(call, to, event)
  const before = event.fields
  const exceptions = [...from.exceptionsOf(event.id).values()]
  const moved = arrive(call, to, event)
  for (const exception of exceptions) arrive(call, to, exception)
  removeEvent({ ...call, calendar: from }, event, true)
  mailGuests(call, to, moved, before, sendUpdates)
  return eventReply(call, to, moved)
}

function arrive(call: ApiCall, to: StoredCalendar, event: StoredEvent): StoredEvent {
  const { fields, status, sequence } = event
  const there = to.events.get(event.id)
  if (there && there.status !== 'cancelled') throw new Refusal(duplicate())
  if (there) {
    to.change(there, call.now, { fields, status, sequence: Math.max(sequence, there.sequence) })
    return there
  }
  const { id, iCalUID, createdMs, creator, recurringEventId, originalStart } = event
  const own = { id, iCalUID, createdMs, creator, organizer: undefined, recurringEventId, originalStart }
  const arrived = newEvent({ ...own, fields, status, sequence }, to.stamp(call.now))
  to.add(arrived)
  return arrived
}
