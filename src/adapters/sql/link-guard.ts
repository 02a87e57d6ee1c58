import type { ClaimKey } from '../../contracts/claim-store.ts'
import type { LinkCondition, LinkRefused } from '../../contracts/link-store.ts'
import type { Database } from './database.ts'
import type { Db } from './tables.ts'
import { readInt, type Text } from './text.ts'

export interface GuardedLink {
  readonly key: {
    readonly workspace_id: Text
    readonly appointment_id: Text
    readonly connection_id: number
    readonly account_workspace_id: Text
    readonly user_id: Text
    readonly target: Text
  }
  /** Row id of the link; absent: there is none yet. */
  readonly id: number | undefined
  /** The connection's counter: every link version given out so far is at most this. */
  readonly counter: number
}

/**
 * Checks everything a link write depends on, and locks it until the commit, in one order everywhere: ref,
 * connection, link.
 */
export async function guardLink(
  database: Database,
  on: Db,
  claim: ClaimKey,
  condition: LinkCondition,
): Promise<GuardedLink | LinkRefused> {
  const { names, dialect } = database
  const workspace_id = database.text(claim.ref.workspaceId)
  const appointment_id = database.text(claim.ref.appointmentId)
  const account_workspace_id = database.text(condition.account.workspaceId)
  const user_id = database.text(condition.account.userId)
  const target = database.text(condition.target)
  const ref = await dialect
    .locked(
      on
        .selectFrom(names.refs)
        .select('fence')
        .where('workspace_id', '=', workspace_id)
        .where('appointment_id', '=', appointment_id),
    )
    .executeTakeFirst()
  if (!ref || readInt(ref.fence) !== claim.fence) return { ok: false, reason: 'fence' }
  const connection = await dialect
    .locked(
      on
        .selectFrom(names.connections)
        .select(['id', 'epoch', 'settings_version', 'counter'])
        .where('workspace_id', '=', account_workspace_id)
        .where('user_id', '=', user_id),
    )
    .executeTakeFirst()
  if (!connection || readInt(connection.epoch) !== condition.epoch) return { ok: false, reason: 'epoch' }
  if (
    condition.settingsVersion !== undefined &&
    readInt(connection.settings_version) !== condition.settingsVersion
  ) {
    return { ok: false, reason: 'settings' }
  }
  const connection_id = readInt(connection.id)
  const link = await dialect
    .locked(
      on
        .selectFrom(names.links)
        .select(['id', 'version'])
        .where('workspace_id', '=', workspace_id)
        .where('appointment_id', '=', appointment_id)
        .where('connection_id', '=', connection_id)
        .where('target', '=', target),
    )
    .executeTakeFirst()
  if ((link ? readInt(link.version) : null) !== condition.expectedVersion) {
    return { ok: false, reason: 'version' }
  }
  return {
    key: { workspace_id, appointment_id, connection_id, account_workspace_id, user_id, target },
    id: link && readInt(link.id),
    counter: readInt(connection.counter),
  }
}
