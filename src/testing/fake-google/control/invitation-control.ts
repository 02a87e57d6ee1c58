import { attendeesOf } from '../calendar/attendees.ts'
import { insertEvent, patchEvent } from '../calendar/event-writes.ts'
import { calendarOf, findCopy } from '../calendar/guests/copies.ts'
import type { StoredEvent } from '../calendar/stored-event.ts'
import type { Writing } from '../calendar/writing.ts'
import { isObject, type JsonObject } from '../wire/json.ts'
import { ControlError, expect } from './control-error.ts'

/** On the calendar itself, or as an invitation to it from `organizer`. */
export function createEvent(writing: Writing, event: JsonObject, organizer: string | undefined): StoredEvent {
  const { world, calendar } = writing
  const theirs = organizer === undefined ? undefined : calendarOf(world, organizer)
  const planted = { ...writing, planted: true }
  const own = theirs === undefined || theirs === calendar
  if (own) return insertEvent(planted, event, calendar.owner.email, theirs ? undefined : organizer)
  const guests = Array.isArray(event.attendees) ? event.attendees : []
  const isInvited = guests.some(
    guest => isObject(guest) && calendarOf(world, String(guest.email)) === calendar,
  )
  const attendees = isInvited ? guests : [...guests, { email: calendar.id }]
  const there = { ...planted, calendar: theirs }
  const original = insertEvent(there, { ...event, attendees }, theirs.owner.email)
  return expect(findCopy(world, original, calendar), `No copy of ${original.id} came to ${calendar.id}`)
}

/** How a guest answers, on the copy of that calendar. */
export function respond(writing: Writing, event: StoredEvent, email: string, responseStatus: string): void {
  const attendees = attendeesOf(event.fields)
  const isMeant = (guest: JsonObject) => String(guest.email).toLowerCase() === email.toLowerCase()
  if (!attendees.some(isMeant)) throw new ControlError(`${email} is no guest of ${event.id}`)
  const answered = attendees.map(one => (isMeant(one) ? { ...one, responseStatus } : one))
  patchEvent(writing, event, { attendees: answered })
}
