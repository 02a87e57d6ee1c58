import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import {
  createFakeGoogle,
  type FakeGoogleOptions,
  startFakeGoogleServer,
} from '../../../../src/testing/fake-google/index.ts'
import { caller, EVENTS, START, timed } from './support.ts'

const HOOK = 'https://app.example/hook'
const WATCH = `${EVENTS}/watch`

/** A fake on a clock that only the test moves, and an app that notes what it is sent. */
function watched(options: FakeGoogleOptions = {}) {
  let ms = START
  const got: { number: number; state: string; channel: string; headers: Headers; body: string }[] = []
  const answers: number[] = []
  const google = createFakeGoogle({
    clock: { now: () => ms },
    quota: 'off',
    deliver: async (url, init) => {
      const request = new Request(String(url), init)
      const { headers } = request
      got.push({
        number: Number(headers.get('x-goog-message-number')),
        state: headers.get('x-goog-resource-state') ?? '',
        channel: headers.get('x-goog-channel-id') ?? '',
        headers,
        body: await request.text(),
      })
      return new Response(null, { status: answers.shift() ?? 200 })
    },
    ...options,
  })
  const ready = google.control.readyAccount()
  const api = caller(google, ready.accessToken)
  const watch = (id = 'channel-1', rest: object = {}, path = WATCH) =>
    api('POST', path, { id, type: 'web_hook', address: HOOK, ...rest })
  const pass = async (by: number) => {
    ms += by
    await google.deliverPushes()
  }
  return { google, api, watch, got, answers, pass, now: () => ms }
}

