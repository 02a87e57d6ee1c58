import type { ApiCall } from '../wire/call.ts'
import { invalid } from '../wire/envelope.ts'
import type { JsonObject } from '../wire/json.ts'
import { decodeOpaque, encodeOpaque } from '../wire/opaque.ts'
import { booleanParameter, integerParameter } from '../wire/parameters.ts'
import { fingerprintOf } from './list-query.ts'
import { decodeSyncToken, encodeSyncToken, type SyncScope } from './sync-token.ts'

/** A list, events aside, that is read by pages and by what has changed: rules, settings, calendars. */
export interface ChangeList<T extends { readonly seq: number }> extends SyncScope {
  /** Members never leave nor change places, so that a place in it stays good; deleted ones stay for deltas. */
  readonly all: readonly T[]
  /** Of the latest change. */
  readonly seq: number
  /** What the etag is made of, where more can change than deltas tell. */
  readonly version?: number
  /** Parameters that a delta cannot have, and those that it cannot have as false. */
  readonly notInDelta?: readonly string[]
  readonly trueInDelta?: readonly string[]
  shows(member: T, isDelta: boolean): boolean
}

/** The members of one page, and the fields of the answer that are the same in all lists. */
export function readChangeList<T extends { readonly seq: number }>(call: ApiCall, list: ChangeList<T>) {
  const { query, world } = call
  const max = integerParameter(query, 'maxResults', 100, 250)
  const since = readSince(call, list)
  const page = readPageToken(call, list)
  const members: T[] = []
  let next: number | undefined
  // What is new since the first page waits for the next delta.
  const end = page?.end ?? list.all.length
  for (let at = page?.position ?? 0; at < end && next === undefined; at++) {
    const member = list.all[at]
    if (!member || (since !== undefined && member.seq <= since)) continue
    if (!list.shows(member, since !== undefined)) continue
    if (members.length === max) next = at
    else members.push(member)
  }
  const isFirst = world.switches.syncTokenAnchor === 'firstPage'
  const anchor = page && isFirst ? page.anchor : list.seq
  const header: JsonObject = {
    etag: `"p3${(1_000_000 + (list.version ?? list.seq)).toString(32)}0g"`,
    ...(next === undefined
      ? { nextSyncToken: encodeSyncToken(list, anchor, call.now) }
      : { nextPageToken: encodeOpaque(['lp', ...list.of, fingerprintOf(query), next, end, anchor]) }),
  }
  return { members, header }
}

function readSince(
  { query, world, now }: ApiCall,
  list: SyncScope & Pick<ChangeList<{ seq: number }>, 'notInDelta' | 'trueInDelta'>,
): number | undefined {
  const token = query.get('syncToken')
  if (token === null) return undefined
  const { notInDelta = [], trueInDelta = [] } = list
  const narrowed = notInDelta.some(name => query.has(name))
  const hides = trueInDelta.some(name => query.has(name) && !booleanParameter(query, name, true))
  if (narrowed || hides) invalid('Sync token cannot be used with other request restrictions.')
  return decodeSyncToken(world, list, token, now)
}

function readPageToken({ query }: ApiCall, { of }: SyncScope): PageToken | undefined {
  const token = query.get('pageToken')
  if (token === null) return undefined
  const [kind, ...fields] = decodeOpaque(token) ?? []
  const same = [...of, fingerprintOf(query)].every((field, at) => fields[at] === field)
  if (kind !== 'lp' || !same) return invalid('Invalid page token value.')
  const [position, end, anchor] = fields.slice(of.length + 1).map(Number)
  return { position: Number(position), end: Number(end), anchor: Number(anchor) }
}

interface PageToken {
  readonly position: number
  /** The list's length at the first page. */
  readonly end: number
  /** The latest change at the first page, which the next sync token may stand for. */
  readonly anchor: number
}
