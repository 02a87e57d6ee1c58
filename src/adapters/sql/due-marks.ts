import type { AccountRef, AppointmentRef } from '../../contracts/identity.ts'
import type { DueRef } from '../../contracts/mark-store.ts'
import type { Database } from './database.ts'
import { BULK, laneOf } from './mark-row.ts'
import type { Db } from './tables.ts'
import { type Int, readInt, readText, type Text } from './text.ts'

const MAX_SLICE = 1_000

interface DueMark {
  readonly id: Int
  readonly workspace_id: Text
  readonly appointment_id: Text
  readonly due_at: Int
}

const dueMarks = (database: Database, on: Db, lane: number, now: number) =>
  on
    .selectFrom(`${database.names.marks} as mark`)
    .select(['mark.id', 'mark.workspace_id', 'mark.appointment_id', 'mark.due_at'])
    .where('mark.lane', '=', lane)
    .where('mark.due_at', '<=', now)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom(`${database.names.refs} as ref`)
            .select('ref.fence')
            .whereRef('ref.workspace_id', '=', 'mark.workspace_id')
            .whereRef('ref.appointment_id', '=', 'mark.appointment_id')
            .where('ref.hidden_until', '>', now),
        ),
      ),
    )
    .orderBy('mark.due_at')
    .orderBy('mark.id')

type DueMarks = ReturnType<typeof dueMarks>

/** Reads on in slices, since many marks of one ref are one answer. */
async function collect(
  query: DueMarks,
  found: Map<string, DueRef>,
  limit: number,
  lane: number,
): Promise<void> {
  let slice = Math.min(limit - found.size + 16, MAX_SLICE)
  let after: { readonly due: number; readonly id: number } | undefined
  while (found.size < limit) {
    const rows: readonly DueMark[] = await (after
      ? query
          .where('mark.due_at', '>=', after.due)
          .where(({ or, and, eb }) =>
            or([
              eb('mark.due_at', '>', after?.due ?? 0),
              and([eb('mark.due_at', '=', after?.due ?? 0), eb('mark.id', '>', after?.id ?? 0)]),
            ]),
          )
      : query
    )
      .limit(slice)
      .execute()
    for (const row of rows) {
      const ref = { workspaceId: readText(row.workspace_id), appointmentId: readText(row.appointment_id) }
      const key = `${ref.workspaceId.length}:${ref.workspaceId}${ref.appointmentId}`
      if (found.size < limit && !found.has(key)) found.set(key, { ref, lane: laneOf(lane) })
    }
    const last = rows.at(-1)
    if (!last || rows.length < slice) return
    after = { due: readInt(last.due_at), id: readInt(last.id) }
    slice = Math.min(slice * 2, MAX_SLICE)
  }
}

export async function dueRefs(
  database: Database,
  on: Db,
  lanes: readonly number[],
  limit: number,
): Promise<readonly DueRef[]> {
  const now = await database.now(on)
  const found = new Map<string, DueRef>()
  for (const lane of lanes) await collect(dueMarks(database, on, lane, now), found, limit, lane)
  return [...found.values()]
}

export async function dueBulk(
  database: Database,
  on: Db,
  account: AccountRef,
  limit: number,
): Promise<readonly AppointmentRef[]> {
  const query = dueMarks(database, on, BULK, await database.now(on))
    .where('mark.workspace_id', '=', database.text(account.workspaceId))
    .where('mark.user_id', '=', database.text(account.userId))
  const found = new Map<string, DueRef>()
  await collect(query, found, limit, BULK)
  return [...found.values()].map(due => due.ref)
}

interface AccountKey {
  readonly workspace_id: Text
  readonly user_id: Text | null
  readonly due_at: Int
}

/**
 * Steps from account to account along the index instead of grouping every mark. Starts after `from` and goes
 * round, so that with more accounts than `limit` all have their turn.
 */
export async function dueBulkAccounts(
  database: Database,
  on: Db,
  limit: number,
  from: AccountRef | undefined,
): Promise<readonly AccountRef[]> {
  const now = await database.now(on)
  const first = () =>
    on
      .selectFrom(database.names.marks)
      .select(['workspace_id', 'user_id', 'due_at'])
      .where('lane', '=', BULK)
      .where('user_id', 'is not', null)
      .orderBy('workspace_id')
      .orderBy('user_id')
      .orderBy('due_at')
      .limit(1)
  const next = async (after: AccountRef | undefined): Promise<AccountKey | undefined> => {
    if (!after) return first().executeTakeFirst()
    const workspaceId = database.text(after.workspaceId)
    const same = first()
      .where('workspace_id', '=', workspaceId)
      .where('user_id', '>', database.text(after.userId))
    return (
      (await same.executeTakeFirst()) ??
      (await first().where('workspace_id', '>', workspaceId).executeTakeFirst())
    )
  }
  const found: AccountRef[] = []
  const seen = new Set<string>()
  let at = from
  let wrapped = from === undefined
  while (found.length < limit) {
    const key = await next(at)
    if (!key && wrapped) break
    if (!key) {
      wrapped = true
      at = undefined
      continue
    }
    at = { workspaceId: readText(key.workspace_id), userId: readText(key.user_id ?? '') }
    const name = JSON.stringify([at.workspaceId, at.userId])
    if (seen.has(name)) break
    seen.add(name)
    if (readInt(key.due_at) <= now) found.push(at)
  }
  return found
}
