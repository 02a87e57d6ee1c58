import type { Row } from '../express-clinic/appointments.ts'
import { spanOf } from '../express-clinic/wall-time.ts'
import type { DemoMember } from './choices.ts'

/** The parts of an event, as events.list answers it, that matter here. */
export interface GoogleEvent {
  readonly id: string
  readonly status: string
  readonly summary?: string
  readonly description?: string
  readonly location?: string
  readonly start?: GoogleTime
  readonly end?: GoogleTime
  readonly recurrence?: readonly string[]
  readonly visibility?: string
  readonly attendees?: readonly unknown[]
}

export interface GoogleTime {
  readonly date?: string
  readonly dateTime?: string
  readonly timeZone?: string
}

/** What Google may hold at most of one line of text, by this app's own reading of the rules. */
const MAX_TEXT = 1024

/** What the members see whatever their switches say: the booking number, and what it is about. */
export function neutralTitle(row: Pick<Row, 'id' | 'title'>): string {
  return `#${row.id} ${row.title ?? 'Appointment'}`
}

export function isWantedBy(row: Row, member: DemoMember, oldest: number): boolean {
  return (
    row.workspace_id === member.workspaceId &&
    (row.user_id === member.userId || row.also_user_id === member.userId) &&
    row.status !== 'cancelled' &&
    row.refused === null &&
    (row.ends_at === null || row.ends_at > oldest)
  )
}

/** What is wrong with a member's event of an appointment: names of fields. */
export function differences(row: Row, member: DemoMember, event: GoogleEvent): string[] {
  const wrong: string[] = []
  const check = (field: string, isRight: boolean) => {
    if (!isRight) wrong.push(field)
  }
  check('summary', isText(event.summary, summaryFor(row, member)))
  check('location', isText(event.location, oneLine(row.location ?? '')))
  // Nobody here agreed to see notes.
  check('description', event.description === undefined)
  check('status', event.status === row.status)
  check('visibility', event.visibility === 'private')
  check('attendees', event.attendees === undefined)
  const lines = row.recurrence === null ? [] : row.recurrence.split('\n')
  check('recurrence', sameLines(event.recurrence ?? [], lines))
  if (row.all_day === 1) {
    check('start', event.start?.date === row.starts)
    check('end', event.end?.date === row.ends)
    return wrong
  }
  const { start, end } = spanOf(row.starts, row.ends, row.minutes, row.time_zone)
  check('start', isInstant(event.start, start, row.time_zone))
  check('end', isInstant(event.end, end, row.time_zone))
  return wrong
}

function summaryFor(row: Row, member: DemoMember): string {
  const client = oneLine(row.client_name ?? '')
  const title = oneLine(neutralTitle(row))
  return oneLine(member.showsNames && client !== '' ? `${title} with ${client}` : title)
}

function isInstant(time: GoogleTime | undefined, instant: number, zone: string): boolean {
  if (time?.dateTime === undefined || !/(?:Z|[+-]\d\d:\d\d)$/.test(time.dateTime)) return false
  return time.date === undefined && time.timeZone === zone && Date.parse(time.dateTime) === instant
}

/** Text that is too long may be cut near the limit, with an ellipsis. */
function isText(actual = '', expected: string): boolean {
  if (expected.length <= MAX_TEXT) return actual === expected
  const isCut = actual.endsWith('…') && actual.length <= MAX_TEXT && actual.length > MAX_TEXT - 100
  return isCut && expected.startsWith(actual.slice(0, -1))
}

/** Calendars show one line: no line breaks, no control characters, nothing that is half a character. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\t\n\r]+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim()
}

function sameLines(actual: readonly string[], expected: readonly string[]): boolean {
  return [...actual].sort().join('\n') === [...expected].sort().join('\n')
}
