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

export const createHostTable = (schema: string): string => `
  create table ${schema}.appointments (
    workspace_id text not null, id text not null, user_id text not null, title text not null,
    starts_at bigint not null, updated_at bigint not null, primary key (workspace_id, id))`

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
      .where(sql<boolean>`(updated_at, id) > (${updatedAt}::bigint, ${id})`)
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
