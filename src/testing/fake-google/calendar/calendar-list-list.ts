import type { ApiCall } from '../wire/call.ts'
import { invalid } from '../wire/envelope.ts'
import { decodeOpaque, encodeOpaque } from '../wire/opaque.ts'
import { booleanParameter, choiceParameter, integerParameter } from '../wire/parameters.ts'
import type { Reply } from '../wire/reply.ts'
import { ACCESS_ROLES } from './access-rules.ts'
import { renderEntry } from './calendar-list-methods.ts'
import type { CalendarList, CalendarListEntry } from './user-calendar-list.ts'

/** Calendar API, "CalendarList: list". A delta tells of deleted and hidden entries too. */
export function list(call: ApiCall): Reply {
  const { query, world, user } = call
  const entries = world.calendars.listOf(user)
  const max = integerParameter(query, 'maxResults', 100, 250)
  const since = readSyncToken(call)
  const page = readPageToken(call)
  const wanted = select(call, entries, since)
  const from = page?.position ?? 0
  const items = wanted.slice(from, from + max).map(entry => renderEntry(call, entry))
  const anchor = page?.anchor ?? entries.seq
  const token =
    from + max < wanted.length
      ? { nextPageToken: encodeOpaque(['lp', user.sub, from + max, anchor]) }
      : { nextSyncToken: encodeOpaque(['ls', user.sub, anchor]) }
  const etag = `"p3${(1_000_000 + entries.seq).toString(32)}0g"`
  return { status: 200, json: { kind: 'calendar#calendarList', etag, ...token, items } }
}

function select(call: ApiCall, entries: CalendarList, since: number | undefined): CalendarListEntry[] {
  const { query, user } = call
  const showDeleted = booleanParameter(query, 'showDeleted', false) || since !== undefined
  const showHidden = booleanParameter(query, 'showHidden', false) || since !== undefined
  const ownOrganization = booleanParameter(query, 'showOwnOrganizationOnly', false)
  const least = ACCESS_ROLES.indexOf(
    choiceParameter(query, 'minAccessRole', ACCESS_ROLES) ?? 'freeBusyReader',
  )
  return entries.all().filter(({ calendar, deleted, hidden, seq }) => {
    const role = calendar.roleOf(user)
    if (role === undefined && !deleted) return false
    return (
      (since === undefined || seq > since) &&
      (showDeleted || !deleted) &&
      (showHidden || !hidden) &&
      (!ownOrganization || (user.hd !== undefined && calendar.owner.hd === user.hd)) &&
      (deleted || role === undefined || ACCESS_ROLES.indexOf(role) >= least)
    )
  })
}

function readSyncToken({ query, user }: ApiCall): number | undefined {
  const token = query.get('syncToken')
  if (token === null) return undefined
  if (query.has('minAccessRole') || query.has('showOwnOrganizationOnly'))
    invalid('Sync token cannot be used with other request restrictions.')
  const [kind, sub, seq] = decodeOpaque(token) ?? []
  return kind === 'ls' && sub === user.sub ? Number(seq) : invalid('Invalid sync token value.')
}

function readPageToken({ query, user }: ApiCall): { position: number; anchor: number } | undefined {
  const token = query.get('pageToken')
  if (token === null) return undefined
  const [kind, sub, position, anchor] = decodeOpaque(token) ?? []
  if (kind !== 'lp' || sub !== user.sub) return invalid('Invalid page token value.')
  return { position: Number(position), anchor: Number(anchor) }
}
