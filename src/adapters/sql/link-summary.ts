import type { AccountRef } from '../../contracts/identity.ts'
import type { Link, LinkStatus } from '../../contracts/link.ts'
import type { LinkSummary } from '../../contracts/link-store.ts'
import { connectionId } from './connection-row.ts'
import type { Database } from './database.ts'
import type { Db } from './tables.ts'
import { readInt } from './text.ts'

const STATUSES: readonly LinkStatus[] = ['synced', 'pending', 'failed', 'conflict', 'out-of-window']

/** Counts by index ranges that stop at the cap, however many links there are. */
export async function linkSummary(
  database: Database,
  on: Db,
  account: AccountRef,
  cap: number,
): Promise<LinkSummary> {
  const links = () =>
    on.selectFrom(database.names.links).where('connection_id', '=', connectionId(database, on, account))
  const count = async (status: LinkStatus, limit: number, event?: Link['event']) => {
    if (limit <= 0) return 0
    const rows = links().select('id').where('status', '=', status).limit(limit)
    const counted = await on
      .selectFrom((event === undefined ? rows : rows.where('event', '=', event)).as('capped'))
      .select(eb => eb.fn.countAll().as('count'))
      .executeTakeFirstOrThrow()
    return readInt(counted.count)
  }
  let live = 0
  for (const status of STATUSES) live += await count(status, cap - live, 'live')
  const newest = await links()
    .select('synced_at')
    .where('synced_at', 'is not', null)
    .orderBy('synced_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return {
    live,
    pending: await count('pending', cap),
    failed: await count('failed', cap),
    ...(newest?.synced_at != null && { lastSyncedAt: readInt(newest.synced_at) }),
  }
}
