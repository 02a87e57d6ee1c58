import type { Database } from './database.ts'
import { readInt } from './text.ts'

const IDLE_MS = 24 * 60 * 60 * 1000
const SLICE = 500

/**
 * Drops fence rows without marks and links that nobody used for a day. A new row of the same ref gets a greater
 * fence than any before, so whoever still holds the old one is refused.
 */
export async function pruneRefs(database: Database): Promise<number> {
  const { names } = database
  let dropped = 0
  for (;;) {
    const count = await database.write(async on => {
      const before = (await database.now(on)) - IDLE_MS
      const idle = await on
        .selectFrom(`${names.refs} as ref`)
        .select(['ref.workspace_id', 'ref.appointment_id', 'ref.fence'])
        .where('ref.hidden_until', '<', before)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom(`${names.links} as link`)
                .select('link.id')
                .whereRef('link.workspace_id', '=', 'ref.workspace_id')
                .whereRef('link.appointment_id', '=', 'ref.appointment_id'),
            ),
          ),
        )
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom(`${names.marks} as mark`)
                .select('mark.id')
                .whereRef('mark.workspace_id', '=', 'ref.workspace_id')
                .whereRef('mark.appointment_id', '=', 'ref.appointment_id'),
            ),
          ),
        )
        .limit(SLICE)
        .execute()
      for (const row of idle) {
        await on
          .deleteFrom(names.refs)
          .where('workspace_id', '=', row.workspace_id)
          .where('appointment_id', '=', row.appointment_id)
          .where('fence', '=', readInt(row.fence))
          .execute()
      }
      return idle.length
    })
    dropped += count
    if (count < SLICE) return dropped
  }
}
