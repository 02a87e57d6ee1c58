import type { NewRow } from './appointments.ts'
import { MEMBERS, type Member } from './members.ts'
import { meaningOf, wallAt, writeTimeText } from './wall-time.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const MINUTES = 60

const CLIENTS = [
  ['Joe Doe', '123 Main St', 'Brings his own chair'],
  ['שירה כהן', 'רחוב הרצל 12', null],
  ['Anna Müller', null, 'Prefers mornings'],
] as const

/** Something to look at: a few appointments of the next days for everybody. */
export function firstAppointments(now: number): NewRow[] {
  return MEMBERS.flatMap(member => CLIENTS.map((client, index) => rowOf(member, client, now, index)))
}

function rowOf(
  member: Member,
  [name, location, notes]: (typeof CLIENTS)[number],
  now: number,
  index: number,
): NewRow {
  const { workspaceId, userId, timeZone } = member
  const midnight = Math.floor(wallAt(now, timeZone) / DAY) * DAY
  const wall = midnight + (index + 1) * DAY + (14 - 2 * index) * HOUR
  const { instants, unmoved } = meaningOf(wall, timeZone)
  return {
    workspace_id: workspaceId,
    user_id: userId,
    also_user_id: null,
    starts: writeTimeText({ wall, offset: undefined }),
    ends: null,
    minutes: MINUTES,
    time_zone: timeZone,
    all_day: 0,
    status: 'confirmed',
    title: null,
    location,
    notes,
    client_name: name,
    client_email: null,
    invites_client: 0,
    recurrence: null,
    ends_at: (instants[0] ?? unmoved) + MINUTES * 60_000,
    uid: null,
    line: null,
  }
}
