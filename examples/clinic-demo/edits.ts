import type { AppointmentRef } from 'google-calendar-sync'
import type { Appointments, NewRow, Row } from '../express-clinic/appointments.ts'
import { membersOf } from '../express-clinic/members.ts'
import { refOf } from '../express-clinic/source.ts'
import { readTimeText, spanOf, writeTimeText } from '../express-clinic/wall-time.ts'
import type { SeededChance } from './random.ts'

const KINDS = [
  'time',
  'time',
  'time',
  'title',
  'title',
  'location',
  'reassign',
  'reassign',
  'delete',
  'delete',
  'cancel',
] as const
const PLACES = ['Room 1', 'Room 2 – garden side', 'Online', 'Herzlstraße 4, 2. Stock', 'רחוב הרצל 12', null]
const TITLES = [
  'Follow-up',
  'First meeting',
  'Supervision',
  'Long session',
  'Check-up & plan',
  '🧘 Relaxation',
]

/** Numbers of appointments that are in force, each at most once. */
export function sample(
  table: Appointments,
  size: number,
  chance: SeededChance,
  not: ReadonlySet<number>,
): number[] {
  const last = table.lastId()
  const chosen = new Set<number>()
  for (let tries = 0; chosen.size < size && tries < size * 20; tries++) {
    const id = chance.integer(1, last)
    const row = not.has(id) || chosen.has(id) ? undefined : table.find(id)
    if (row && row.status !== 'cancelled' && row.refused === null) chosen.add(id)
  }
  return [...chosen]
}

/** Edits, re-assigns, cancels or deletes one appointment, as a user of the app would. */
export function editOne(table: Appointments, id: number, chance: SeededChance): AppointmentRef | undefined {
  const row = table.find(id)
  if (!row) return undefined
  const kind = chance.pick(KINDS)
  if (kind === 'delete') table.remove(id)
  else {
    const changes = changesOf(kind, row, chance)
    if (Object.keys(changes).length === 0) return undefined
    table.change(id, changes)
  }
  return refOf(row)
}

function changesOf(
  kind: Exclude<(typeof KINDS)[number], 'delete'>,
  row: Row,
  chance: SeededChance,
): Partial<NewRow> {
  switch (kind) {
    case 'title':
      return { title: `${chance.pick(TITLES)} ${chance.integer(1, 999)}` }
    case 'location':
      return { location: chance.pick(PLACES) }
    case 'cancel':
      return { status: 'cancelled' }
    case 'reassign': {
      const others = membersOf(row.workspace_id).filter(({ userId }) => userId !== row.user_id)
      return { user_id: chance.pick(others).userId, also_user_id: null }
    }
    case 'time':
      return moved(row, chance)
  }
}

const MINUTE = 60_000
const DAY = 86_400_000

/** Some hours or days later or earlier by the clock on the wall; a move that makes no sense is left. */
function moved(row: Row, chance: SeededChance): Partial<NewRow> {
  if (row.all_day === 1) {
    const days = chance.integer(1, 3) * DAY
    const shift = (date: string | null) =>
      date === null ? null : new Date(Date.parse(date) + days).toISOString().slice(0, 10)
    const ends = shift(row.ends)
    return { starts: shift(row.starts) ?? row.starts, ends, ends_at: Date.parse(ends ?? row.starts) + DAY }
  }
  const by = chance.integer(-8, 40) * 15 * MINUTE || MINUTE * 5
  const shift = (text: string) => {
    const { wall, offset } = readTimeText(text)
    return writeTimeText({ wall: wall + by, offset })
  }
  const starts = shift(row.starts)
  const ends = row.ends === null ? null : shift(row.ends)
  const span = spanOf(starts, ends, row.minutes, row.time_zone)
  if (span.end <= span.start) return {}
  return { starts, ends, ends_at: row.recurrence === null ? span.end : null }
}
