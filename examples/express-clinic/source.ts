import type { Appointment, AppointmentRef, AppointmentSource } from 'google-calendar-sync'
import type { Appointments, Position, Row } from './appointments.ts'

export interface SourceOptions {
  /** What stands in the calendar whatever the switches say: it must not name a client. Default: the row's title. */
  readonly titleOf?: ((row: Row) => string | undefined) | undefined
}

/** The clinic's table as the library reads it. */
export function appointmentSource(
  appointments: Appointments,
  { titleOf = row => row.title ?? undefined }: SourceOptions = {},
): AppointmentSource {
  const get = ({ workspaceId, appointmentId }: AppointmentRef) => {
    // `Number` takes '07' for 7, which would be the same appointment twice.
    const row = /^[1-9]\d*$/.test(appointmentId) ? appointments.find(Number(appointmentId)) : undefined
    return row?.workspace_id === workspaceId ? toAppointment(row, titleOf(row)) : undefined
  }
  return {
    get,
    getMany: refs => refs.map(get),
    changes({ account, after, endsAfter, limit }) {
      const options = { endsAfter: endsAfter.getTime(), limit }
      const page = appointments.changedAfter(account, readCursor(after), options)
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

function toAppointment(row: Row, title: string | undefined): Appointment {
  return {
    version: String(row.revision),
    userIds: row.also_user_id === null ? [row.user_id] : [row.user_id, row.also_user_id],
    start: row.starts,
    ...(row.ends !== null && { end: row.ends }),
    ...(row.minutes !== null && { durationMinutes: row.minutes }),
    timeZone: row.time_zone,
    allDay: row.all_day === 1,
    status: row.status,
    title,
    location: row.location ?? undefined,
    notes: row.notes ?? undefined,
    client: {
      name: row.client_name ?? undefined,
      email: row.client_email ?? undefined,
      mayBeInvited: row.invites_client === 1,
    },
    ...(row.recurrence !== null && { recurrence: row.recurrence.split('\n') }),
  }
}

function readCursor(cursor: string | undefined): Position {
  const [updatedAt = 0, id = 0] = (cursor ?? '0/0').split('/').map(Number)
  return { updatedAt, id }
}
