import { UsageError } from '../options.ts'
import { type CsvRecord, readCsv } from './csv.ts'
import { type Draft, toRow } from './draft.ts'
import { BadRow, type Entry } from './problem.ts'
import { excerpt, type ReadTime, readTime } from './read-time.ts'

/** Which header names mean what; compared without case, blanks and punctuation. */
const NAMES = {
  workspace: ['workspace', 'clinic', 'practice', 'organization', 'organisation', 'tenant'],
  user: ['user', 'userid', 'practitioner', 'therapist', 'provider', 'staff', 'assignee', 'owner', 'employee'],
  alsoUser: ['alsouser', 'seconduser', 'cotherapist', 'assistant'],
  start: ['start', 'starts', 'startsat', 'startat', 'starttime', 'startdatetime', 'begin', 'begins', 'from'],
  startDate: ['startdate', 'date', 'day', 'begindate'],
  startTime: ['time', 'starttimeofday', 'begintime'],
  end: ['end', 'ends', 'endsat', 'endat', 'endtime', 'enddatetime', 'finish', 'until', 'to'],
  endDate: ['enddate', 'finishdate'],
  minutes: ['minutes', 'duration', 'durationminutes', 'durationmin', 'lengthminutes', 'length'],
  zone: ['timezone', 'zone', 'tz', 'tzid'],
  allDay: ['allday', 'alldayevent', 'wholeday'],
  status: ['status', 'state'],
  title: ['title', 'subject', 'summary', 'name', 'service', 'type', 'treatment'],
  location: ['location', 'place', 'room', 'address', 'where'],
  notes: ['notes', 'note', 'description', 'comment', 'comments', 'details'],
  clientName: ['clientname', 'client', 'patient', 'patientname', 'customer', 'customername'],
  clientEmail: ['clientemail', 'email', 'patientemail', 'customeremail'],
} as const

type Column = keyof typeof NAMES
type Cells = Partial<Record<Column, string>>

export async function* csvEntries(path: string, chunks: AsyncIterable<string>): AsyncGenerator<Entry> {
  let columns: (Column | undefined)[] | undefined
  for await (const record of readCsv(chunks)) {
    if (!columns) columns = readHeader(path, record)
    else yield toEntry(columns, record)
  }
}

function readHeader(path: string, record: CsvRecord): (Column | undefined)[] {
  if ('problem' in record) throw new UsageError(`Cannot import ${path}: in the header, ${record.problem}.`)
  const known = new Map<string, Column>()
  for (const [column, names] of Object.entries(NAMES))
    for (const name of names) known.set(name, column as Column)
  const taken = new Set<Column>()
  const columns = record.fields.map(field => {
    const column = known.get(field.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''))
    if (column === undefined || taken.has(column)) return undefined
    taken.add(column)
    return column
  })
  if (taken.has('start') || taken.has('startDate')) return columns
  const found = record.fields.slice(0, 12).map(excerpt).join(', ')
  throw new UsageError(
    `Cannot import ${path}: no column of its header tells the start ("start", "date"). It has: ${found}.`,
  )
}

function toEntry(columns: readonly (Column | undefined)[], record: CsvRecord): Entry {
  const { line } = record
  if ('problem' in record) return { line, problem: record.problem }
  try {
    const { fields } = record
    if (fields.slice(columns.length).some(field => field.trim() !== ''))
      throw new BadRow(`it has ${fields.length} fields, and the header ${columns.length}`)
    const cells: Cells = {}
    columns.forEach((column, index) => {
      const field = fields[index]
      if (column !== undefined && field !== undefined && field.trim() !== '') cells[column] = field
    })
    return { line, row: toRow(toDraft(line, cells)) }
  } catch (error) {
    if (error instanceof BadRow) return { line, problem: error.message }
    throw error
  }
}

function toDraft(line: number, cells: Cells): Draft {
  const { start, startDate, startTime, end, endDate, minutes, allDay, ...texts } = cells
  // Calendars export the date and the time of day in columns of their own, the latter named like a whole time.
  const from = startDate === undefined ? start : joined(startDate, start ?? startTime)
  if (from === undefined) throw new BadRow('it has no start')
  const startsAt = readTime(from)
  const to = endDate === undefined ? end : joined(endDate, end)
  const { zone, ...rest } = texts
  return {
    ...rest,
    line,
    zone,
    start: startsAt,
    end: to === undefined ? undefined : endAfter(startsAt, to),
    minutes: minutes === undefined ? undefined : readMinutes(minutes),
    allDay: allDay === undefined ? undefined : readFlag(allDay),
  }
}

function joined(date: string, time: string | undefined): string {
  return time === undefined ? date : `${date.trim()} ${time.trim()}`
}

/** A time of day alone is on the day of the start, or on the next when it is earlier. */
function endAfter(start: ReadTime, text: string): ReadTime {
  if (!/^\s*\d{1,2}:\d{2}/.test(text) || start.isDate) return readTime(text)
  const day = start.text.slice(0, 10)
  const sameDay = readTime(`${day} ${text}`)
  if (sameDay.text.slice(0, 19) > start.text.slice(0, 19)) return sameDay
  const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
  return readTime(`${next} ${text}`)
}

function readMinutes(text: string): number {
  const clock = /^\s*(\d{1,3}):(\d{2})(?::00)?\s*$/.exec(text)
  if (clock) return Number(clock[1]) * 60 + Number(clock[2])
  const match = /^\s*(-?\d{1,7}(?:\.\d+)?)\s*(h|hours?|m|min|mins|minutes?)?\s*$/i.exec(text)
  if (!match) throw new BadRow(`"${excerpt(text)}" is no duration`)
  return Number(match[1]) * (/^h/i.test(match[2] ?? '') ? 60 : 1)
}

function readFlag(text: string): boolean {
  const flag = text.trim().toLowerCase()
  if (['true', 'yes', 'y', '1', 'x'].includes(flag)) return true
  if (['false', 'no', 'n', '0'].includes(flag)) return false
  throw new BadRow(`"${excerpt(text)}" is neither yes nor no`)
}
