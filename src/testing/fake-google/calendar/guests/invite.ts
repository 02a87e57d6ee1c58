import { type JsonObject, sameJson } from '../../wire/json.ts'
import { importedId } from '../event-id.ts'
import { instanceId } from '../series.ts'
import { afterReschedule, originalStarts, reviveExceptions } from '../series-writes.ts'
import type { StoredCalendar } from '../stored-calendar.ts'
import { isSeries, newEvent, type StoredEvent } from '../stored-event.ts'
import { bury } from '../tombstones.ts'
import type { Writing } from '../writing.ts'
import { copyFields, findCopy, guestCalendars } from './copies.ts'

/**
 * Brings the copies of an organizer's event up to date: on the primary calendars of guests who have an account,
 * whatever `sendUpdates` says of mails. `before` is what the event held, undefined if it was not there; `except` is
 * the guest whose doing it was.
 */
export function tellGuests(
  writing: Writing,
  event: StoredEvent,
  before: JsonObject | undefined,
  except?: StoredCalendar,
): void {
  if (event.fields.attendees === undefined && before?.attendees === undefined) return
  if (event.organizer !== undefined || event.privateCopy) return
  const { world, calendar } = writing
  const alive = event.status !== 'cancelled'
  const invited = guestCalendars(world, calendar, alive ? event.fields : undefined)
  for (const [there, guest] of invited) if (there !== except) bringCopy(writing, event, there, guest)
  for (const there of guestCalendars(world, calendar, before).keys())
    if (!invited.has(there)) withdrawCopy(writing, event, there)
}

function bringCopy(writing: Writing, event: StoredEvent, there: StoredCalendar, guest: JsonObject): void {
  const copy = findCopy(writing.world, event, there)
  if (!copy) addCopy(writing, event, there, guest)
  // A guest who has declined and deleted it is left alone.
  else if (copy.status !== 'cancelled' || guest.responseStatus !== 'declined')
    renewCopy(writing, event, { ...writing, calendar: there }, copy, guest)
}

function renewCopy(
  { calendar, now }: Writing,
  event: StoredEvent,
  at: Writing,
  copy: StoredEvent,
  guest: JsonObject,
): void {
  const own = copy.status === 'cancelled' && copy.fields.start === undefined ? undefined : copy.fields
  const fields = copyFields(event.fields, own, guest)
  const { status, sequence } = event
  const organizer = calendar.id
  const same = copy.status === status && copy.sequence === sequence && copy.organizer === organizer
  if (same && sameJson(copy.fields, fields)) return
  const revives = copy.status === 'cancelled'
  const moves = ['start', 'end', 'recurrence'].some(key => !sameJson(copy.fields[key], fields[key]))
  const before = moves && isSeries(copy) && !revives ? originalStarts(at, copy) : undefined
  const origin = { calendarId: calendar.id, eventId: event.id }
  at.calendar.change(copy, now, { fields, status, sequence, organizer, origin })
  if (before) afterReschedule(at, copy, before)
  if (revives && copy.recurringEventId === undefined) reviveExceptions(at, copy)
}

function addCopy(writing: Writing, event: StoredEvent, there: StoredCalendar, guest: JsonObject): void {
  const { now, calendar } = writing
  const { iCalUID, creator, status, sequence, originalStart, recurringEventId: seriesId } = event
  const taken = there.events.has(seriesId ?? event.id)
  const recurringEventId = seriesId === undefined || !taken ? seriesId : importedId(iCalUID)
  const ownId = taken ? importedId(iCalUID) : event.id
  const id = recurringEventId === undefined ? ownId : instanceId(recurringEventId, originalStart ?? {})
  const copy = newEvent(
    {
      ...{ id, iCalUID, creator, status, sequence, recurringEventId, originalStart, createdMs: now },
      organizer: calendar.id,
      origin: { calendarId: calendar.id, eventId: event.id },
      fields: copyFields(event.fields, undefined, guest),
    },
    there.stamp(now),
  )
  there.add(copy)
  if (isSeries(event)) bringExceptions(writing, event, there)
}

/** Who comes late to a series learns what has become of single occurrences. */
function bringExceptions(writing: Writing, series: StoredEvent, there: StoredCalendar): void {
  const { world, calendar } = writing
  for (const exception of calendar.exceptionsOf(series.id).values()) {
    const guest =
      exception.status === 'cancelled'
        ? undefined
        : guestCalendars(world, calendar, exception.fields).get(there)
    if (guest) bringCopy(writing, exception, there, guest)
    else withdrawCopy(writing, exception, there)
  }
}

/** Only the id is guaranteed of what is left (Calendar API, "Events"). */
function withdrawCopy(writing: Writing, event: StoredEvent, there: StoredCalendar): void {
  const copy = findCopy(writing.world, event, there)
  if (copy && copy.status !== 'cancelled') bury({ ...writing, calendar: there }, copy, true)
}
