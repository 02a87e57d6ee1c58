import { sql } from 'kysely'
import type { ClaimKey } from '../../contracts/claim-store.ts'
import type { LinkCondition, LinkRefused } from '../../contracts/link-store.ts'
import { type Database, StartOver } from './database.ts'
import type { Db } from './tables.ts'
import { type Int, readInt, type Text } from './text.ts'

export interface LinkKey {
  readonly workspace_id: Text
  readonly appointment_id: Text
  readonly connection_id: number
  readonly account_workspace_id: Text
  readonly user_id: Text
  readonly target: Text
}

/** What a link write may go on with: everything it depends on is locked until the commit. */
export interface GuardedLink {
  readonly key: LinkKey
  /** Above every link version of the account so far, and its counter by now. */
  readonly version: number
  /** The store's clock, epoch ms. */
  readonly now: number
}

/**
 * Checks everything a link write depends on but the link itself, locks it until the commit, in one order everywhere
 * (ref, connection, link), and gives out the next version.
 */
export async function guardLink(
  database: Database,
  on: Db,
  claim: ClaimKey,
  condition: LinkCondition,
): Promise<GuardedLink | LinkRefused> {
  const inOne = await guardInOne(database, on, claim, condition)
  if (inOne) return inOne
  const { names, dialect } = database
  const keys = keysOf(database, claim, condition)
  const ref = await dialect
    .locked(
      on
        .selectFrom(names.refs)
        .select('fence')
        .where('workspace_id', '=', keys.workspace_id)
        .where('appointment_id', '=', keys.appointment_id),
    )
    .executeTakeFirst()
  if (!ref || readInt(ref.fence) !== claim.fence) return { ok: false, reason: 'fence' }
  const connection = await dialect
    .locked(
      on
        .selectFrom(names.connections)
        .select(['id', 'epoch', 'settings_version', 'counter'])
        .where('workspace_id', '=', keys.account_workspace_id)
        .where('user_id', '=', keys.user_id),
    )
    .executeTakeFirst()
  if (!connection || readInt(connection.epoch) !== condition.epoch) return { ok: false, reason: 'epoch' }
  const { settingsVersion } = condition
  if (settingsVersion !== undefined && readInt(connection.settings_version) !== settingsVersion) {
    return { ok: false, reason: 'settings' }
  }
  // What one statement refused holds now: it moved in between.
  if (dialect.inline) throw new StartOver()
  const now = await database.now(on)
  const version = Math.max(await database.next(on), readInt(connection.counter) + 1)
  const connection_id = readInt(connection.id)
  await on.updateTable(names.connections).set({ counter: version }).where('id', '=', connection_id).execute()
  return { key: { ...keys, connection_id }, version, now }
}

function keysOf(database: Database, { ref }: ClaimKey, { account, target }: LinkCondition) {
  return {
    workspace_id: database.text(ref.workspaceId),
    appointment_id: database.text(ref.appointmentId),
    account_workspace_id: database.text(account.workspaceId),
    user_id: database.text(account.userId),
    target: database.text(target),
  }
}

/** `undefined`: refused, or a database where it takes several statements. */
async function guardInOne(
  database: Database,
  on: Db,
  claim: ClaimKey,
  condition: LinkCondition,
): Promise<GuardedLink | undefined> {
  const { names, dialect } = database
  if (!dialect.inline) return undefined
  const keys = keysOf(database, claim, condition)
  const { settingsVersion } = condition
  const settings =
    settingsVersion === undefined ? sql`` : sql`and connection.settings_version = ${settingsVersion}`
  const { rows } = await sql<{ id: Int; counter: Int; now: Int }>`
    with ref as materialized (
      select fence from ${sql.table(names.refs)}
      where workspace_id = ${keys.workspace_id} and appointment_id = ${keys.appointment_id} and fence = ${claim.fence}
      for update)
    update ${sql.table(names.connections)} as connection
    set counter = greatest(${dialect.inline.next(names)}, connection.counter + 1)
    where connection.workspace_id = ${keys.account_workspace_id} and connection.user_id = ${keys.user_id}
      and connection.epoch = ${condition.epoch} ${settings} and exists (select 1 from ref)
    returning connection.id, connection.counter, ${dialect.inline.now} as now`.execute(on)
  const [row] = rows
  if (!row) return undefined
  const key = { ...keys, connection_id: readInt(row.id) }
  return { key, version: readInt(row.counter), now: readInt(row.now) }
}
