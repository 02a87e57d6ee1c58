import { compact, type JsonObject } from '../wire/json.ts'
import type { World } from '../world/world.ts'
import { renderAttendees } from './attendees.ts'
import { hangoutLink } from './conference.ts'
import { renderEventTime } from './event-time.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import type { StoredEvent } from './stored-event.ts'

/** Calendar API, "Events" and captures: key order, defaults omitted. Callers must not change the result. */
export function renderEvent(
  event: StoredEvent,
  calendar: StoredCalendar,
  world: World,
  zone = calendar.properties.timeZone,
): JsonObject {
  const title = calendar.properties.summary
  const fraction = world.switches.createdFraction
  const { view } = event
  if (view && view.zone === zone && view.title === title && view.fraction === fraction) return view.resource
  const resource = build(event, calendar, world, zone)
  event.view = { zone, title, fraction, resource }
  return resource
}

function build(event: StoredEvent, calendar: StoredCalendar, world: World, zone: string): JsonObject {
  const { fields } = event
  // What forgot its details has no time either; then nothing but the guaranteed is told, whoever asks.
  if (event.status === 'cancelled' && fields.start === undefined)
    return renderTombstone(event, calendar, world, zone)
  const { zones, switches } = world
  const owner = calendar.owner.email
  const organizer = organizerOf(event, calendar)
  return compact({
    kind: 'calendar#event',
    etag: etagOf(event),
    id: event.id,
    status: event.status,
    htmlLink: htmlLink(event.id, calendar.id),
    created: `${new Date(event.createdMs).toISOString().slice(0, 19)}${switches.createdFraction === 'zeros' ? '.000Z' : 'Z'}`,
    updated: new Date(Math.floor(event.updatedMicros / 1000)).toISOString(),
    summary: fields.summary,
    description: fields.description,
    location: fields.location,
    colorId: fields.colorId,
    eventLabelId: fields.eventLabelId,
    creator:
      event.creator === owner && calendar.primary ? { email: owner, self: true } : { email: event.creator },
    organizer,
    start: fields.start && renderEventTime(fields.start as JsonObject, zone, zones),
    end: fields.end && renderEventTime(fields.end as JsonObject, zone, zones),
    endTimeUnspecified: fields.endTimeUnspecified,
    recurrence: fields.recurrence,
    recurringEventId: event.recurringEventId,
    originalStartTime: event.originalStart && renderEventTime(event.originalStart, zone, zones),
    transparency: fields.transparency,
    visibility: fields.visibility,
    iCalUID: event.iCalUID,
    sequence: event.sequence,
    attendees: renderAttendees(fields, String(organizer.email), calendar.id),
    extendedProperties: fields.extendedProperties,
    hangoutLink: fields.conferenceData && hangoutLink(fields),
    conferenceData: fields.conferenceData,
    anyoneCanAddSelf: fields.anyoneCanAddSelf,
    guestsCanInviteOthers: fields.guestsCanInviteOthers,
    guestsCanModify: fields.guestsCanModify,
    guestsCanSeeOtherGuests: fields.guestsCanSeeOtherGuests,
    privateCopy: event.privateCopy || undefined,
    locked: event.locked || undefined,
    reminders: fields.reminders ?? { useDefault: true },
    source: fields.source,
    attachments: fields.attachments,
    birthdayProperties: fields.birthdayProperties,
    focusTimeProperties: fields.focusTimeProperties,
    outOfOfficeProperties: fields.outOfOfficeProperties,
    workingLocationProperties: fields.workingLocationProperties,
    eventType: fields.eventType ?? 'default',
  })
}

/** On a secondary calendar the calendar itself organizes; the creator is the human (observed). */
function organizerOf(event: StoredEvent, calendar: StoredCalendar): JsonObject {
  if (event.organizer !== undefined) return { email: event.organizer }
  if (calendar.primary) return { email: calendar.id, self: true }
  return { email: calendar.id, displayName: calendar.properties.summary, self: true }
}

/** Twice the time of the last change in microseconds (computed from captures); opaque by contract. */
export function etagOf({ etagMicros }: { readonly etagMicros: number }): string {
  return `"${etagMicros * 2}"`
}

/**
 * Of a tombstone only the id is guaranteed, of a cancelled instance its place in the series too; that is all a
 * delta tells unless asked with `showDeleted`.
 */
export function renderTombstone(
  event: StoredEvent,
  calendar: StoredCalendar,
  { zones }: World,
  zone = calendar.properties.timeZone,
): JsonObject {
  return compact({
    kind: 'calendar#event',
    etag: etagOf(event),
    id: event.id,
    status: 'cancelled',
    recurringEventId: event.recurringEventId,
    originalStartTime: event.originalStart && renderEventTime(event.originalStart, zone, zones),
  })
}

/** What free/busy readers see. Which fields survive is unverified; times and identity must. */
export function renderBusy(
  event: StoredEvent,
  calendar: StoredCalendar,
  world: World,
  zone?: string,
): JsonObject {
  const { kind, etag, id, status, start, end, recurrence, recurringEventId, ...rest } = renderEvent(
    event,
    calendar,
    world,
    zone,
  )
  if (world.switches.busyEventFields === 'timesOnly') return compact({ kind, etag, id, status, start, end })
  const { originalStartTime, transparency, visibility, iCalUID, eventType } = rest
  const identity = { kind, etag, id, status, start, end, recurrence, recurringEventId, originalStartTime }
  return compact({ ...identity, transparency, visibility, iCalUID, eventType })
}

/** Observed, with the two common domains shortened. */
function htmlLink(eventId: string, calendarId: string): string {
  const short = calendarId.replace(/@gmail\.com$/, '@m').replace(/@group\.calendar\.google\.com$/, '@g')
  const eid = Buffer.from(`${eventId} ${short}`).toString('base64').replace(/=+$/, '')
  return `https://www.google.com/calendar/event?eid=${eid}`
}
