import { Refusal } from '../wire/reply.ts'
import { duplicate } from '../wire/standard-errors.ts'
import { guestCalendars } from './guests/copies.ts'
import { tellGuests } from './guests/invite.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import { newEvent, type StoredEvent } from './stored-event.ts'
import { bury } from './tombstones.ts'
import type { Writing } from './writing.ts'

/**
 * Changes an event's organizer (Calendar API, "Events: move"): the old calendar keeps a cancelled event with only
 * an id, or a copy where it is one of the guests. The series' exceptions go along.
 */
export function moveEvent(writing: Writing, event: StoredEvent, to: StoredCalendar): StoredEvent {
  const { world, calendar: from } = writing
  const there = { ...writing, calendar: to }
  const before = event.fields
  const exceptions = [...from.exceptionsOf(event.id).values()]
  const moved = arrive(there, event)
  const others = exceptions.map(exception => arrive(there, exception))
  if (guestCalendars(world, to, before).has(from)) becomeCopies(writing, [event, ...exceptions], to)
  else bury(writing, event, true)
  tellGuests(there, moved, before)
  for (const exception of others) tellGuests(there, exception, undefined)
  return moved
}

function becomeCopies(
  { now, calendar }: Writing,
  events: readonly StoredEvent[],
  { id: calendarId }: StoredCalendar,
): void {
  for (const event of events)
    calendar.change(event, now, { organizer: calendarId, origin: { calendarId, eventId: event.id } })
}

function arrive({ now, calendar: to }: Writing, event: StoredEvent): StoredEvent {
  const { fields, status, sequence, iCalUID } = event
  const there = to.events.get(event.id)
  // A guest's copy becomes the organizer's event.
  if (there && there.status !== 'cancelled' && !(there.origin && there.iCalUID === iCalUID))
    throw new Refusal(duplicate())
  if (there) {
    const own = { organizer: undefined, origin: undefined }
    to.change(there, now, { ...own, fields, status, sequence: Math.max(sequence, there.sequence) })
    return there
  }
  const { id, createdMs, creator, recurringEventId, originalStart } = event
  const own = { id, iCalUID, createdMs, creator, organizer: undefined, recurringEventId, originalStart }
  const arrived = newEvent({ ...own, fields, status, sequence }, to.stamp(now))
  to.add(arrived)
  return arrived
}
