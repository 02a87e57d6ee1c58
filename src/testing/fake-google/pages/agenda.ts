import { instantOf } from '../calendar/event-time.ts'
import { renderEvent } from '../calendar/render-event.ts'
import type { StoredCalendar } from '../calendar/stored-calendar.ts'
import type { StoredEvent } from '../calendar/stored-event.ts'
import type { JsonObject } from '../wire/json.ts'
import type { User } from '../world/users.ts'
import type { World } from '../world/world.ts'

export interface AgendaQuery {
  /** `YYYY-MM-DD`, in each calendar's zone. */
  readonly from: string
  readonly showDeleted: boolean
}

/** Per calendar; the rest is told as a number. */
const MAX_EVENTS = 200

/** What the calendar page shows of one user, in words, so that the page's script only has to put it in place. */
export function agendaOf(world: World, user: User, query: AgendaQuery): JsonObject {
  const mine = world.calendars
    .all()
    .filter(calendar => !calendar.deleted && calendar.roleOf(user) !== undefined)
  return {
    name: user.name,
    email: user.email,
    calendars: mine.map(calendar => calendarOf(world, calendar, query)),
  }
}

interface Entry {
  readonly event: StoredEvent
  readonly start: number
  readonly end: number
}

function calendarOf(world: World, calendar: StoredCalendar, { from, showDeleted }: AgendaQuery): JsonObject {
  calendar.settle(world.time.now())
  const { summary, timeZone } = calendar.properties
  const since = world.zones.instant(Date.parse(`${from}T00:00:00Z`), timeZone)
  const shown = calendar.order
    .filter(event => !event.purged && (showDeleted || event.status !== 'cancelled'))
    .flatMap(event => entryOf(world, calendar, event))
  const entries = shown
    .filter(({ event, end }) => end > since || event.fields.recurrence !== undefined)
    .sort((a, b) => a.start - b.start)
  const listed = entries.slice(0, MAX_EVENTS)
  const days = Map.groupBy(listed, ({ start }) => dayOf(start, timeZone))
  return {
    id: calendar.id,
    name: summary,
    timeZone,
    primary: calendar.primary,
    earlier: shown.length - entries.length,
    later: entries.length - listed.length,
    days: [...days].map(([day, found]) => ({
      day,
      events: found.map(entry => eventOf(world, calendar, entry)),
    })),
  }
}

/** A tombstone that lost its details has no time and cannot be shown. */
function entryOf(world: World, calendar: StoredCalendar, event: StoredEvent): Entry[] {
  const { start, end } = event.fields as { start?: JsonObject; end?: JsonObject }
  if (!start) return []
  const at = (time: JsonObject) => instantOf(time, calendar.properties.timeZone, world.zones)
  return [{ event, start: at(start), end: at(end ?? start) }]
}

function eventOf(world: World, calendar: StoredCalendar, { event, start, end }: Entry): JsonObject {
  const { timeZone } = calendar.properties
  const resource = renderEvent(event, calendar, world)
  const from = resource.start as JsonObject
  const extended = resource.extendedProperties as { private?: Record<string, string> } | undefined
  const guests = (resource.attendees as JsonObject[] | undefined) ?? []
  return {
    id: event.id,
    status: event.status,
    title: resource.summary ?? '(no title)',
    time: from.date === undefined ? spanOf(start, end, timeZone) : 'All day',
    allDay: from.date !== undefined,
    // As instants: the script moves an event by adding to them.
    start: from.date ?? new Date(start).toISOString(),
    end: (resource.end as JsonObject).date ?? new Date(end).toISOString(),
    zone: from.timeZone ?? timeZone,
    location: resource.location,
    description: resource.description,
    guests: guests.map(({ email }) => String(email)).join(', ') || undefined,
    repeats: (resource.recurrence as string[] | undefined)?.join(' '),
    private: Object.entries(extended?.private ?? {}).map(([key, value]) => `${key} = ${value}`),
  }
}

function dayOf(ms: number, timeZone: string): string {
  const format = { timeZone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const
  // With or without a comma, depending on the version of the locale data.
  return new Intl.DateTimeFormat('en-GB', format).format(ms).replaceAll(',', '')
}

function spanOf(start: number, end: number, timeZone: string): string {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' })
  const isSameDay = dayOf(start, timeZone) === dayOf(end, timeZone)
  return `${clock.format(start)}–${clock.format(end)}${isSameDay ? '' : `, ${dayOf(end, timeZone)}`}`
}
