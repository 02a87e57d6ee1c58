import { CompiledQuery, sql } from 'kysely'
import { troubleOf } from '../sql/driver-errors.ts'
import type { Db, TableNames } from '../sql/tables.ts'

/** More numbers than are ever given out between two checkpoints. */
const AHEAD = 1_000_000

/**
 * From here on a commit does not wait for the disk, so a power cut may take the last ones back, and with them the
 * numbers they gave out: some stand in Google's events by then. Hence each opening skips ahead of any such number,
 * in a commit that does wait.
 */
export async function skipAhead(db: Db, names: TableNames): Promise<void> {
  try {
    await db
      .updateTable(names.counter)
      .set({ value: sql<number>`value + ${AHEAD}` })
      .execute()
  } catch (error) {
    // Reads need no numbers.
    if (troubleOf(error) !== 'read-only') throw error
  }
  await db.executeQuery(CompiledQuery.raw('pragma synchronous = normal'))
}
