import type { Connection } from '../contracts/connection.ts'
import type { ConnectionStore, ConnectionUpdate } from '../contracts/connection-store.ts'
import type { AccountRef } from '../contracts/identity.ts'
import { CalendarSyncError } from '../errors.ts'

const MAX_TRIES = 20

/** What a run may do for an account just now. */
export type Standing =
  /** Events may be written. */
  | 'open'
  /** Not now, and becoming active starts a repair: links are only set `behind` (ENGINE A6). */
  | 'blocked'
  /** No tie, or one that is being or has been ended: links are left alone. */
  | 'closed'

export function standingOf(connection: Connection | undefined): Standing {
  if (connection === undefined) return 'closed'
  switch (connection.status) {
    case 'active':
      return connection.target === undefined || connection.target.calendarId === '' ? 'blocked' : 'open'
    case 'disconnecting':
    case 'disconnected':
      return 'closed'
    default:
      return 'blocked'
  }
}

/**
 * Changes a connection by compare-and-set, deciding anew on each lost race. `decide` answers `undefined` when the
 * evidence no longer applies; then nothing is written and the connection is answered as it is.
 */
export async function changeConnection(
  store: ConnectionStore,
  account: AccountRef,
  decide: (connection: Connection) => ConnectionUpdate | undefined,
): Promise<{ readonly connection: Connection | undefined; readonly changed: boolean }> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const connection = await store.get(account)
    const update = connection && decide(connection)
    if (connection === undefined || update === undefined) return { connection, changed: false }
    const updated = await store.update(account, connection.revision, update)
    if (updated) return { connection: updated, changed: true }
  }
  throw new CalendarSyncError('conflicting-change', 'The connection kept changing; try again.', {
    retryable: true,
    account,
  })
}
