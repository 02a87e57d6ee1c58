import { type AppointmentRef, MAX_ID_LENGTH } from '../../contracts/identity.ts'
import { CalendarSyncError } from '../../errors.ts'
import type { Database } from './database.ts'
import { markInserts } from './mark-row.ts'

/** One statement, for the host to run. */
export interface SqlStatement {
  readonly sql: string
  readonly params: readonly SqlParameter[]
}

export type SqlParameter = string | number | Uint8Array | null

/** Throws `argument-invalid` for a ref that `appointmentChanged` would not take either. */
export function markStatement(database: Database, ref: AppointmentRef): SqlStatement {
  for (const id of [ref.workspaceId, ref.appointmentId]) {
    if (typeof id === 'string' && id.length > 0 && id.length <= MAX_ID_LENGTH) continue
    throw new CalendarSyncError(
      'argument-invalid',
      'An id of markStatement is no string of 1 to 255 characters.',
    )
  }
  const [insert] = markInserts(database, database.bare, [{ ref, lane: 'interactive', origin: 'host' }])
  if (!insert) throw new CalendarSyncError('argument-invalid', 'There is nothing to mark.')
  const { sql, parameters } = insert.compile()
  return { sql, params: parameters as readonly SqlParameter[] }
}
