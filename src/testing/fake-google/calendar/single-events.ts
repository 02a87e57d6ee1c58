import type { World } from '../world/world.ts'
import { matchesQuery } from './list-filter.ts'
import type { ListQuery } from './list-query.ts'
import { instancesOf } from './series.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import { isForgottenSeries, isSeries, type StoredEvent } from './stored-event.ts'

/** What `singleEvents=true` shows in the place of a series; its exceptions stand for themselves. */
export function instancesFor(
  world: World,
  calendar: StoredCalendar,
  query: ListQuery,
  series: StoredEvent,
): StoredEvent[] {
  const hidden = series.status === 'cancelled' && !query.showDeleted && query.updatedMin === undefined
  if (series.purged || hidden) return []
  const window = { after: query.timeMin, before: query.timeMax, cap: world.switches.instanceCap }
  const exceptions = calendar.exceptionsOf(series.id)
  return [...instancesOf(series, calendar, world.zones, window)].filter(
    instance => !exceptions.has(instance.id) && matchesQuery(world, calendar, query, instance),
  )
}

/** A changed event in a delta of single events: of a series, every instance to the horizon (observed). */
export function changedInstances(
  world: World,
  calendar: StoredCalendar,
  event: StoredEvent,
  since: number,
): StoredEvent[] {
  const gone = [...(event.dropped ?? [])]
    .filter(([, { seq }]) => seq >= since)
    .map(([id, { originalStart }]) => lostInstance(event, id, originalStart))
  if (!isSeries(event)) return isForgottenSeries(event) ? gone : [event, ...gone]
  const exceptions = calendar.exceptionsOf(event.id)
  const all = [...instancesOf(event, calendar, world.zones, { cap: world.switches.instanceCap })]
  return [...all.filter(({ id }) => !exceptions.has(id)), ...gone]
}

function lostInstance(
  series: StoredEvent,
  id: string,
  originalStart: StoredEvent['originalStart'],
): StoredEvent {
  return {
    ...series,
    id,
    recurringEventId: series.id,
    originalStart,
    status: 'cancelled',
    fields: {},
    dropped: undefined,
    view: undefined,
  }
}
