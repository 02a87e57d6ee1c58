import { createHash } from 'node:crypto'
import type { NewRow, Row } from '../../express-clinic/appointments.ts'
import { type Member, membersOf, WORKSPACES } from '../../express-clinic/members.ts'
import { readTimeText, spanOf, writeTimeText } from '../../express-clinic/wall-time.ts'
import { BadRow } from './problem.ts'
import type { ReadTime } from './read-time.ts'
import { readZone } from './zones.ts'

/** What a file says of one appointment; what it does not say is filled in. */
export interface Draft {
  readonly line: number
  readonly workspace?: string | undefined
  readonly user?: string | undefined
  readonly alsoUser?: string | undefined
  readonly start: ReadTime
  readonly end?: ReadTime | undefined
  readonly minutes?: number | undefined
  readonly zone?: string | undefined
  readonly allDay?: boolean | undefined
  readonly status?: string | undefined
  readonly title?: string | undefined
  readonly location?: string | undefined
  readonly notes?: string | undefined
  readonly clientName?: string | undefined
  readonly clientEmail?: string | undefined
  readonly recurrence?: readonly string[] | undefined
  readonly uid?: string | undefined
}

const USUAL_MINUTES = 60
const DAY = 86_400_000

/** Throws BadRow saying what is wrong. */
export function toRow(draft: Draft): NewRow {
  const member = memberFor(draft)
  const allDay = draft.allDay ?? draft.start.isDate
  const zone = draft.zone ? readZone(draft.zone) : member.timeZone
  const times = allDay ? readDays(draft) : readHours(draft, zone)
  const also = draft.alsoUser ? memberIn(member.workspaceId, draft.alsoUser).userId : undefined
  return {
    workspace_id: member.workspaceId,
    user_id: member.userId,
    also_user_id: also === undefined || also === member.userId ? null : also,
    ...times,
    time_zone: zone,
    all_day: allDay ? 1 : 0,
    status: readStatus(draft.status),
    title: textOrNull(draft.title),
    location: textOrNull(draft.location),
    notes: textOrNull(draft.notes),
    client_name: textOrNull(draft.clientName),
    client_email: textOrNull(draft.clientEmail),
    invites_client: 0,
    recurrence: draft.recurrence?.length ? draft.recurrence.join('\n') : null,
    ends_at: draft.recurrence?.length ? null : times.ends_at,
    uid: draft.uid ?? null,
    line: draft.line,
  }
}

type Times = Pick<NewRow, 'starts' | 'ends' | 'minutes' | 'ends_at'>

function readDays({ start, end, minutes }: Draft): Times {
  if (!start.isDate && !/T00:00:00/.test(start.text)) throw new BadRow('it is all-day and has a time of day')
  const first = start.text.slice(0, 10)
  const days = minutes === undefined ? 1 : Math.max(1, Math.ceil(minutes / 1440))
  const after = end ? end.text.slice(0, 10) : dateAfter(first, days)
  // Many programs write the last day; the table holds the day after it.
  const ends = after === first ? dateAfter(first, 1) : after
  checkLength(Date.parse(first), Date.parse(ends))
  return { starts: first, ends, minutes: null, ends_at: Date.parse(ends) + DAY }
}

function readHours({ start, end, minutes }: Draft, zone: string): Times {
  const starts = timeOf(start)
  const ends = end ? timeOf(end) : null
  const length = ends === null ? (minutes ?? USUAL_MINUTES) : null
  if (length !== null && (!Number.isInteger(length) || length < 1))
    throw new BadRow('its duration is no whole number of minutes above 0')
  const span = spanOf(starts, ends, length, zone)
  checkLength(span.start, span.end)
  return { starts, ends, minutes: length, ends_at: span.end }
}

function checkLength(start: number, end: number): void {
  if (end <= start) throw new BadRow('it ends before it starts')
  if (end - start > 366 * DAY) throw new BadRow('it lasts longer than a year')
}

function timeOf({ text, isDate }: ReadTime): string {
  return writeTimeText(readTimeText(isDate ? `${text}T00:00:00` : text))
}

function dateAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10)
}

const STATUS: Readonly<Record<string, Row['status']>> = {
  '': 'confirmed',
  confirmed: 'confirmed',
  booked: 'confirmed',
  scheduled: 'confirmed',
  active: 'confirmed',
  tentative: 'tentative',
  pending: 'tentative',
  requested: 'tentative',
  cancelled: 'cancelled',
  canceled: 'cancelled',
}

function readStatus(given = ''): Row['status'] {
  const status = STATUS[given.trim().toLowerCase()]
  if (status) return status
  throw new BadRow(`its status is none of ${Object.keys(STATUS).filter(Boolean).join(', ')}`)
}

/** Who is not known by name still works somewhere: strangers are spread over the members, always alike. */
function memberFor({ workspace = '', user = '', line }: Draft): Member {
  const named = workspace.trim().toLowerCase()
  const spread = user === '' ? String(line) : user
  const workspaceId = WORKSPACES.find(id => id === named) ?? pick(WORKSPACES, workspace || spread)
  return user === '' ? pick(membersOf(workspaceId), spread) : memberIn(workspaceId, user)
}

function memberIn(workspaceId: string, user: string): Member {
  const members = membersOf(workspaceId)
  return members.find(({ userId }) => userId === user.trim().toLowerCase()) ?? pick(members, user)
}

function pick<T>(items: readonly T[], key: string): T {
  const item = items[createHash('sha256').update(key).digest().readUInt32BE(0) % items.length]
  if (item === undefined) throw new RangeError('There is nobody to pick.')
  return item
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined || text.trim() === '' ? null : text
}
