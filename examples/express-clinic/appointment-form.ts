import type { AppointmentState, NewRow, Row } from './appointments.ts'
import { findMember, type Member } from './members.ts'
import { isZone, readTimeText, spanOf, wallAt, writeTimeText } from './wall-time.ts'

const FIELDS = [
  ...['user_id', 'also_user_id', 'all_day', 'date', 'time', 'minutes', 'until', 'time_zone', 'status'],
  ...['title', 'location', 'client_name', 'client_email', 'invites_client', 'notes'],
] as const

export type FieldName = (typeof FIELDS)[number]
/** As they stand in the form. */
export type FormValues = Readonly<Record<string, string>>
/** What is wrong, by field. */
export type Problems = Readonly<Record<string, string>>

const DAY = 86_400_000
const STATES: readonly AppointmentState[] = ['confirmed', 'tentative', 'cancelled']

/** Tomorrow, 14:00 to 15:00, by the member's clock. */
export function emptyForm(member: Member, now: number): FormValues {
  const tomorrow = new Date(wallAt(now, member.timeZone) + DAY).toISOString().slice(0, 10)
  const values = Object.fromEntries(FIELDS.map(name => [name, '']))
  const { userId, timeZone } = member
  const times = { date: tomorrow, until: tomorrow, time: '14:00', minutes: '60', time_zone: timeZone }
  return { ...values, ...times, user_id: userId, status: 'confirmed' }
}

export function formOf(row: Row): FormValues {
  return {
    user_id: row.user_id,
    also_user_id: row.also_user_id ?? '',
    ...timesOf(row),
    time_zone: row.time_zone,
    status: row.status,
    title: row.title ?? '',
    location: row.location ?? '',
    client_name: row.client_name ?? '',
    client_email: row.client_email ?? '',
    invites_client: row.invites_client === 1 ? '1' : '',
    notes: row.notes ?? '',
  }
}

function timesOf(row: Row): FormValues {
  if (row.all_day === 1) {
    const until = new Date(Date.parse(row.ends ?? row.starts) - (row.ends === null ? 0 : DAY))
    const days = { date: row.starts, until: until.toISOString().slice(0, 10) }
    return { all_day: '1', ...days, time: '14:00', minutes: '60' }
  }
  const { start, end } = spanOf(row.starts, row.ends, row.minutes, row.time_zone)
  const [date = '', time = ''] = new Date(wallAt(start, row.time_zone)).toISOString().split('T')
  const minutes = String(Math.round((end - start) / 60_000))
  return { all_day: '', date, until: date, time: time.slice(0, 5), minutes }
}

export interface ReadForm {
  readonly values: FormValues
  readonly problems: Problems
  /** There when nothing is wrong. */
  readonly row?: NewRow
}

/** What was sent, checked. Times that were not touched stay as the row has them, offsets and seconds included. */
export function readForm(body: unknown, workspaceId: string, before?: Row): ReadForm {
  const sent = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const values: Record<string, string> = {}
  for (const name of FIELDS) values[name] = typeof sent[name] === 'string' ? sent[name].trim() : ''
  const problems: Record<string, string> = {}
  const check = (field: FieldName, holds: boolean, problem: string) => {
    if (!holds) problems[field] ??= problem
  }
  const value = (field: FieldName) => values[field] ?? ''
  check('user_id', findMember(workspaceId, value('user_id')) !== undefined, 'Choose who it is for.')
  const also = value('also_user_id')
  check('also_user_id', also === '' || findMember(workspaceId, also) !== undefined, 'Choose a colleague.')
  check('also_user_id', also === '' || also !== value('user_id'), 'Choose somebody else, or nobody.')
  check('date', isDate(value('date')), 'Enter a date.')
  if (value('all_day') === '1') {
    check('until', isDate(value('until')), 'Enter the last day.')
    check('until', value('until') >= value('date'), 'The last day lies before the first.')
  } else {
    check('time', /^([01]\d|2[0-3]):[0-5]\d$/.test(value('time')), 'Enter a time, such as 14:00.')
    const minutes = Number(value('minutes'))
    const isAsBefore = before !== undefined && value('minutes') === timesOf(before).minutes
    check(
      'minutes',
      isAsBefore || (Number.isInteger(minutes) && minutes >= 5 && minutes <= 1_440),
      'Between 5 and 1440 minutes.',
    )
  }
  check('time_zone', isZone(value('time_zone')), 'Enter a time zone, such as Europe/Berlin.')
  check(
    'status',
    STATES.some(state => state === value('status')),
    'Choose a status.',
  )
  check('client_email', /^([^@\s]+@[^@\s]+)?$/.test(value('client_email')), 'This is not an e-mail address.')
  for (const name of FIELDS)
    check(name, value(name).length <= (name === 'notes' ? 8_000 : 500), 'This is too long.')
  if (Object.keys(problems).length > 0) return { values, problems }
  return { values, problems, row: toRow(values, workspaceId, before) }
}

function toRow(values: FormValues, workspaceId: string, before: Row | undefined): NewRow {
  const text = (field: FieldName) => values[field] || null
  const sameTimes =
    before && sameOf(['all_day', 'date', 'time', 'minutes', 'until', 'time_zone'], values, formOf(before))
  const times = sameTimes ? before : newTimes(values, before?.recurrence != null)
  return {
    workspace_id: workspaceId,
    user_id: values.user_id ?? '',
    also_user_id: text('also_user_id'),
    starts: times.starts,
    ends: times.ends,
    minutes: times.minutes,
    ends_at: times.ends_at,
    time_zone: values.time_zone ?? '',
    all_day: values.all_day === '1' ? 1 : 0,
    status: values.status as AppointmentState,
    title: text('title'),
    location: text('location'),
    notes: text('notes'),
    client_name: text('client_name'),
    client_email: text('client_email'),
    invites_client: values.invites_client === '1' ? 1 : 0,
    recurrence: before?.recurrence ?? null,
    uid: before?.uid ?? null,
    line: before?.line ?? null,
  }
}

function newTimes(
  values: FormValues,
  isSeries: boolean,
): Pick<Row, 'starts' | 'ends' | 'minutes' | 'ends_at'> {
  const { date = '', until = '', time = '', time_zone: zone = '' } = values
  if (values.all_day === '1') {
    const ends = new Date(Date.parse(until) + DAY).toISOString().slice(0, 10)
    return { starts: date, ends, minutes: null, ends_at: isSeries ? null : Date.parse(ends) + DAY }
  }
  const starts = writeTimeText(readTimeText(`${date}T${time}:00`))
  const minutes = Number(values.minutes)
  return { starts, ends: null, minutes, ends_at: isSeries ? null : spanOf(starts, null, minutes, zone).end }
}

function sameOf(fields: readonly FieldName[], a: FormValues, b: FormValues): boolean {
  return fields.every(field => a[field] === b[field])
}

function isDate(text: string): boolean {
  if (!/^[12]\d{3}-\d\d-\d\d$/.test(text)) return false
  const ms = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}
