import type { DatabaseSync } from 'node:sqlite'
import type { Appointments, Row } from '../express-clinic/appointments.ts'
import type { FakeGoogleProcess } from '../express-clinic/fake-google.ts'
import { CALENDAR_NAME, memberNamed } from '../express-clinic/members.ts'
import { CalendarReader } from './calendar-reader.ts'
import { DEMO_MEMBERS, type DemoMember } from './choices.ts'
import { differences, type GoogleEvent, isWantedBy, oneLine } from './expected.ts'

export interface Comparison {
  /** Events that stand in calendars. */
  events: number
  duplicates: number
  missing: number
  wrong: number
  leaked: number
  /** The first findings, in words. */
  readonly findings: string[]
}

const MAX_FINDINGS = 20

/**
 * Compares every appointment with its event, both ways. Events are told apart by the booking number in their
 * titles; how the library keeps track of them is its own affair.
 */
export async function compareAll(
  table: Appointments,
  google: FakeGoogleProcess,
  { oldest }: { readonly oldest: number },
): Promise<Comparison> {
  const result: Comparison = { events: 0, duplicates: 0, missing: 0, wrong: 0, leaked: 0, findings: [] }
  table.database.exec(
    'create table seen (id integer, member text, primary key (id, member)) strict, without rowid',
  )
  const { clientId } = await google.control<{ clientId: string }>('create-client')
  for (const member of DEMO_MEMBERS) {
    const reader = await CalendarReader.of(google, clientId, member)
    const comparer = new Comparer(table, member, oldest, result)
    for (const calendar of await reader.calendars()) {
      const isTheOne =
        member.calendar === 'primary' ? calendar.primary === true : calendar.summary === CALENDAR_NAME
      for await (const event of reader.events(calendar.id)) comparer.look(event, isTheOne)
    }
    comparer.findMissing()
  }
  return result
}

class Comparer {
  readonly #table: Appointments
  readonly #member: DemoMember
  readonly #oldest: number
  readonly #result: Comparison
  readonly #see: ReturnType<DatabaseSync['prepare']>

  constructor(table: Appointments, member: DemoMember, oldest: number, result: Comparison) {
    this.#table = table
    this.#member = member
    this.#oldest = oldest
    this.#result = result
    this.#see = table.database.prepare('insert into seen values (?, ?) on conflict do nothing')
  }

  look(event: GoogleEvent, inTheRightCalendar: boolean): void {
    if (event.status === 'cancelled') return
    this.#result.events++
    const number = Number(/^#(\d{1,15}) /.exec(event.summary ?? '')?.[1] ?? 0)
    const row = this.#table.find(number)
    if (row && row.workspace_id !== this.#member.workspaceId) {
      this.#find('leaked', `#${row.id} of ${row.workspace_id} stands in the calendar of`)
    } else if (!row || !inTheRightCalendar || !isWantedBy(row, this.#member, this.#oldest)) {
      this.#find(
        'wrong',
        `${row ? `#${row.id}` : `an event "${event.summary}"`} should not be in the calendar of`,
      )
    } else this.#lookClosely(row, event)
  }

  #lookClosely(row: Row, event: GoogleEvent): void {
    if (this.#see.run(row.id, memberNamed(this.#member)).changes === 0) {
      this.#find('duplicates', `#${row.id} stands twice in the calendar of`)
      return
    }
    const fields = differences(row, this.#member, event)
    if (fields.length > 0)
      this.#find('wrong', `#${row.id} (${fields.join(', ')}) is wrong in the calendar of`)
    const leak = leaked(row, this.#member, event, fields)
    if (leak !== undefined) this.#find('leaked', `#${row.id} shows the ${leak} in the calendar of`)
  }

  /** Appointments that should have an event here and were not seen. */
  findMissing(): void {
    const { workspaceId, userId } = this.#member
    const rows = this.#table.database
      .prepare(
        `select a.* from appointments a left join seen s on s.id = a.id and s.member = ?
         where s.id is null and a.workspace_id = ? and (a.user_id = ? or a.also_user_id = ?)`,
      )
      .iterate(memberNamed(this.#member), workspaceId, userId, userId)
    for (const found of rows) {
      const row = found as unknown as Row
      if (isWantedBy(row, this.#member, this.#oldest))
        this.#find('missing', `#${row.id} (line ${row.line}) is missing in the calendar of`)
    }
  }

  #find(kind: 'duplicates' | 'missing' | 'wrong' | 'leaked', text: string): void {
    this.#result[kind]++
    if (this.#result.findings.length < MAX_FINDINGS)
      this.#result.findings.push(`${kind}: ${text} ${memberNamed(this.#member)}`)
  }
}

/** Keys that Google fills in, or that were compared field by field. */
const NOT_SEARCHED = new Set([
  ...['kind', 'etag', 'id', 'htmlLink', 'iCalUID', 'created', 'updated', 'creator', 'organizer', 'sequence'],
  ...['start', 'end', 'recurrence', 'status', 'visibility', 'eventType', 'reminders'],
])
/** Shorter ones stand by chance in what is not meant for reading. */
const MIN_SECRET = 6

/** What of the client an event shows that its calendar may not show. A field that is as it should be shows nothing. */
function leaked(
  row: Row,
  member: DemoMember,
  event: GoogleEvent,
  wrong: readonly string[],
): string | undefined {
  const shown = Object.entries(event).filter(
    ([key]) => !NOT_SEARCHED.has(key) && (wrong.includes(key) || (key !== 'summary' && key !== 'location')),
  )
  const text = JSON.stringify(Object.fromEntries(shown)).toLowerCase()
  const holds = (secret: string | null) => {
    const lines = (secret ?? '').split(/[\n\r]+/).map(line => oneLine(line).slice(0, 200))
    return lines.some(
      line => line.length >= MIN_SECRET && text.includes(JSON.stringify(line).slice(1, -1).toLowerCase()),
    )
  }
  if (holds(row.client_email)) return 'e-mail address'
  if (holds(row.notes)) return 'notes'
  return !member.showsNames && holds(row.client_name) ? 'client name' : undefined
}