describe('events.watch', () => {
  it('answers the channel, sends sync and then every change, with the real headers', async () => {
    const { api, watch, got, pass } = watched()
    const { status, json } = await watch('channel-1', { token: 'secret' })
    expect(status).toBe(200)
    expect(json).toEqual({
      kind: 'api#channel',
      id: 'channel-1',
      resourceId: expect.stringMatching(/^[\w-]{27}$/),
      resourceUri: 'https://www.googleapis.com/calendar/v3/calendars/primary/events?alt=json',
      token: 'secret',
      expiration: String(Math.floor(START / 1000) * 1000 + 7 * 86_400_000),
    })
    await pass(0)
    expect(got.map(({ state, number, body }) => [state, number, body])).toEqual([['sync', 1, '']])
    await api('POST', EVENTS, timed('abcde'))
    await pass(0)
    await api('PATCH', `${EVENTS}/abcde`, { summary: 'x' })
    await api('GET', EVENTS)
    await pass(0)
    expect(got.map(({ state }) => state)).toEqual(['sync', 'exists', 'exists'])
    const numbers = got.map(({ number }) => number)
    expect(numbers[1]).toBeGreaterThan(1)
    expect(numbers[2]).toBeGreaterThan(numbers[1] ?? 0)
    const headers = Object.fromEntries(got[1]?.headers ?? [])
    expect(headers).toMatchObject({
      'x-goog-channel-id': 'channel-1',
      'x-goog-channel-token': 'secret',
      'x-goog-channel-expiration': 'Mon, 09 Mar 2026 09:00:00 GMT',
      'x-goog-resource-id': json.resourceId,
      'x-goog-resource-uri': json.resourceUri,
    })
  })

  it("the user's own hands notify as well; nothing else does", async () => {
    const { google, api, watch, got, pass } = watched()
    await api('POST', EVENTS, timed('abcde'))
    await watch()
    await pass(0)
    google.control.editEvent('user@example.com', 'abcde', { summary: 'By hand' })
    await pass(0)
    expect(got).toHaveLength(2)
    const { id } = google.control.createCalendar('user@example.com', { summary: 'Second' })
    await api('POST', `calendars/${id}/events`, timed())
    await pass(0)
    expect(got).toHaveLength(2)
  })

  it('overlapping channels both notify, under one resource id', async () => {
    const { api, watch, got, pass } = watched()
    const first = await watch('one')
    const second = await watch('two')
    expect(first.json.resourceId).toBe(second.json.resourceId)
    await pass(0)
    got.length = 0
    await api('POST', EVENTS, timed())
    await pass(0)
    expect(got.map(({ channel }) => channel).sort()).toEqual(['one', 'two'])
  })

  it.each([
    ['beforeResponse', 1],
    ['afterResponse', 0],
  ] as const)('sync %s', async (syncMessage, expected) => {
    const seen: string[] = []
    const google = createFakeGoogle({
      clock: { now: () => START },
      quota: 'off',
      switches: { syncMessage },
      // An app that takes its time to answer.
      deliver: async () => {
        await new Promise(resolve => setImmediate(resolve))
        seen.push('sync')
        return new Response(null, { status: 204 })
      },
    })
    const api = caller(google, google.control.readyAccount().accessToken)
    await api('POST', WATCH, { id: 'c', type: 'web_hook', address: HOOK })
    expect(seen).toHaveLength(expected)
    await google.deliverPushes()
    expect(seen).toHaveLength(1)
  })

  it('dies silently at its expiration, which is the shortest of what was asked', async () => {
    const { api, watch, got, pass, now } = watched()
    const { json } = await watch('c', { expiration: String(now() + 3_600_000), params: { ttl: '60' } })
    expect(Number(json.expiration)).toBeLessThanOrEqual(now() + 60_000)
    expect((await watch('long', { params: { ttl: 9_999_999_999 } })).json.expiration).toBe(
      String(Math.floor((now() + 30 * 86_400_000) / 1000) * 1000),
    )
    await pass(61_000)
    got.length = 0
    await api('POST', EVENTS, timed())
    await pass(0)
    expect(got.map(({ channel }) => channel)).toEqual(['long'])
  })

  it('calendarList, settings and acl can be watched too', async () => {
    const { google, api, watch, got, pass } = watched()
    await watch('list', {}, 'users/me/calendarList/watch')
    await watch('settings', {}, 'users/me/settings/watch')
    await watch('acl', {}, 'calendars/primary/acl/watch')
    await pass(0)
    got.length = 0
    await api('POST', 'calendars', { summary: 'New' })
    google.control.setSetting('user@example.com', 'locale', 'he')
    await api('POST', 'calendars/primary/acl', { scope: { type: 'default' }, role: 'reader' })
    await pass(0)
    expect(new Set(got.map(({ channel }) => channel))).toEqual(new Set(['list', 'settings', 'acl']))
  })

  it.each([
    [{ id: undefined }, 400, 'required'],
    [{ id: 'x'.repeat(65) }, 400, 'invalid'],
    [{ type: 'carrier_pigeon' }, 400, 'invalid'],
    [{ address: 'http://app.example/hook' }, 400, 'push.webhookUrlNotHttps'],
    [{ address: undefined }, 400, 'required'],
    [{ token: 'x'.repeat(257) }, 400, 'invalid'],
    [{ expiration: '1' }, 400, 'invalid'],
  ])('%j gets %i %s', async (rest, status, reason) => {
    const { watch } = watched()
    const answer = await watch('c', rest)
    expect([answer.status, answer.json.error.errors[0].reason]).toEqual([status, reason])
  })

  it('ids are never free again; feeds cannot be watched; domains may be unverified', async () => {
    const { google, api, watch } = watched()
    const { json } = await watch('c')
    const unique = await watch('c')
    expect(unique.json.error).toMatchObject({ code: 400, message: 'Channel id c not unique' })
    await api('POST', 'channels/stop', { id: 'c', resourceId: json.resourceId })
    expect((await watch('c')).status).toBe(400)
    const { id } = google.control.createCalendar('user@example.com', { summary: 'Holidays', pushes: false })
    const feed = await watch('d', {}, `calendars/${id}/events/watch`)
    expect(feed.json.error.errors[0].reason).toBe('pushNotSupportedForRequestedResource')
    google.control.setSwitches({ webhookAuthorization: 'refused401' })
    expect((await watch('e')).status).toBe(401)
  })
})

describe('channels.stop', () => {
  it('ends the messages, but for stragglers', async () => {
    const { google, api, watch, got, pass } = watched()
    const { json } = await watch('c')
    await pass(0)
    google.control.setSwitches({ pushStragglersMs: 1000 })
    const stop = () => api('POST', 'channels/stop', { id: 'c', resourceId: json.resourceId })
    expect((await stop()).status).toBe(204)
    await api('POST', EVENTS, timed('first'))
    await pass(1001)
    expect(got).toHaveLength(2)
    await api('POST', EVENTS, timed('second'))
    await pass(0)
    expect(got).toHaveLength(2)
    const again = await stop()
    expect([again.status, again.json.error.message]).toEqual([
      404,
      expect.stringMatching(/^Channel 'c' not found for project '\d+'$/),
    ])
  })

  it('is for the same user and resource', async () => {
    const { google, api, watch } = watched()
    const { json } = await watch('c')
    expect((await api('POST', 'channels/stop', { id: 'c', resourceId: 'other' })).status).toBe(404)
    google.control.createUser({ email: 'noa@example.com' })
    const noa = caller(google, google.control.grant('noa@example.com').accessToken)
    expect((await noa('POST', 'channels/stop', { id: 'c', resourceId: json.resourceId })).status).toBe(404)
    expect((await api('POST', 'channels/stop', { id: 'c' })).status).toBe(400)
  })
})

