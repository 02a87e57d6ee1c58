import type { Appointment, AppointmentRef, AppointmentSource } from 'google-calendar-sync'
import type { AppointmentTable, Position, Row } from './table.ts'

/** The app's table as the library reads it. */
export function appointmentSource(table: AppointmentTable): AppointmentSource {
  const get = ({ workspaceId, appointmentId }: AppointmentRef) => {
    const row = table.find(Number(appointmentId))
    return row?.workspace_id === workspaceId ? toAppointment(row) : undefined
  }
  return {
    get,
    getMany: refs => refs.map(get),
    changes({ account, after, endsAfter, limit }) {
      const page = table.changedAfter(account, readCursor(after), { endsAfter: endsAfter.getTime(), limit })
      const last = page.at(-1)
      if (!last) return { refs: [] }
      const refs = page.map(({ id }) => ({ workspaceId: account.workspaceId, appointmentId: String(id) }))
      return { refs, cursor: `${last.updatedAt}/${last.id}` }
    },
  }
}

export function refOf(row: Pick<Row, 'workspace_id' | 'id'>): AppointmentRef {
  return { workspaceId: row.workspace_id, appointmentId: String(row.id) }
}

/** What the members see as the neutral title: the booking number, and what it is about. */
export function neutralTitle(row: Pick<Row, 'id' | 'title'>): string {
  return `#${row.id} ${row.title ?? 'Appointment'}`
}

function toAppointment(row: Row): Appointment {
  return {
    version: String(row.revision),
    userIds: row.also_user_id === null ? [row.user_id] : [row.user_id, row.also_user_id],
    start: row.starts,
    ...(row.ends !== null && { end: row.ends }),
    ...(row.minutes !== null && { durationMinutes: row.minutes }),
    timeZone: row.time_zone,
    allDay: row.all_day === 1,
    status: row.status,
    title: neutralTitle(row),
    location: row.location ?? undefined,
    notes: row.notes ?? undefined,
    client: { name: row.client_name ?? undefined, email: row.client_email ?? undefined },
    ...(row.recurrence !== null && { recurrence: row.recurrence.split('\n') }),
  }
}

function readCursor(cursor: string | undefined): Position {
  const [updatedAt = 0, id = 0] = (cursor ?? '0/0').split('/').map(Number)
  return { updatedAt, id }
}
