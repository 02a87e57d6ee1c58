import { describe, expect, it } from 'vitest'
import { apiRoute } from '../../../../src/testing/fake-google/calendar/routes.ts'
import {
  createFakeGoogle,
  DEFAULT_SWITCHES,
  FAULT_NAMES,
  type FakeGoogle,
  SeededRandom,
} from '../../../../src/testing/fake-google/index.ts'
import { Discovery } from './discovery.ts'
import { TestClock } from './support.ts'

/** FAKE_GOOGLE_FUZZ=50000 for the long run. */
const REQUESTS = Number(process.env.FAKE_GOOGLE_FUZZ ?? 3000)
const discovery = Discovery.read()

/** Picks, and mangles what it picked, from one seed. */
class Fuzzer {
  readonly #random: SeededRandom
  constructor(seed: number) {
    this.#random = new SeededRandom(seed)
  }
  chance = (share: number) => this.#random.float() < share
  below = (n: number) => Math.floor(this.#random.float() * n)
  pick = <T>(items: readonly T[]): T => items[this.below(items.length)] as T
  text = () =>
    this.pick([
      '',
      'x',
      'é👋',
      '\u0000',
      'a'.repeat(3000),
      '../..',
      '%',
      '<b>',
      '__proto__',
      'null',
      '"',
      '2026-05-04',
    ])

  json(depth = 0): unknown {
    const kind = this.below(depth > 3 ? 5 : 7)
    if (kind === 0) return null
    if (kind === 1) return this.chance(0.5)
    if (kind === 2) return this.pick([0, -1, 1e20, 0.5, 3])
    if (kind < 5) return this.text()
    if (kind === 5) return Array.from({ length: this.below(4) }, () => this.json(depth + 1))
    return Object.fromEntries(
      Array.from({ length: this.below(4) }, () => [this.text(), this.json(depth + 1)]),
    )
  }

  time(): unknown {
    return this.pick([
      {
        dateTime: `2026-0${1 + this.below(9)}-1${this.below(10)}T1${this.below(10)}:00:00Z`,
        timeZone: 'Europe/Berlin',
      },
      { dateTime: '2026-05-04T25:00:00Z' },
      { dateTime: '0001-01-01T00:00:00+14:00' },
      { dateTime: '9999-12-31T23:59:59-12:00', timeZone: 'America/New_York' },
      { date: `2026-05-${10 + this.below(20)}` },
      { date: '2026-02-31' },
      { dateTime: null, date: null },
      this.json(),
    ])
  }

  event(): Record<string, unknown> {
    const body: Record<string, unknown> = { start: this.time(), end: this.time() }
    const optional: [string, () => unknown][] = [
      ['id', () => this.pick(['aaaaa', 'bbbbb', 'ccccc', 'ABC', this.text()])],
      ['summary', () => this.pick(['Title', this.json()])],
      ['status', () => this.pick(['confirmed', 'cancelled', 'tentative', this.json()])],
      [
        'recurrence',
        () =>
          this.pick([
            ['RRULE:FREQ=DAILY;COUNT=4'],
            ['RRULE:FREQ=WEEKLY;BYDAY=MO', 'EXDATE:20260511T080000Z'],
            [`RRULE:FREQ=${this.pick(['YEARLY', 'HOURLY', 'SECONDLY'])};BYMONTH=${this.below(14)}`],
            ['X'],
            [],
            this.json(),
          ]),
      ],
      ['attendees', () => this.pick([[{ email: 'a@b.example' }], [{ email: 'x' }], this.json()])],
      [
        'extendedProperties',
        () => this.pick([{ private: { k: 'v' } }, { private: { [this.text()]: this.text() } }, this.json()]),
      ],
      [
        'reminders',
        () => this.pick([{ useDefault: false, overrides: [{ method: 'popup', minutes: 5 }] }, this.json()]),
      ],
      ['sequence', () => this.pick([0, 5, this.json()])],
      ['colorId', () => this.pick(['3', '99', this.json()])],
      ['eventType', () => this.pick(['default', 'focusTime', 'birthday', this.json()])],
      ['iCalUID', () => this.pick(['a@b.example', this.text()])],
      ['scope', () => this.pick([{ type: 'user', value: 'a@b.example' }, { type: 'default' }, this.json()])],
      ['role', () => this.pick(['reader', 'owner', 'none', this.json()])],
      ['timeMin', () => this.pick(['2026-05-01T00:00:00Z', this.json()])],
      ['timeMax', () => this.pick(['2026-06-01T00:00:00Z', this.json()])],
      ['items', () => this.pick([[{ id: 'primary' }], this.json()])],
      ['type', () => this.pick(['web_hook', this.json()])],
      ['address', () => this.pick(['https://x.example/', this.json()])],
      ['expiration', () => this.json()],
      ['resourceId', () => this.json()],
      [this.text(), () => this.json()],
    ]
    for (const [key, make] of optional) if (this.chance(0.25)) body[key] = make()
    return body
  }
}

function request(fuzzer: Fuzzer, tokens: readonly string[], seen: string[]) {
  const calendar = fuzzer.pick([
    'primary',
    'primary',
    'user@example.com',
    'nobody',
    encodeURIComponent(fuzzer.text()),
    '%E0%A4%A',
  ])
  const event = fuzzer.pick(['aaaaa', 'bbbbb', 'ccccc', 'nobody', encodeURIComponent(fuzzer.text())])
  const params = new URLSearchParams()
  const known = [
    'syncToken',
    'pageToken',
    'maxResults',
    'showDeleted',
    'singleEvents',
    'orderBy',
    'timeMin',
    'timeMax',
    'updatedMin',
    'privateExtendedProperty',
    'q',
    'iCalUID',
    'fields',
    'timeZone',
    'sendUpdates',
    'maxAttendees',
    'prettyPrint',
    'eventTypes',
    'text',
    'destination',
    'originalStart',
  ]
  const values = [
    'true',
    'false',
    '1',
    '0',
    '2026-05-04T00:00:00Z',
    'k=v',
    'startTime',
    'updated',
    'all',
    'items(id,start(dateTime))',
    'UTC',
    ...seen,
  ]
  while (fuzzer.chance(0.5))
    params.append(fuzzer.pick(known), fuzzer.chance(0.2) ? fuzzer.text() : fuzzer.pick(values))
  const path = fuzzer.pick([
    `/calendar/v3/calendars/${calendar}/events`,
    `/calendar/v3/calendars/${calendar}/events`,
    `/calendar/v3/calendars/${calendar}/events/${event}`,
    `/calendar/v3/calendars/${calendar}/events/${event}`,
    `/calendar/v3/calendars/${calendar}`,
    `/calendar/v3/calendars/${calendar}/events/${event}/instances`,
    `/calendar/v3/calendars/${calendar}/events/${event}_2026051${fuzzer.below(10)}T080000Z`,
    `/calendar/v3/calendars/${calendar}/events/${event}/move`,
    `/calendar/v3/calendars/${calendar}/events/${fuzzer.pick(['import', 'quickAdd', 'watch'])}`,
    `/calendar/v3/calendars/${calendar}/acl`,
    `/calendar/v3/calendars/${calendar}/acl/${fuzzer.pick(['default', 'user:a@b.example', event])}`,
    '/calendar/v3/users/me/settings',
    `/calendar/v3/users/me/settings/${event}`,
    '/calendar/v3/freeBusy',
    '/calendar/v3/colors',
    '/calendar/v3/channels/stop',
    '/calendar/v3/users/me/calendarList/watch',
    '/batch/calendar/v3',
    '/calendar/v3/calendars',
    '/calendar/v3/users/me/calendarList',
    `/calendar/v3/users/me/calendarList/${calendar}`,
    '/token',
    '/revoke',
    '/tokeninfo',
    '/v1/userinfo',
    '/o/oauth2/v2/auth',
    `/${fuzzer.text()}`,
    '/_control/create-user',
    '/_control/create-event',
    '/_control/fault',
    '/_control/switches',
  ])
  const headers: Record<string, string> = { authorization: `Bearer ${fuzzer.pick(tokens)}` }
  if (fuzzer.chance(0.1)) headers['if-match'] = fuzzer.pick(['*', '"1"', ...seen])
  if (fuzzer.chance(0.1)) headers['if-none-match'] = fuzzer.pick(['*', ...seen])
  const form = () =>
    String(
      new URLSearchParams([
        ['grant_type', fuzzer.pick(['refresh_token', 'authorization_code'])],
        ['token', fuzzer.text()],
        ['client_id', fuzzer.text()],
      ]),
    )
  const json = () => JSON.stringify(fuzzer.chance(0.8) ? fuzzer.event() : fuzzer.json())
  const body = fuzzer.pick([json, json, json, form, () => '{"a":', () => ''])()
  const query = params.size > 0 ? `?${params}` : ''
  return {
    method: fuzzer.pick(['GET', 'GET', 'POST', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD']),
    url: `${path}${query}`,
    headers,
    body,
  }
}

/** One that Google would accept, more often than not. */
function sane(fuzzer: Fuzzer, bearer: string, etags: ReadonlyMap<string, string>) {
  const id = fuzzer.pick(['aaaaa', 'bbbbb', 'ccccc', 'ddddd'])
  const hour = 10 + fuzzer.below(10)
  const at = (h: number) => ({ dateTime: `2026-05-04T${h}:00:00Z`, timeZone: 'Europe/Berlin' })
  const body = JSON.stringify({
    start: at(hour),
    end: at(hour + 1),
    summary: fuzzer.pick(['a', 'b']),
    status: 'confirmed',
  })
  const root = '/calendar/v3/calendars/primary/events'
  const headers: Record<string, string> = { authorization: `Bearer ${bearer}` }
  const etag = etags.get(id)
  if (etag && fuzzer.chance(0.3)) headers[fuzzer.pick(['if-match', 'if-none-match'])] = etag
  const method = fuzzer.pick(['POST', 'PUT', 'PATCH', 'DELETE', 'GET'])
  if (method === 'POST') return { method, url: root, headers, body: body.replace('{', `{"id":"${id}",`) }
  return { method, url: `${root}/${id}`, headers, body: method === 'PUT' || method === 'PATCH' ? body : '' }
}

/** Every answer is one that Google could give. */
function check(google: FakeGoogle, seed: number, faulty = false) {
  const fuzzer = new Fuzzer(seed)
  const ready = google.control.readyAccount()
  google.control.createCalendar(ready.email, { summary: 'Second' })
  const tokens = [
    ready.accessToken,
    ready.accessToken,
    ready.accessToken,
    ready.refreshToken,
    '',
    google.control.grant(ready.email, ['openid']).accessToken,
  ]
  const seen: string[] = []
  const etags = new Map<string, string>()
  const statuses = new Map<number, number>()
  for (let n = 0; n < REQUESTS; n++) {
    const sent = fuzzer.chance(0.4) ? sane(fuzzer, ready.accessToken, etags) : request(fuzzer, tokens, seen)
    const { response, delivery } = google.handle(sent)
    const what = JSON.stringify({ seed, n, sent, response })
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
    if (delivery !== 'answered') continue
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
function expectConsistent(google: FakeGoogle): void {
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
  const body = { start: { date: '2026-05-04' }, end: { date: '2026-05-05' } }
  const made = ask('', 'POST', JSON.stringify(body))
  const delta = ask(`?showDeleted=true&syncToken=${encodeURIComponent(all.token)}`)
  expect(delta.items.map(({ id }: { id: string }) => id)).toEqual([made.id])
}

// biome-ignore lint/suspicious/noExplicitAny: whatever came
function parse(body: string): any {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

describe('fuzz', () => {
  it.each([1, 2, 3])('seed %i: thousands of odd requests never break it, and the books stay right', seed => {
    const clock = new TestClock()
    const google = createFakeGoogle({
      clock,
      seed,
      quota: 'off',
      switches: { shortPageRate: 0.2, emptyPageRate: 0.2, etagDriftRate: 0.2 },
    })
    const statuses = check(google, seed)
    for (const status of [200, 204, 304, 400, 401, 403, 404, 409, 410, 412]) {
      expect(statuses.get(status) ?? 0, `answers of ${status}`).toBeGreaterThan(0)
    }
    expectConsistent(google)
    const { events } = google.control.readCalendar('user@example.com')
    const ids = events.map(event => event.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(new Set(events.map(event => event.etag)).size).toBe(events.length)
  })

  it('every fault at random, on top of it', () => {
    const google = createFakeGoogle({ clock: new TestClock(), seed: 9, quota: 'off' })
    google.control.randomFaults({
      rates: Object.fromEntries(FAULT_NAMES.map(name => [name, 0.01])),
      delayMs: 5,
    })
    check(google, 9, true)
  })

  it('the same seed gives the same answers', () => {
    const run = () => {
      const google = createFakeGoogle({ clock: new TestClock(), seed: 4, quota: 'off' })
      const { accessToken: bearer } = google.control.readyAccount()
      const fuzzer = new Fuzzer(4)
      return Array.from(
        { length: 500 },
        () => google.handle(request(fuzzer, [bearer], [])).response.body,
      ).join('\n')
    }
    expect(run()).toBe(run())
  })
})
