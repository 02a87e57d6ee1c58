import { invalid } from '../wire/envelope.ts'
import { decodeOpaque, encodeOpaque } from '../wire/opaque.ts'
import { Refusal } from '../wire/reply.ts'
import { fullSyncRequired } from '../wire/standard-errors.ts'
import type { World } from '../world/world.ts'
import type { ListQuery } from './list-query.ts'
import type { StoredCalendar } from './stored-calendar.ts'

/** Where the next page begins. `end` bounds what this run of pages covers, so that it stays consistent. */
export interface PageToken {
  readonly position: number
  readonly end: number
  /** The change log's length at the first page, which the next sync token may stand for. */
  readonly anchor: number
  /** Of a kept sequence, or empty. */
  readonly sequence: string
  readonly afterEmptyPage: boolean
}

export function encodePageToken(calendar: StoredCalendar, query: ListQuery, token: PageToken): string {
  const { position, end, anchor, sequence, afterEmptyPage } = token
  const fields = [calendar.id, query.fingerprint, position, end, anchor, sequence, afterEmptyPage ? 1 : 0]
  return encodeOpaque(['p', ...fields])
}

/** Later pages repeat the parameters of the first, the sync token included. */
export function decodePageToken(calendar: StoredCalendar, query: ListQuery): PageToken | undefined {
  if (query.pageToken === undefined) return undefined
  const [kind, id, fingerprint, position, end, anchor, sequence, empty] = decodeOpaque(query.pageToken) ?? []
  if (kind !== 'p' || id !== calendar.id || fingerprint !== query.fingerprint) {
    return invalid('Invalid page token value.')
  }
  return {
    position: Number(position),
    end: Number(end),
    anchor: Number(anchor),
    sequence: sequence ?? '',
    afterEmptyPage: empty === '1',
  }
}

export function encodeSyncToken(
  calendar: StoredCalendar,
  query: ListQuery,
  seq: number,
  now: number,
): string {
  return encodeOpaque(['s', calendar.id, calendar.syncEpoch, query.syncFingerprint, seq, now])
}

/** The place in the change log that the client has seen everything before. */
export function decodeSyncToken(
  world: World,
  calendar: StoredCalendar,
  query: ListQuery,
  now: number,
): number {
  const [kind, id, epoch, fingerprint, seq, issued] = decodeOpaque(query.syncToken ?? '') ?? []
  // Google answers corrupt tokens with 400 or 410 (both observed); other parameters than at first are undefined.
  if (kind !== 's' || id !== calendar.id || fingerprint !== query.syncFingerprint) {
    if (world.switches.corruptSyncToken === 'fullSyncRequired') throw new Refusal(fullSyncRequired())
    return invalid('Invalid sync token value.')
  }
  const { syncTokenLifetimeMs } = world.switches
  const old = syncTokenLifetimeMs !== null && now - Number(issued) > syncTokenLifetimeMs
  if (old || Number(epoch) !== calendar.syncEpoch) throw new Refusal(fullSyncRequired())
  return Number(seq)
}
