import type { JsonObject } from '../wire/json.ts'
import { Refusal } from '../wire/reply.ts'
import { fullSyncRequired } from '../wire/standard-errors.ts'
import type { World } from '../world/world.ts'
import { instantOf } from './event-time.ts'
import { isHiddenInvitation, matchesQuery, matchesType } from './list-filter.ts'
import type { ListQuery } from './list-query.ts'
import { eventsScope, type PageToken } from './list-tokens.ts'
import { changedInstances, instancesFor } from './single-events.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import { isForgottenSeries, isSeries, type StoredEvent } from './stored-event.ts'
import { decodeSyncToken } from './sync-token.ts'

/** A sequence of candidates that pages walk by position. */
export interface ListSource {
  readonly events: readonly StoredEvent[]
  readonly from: number
  readonly includes: (event: StoredEvent, position: number) => boolean
  /** Of a kept sequence, or empty. */
  readonly sequence: string
}

export function listSource(
  world: World,
  calendar: StoredCalendar,
  query: ListQuery,
  page: PageToken | undefined,
  now: number,
): ListSource {
  const includes = (event: StoredEvent) => matchesQuery(world, calendar, query, event)
  if (query.syncToken !== undefined) return delta(world, calendar, query, page, now)
  const expands = query.singleEvents && calendar.hasSeries
  const prepared = expands || query.orderBy !== undefined || query.privateProperties.length > 0
  if (!prepared) return { events: calendar.order, from: 0, includes, sequence: '' }
  const kept = page && world.pages.get(page.sequence)
  if (page && kept) return { events: kept, from: 0, includes: everything, sequence: page.sequence }
  const shown = candidates(world, calendar, query).flatMap(event => {
    if (expands && isSeries(event)) return instancesFor(world, calendar, query, event)
    return includes(event) && !(expands && isForgottenSeries(event)) ? [event] : []
  })
  return remembered(world, query, sort(world, calendar, query, shown))
}

const everything = () => true

/** One page needs no memory of the order. */
function remembered(world: World, query: ListQuery, events: readonly StoredEvent[]): ListSource {
  const sequence = events.length > query.maxResults ? world.pages.keep(events) : ''
  return { events, from: 0, includes: everything, sequence }
}

/** Each changed event once, at its latest change; the window of the first request no longer counts. */
function delta(
  world: World,
  calendar: StoredCalendar,
  query: ListQuery,
  page: PageToken | undefined,
  now: number,
): ListSource {
  const from = decodeSyncToken(world, eventsScope(calendar, query), query.syncToken ?? '', now)
  const includes = (event: StoredEvent, position: number) =>
    event.seq === position &&
    !event.purged &&
    matchesType(query, event) &&
    !isHiddenInvitation(calendar, query, event)
  if (!query.singleEvents || !calendar.hasSeries)
    return { events: calendar.log, from, includes, sequence: '' }
  const kept = page && world.pages.get(page.sequence)
  if (page && kept) return { events: kept, from: 0, includes: everything, sequence: page.sequence }
  // Its place among instances that have changed since cannot be found again.
  if (page?.sequence) throw new Refusal(fullSyncRequired())
  const changed: StoredEvent[] = []
  for (let position = from; position < calendar.log.length; position++) {
    const event = calendar.log[position]
    if (!event || !includes(event, position)) continue
    changed.push(...changedInstances(world, calendar, event, from))
  }
  return remembered(world, query, changed)
}

function candidates(world: World, calendar: StoredCalendar, query: ListQuery): StoredEvent[] {
  const [first, ...rest] = query.privateProperties
  if (first === undefined) return [...calendar.order]
  const any = world.switches.repeatedPrivateProperty === 'or' ? rest : []
  return [...new Set([first, ...any].flatMap(pair => [...calendar.withPrivateProperty(pair)]))]
}

function sort(
  world: World,
  calendar: StoredCalendar,
  { orderBy }: ListQuery,
  events: StoredEvent[],
): StoredEvent[] {
  if (orderBy === undefined) return events
  if (orderBy === 'updated') return events.sort((a, b) => a.updatedMicros - b.updatedMicros)
  const start = ({ fields, originalStart }: StoredEvent) => {
    const time = (fields.start ?? originalStart) as JsonObject | undefined
    return time ? instantOf(time, calendar.properties.timeZone, world.zones) : 0
  }
  const keyed = events.map(event => ({ event, key: start(event) }))
  return keyed.sort((a, b) => a.key - b.key).map(({ event }) => event)
}
