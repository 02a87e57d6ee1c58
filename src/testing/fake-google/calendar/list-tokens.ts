import { invalid } from '../wire/envelope.ts'
import { decodeOpaque, encodeOpaque } from '../wire/opaque.ts'
import type { ListQuery } from './list-query.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import type { SyncScope } from './sync-token.ts'

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

/** Other parameters than at first are undefined; here their tokens are corrupt. */
export function eventsScope({ id, syncEpoch }: StoredCalendar, { syncFingerprint }: ListQuery): SyncScope {
  return { of: ['e', id, syncFingerprint], epoch: syncEpoch }
}
