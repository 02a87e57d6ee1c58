import type { Selectable } from 'kysely'
import type { Lane } from '../../contracts/job-queue.ts'
import type { Mark, MarkOrigin, NewMark, RetryCause } from '../../contracts/mark-store.ts'
import type { Database } from './database.ts'
import type { Db, MarkTable } from './tables.ts'
import { readInt, readText } from './text.ts'

/** Best first; the position is what the column holds. */
export const LANES: readonly Lane[] = ['interactive', 'pull', 'bulk']
export const BULK = LANES.indexOf('bulk')

const CHUNK = 500

export const laneOf = (rank: number): Lane => LANES[rank] ?? 'bulk'

export function markOf(row: Selectable<MarkTable>): Mark {
  return {
    id: String(row.id),
    ref: { workspaceId: readText(row.workspace_id), appointmentId: readText(row.appointment_id) },
    lane: laneOf(readInt(row.lane)),
    origin: row.origin as MarkOrigin,
    ...(row.user_id !== null && { userId: readText(row.user_id) }),
    verify: readInt(row.verify) === 1,
    attempts: readInt(row.attempts),
    ...(row.cause !== null && { cause: row.cause as RetryCause }),
    dueAt: readInt(row.due_at),
  }
}

/** Pure inserts that need no answer, so that they can be part of a host's transaction. */
export function markInserts(database: Database, on: Db, marks: readonly NewMark[]) {
  const { clock } = database.runtime
  const now = clock.now()
  // One moment for all, whether the database has a clock or borrows ours.
  const still = { ...clock, now: () => now }
  const rows = marks.map(mark => ({
    workspace_id: database.text(mark.ref.workspaceId),
    appointment_id: database.text(mark.ref.appointmentId),
    user_id: mark.userId === undefined ? null : database.text(mark.userId),
    lane: LANES.indexOf(mark.lane),
    origin: mark.origin,
    verify: mark.verify ? 1 : 0,
    attempts: mark.attempts ?? 0,
    cause: mark.cause ?? null,
    due_at: database.dialect.at(still, Math.ceil(mark.delayMs ?? 0)),
  }))
  const inserts = []
  for (let at = 0; at < rows.length; at += CHUNK) {
    inserts.push(on.insertInto(database.names.marks).values(rows.slice(at, at + CHUNK)))
  }
  return inserts
}

/** Ids are the row ids; anything else names no mark. */
export const markIds = (ids: readonly string[]): readonly number[] =>
  ids.filter(id => /^[1-9]\d{0,15}$/.test(id)).map(Number)
