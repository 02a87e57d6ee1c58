import { isObject, type JsonObject } from '../wire/json.ts'
import type { World } from '../world/world.ts'
import { attendeesOf, sameAddress } from './attendees.ts'
import { instantOf } from './event-time.ts'
import type { ListQuery } from './list-query.ts'
import { instancesOf } from './series.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import { isSeries, privatePropertiesOf, type StoredEvent, sharedPropertiesOf } from './stored-event.ts'

/** Whether an event belongs in a full list. */
export function matchesQuery(
  world: World,
  calendar: StoredCalendar,
  query: ListQuery,
  event: StoredEvent,
): boolean {
  if (event.purged) return false
  // Deletions since `updatedMin` are always included (Calendar API, "Events: list").
  if (event.status === 'cancelled' && !query.showDeleted && query.updatedMin === undefined) {
    // Cancelled instances of living series show, so that clients can expand the series right.
    if (query.singleEvents || !isOfLivingSeries(calendar, event)) return false
  }
  if (isHiddenInvitation(calendar, query, event)) return false
  if (query.updatedMin !== undefined && event.updatedMicros < query.updatedMin * 1000) return false
  if (query.iCalUID !== undefined && event.iCalUID !== query.iCalUID) return false
  return (
    matchesType(query, event) &&
    matchesTimes(world, calendar, query, event) &&
    matchesProperties(world, query, event) &&
    (query.text === undefined || textOf(event).includes(query.text))
  )
}

export function matchesType(query: ListQuery, { fields }: StoredEvent): boolean {
  return query.eventTypes.length === 0 || query.eventTypes.includes(String(fields.eventType ?? 'default'))
}

/** A series counts by any of its instances. */
function matchesTimes(world: World, calendar: StoredCalendar, query: ListQuery, event: StoredEvent): boolean {
  const { timeMin, timeMax } = query
  if (timeMin === undefined && timeMax === undefined) return true
  if (isSeries(event)) {
    // Observed since 2025: cancelled series come whatever the window.
    if (event.status === 'cancelled' && world.switches.cancelledSeriesIgnoreWindow) return true
    const window = { after: timeMin, before: timeMax, cap: 1 }
    return !instancesOf(event, calendar, world.zones, window).next().done
  }
  const start = (event.fields.start ?? event.originalStart) as JsonObject | undefined
  if (start === undefined) return false
  const zone = calendar.properties.timeZone
  const end = (event.fields.end as JsonObject | undefined) ?? start
  if (timeMin !== undefined && instantOf(end, zone, world.zones) <= timeMin) return false
  return timeMax === undefined || instantOf(start, zone, world.zones) < timeMax
}

/** Some users see invitations only once they have answered (Calendar API, "Settings": `hideInvitations`). */
export function isHiddenInvitation(calendar: StoredCalendar, query: ListQuery, event: StoredEvent): boolean {
  if (event.organizer === undefined || query.showHiddenInvitations || !calendar.primary) return false
  if (calendar.owner.settings.get('hideInvitations')?.value !== 'true') return false
  const self = attendeesOf(event.fields).find(({ email }) => sameAddress(email, calendar.id))
  return self?.responseStatus === 'needsAction'
}

function isOfLivingSeries(calendar: StoredCalendar, { recurringEventId }: StoredEvent): boolean {
  const series = recurringEventId === undefined ? undefined : calendar.events.get(recurringEventId)
  return series !== undefined && series.status !== 'cancelled'
}

/** Repeated constraints: AND in the reference, OR for private ones in the guide. */
function matchesProperties(world: World, query: ListQuery, event: StoredEvent): boolean {
  const { privateProperties, sharedProperties } = query
  if (privateProperties.length > 0) {
    const has = privatePropertiesOf(event)
    const any = world.switches.repeatedPrivateProperty === 'or'
    const matches = any
      ? privateProperties.some(pair => has.includes(pair))
      : privateProperties.every(pair => has.includes(pair))
    if (!matches) return false
  }
  if (sharedProperties.length === 0) return true
  const has = sharedPropertiesOf(event)
  return sharedProperties.every(pair => has.includes(pair))
}

function textOf({ fields, organizer }: StoredEvent): string {
  const guests = attendeesOf(fields).flatMap(({ email, displayName }) => [email, displayName])
  const { workingLocationProperties: place } = fields
  const places = isObject(place) ? [place.officeLocation, place.customLocation].filter(isObject) : []
  const labels = places.flatMap(one => Object.values(one))
  const own = [fields.summary, fields.description, fields.location, organizer]
  return [...own, ...guests, ...labels].join('\n').toLowerCase()
}
