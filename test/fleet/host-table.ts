import { type Kysely, sql } from 'kysely'
import type { Appointment, AppointmentSource } from '../../src/index.ts'

/** The host's own table. */
export interface HostTables {
  appointments: {
    workspace_id: string
    id: string
    user_id: string
    title: string
    starts_at: number
    updated_at: number
  }
}

export type HostRow = HostTables['appointments']

export const LENGTH_MS = 30 * 60_000

export async function createHostTable(db: Kysely<HostTables>): Promise<void> {
  await db.schema
    .createTable('appointments')
    .addColumn('workspace_id', 'varchar(40)', column => column.notNull())
    .addColumn('id', 'varchar(40)', column => column.notNull())
    .addColumn('user_id', 'varchar(40)', column => column.notNull())
    .addColumn('title', 'varchar(200)', column => column.notNull())
    .addColumn('starts_at', 'bigint', column => column.notNull())
    .addColumn('updated_at', 'bigint', column => column.notNull())
    .addPrimaryKeyConstraint('appointments_key', ['workspace_id', 'id'])
    .execute()
  await db.schema
    .createIndex('appointments_changes')
    .on('appointments')
    .columns(['workspace_id', 'user_id', 'updated_at', 'id'])
    .execute()
}

export const sourceOf = (db: Kysely<HostTables>): AppointmentSource => ({
  async get({ workspaceId, appointmentId }) {
    const row = await db
      .selectFrom('appointments')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', appointmentId)
      .executeTakeFirst()
    return row && toAppointment(row)
  },
  async changes({ account: { workspaceId, userId }, after, endsAfter, limit }) {
    const [updatedAt, id] = after ? (JSON.parse(after) as [number, string]) : [0, '']
    const rows = await db
      .selectFrom('appointments')
      .select(['id', 'updated_at'])
      .where('workspace_id', '=', workspaceId)
      .where('user_id', '=', userId)
      .where('starts_at', '>', endsAfter.getTime() - LENGTH_MS)
      .where(sql<boolean>`(updated_at, id) > (${updatedAt}, ${id})`)
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

const toAppointment = (row: HostRow): Appointment => ({
  userIds: [row.user_id],
  start: new Date(Number(row.starts_at)),
  durationMinutes: LENGTH_MS / 60_000,
  timeZone: 'Europe/Berlin',
  status: 'confirmed',
  title: row.title,
})
