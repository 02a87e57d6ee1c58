import type { FakeGoogleProcess } from '../../examples/express-clinic/fake-google.ts'
import type { HostRow } from './host-table.ts'
import { PEOPLE } from './plan.ts'

interface Event {
  readonly id: string
  readonly status: string
  readonly summary?: string
  readonly etag: string
  readonly start?: { readonly dateTime?: string }
}

export interface Calendars {
  /** By address. */
  readonly foreign: ReadonlyMap<string, readonly Event[]>
}

const liveEvents = async (fake: FakeGoogleProcess, email: string): Promise<Event[]> => {
  const { events } = await fake.control<{ events: Event[] }>('read-calendar', { calendarId: email })
  return events.filter(({ status }) => status !== 'cancelled')
}

/** What stands in the calendars before: none of it is ours. */
export async function plantForeign(fake: FakeGoogleProcess): Promise<Calendars> {
  const foreign = new Map<string, readonly Event[]>()
  for (const { email } of PEOPLE) {
    for (const summary of ['Dentist', 'Choir']) {
      const at = new Date(Date.now() + 5 * 86_400_000)
      const event = {
        summary,
        start: { dateTime: at.toISOString() },
        end: { dateTime: new Date(at.getTime() + 3_600_000).toISOString() },
      }
      await fake.control('create-event', { calendarId: email, event })
    }
    foreign.set(email, await liveEvents(fake, email))
  }
  return { foreign }
}

/** Each appointment exactly one right event in its owner's calendar, and nothing else anywhere. */
export async function judge(
  fake: FakeGoogleProcess,
  rows: readonly HostRow[],
  { foreign }: Calendars,
): Promise<string[]> {
  const wrong: string[] = []
  for (const { account, email } of PEOPLE) {
    const own = rows.filter(row => row.workspace_id === account.workspaceId && row.user_id === account.userId)
    const events = await liveEvents(fake, email)
    for (const before of foreign.get(email) ?? []) {
      const after = events.find(({ id }) => id === before.id)
      if (after?.etag !== before.etag) wrong.push(`${email}: a foreign event was touched`)
    }
    const others = new Set((foreign.get(email) ?? []).map(({ id }) => id))
    const left = new Map<string, number>()
    for (const event of events.filter(({ id }) => !others.has(id))) {
      const key = keyOf(event.summary ?? '', new Date(event.start?.dateTime ?? '').getTime())
      left.set(key, (left.get(key) ?? 0) + 1)
    }
    for (const row of own) {
      const key = keyOf(row.title, Number(row.starts_at))
      const count = left.get(key) ?? 0
      if (count === 0) wrong.push(`${email}: missing or stale: ${row.title}`)
      else left.set(key, count - 1)
    }
    for (const [key, count] of left) if (count > 0) wrong.push(`${email}: ${count} too many: ${key}`)
  }
  return wrong
}

const keyOf = (title: string, at: number): string => `${title} @ ${at}`
