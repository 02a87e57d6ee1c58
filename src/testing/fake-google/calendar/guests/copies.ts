import { compact, type Json, type JsonObject } from '../../wire/json.ts'
import type { World } from '../../world/world.ts'
import { attendeesOf } from '../attendees.ts'
import { importedId } from '../event-id.ts'
import { findInstance, instanceId } from '../series.ts'
import type { StoredCalendar } from '../stored-calendar.ts'
import type { StoredEvent } from '../stored-event.ts'

/** What is the same on every copy; the rest of a copy is its guest's own (Calendar API, "Inviting attendees"). */
const SHARED = [
  'summary',
  'description',
  'location',
  'start',
  'end',
  'endTimeUnspecified',
  'recurrence',
  'visibility',
  'attachments',
  'conferenceData',
  'anyoneCanAddSelf',
  'guestsCanInviteOthers',
  'guestsCanModify',
  'guestsCanSeeOtherGuests',
] as const

/** The calendars here that an event's guests read it on, its own aside. */
export function guestCalendars(
  world: World,
  calendar: StoredCalendar,
  fields: JsonObject | undefined,
): Map<StoredCalendar, JsonObject> {
  const found = new Map<StoredCalendar, JsonObject>()
  for (const guest of fields ? attendeesOf(fields) : []) {
    const there = calendarOf(world, String(guest.email))
    if (there && there !== calendar) found.set(there, guest)
  }
  return found
}

/** A guest is a person, whose primary calendar it is, or a calendar. */
export function calendarOf(world: World, email: string): StoredCalendar | undefined {
  return world.calendars.get(world.users.byEmail(email)?.email ?? email)
}

/**
 * The copy of an event on a guest's calendar. It has the event's id unless that is taken there by another event:
 * then it has the id of an import. Inferred.
 */
export function findCopy(world: World, event: StoredEvent, there: StoredCalendar): StoredEvent | undefined {
  const { id, iCalUID, recurringEventId, originalStart } = event
  if (recurringEventId === undefined || originalStart === undefined)
    return sameEvent(there, id, iCalUID) ?? sameEvent(there, importedId(iCalUID), iCalUID)
  for (const seriesId of [recurringEventId, importedId(iCalUID)]) {
    const instance = instanceId(seriesId, originalStart)
    const found = sameEvent(there, instance, iCalUID) ?? findInstance(instance, there, world.zones)
    if (found?.iCalUID === iCalUID && found.organizer !== undefined) return found
  }
  return undefined
}

function sameEvent(there: StoredCalendar, id: string, iCalUID: string): StoredEvent | undefined {
  const found = there.events.get(id)
  // An event of its own may have both, since clients choose ids.
  return found?.iCalUID === iCalUID && found.organizer !== undefined ? found : undefined
}

/** The organizer's event that a copy stands for. */
export function findOriginal(world: World, { origin, recurringEventId, originalStart }: StoredEvent) {
  const calendar = origin && world.calendars.get(origin.calendarId)
  const event = calendar?.events.get(origin?.eventId ?? '')
  if (!calendar || !event) return undefined
  if (recurringEventId === undefined || event.recurringEventId !== undefined) return { calendar, event }
  // An instance that both sides only compute so far.
  const id = instanceId(event.id, originalStart ?? {})
  const instance = calendar.events.get(id) ?? findInstance(id, calendar, world.zones)
  return instance && { calendar, event: instance }
}

/** The fields of a copy: the organizer's, and what the guest made of theirs. */
export function copyFields(original: JsonObject, own: JsonObject | undefined, self: JsonObject): JsonObject {
  const { colorId, transparency, reminders } = own ?? { transparency: original.transparency }
  return compact({
    ...pickShared(original),
    attendees: original.guestsCanSeeOtherGuests === false ? [self] : original.attendees,
    colorId,
    transparency,
    reminders,
    extendedProperties: bothProperties(own, original),
  })
}

/** The fields of the organizer's event after a guest who may do so has changed it. */
export function originalFields(original: JsonObject, copy: JsonObject): JsonObject {
  const attendees = original.guestsCanSeeOtherGuests === false ? original.attendees : copy.attendees
  const rest = Object.entries(original).filter(([key]) => !(SHARED as readonly string[]).includes(key))
  return compact({
    ...Object.fromEntries(rest),
    ...pickShared(copy),
    attendees,
    extendedProperties: bothProperties(original, copy),
  })
}

function pickShared(fields: JsonObject): JsonObject {
  const shared: JsonObject = {}
  for (const key of SHARED) shared[key] = fields[key]
  return shared
}

/** Private properties are those of one copy, shared ones those of all. */
function bothProperties(own: JsonObject | undefined, others: JsonObject): Json | undefined {
  const mine = own?.extendedProperties as JsonObject | undefined
  const theirs = others.extendedProperties as JsonObject | undefined
  if (!mine?.private && !theirs?.shared) return undefined
  return compact({ private: mine?.private, shared: theirs?.shared })
}
