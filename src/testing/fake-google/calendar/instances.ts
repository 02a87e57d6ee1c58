import type { ApiCall } from '../wire/call.ts'
import { badRequest, invalid, notFound } from '../wire/envelope.ts'
import type { JsonObject } from '../wire/json.ts'
import { checksum, decodeOpaque, encodeOpaque } from '../wire/opaque.ts'
import { booleanParameter, instantParameter, integerParameter } from '../wire/parameters.ts'
import type { Reply } from '../wire/reply.ts'
import { readableCalendar } from './access.ts'
import { instantOf } from './event-time.ts'
import { eventView } from './event-view.ts'
import { listHeader } from './events-list.ts'
import { checkRange } from './list-query.ts'
import { instancesOf } from './series.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import { isSeries, type StoredEvent } from './stored-event.ts'

/** Calendar API, "Events: instances". `timeMin` is documented inclusive here, unlike in `list`. */
export function instances(call: ApiCall): Reply {
  const calendar = readableCalendar(call)
  const series = calendar.events.get(call.eventId) ?? notFound()
  if (!isSeries(series) && call.world.switches.instancesOfSingleEvent === 'badRequest') badRequest()
  const max = integerParameter(call.query, 'maxResults', 250, 2500)
  const from = readPageToken(call)
  const found = select(call, calendar, series)
  const view = eventView(call, calendar)
  const items = found.slice(from, from + max).map(view)
  const more = from + max < found.length
  const token = more ? { nextPageToken: encodeOpaque(['i', fingerprint(call), from + max]) } : {}
  return { status: 200, json: { ...listHeader(call, calendar), ...token, items } }
}

function select(call: ApiCall, calendar: StoredCalendar, series: StoredEvent): StoredEvent[] {
  const { query, world } = call
  const showDeleted = booleanParameter(query, 'showDeleted', false)
  const timeMin = instantParameter(query, 'timeMin')
  const timeMax = instantParameter(query, 'timeMax')
  checkRange(timeMin, timeMax)
  const at = (time: JsonObject) => instantOf(time, calendar.properties.timeZone, world.zones)
  const original = query.get('originalStart')
  const exceptions = calendar.exceptionsOf(series.id)
  const window = { after: timeMin === undefined ? undefined : timeMin - 1, before: timeMax }
  const computed = [
    ...instancesOf(series, calendar, world.zones, { ...window, cap: world.switches.instanceCap }),
  ]
  const moved = [...exceptions.values()].filter(({ fields }) => {
    if (!fields.start || !fields.end) return timeMin === undefined && timeMax === undefined
    const inTime = timeMin === undefined || at(fields.end as JsonObject) >= timeMin
    return inTime && (timeMax === undefined || at(fields.start as JsonObject) < timeMax)
  })
  const start = (event: StoredEvent) => at((event.fields.start ?? event.originalStart) as JsonObject)
  return [...computed.filter(({ id }) => !exceptions.has(id)), ...moved]
    .filter(event => showDeleted || event.status !== 'cancelled')
    .filter(event => original === null || isOriginal(event, original, at))
    .sort((a, b) => start(a) - start(b))
}

function isOriginal(event: StoredEvent, wanted: string, at: (time: JsonObject) => number): boolean {
  const original = event.originalStart ?? {}
  return original.date === wanted || (original.dateTime !== undefined && at(original) === Date.parse(wanted))
}

function readPageToken(call: ApiCall): number {
  const token = call.query.get('pageToken')
  if (token === null) return 0
  const [kind, print, position] = decodeOpaque(token) ?? []
  return kind === 'i' && print === fingerprint(call) ? Number(position) : invalid('Invalid page token value.')
}

function fingerprint({ calendarId, eventId, query }: ApiCall): string {
  const kept = [...query].filter(
    ([name]) => !['pageToken', 'maxResults', 'fields', 'prettyPrint'].includes(name),
  )
  return checksum(JSON.stringify([calendarId, eventId, kept]))
}
