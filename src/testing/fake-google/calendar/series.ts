import { compact, type JsonObject } from '../wire/json.ts'
import { parseLines } from './recurrence/lines.ts'
import { instantOfWall, occurrences, type SeriesTimes } from './recurrence/occurrences.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import type { StoredEvent } from './stored-event.ts'
import type { Zones } from './zones.ts'

/** Instants: ends after `after`, starts before `before`. */
export interface Window {
  readonly after?: number | undefined
  readonly before?: number | undefined
}

/** How many instances one expansion yields at most. */
export interface Expansion extends Window {
  readonly cap: number
}

const DAY = 86_400_000
const INSTANCE_ID = /^(.+)_(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})Z)?$/

/**
 * The instances of a series that a window holds, in order, as events of their own; those with an exception too,
 * as the series has them.
 */
export function* instancesOf(
  master: StoredEvent,
  calendar: StoredCalendar,
  zones: Zones,
  { after, before, cap }: Expansion,
): Generator<StoredEvent> {
  const times = timesOf(master, calendar, zones)
  if (!times) return
  const lastsMs = durationOf(master.fields)
  let left = cap
  for (const wall of occurrences(times)) {
    const start = times.allDay
      ? zones.instant(wall, calendar.properties.timeZone)
      : instantOfWall(times, wall)
    if (before !== undefined && start >= before) return
    if (after !== undefined && start + lastsMs <= after) continue
    if (left-- <= 0) return
    yield instanceAt(master, times, wall, lastsMs)
  }
}

/** The instance an id names, if its series has such an occurrence. */
export function findInstance(id: string, calendar: StoredCalendar, zones: Zones): StoredEvent | undefined {
  const [, masterId, year, month, day, hour, minute, second] = INSTANCE_ID.exec(id) ?? []
  const master = masterId === undefined ? undefined : calendar.events.get(masterId)
  const times = master && timesOf(master, calendar, zones)
  if (!master || !times || times.allDay !== (hour === undefined)) return undefined
  const time = hour === undefined ? '00:00:00' : `${hour}:${minute}:${second}`
  const wanted = Date.parse(`${year}-${month}-${day}T${time}Z`)
  for (const wall of occurrences(times)) {
    const start = instantOfWall(times, wall)
    if (start === wanted) return instanceAt(master, times, wall, durationOf(master.fields))
    if (!(start <= wanted + DAY)) return undefined
  }
  return undefined
}

/** All day: `<series>_20260504`, timed: `<series>_20260504T080000Z`, of the original start (observed). */
export function instanceId(seriesId: string, originalStart: JsonObject): string {
  return `${seriesId}_${String(originalStart.date ?? originalStart.dateTime).replaceAll(/[-:]/g, '')}`
}

function instanceAt(master: StoredEvent, times: SeriesTimes, wall: number, lastsMs: number): StoredEvent {
  const { recurrence: _, ...rest } = master.fields
  const start = momentOf(instantOfWall(times, wall), master.fields.start as JsonObject)
  const end = momentOf(instantOfWall(times, wall) + lastsMs, master.fields.end as JsonObject)
  return {
    ...master,
    id: instanceId(master.id, start),
    recurringEventId: master.id,
    originalStart: start,
    fields: { ...rest, start, end },
    dropped: undefined,
    view: undefined,
  }
}

function momentOf(ms: number, { date, timeZone }: JsonObject): JsonObject {
  const text = new Date(ms).toISOString()
  if (date !== undefined) return { date: text.slice(0, 10) }
  return compact({ dateTime: `${text.slice(0, 19)}Z`, timeZone })
}

/** Exact time: a night stays as long as it was, also when the clocks change in it. */
function durationOf({ start, end }: JsonObject): number {
  return msOf(end as JsonObject) - msOf(start as JsonObject)
}

function msOf({ date, dateTime }: JsonObject): number {
  return Date.parse(date === undefined ? String(dateTime) : `${date}T00:00:00Z`)
}

function timesOf(master: StoredEvent, calendar: StoredCalendar, zones: Zones): SeriesTimes | undefined {
  const { recurrence } = master.fields
  const start = master.fields.start as JsonObject | undefined
  const lines = recurrence && parseLines(recurrence as string[], zone => zones.has(zone))
  if (!lines || !start) return undefined
  const allDay = start.date !== undefined
  const zone = typeof start.timeZone === 'string' ? start.timeZone : calendar.properties.timeZone
  const ms = msOf(start)
  return { lines, startWall: allDay ? ms : ms + zones.offset(ms, zone) * 60_000, allDay, zone, zones }
}
