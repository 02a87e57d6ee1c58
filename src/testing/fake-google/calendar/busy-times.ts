import type { JsonObject } from '../wire/json.ts'
import type { World } from '../world/world.ts'
import { attendeesOf, sameAddress } from './attendees.ts'
import { instantOf } from './event-time.ts'
import { instancesOf } from './series.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import { isSeries, type StoredEvent } from './stored-event.ts'

export interface Busy {
  readonly start: number
  readonly end: number
}

/** When a calendar is busy between two instants: cut to them, in order, adjacent blocks as one (observed). */
export function busyTimes(world: World, calendar: StoredCalendar, from: number, to: number): Busy[] {
  const window = { after: from, before: to, cap: world.switches.instanceCap }
  const blocks: Busy[] = []
  for (const event of calendar.order) {
    if (event.purged || event.status === 'cancelled') continue
    const exceptions = calendar.exceptionsOf(event.id)
    const shown = isSeries(event) ? instancesOf(event, calendar, world.zones, window) : [event]
    for (const one of shown) {
      if (exceptions.has(one.id) || !isBusy(one, calendar)) continue
      const block = spanOf(one, calendar, world)
      if (block.end > from && block.start < to && block.end > block.start)
        blocks.push({ start: Math.max(block.start, from), end: Math.min(block.end, to) })
    }
  }
  return merge(blocks.sort((a, b) => a.start - b.start))
}

/** Transparent and declined events leave the time free. */
function isBusy({ fields }: StoredEvent, calendar: StoredCalendar): boolean {
  if (fields.transparency === 'transparent') return false
  const own = attendeesOf(fields).find(({ email }) => sameAddress(email, calendar.id))
  return own?.responseStatus !== 'declined'
}

function spanOf({ fields }: StoredEvent, calendar: StoredCalendar, { zones }: World): Busy {
  const at = (time: JsonObject) => instantOf(time, calendar.properties.timeZone, zones)
  return { start: at(fields.start as JsonObject), end: at(fields.end as JsonObject) }
}

function merge(blocks: readonly Busy[]): Busy[] {
  const merged: Busy[] = []
  for (const block of blocks) {
    const last = merged.at(-1)
    if (last && block.start <= last.end)
      merged[merged.length - 1] = { ...last, end: Math.max(last.end, block.end) }
    else merged.push(block)
  }
  return merged
}
