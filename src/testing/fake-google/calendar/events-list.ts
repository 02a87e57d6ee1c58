import type { ApiCall } from '../wire/call.ts'
import { compact, type JsonObject } from '../wire/json.ts'
import type { Reply } from '../wire/reply.ts'
import { readableCalendar } from './access.ts'
import { eventView, seesBusyOnly } from './event-view.ts'
import { type ListQuery, readListQuery } from './list-query.ts'
import { type ListSource, listSource } from './list-source.ts'
import { decodePageToken, encodePageToken, eventsScope, type PageToken } from './list-tokens.ts'
import { renderTombstone } from './render-event.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import type { StoredEvent } from './stored-event.ts'
import { encodeSyncToken } from './sync-token.ts'
import { requestedZone } from './view-options.ts'

export function list(call: ApiCall): Reply {
  const calendar = readableCalendar(call)
  const query = readListQuery(call, seesBusyOnly(call, calendar))
  const page = decodePageToken(calendar, query)
  const source = listSource(call.world, calendar, query, page, call.now)
  const { events, next } = readPage(call, calendar, query, source, page)
  const view = eventView(call, calendar)
  const zone = requestedZone(call)
  const items = events.map(event => {
    const bare = event.status === 'cancelled' && !query.showDeleted
    const short = bare && (query.syncToken !== undefined || event.recurringEventId !== undefined)
    return short ? renderTombstone(event, calendar, call.world, zone) : view(event)
  })
  const token = next
    ? { nextPageToken: encodePageToken(calendar, query, next) }
    : nextSyncToken(call, calendar, query, page)
  return { status: 200, json: { ...listHeader(call, calendar), ...token, items } }
}

interface Page {
  readonly events: StoredEvent[]
  readonly next: PageToken | undefined
}

function readPage(
  call: ApiCall,
  calendar: StoredCalendar,
  query: ListQuery,
  { events, from, includes, sequence }: ListSource,
  page: PageToken | undefined,
): Page {
  const { syncTokenAnchor } = call.world.switches
  const anchor = page?.anchor ?? calendar.log.length
  const end = page && syncTokenAnchor === 'firstPage' ? page.end : events.length
  const limit = pageLimit(call, query, page)
  const items: StoredEvent[] = []
  for (let position = page?.position ?? from; position < Math.min(end, events.length); position++) {
    const event = events[position]
    if (!event || !includes(event, position)) continue
    if (items.length === limit) {
      return { events: items, next: { position, end, anchor, sequence, afterEmptyPage: limit === 0 } }
    }
    items.push(event)
  }
  return { events: items, next: undefined }
}

/** A page may be short or even empty while more follow (Calendar API, "Page through lists of resources"). */
function pageLimit({ world }: ApiCall, { maxResults }: ListQuery, page: PageToken | undefined): number {
  const { shortPageRate, emptyPageRate } = world.switches
  if (emptyPageRate > 0 && !page?.afterEmptyPage && world.chance.float() < emptyPageRate) return 0
  if (shortPageRate > 0 && maxResults > 1 && world.chance.float() < shortPageRate) {
    return 1 + Math.floor(world.chance.float() * (maxResults - 1))
  }
  return maxResults
}

/** None after `orderBy` (observed); after the other filters that a delta cannot have it is not known. */
function nextSyncToken(
  call: ApiCall,
  calendar: StoredCalendar,
  query: ListQuery,
  page: PageToken | undefined,
) {
  if (query.orderBy !== undefined) return {}
  const filtered =
    query.updatedMin !== undefined ||
    query.iCalUID !== undefined ||
    query.text !== undefined ||
    query.privateProperties.length > 0 ||
    query.sharedProperties.length > 0
  if (filtered && !call.world.switches.filteredListsGiveSyncTokens) return {}
  const first = call.world.switches.syncTokenAnchor === 'firstPage'
  const seq = first && page ? page.anchor : calendar.log.length
  return { nextSyncToken: encodeSyncToken(eventsScope(calendar, query), seq, call.now) }
}

export function listHeader(call: ApiCall, calendar: StoredCalendar): JsonObject {
  const { summary, description, timeZone } = calendar.properties
  const entry = call.world.calendars.listOf(call.user).get(calendar.id)
  return compact({
    kind: 'calendar#events',
    // Reminders and role are the entry's, and part of what the list says.
    etag: `"p3${calendar.lastMicros.toString(32)}${(entry?.version ?? 0).toString(32)}0g"`,
    summary,
    description,
    updated: new Date(Math.floor(calendar.lastMicros / 1000)).toISOString(),
    timeZone,
    accessRole: calendar.roleOf(call.user),
    defaultReminders: entry?.defaultReminders ?? [],
  })
}
