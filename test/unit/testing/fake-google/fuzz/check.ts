import { expect } from 'vitest'
import { apiRoute } from '../../../../../src/testing/fake-google/calendar/routes.ts'
import {
  DEFAULT_SWITCHES,
  type Exchange,
  type FakeGoogle,
  type FakeRequest,
} from '../../../../../src/testing/fake-google/index.ts'
import { Discovery } from '../discovery.ts'
import { Fuzzer, NOA } from './fuzzer.ts'
import { request, sane } from './requests.ts'

/** FAKE_GOOGLE_FUZZ=50000 for the long run, of each kind. */
export const REQUESTS = Number(process.env.FAKE_GOOGLE_FUZZ ?? 2000)
const discovery = Discovery.read()

type Send = (
  request: FakeRequest,
) => Pick<Exchange, 'response' | 'delivery'> | Promise<Pick<Exchange, 'response' | 'delivery'>>

interface Run {
  readonly send?: Send
  readonly faulty?: boolean
  readonly count?: number
}

const direct =
  (google: FakeGoogle): Send =>
  sent =>
    google.handle(sent)

/** Every answer is one that Google could give. */
export async function check(
  seed: number,
  google: FakeGoogle,
  { send = direct(google), faulty = false, count = REQUESTS }: Run = {},
) {
  const fuzzer = new Fuzzer(seed)
  const ready = google.control.readyAccount()
  google.control.createUser({ email: NOA })
  const guest = google.control.grant(NOA).accessToken
  google.control.createCalendar(ready.email, { summary: 'Second' })
  const tokens = [
    ready.accessToken,
    ready.accessToken,
    ready.accessToken,
    guest,
    ready.refreshToken,
    '',
    google.control.grant(ready.email, ['openid']).accessToken,
  ]
  const seen: string[] = []
  const etags = new Map<string, string>()
  const statuses = new Map<number, number>()
  for (let n = 0; n < count; n++) {
    const sent = fuzzer.chance(0.4)
      ? sane(fuzzer, fuzzer.chance(0.8) ? ready.accessToken : guest, etags)
      : request(fuzzer, tokens, seen)
    const { response, delivery } = await send(sent)
    const what = JSON.stringify({ seed, n, sent, response })
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
    if (delivery !== 'answered' || (sent.method === 'HEAD' && response.body === '')) continue
    expect(response.status, what).toBeGreaterThanOrEqual(200)
    expect(response.status, what).toBeLessThan(505)
    if (!response.headers['content-type']?.startsWith('application/json')) continue
    const json = parse(response.body)
    if (json === undefined) {
      expect(faulty, what).toBe(true)
      continue
    }
    const method = apiRoute(sent.method, sent.url.split('?')[0] ?? '')?.method
    if (method && response.status === 200 && !sent.url.includes('fields='))
      expect(discovery?.check(method, json) ?? [], what).toEqual([])
    if (json.kind === 'calendar#event') etags.set(json.id, json.etag)
    if (json.error?.errors) expect(json.error.code, what).toBe(response.status)
    for (const token of [json.nextPageToken, json.nextSyncToken, json.etag])
      if (token && fuzzer.chance(0.3)) seen.push(token)
    if (seen.length > 40) seen.splice(0, 20)
  }
  return statuses
}

/** Every way of reading a calendar tells the same, and it still takes writes. */
export function expectConsistent(google: FakeGoogle): void {
  google.control.clearFaults()
  google.control.setSwitches(DEFAULT_SWITCHES)
  const { accessToken } = google.control.grant('user@example.com')
  const headers = { authorization: `Bearer ${accessToken}` }
  const root = '/calendar/v3/calendars/primary/events'
  const ask = (path: string, method = 'GET', body = '') =>
    JSON.parse(google.handle({ method, url: `${root}${path}`, headers, body }).response.body)
  const pages = (query: string) => {
    const items: { id: string; status: string; etag: string; recurringEventId?: string }[] = []
    for (let token = ''; ; ) {
      const page = ask(`?maxResults=50&${query}${token && `&pageToken=${encodeURIComponent(token)}`}`)
      items.push(...page.items)
      if (!page.nextPageToken) return { items, token: String(page.nextSyncToken) }
      token = page.nextPageToken
    }
  }
  const all = pages('showDeleted=true')
  const told = google.control.readCalendar('user@example.com').events
  expect(all.items.map(({ id }) => id).sort()).toEqual(told.map(({ id }) => String(id)).sort())
  for (const { id, etag, status } of all.items)
    expect(ask(`/${encodeURIComponent(id)}`)).toMatchObject({ id, etag, status })
  const live = pages('').items.filter(({ status }) => status !== 'cancelled')
  const expected = all.items.filter(({ status }) => status !== 'cancelled')
  expect(live.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort())
  const single = pages('singleEvents=true').items
  expect(new Set(single.map(({ id }) => id)).size).toBe(single.length)
  expectCopies(google)
  const body = { start: { date: '2026-05-04' }, end: { date: '2026-05-05' } }
  const made = ask('', 'POST', JSON.stringify(body))
  const delta = ask(`?showDeleted=true&syncToken=${encodeURIComponent(all.token)}`)
  expect(delta.items.map(({ id }: { id: string }) => id)).toEqual([made.id])
}

interface Copy {
  readonly id: string
  readonly status: string
  readonly iCalUID: string
  readonly recurringEventId?: string
  /** None where a tombstone forgot it. */
  readonly organizer?: { readonly email: string; readonly self?: boolean }
  readonly attendees?: readonly { readonly email: string; readonly responseStatus: string }[]
}

/** Guest and organizer see the same invitations. */
function expectCopies(google: FakeGoogle): void {
  const eventsOf = (calendar: string) =>
    google.control.readCalendar(calendar).events as unknown as readonly Copy[]
  const copies = eventsOf(NOA).filter(({ organizer }) => organizer?.email === 'user@example.com')
  for (const event of eventsOf('user@example.com')) {
    if (!event.organizer?.self || event.recurringEventId !== undefined || event.status === 'cancelled')
      continue
    const answer = event.attendees?.find(({ email }) => email === NOA)?.responseStatus
    const copy = copies.find(
      ({ iCalUID, recurringEventId }) => iCalUID === event.iCalUID && !recurringEventId,
    )
    if (answer === undefined) expect(copy?.status ?? 'cancelled', event.id).toBe('cancelled')
    else if (answer !== 'declined') expect(copy?.status, event.id).toBe(event.status)
  }
}

// biome-ignore lint/suspicious/noExplicitAny: whatever came
export function parse(body: string): any {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
