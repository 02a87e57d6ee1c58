import { compact, type JsonObject, sameJson } from '../../wire/json.ts'
import type { World } from '../../world/world.ts'
import { attendeesOf } from '../attendees.ts'
import type { StoredCalendar } from '../stored-calendar.ts'
import type { StoredEvent } from '../stored-event.ts'
import type { Writing } from '../writing.ts'
import { calendarOf, findOriginal, originalFields } from './copies.ts'
import { tellGuests } from './invite.ts'

/** Beyond so many guests their answers stay where they were given (Calendar API, "Events"). */
const ANSWERS_TRAVEL_UP_TO = 200

/**
 * Carries a guest's own answer to the organizer, and from there to the other guests. Nothing else of a copy
 * travels, unless the organizer lets guests change the event.
 */
export function tellOrganizer(writing: Writing, copy: StoredEvent): void {
  const { world, calendar: here, now } = writing
  const found = findOriginal(world, copy)
  if (!found || found.event.status === 'cancelled') return
  const { calendar, event } = found
  const before = event.fields
  const mayModify = before.guestsCanModify === true && copy.status !== 'cancelled'
  const base = mayModify ? originalFields(before, copy.fields) : before
  const answer = copy.status === 'cancelled' ? { responseStatus: 'declined' } : answerOf(copy, here, world)
  const guests = attendeesOf(base)
  const travels = guests.length <= ANSWERS_TRAVEL_UP_TO
  const attendees = guests.map(guest =>
    travels && isHere(guest, here, world) ? compact({ ...guest, ...answer }) : guest,
  )
  const fields = compact({ ...base, attendees: attendees.length > 0 ? attendees : undefined })
  if (sameJson(before, fields)) return
  calendar.change(event, now, { fields, sequence: Math.max(event.sequence, mayModify ? copy.sequence : 0) })
  // What the guest made of the rest of their copy stays, until the organizer's next change.
  tellGuests({ world, now, calendar }, event, before, here)
}

function answerOf({ fields }: StoredEvent, here: StoredCalendar, world: World): JsonObject {
  const self = attendeesOf(fields).find(guest => isHere(guest, here, world))
  if (!self) return {}
  const { responseStatus, comment, additionalGuests } = self
  return { responseStatus, comment, additionalGuests }
}

function isHere({ email }: JsonObject, here: StoredCalendar, world: World): boolean {
  return calendarOf(world, String(email)) === here
}
