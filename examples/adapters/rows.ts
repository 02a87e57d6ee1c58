import type { Appointment, AppointmentSource } from 'google-calendar-sync'
import type { Kysely } from 'kysely'

/** The app's own table, over Kysely, the same on every database. Times are epoch ms. */
export interface AppointmentRow {
  readonly id: string
  readonly workspace_id: string
  readonly user_id: string
  readonly title: string
  readonly starts_at: number
  readonly updated_at: number
}

export interface AppTables {
  appointments: AppointmentRow
}

const LENGTH_MS = 50 * 60_000

export async function createAppointments(db: Kysely<AppTables>): Promise<void> {
  await db.schema.dropTable('appointments').ifExists().execute()
  await db.schema
    .createTable('appointments')
    .addColumn('id', 'varchar(40)', column => column.primaryKey())
    .addColumn('workspace_id', 'varchar(40)', column => column.notNull())
    .addColumn('user_id', 'varchar(40)', column => column.notNull())
    .addColumn('title', 'varchar(200)', column => column.notNull())
    .addColumn('starts_at', 'bigint', column => column.notNull())
    .addColumn('updated_at', 'bigint', column => column.notNull())
    .execute()
}

export const appointmentsOf = (db: Kysely<AppTables>): AppointmentSource => ({
  async get({ workspaceId, appointmentId }) {
    const row = await db
      .selectFrom('appointments')
      .selectAll()
      .where('id', '=', appointmentId)
      .where('workspace_id', '=', workspaceId)
      .executeTakeFirst()
    return row && toAppointment(row)
  },
  async changes({ account: { workspaceId, userId }, after, endsAfter, limit }) {
    const [updatedAt = 0, id = ''] = after ? (JSON.parse(after) as [number, string]) : []
    const rows = await db
      .selectFrom('appointments')
      .select(['id', 'updated_at'])
      .where('workspace_id', '=', workspaceId)
      .where('user_id', '=', userId)
      .where('starts_at', '>', endsAfter.getTime() - LENGTH_MS)
      .where(({ eb, and, or }) =>
        or([eb('updated_at', '>', updatedAt), and([eb('updated_at', '=', updatedAt), eb('id', '>', id)])]),
      )
      .orderBy('updated_at')
      .orderBy('id')
      .limit(limit)
      .execute()
    const last = rows.at(-1)
    if (!last) return { refs: [] }
    const refs = rows.map(row => ({ workspaceId, appointmentId: row.id }))
    return { refs, cursor: JSON.stringify([Number(last.updated_at), last.id]) }
  },
})

// Drivers answer 64-bit integers as numbers or as strings.
function toAppointment(row: AppointmentRow): Appointment {
  const start = new Date(Number(row.starts_at))
  return {
    userIds: [row.user_id],
    start,
    end: new Date(start.getTime() + LENGTH_MS),
    timeZone: 'Europe/Berlin',
    status: 'confirmed',
    title: row.title,
  }
}