describe('delivery', () => {
  it.each([
    [500, 2],
    [502, 2],
    [503, 2],
    [504, 2],
    [200, 1],
    [204, 1],
    [301, 1],
    [400, 1],
    [404, 1],
    [429, 1],
  ])('an answer of %i means %i attempts', async (status, attempts) => {
    const { google, watch, got, answers, pass } = watched()
    answers.push(status)
    await watch()
    await pass(0)
    await pass(60_000)
    expect(got).toHaveLength(attempts)
    expect(new Set(got.map(({ number }) => number)).size).toBe(1)
    expect(google.control.pushes()[0]).toMatchObject({ outcome: status, retried: attempts === 2 })
  })

  it('backs off and gives up', async () => {
    const { google, watch, got, answers, pass } = watched()
    answers.push(...Array<number>(50).fill(503))
    await watch()
    await pass(0)
    await pass(500)
    expect(got).toHaveLength(1)
    for (let n = 0; n < 50; n++) await pass(600_000)
    expect(got).toHaveLength(8)
    expect(google.control.waitingPushes()).toEqual([])
  })

  it('drops, delays and doubles a share of them', async () => {
    const { google, api, watch, got, pass } = watched({
      switches: { pushDropRate: 0.5, pushDuplicateRate: 0.3 },
    })
    await watch()
    await pass(0)
    for (let n = 0; n < 200; n++) {
      await api('POST', EVENTS, timed())
      await pass(0)
    }
    const dropped = google.control.pushes().filter(({ outcome }) => outcome === 'dropped').length
    expect(dropped).toBeGreaterThan(60)
    expect(dropped).toBeLessThan(140)
    const numbers = got.map(({ number }) => number)
    expect(new Set(numbers).size).toBeLessThan(numbers.length)
    google.control.setSwitches({
      pushDropRate: 0,
      pushDuplicateRate: 0,
      pushLateRate: 0.5,
      pushLateByMs: 5000,
    })
    got.length = 0
    for (let n = 0; n < 50; n++) {
      await api('POST', EVENTS, timed())
      await pass(100)
    }
    await pass(10_000)
    const late = got.map(({ number }) => number)
    expect(late).not.toEqual([...late].sort((a, b) => a - b))
  })

  it('one message stands for many changes while it waits', async () => {
    const { api, watch, got, pass } = watched({ switches: { pushDelayMs: 1000 } })
    await watch()
    await pass(0)
    for (let n = 0; n < 5; n++) await api('POST', EVENTS, timed())
    await pass(1000)
    expect(got).toHaveLength(2)
  })
})

describe('over real sockets', () => {
  const closing: (() => unknown)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })

  it("posts to the host's address, retries a 503, and stops with the server", async () => {
    const got: { headers: NodeJS.Dict<string | string[]>; method: string | undefined }[] = []
    const waiting: (() => void)[] = []
    const host = createServer((incoming, outgoing) => {
      got.push({ headers: incoming.headers, method: incoming.method })
      outgoing.writeHead(got.length === 1 ? 503 : 200).end()
      for (const wake of waiting.splice(0)) wake()
    })
    await new Promise<void>(resolve => host.listen(0, '127.0.0.1', resolve))
    closing.push(
      () => new Promise(resolve => host.close(resolve)),
      () => host.closeAllConnections(),
    )
    const server = await startFakeGoogleServer({ quota: 'off' })
    closing.unshift(() => server.close())
    const { accessToken } = server.google.control.readyAccount()
    const address = `http://127.0.0.1:${(host.address() as AddressInfo).port}/hook`
    const first = new Promise<void>(resolve => waiting.push(resolve))
    const response = await fetch(`${server.url}/calendar/v3/calendars/primary/events/watch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}` },
      body: JSON.stringify({ id: 'real', type: 'web_hook', address }),
    })
    expect(response.status).toBe(200)
    await first
    await new Promise<void>(resolve => (got.length > 1 ? resolve() : waiting.push(resolve)))
    expect(got[1]).toMatchObject({
      method: 'POST',
      headers: {
        'x-goog-channel-id': 'real',
        'x-goog-resource-state': 'sync',
        'x-goog-message-number': '1',
        'content-length': '0',
        'user-agent': 'APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)',
      },
    })
  })
})
