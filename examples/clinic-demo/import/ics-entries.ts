import { meaningOf, readTimeText, writeTimeText } from '../../express-clinic/wall-time.ts'
import { UsageError } from '../options.ts'
import { type ContentLine, contentLines, unescapeIcs } from './content-lines.ts'
import { type Draft, toRow } from './draft.ts'
import { BadRow, type Entry } from './problem.ts'
import { excerpt, type ReadTime, readTime } from './read-time.ts'
import { readZone } from './zones.ts'

interface Event {
  readonly line: number
  /** The first of its name counts. */
  readonly properties: Map<string, ContentLine>
  readonly recurrence: ContentLine[]
}

const REPEATS = new Set(['RRULE', 'RDATE', 'EXDATE', 'EXRULE'])
const MAX_REPEATS = 1_000

/** The events of an iCalendar file (RFC 5545); alarms, tasks, zones and what else is in there are skipped. */
export async function* icsEntries(path: string, chunks: AsyncIterable<string>): AsyncGenerator<Entry> {
  let isCalendar = false
  let event: Event | undefined
  /** Components inside the event. */
  let inside = 0
  for await (const content of contentLines(chunks)) {
    const component = content.value.trim().toUpperCase()
    if (content.name === 'BEGIN') {
      if (component === 'VCALENDAR') isCalendar = true
      else if (component === 'VEVENT') {
        if (event) yield { line: event.line, problem: 'the event has no END:VEVENT' }
        event = { line: content.line, properties: new Map(), recurrence: [] }
        inside = 0
      } else if (event) inside++
    } else if (content.name === 'END') {
      if (event && component === 'VEVENT') {
        yield* toEntries(event)
        event = undefined
      } else inside = Math.max(0, inside - 1)
    } else if (event && inside === 0) note(event, content)
  }
  if (event) yield { line: event.line, problem: 'the event has no END:VEVENT' }
  if (!isCalendar) throw new UsageError(`Cannot import ${path}: there is no BEGIN:VCALENDAR in it.`)
}

function note(event: Event, content: ContentLine): void {
  if (REPEATS.has(content.name)) {
    if (event.recurrence.length < MAX_REPEATS) event.recurrence.push(content)
  } else if (!event.properties.has(content.name)) event.properties.set(content.name, content)
}

function* toEntries(event: Event): Generator<Entry> {
  const { line } = event
  try {
    const row = toRow(toDraft(event))
    const uid = textOf(event, 'UID')
    const occurrence = event.properties.get('RECURRENCE-ID')
    if (uid !== undefined && occurrence) {
      const { name: _, ...rest } = occurrence
      yield { line, exception: { uid, exdate: repeatLine({ ...rest, name: 'EXDATE' }) } }
      yield { line, row: { ...row, uid: null, recurrence: null } }
    } else yield { line, row }
  } catch (error) {
    if (!(error instanceof BadRow)) throw error
    yield { line, problem: error.message }
  }
}

function toDraft(event: Event): Draft {
  const { properties, recurrence } = event
  const dtstart = properties.get('DTSTART')
  if (!dtstart) throw new BadRow('it has no DTSTART')
  const start = timeOf(dtstart)
  const startZone = zoneOf(dtstart)
  const isUtc = start.text.endsWith('Z')
  const dtend = properties.get('DTEND')
  const duration = properties.get('DURATION')
  const guest = properties.get('ATTENDEE')
  return {
    line: event.line,
    start,
    end: dtend && endOf(dtend, startZone),
    minutes: !dtend && duration ? durationOf(duration.value) : undefined,
    // A series that is given in UTC repeats in UTC.
    zone: startZone ?? (isUtc && recurrence.length > 0 ? 'UTC' : undefined),
    allDay: start.isDate,
    status: textOf(event, 'STATUS'),
    title: textOf(event, 'SUMMARY'),
    location: textOf(event, 'LOCATION'),
    notes: textOf(event, 'DESCRIPTION'),
    clientName: guest?.parameters.get('CN'),
    clientEmail: guest?.value.replace(/^mailto:/i, ''),
    recurrence: recurrence.map(repeatLine),
    uid: textOf(event, 'UID'),
  }
}

function timeOf({ name, value, parameters }: ContentLine): ReadTime {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/.exec(value.trim())
  if (!match) throw new BadRow(`its ${name} "${excerpt(value)}" is no date or time`)
  const [, year, month, day, hour, minute, second, utc = ''] = match
  const asDate = hour === undefined || parameters.get('VALUE')?.toUpperCase() === 'DATE'
  // 23:59:60 is how some write the last moment of a day.
  const clock = `${hour}:${minute}:${second === '60' ? '59' : second}`
  return readTime(asDate ? `${year}-${month}-${day}` : `${year}-${month}-${day}T${clock}${utc}`)
}

function zoneOf({ parameters }: ContentLine): string | undefined {
  const zone = parameters.get('TZID')
  return zone === undefined ? undefined : readZone(zone)
}

/** An end in another zone than the start becomes an instant: the table has one zone a row. */
function endOf(dtend: ContentLine, startZone: string | undefined): ReadTime {
  const end = timeOf(dtend)
  const zone = zoneOf(dtend)
  if (end.isDate || zone === undefined || zone === startZone || end.text.endsWith('Z')) return end
  const { instants, unmoved } = meaningOf(readTimeText(end.text).wall, zone)
  return { text: writeTimeText({ wall: instants[0] ?? unmoved, offset: 0 }), isDate: false }
}

function durationOf(text: string): number {
  const match = /^\+?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text.trim())
  if (!match) throw new BadRow(`its DURATION "${excerpt(text)}" is none`)
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map(part => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ]
  return ((weeks * 7 + days) * 24 + hours) * 60 + minutes + Math.round(seconds / 60)
}

/** As the library takes it: with the zone by its IANA name. */
function repeatLine({ name, parameters, value }: ContentLine): string {
  const written = [...parameters].map(([key, text]) => `;${key}=${key === 'TZID' ? readZone(text) : text}`)
  return `${name}${written.join('')}:${value.trim()}`
}

function textOf(event: Event, name: string): string | undefined {
  const text = event.properties.get(name)?.value
  return text === undefined || text.trim() === '' ? undefined : unescapeIcs(text)
}
