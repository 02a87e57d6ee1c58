import { sql } from 'kysely'
import type { Claim, ClaimKey, ClaimOutcome } from '../../contracts/claim-store.ts'
import type { AppointmentRef } from '../../contracts/identity.ts'
import type { Database } from './database.ts'
import { linksOfRef } from './links.ts'
import { markIds, markOf } from './mark-row.ts'
import type { Db } from './tables.ts'
import { type Int, readInt } from './text.ts'

/** Longer lists are rare, and go chunk by chunk in a transaction. */
const MAX_IDS = 500

/**
 * A claim, and the end of one, as single statements where the database can (`Dialect.inline`): every edit pays for
 * one of each. What is read beside them is read after their commit, so it is as new as in a transaction or newer.
 */
export function claimInOne(
  database: Database,
  ref: AppointmentRef,
  options: { readonly holdMs: number },
): Promise<Claim | undefined> | undefined {
  const { inline } = database.dialect
  if (!inline) return undefined
  return database.run(async (on): Promise<Claim | undefined> => {
    const { names } = database
    const key = keyOf(database, ref)
    const hidden = sql`${inline.now} + ${Math.ceil(options.holdMs)}::bigint`
    const { rows } = await sql<{ fence: Int; now: Int }>`
      insert into ${sql.table(names.refs)} as ref (workspace_id, appointment_id, fence, hidden_until)
      select ${key.workspace_id}, ${key.appointment_id}, ${inline.next(names)}, ${hidden}
      where exists (select 1 from ${sql.table(names.marks)} where ${ofRef(key)} and due_at <= ${inline.now})
      on conflict (workspace_id, appointment_id) do update
        set fence = greatest(excluded.fence, ref.fence + 1), hidden_until = excluded.hidden_until
        where ref.hidden_until <= ${inline.now}
      returning ref.fence, ${inline.now} as now`.execute(on)
    const [row] = rows
    if (!row) return undefined
    const [fence, now] = [readInt(row.fence), readInt(row.now)]
    const marks = await on.selectFrom(names.marks).selectAll().where(ofRef(key)).orderBy('id').execute()
    // The run before this one ended, and took them along, while this statement waited for its row.
    if (!marks.some(mark => readInt(mark.due_at) <= now)) return giveBack(database, on, { ref, fence })
    return { ref, fence, marks: marks.map(markOf), links: await linksOfRef(database, on, ref), now }
  })
}

async function giveBack(database: Database, on: Db, { ref, fence }: ClaimKey): Promise<undefined> {
  await on
    .updateTable(database.names.refs)
    .set({ hidden_until: await database.now(on) })
    .where(ofRef(keyOf(database, ref)))
    .where('fence', '=', fence)
    .execute()
}

/** Without new marks, as nearly all runs end. `undefined`: not this way. */
export function finishInOne(
  database: Database,
  { ref, fence }: ClaimKey,
  { deleteMarks, addMarks }: ClaimOutcome,
): Promise<{ readonly more: boolean } | null> | undefined {
  const { inline } = database.dialect
  const ids = markIds(deleteMarks)
  if (!inline || addMarks.length > 0 || ids.length === 0 || ids.length > MAX_IDS) return undefined
  return database.run(async on => {
    const { names } = database
    const key = keyOf(database, ref)
    const { rows } = await sql`
      with held as (
        update ${sql.table(names.refs)} set hidden_until = ${inline.now}
        where ${ofRef(key)} and fence = ${fence} returning fence),
      gone as (
        delete from ${sql.table(names.marks)}
        where id in (${sql.join(ids)}) and ${ofRef(key)} and exists (select 1 from held))
      select fence from held`.execute(on)
    if (rows.length === 0) return null
    const left = await on
      .selectFrom(names.marks)
      .select('id')
      .where(ofRef(key))
      .where('due_at', '<=', inline.now)
      .limit(1)
      .executeTakeFirst()
    return { more: left !== undefined }
  })
}

const keyOf = (database: Database, ref: AppointmentRef) => ({
  workspace_id: database.text(ref.workspaceId),
  appointment_id: database.text(ref.appointmentId),
})

const ofRef = ({ workspace_id, appointment_id }: ReturnType<typeof keyOf>) =>
  sql<boolean>`workspace_id = ${workspace_id} and appointment_id = ${appointment_id}`
