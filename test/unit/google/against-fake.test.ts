import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemRuntime } from '../../../src/contracts/runtime-default.ts'
import type { CalendarApi, FailureKind } from '../../../src/google/api.ts'
import { createCalendarApi } from '../../../src/google/calendar-api.ts'
import { classifyOAuth } from '../../../src/google/classify-oauth-error.ts'
import { createGoogleClient, type GoogleClient } from '../../../src/google/client.ts'
import { createLimiter } from '../../../src/google/limiter.ts'
import {
  createFakeGoogle,
  type FakeGoogleServer,
  type FaultName,
  startFakeGoogleServer,
} from '../../../src/testing/fake-google/index.ts'
import { testRuntime } from '../../../src/testing/virtual-time.ts'

const REDIRECT = 'https://app.example/callback'
const TIMES = {
  start: { dateTime: '2027-03-01T10:00:00+02:00', timeZone: 'Asia/Jerusalem' },
  end: { dateTime: '2027-03-01T11:00:00+02:00', timeZone: 'Asia/Jerusalem' },
}

let server: FakeGoogleServer
let client: GoogleClient
let email: string
let refreshToken: string
let accessToken: string

beforeAll(async () => {
  server = await startFakeGoogleServer({ quota: 'off' })
  const account = server.google.control.readyAccount({
    redirectUris: [REDIRECT],
    scopes: ['openid', 'https://www.googleapis.com/auth/calendar'],
  })
  email = account.email
  accessToken = account.accessToken
  refreshToken = account.refreshToken
  const { clientId, clientSecret } = account
  const metadata = await (await fetch(`${server.url}/.well-known/openid-configuration`)).json()
  client = createGoogleClient({
    clientId,
    clientSecret,
    redirectUri: REDIRECT,
    endpoints: {
      authorization: metadata.authorization_endpoint,
      token: metadata.token_endpoint,
      revoke: metadata.revocation_endpoint,
      keys: metadata.jwks_uri,
      calendarRoot: server.url,
    },
    runtime: systemRuntime,
  })
})

afterAll(() => server?.close())

function apiOver(google: GoogleClient): CalendarApi {
  const { clock, random } = systemRuntime
  // One limiter each: an injected rate limit holds its user back.
  const limiter = createLimiter({ clock, random, quota: 'off' })
  const open = createCalendarApi({ transport: google.calendar, limiter, runtime: systemRuntime })
  return open({ subject: 'sub', accessToken, lane: 'interactive' })
}

describe('events over HTTP', () => {
  it('go through their life', async () => {
    const api = apiOver(client)
    const at = { calendarId: 'primary', eventId: 'life0001' }
    const inserted = await api.insertEvent('primary', { id: at.eventId, summary: 'Appointment', ...TIMES })
    if (!inserted.ok) throw new Error(inserted.failure.reason)
    expect(inserted.value).toMatchObject({ id: at.eventId, status: 'confirmed', summary: 'Appointment' })
    expect(inserted.value).not.toHaveProperty('htmlLink')

    const again = await api.insertEvent('primary', { id: at.eventId, ...TIMES })
    expect(again).toMatchObject({ ok: false, failure: { kind: 'duplicate', definitive: true } })

    const first = inserted.value.etag
    const patched = await api.patchEvent(at, { location: 'Room 1' }, { ifMatch: first, sendUpdates: 'none' })
    expect(patched).toMatchObject({ ok: true, value: { location: 'Room 1', summary: 'Appointment' } })
    const stale = await api.deleteEvent(at, { ifMatch: first })
    expect(stale).toMatchObject({ ok: false, failure: { kind: 'precondition' } })

    expect(await api.deleteEvent(at, {})).toEqual({ ok: true, value: undefined })
    expect(await api.deleteEvent(at, {})).toMatchObject({ ok: false, failure: { kind: 'deleted' } })
    expect(await api.getEvent(at)).toMatchObject({ ok: true, value: { status: 'cancelled' } })
    const revived = await api.updateEvent(at, { ...TIMES, status: 'confirmed' }, {})
    expect(revived).toMatchObject({ ok: true, value: { status: 'confirmed' } })

    const missing = { ...at, eventId: 'life9999' }
    expect(await api.getEvent(missing)).toMatchObject({ ok: false, failure: { kind: 'not-found' } })
    const invalid = await api.insertEvent('primary', { id: 'NOT VALID', ...TIMES })
    expect(invalid).toMatchObject({ ok: false, failure: { kind: 'invalid', reason: 'invalid' } })
  })

  it('are listed by private property, page by page, then by sync token', async () => {
    const api = apiOver(client)
    const mine = { extendedProperties: { private: { gcs: 'account1' } } }
    for (const id of ['list0001', 'list0002', 'list0003']) {
      expect((await api.insertEvent('primary', { id, ...TIMES, ...mine })).ok).toBe(true)
    }
    const filter = { privateExtendedProperty: 'gcs=account1', maxResults: 2 }
    const first = await api.listEvents('primary', filter)
    if (!first.ok) throw new Error(first.failure.reason)
    const second = await api.listEvents('primary', { ...filter, pageToken: first.value.nextPageToken })
    if (!second.ok) throw new Error(second.failure.reason)
    const ids = [...first.value.items, ...second.value.items].map(({ id }) => id)
    expect(ids.toSorted()).toEqual(['list0001', 'list0002', 'list0003'])

    const bad = await api.listEvents('primary', { syncToken: 'nonsense' })
    expect(bad).toMatchObject({ ok: false, failure: { kind: 'sync-token', definitive: true } })
    const unknown = await api.listEvents('nobody@group.calendar.google.com', { maxResults: 1 })
    expect(unknown).toMatchObject({ ok: false, failure: { kind: 'not-found' } })
  })

  it('go into a calendar of their own', async () => {
    const api = apiOver(client)
    const made = await api.insertCalendar({ summary: 'Practice', timeZone: 'Asia/Jerusalem' })
    if (!made.ok) throw new Error(made.failure.reason)
    expect((await api.insertEvent(made.value.id, { id: 'cal00001', ...TIMES })).ok).toBe(true)
  })

  const faults: [FaultName, FailureKind, boolean][] = [
    ['authError', 'unauthorized', true],
    ['rateLimitExceeded', 'rate', true],
    ['userRateLimitExceeded', 'rate', true],
    ['rateLimited', 'rate', true],
    ['quotaExceeded', 'quota', true],
    ['forbidden', 'forbidden', true],
    ['forbiddenForNonOrganizer', 'forbidden', true],
    ['notACalendarUser', 'no-calendar', true],
    ['requiredAccessLevel', 'forbidden', true],
    ['insufficientPermissions', 'scope', true],
    ['accessNotConfigured', 'misconfigured', true],
    ['notFound', 'not-found', true],
    ['duplicate', 'duplicate', true],
    ['conflict', 'server', true],
    ['deleted', 'deleted', true],
    ['fullSyncRequired', 'sync-token', true],
    ['updatedMinTooLongAgo', 'sync-token', true],
    ['conditionNotMet', 'precondition', true],
    ['internalError', 'server', false],
    ['badGateway', 'server', false],
    ['badGatewayHtml', 'server', false],
    ['serviceUnavailable', 'server', false],
    ['serviceUnavailableHtml', 'server', false],
    ['serviceNotAvailable', 'server', false],
    ['gatewayTimeout', 'server', false],
    ['truncated', 'server', false],
    ['resetBeforeCommit', 'network', false],
    ['resetAfterCommit', 'network', false],
  ]
  it.each(faults)('%s is %s, after one request', async (fault, kind, definitive) => {
    const { control } = server.google
    const body = { id: `fault${createHash('sha1').update(fault).digest('hex')}`, ...TIMES }
    control.resetCounters()
    control.fault({ fault, match: { method: 'events.insert' } })
    const result = await apiOver(client).insertEvent('primary', body)
    expect(result).toMatchObject({ ok: false, failure: { kind, definitive } })
    expect(control.report().requests).toBe(1)
  })
})

describe('OAuth over HTTP', () => {
  it('connects, refreshes and revokes', async () => {
    const verifier = 'v'.repeat(64)
    const url = await client.oauth.authorizationUrl({
      scopes: ['openid', 'https://www.googleapis.com/auth/calendar.events'],
      state: 'state',
      nonce: 'nonce',
      codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
      includeGrantedScopes: true,
    })
    const landed = new URL(server.google.control.approve(url, { email }))
    const code = landed.searchParams.get('code') ?? ''
    const wrong = await client.oauth.exchangeCode({ code: 'nonsense', codeVerifier: verifier })
    expect(classifyOAuth(wrong)?.kind).toBe('invalid-grant')
    const tokens = await client.oauth.exchangeCode({ code, codeVerifier: verifier })
    expect(tokens).toMatchObject({ status: 200, body: { token_type: 'Bearer' } })
    expect(tokens.body).toMatchObject({ access_token: expect.any(String), expires_in: expect.any(Number) })
    expect(await client.oauth.keys()).toMatchObject({ status: 200, body: { keys: expect.any(Array) } })
    expect(await client.oauth.refresh(refreshToken)).toMatchObject({ status: 200 })
  })

  it.each([
    ['invalidGrant', 'invalid-grant'],
    ['invalidRapt', 'invalid-grant'],
    ['raptRequired', 'invalid-grant'],
    ['invalidClient', 'misconfigured'],
    ['unauthorizedClient', 'misconfigured'],
    ['adminPolicyEnforced', 'refused'],
    ['temporarilyUnavailable', 'transient'],
    ['badGatewayHtml', 'transient'],
  ] as const)('%s is %s, after one request', async (fault, kind) => {
    const { control } = server.google
    control.resetCounters()
    control.fault({ fault, match: { method: 'oauth.token' } })
    expect(classifyOAuth(await client.oauth.refresh(refreshToken))?.kind).toBe(kind)
    expect(control.report().requests).toBe(1)
  })

  it('finds a revoked token refused, which is as good as revoked', async () => {
    const doomed = server.google.control.grant(email)
    expect((await client.oauth.revoke(doomed.refreshToken)).status).toBe(200)
    expect(classifyOAuth(await client.oauth.revoke(doomed.refreshToken))?.kind).toBe('refused')
    expect(classifyOAuth(await client.oauth.refresh(doomed.refreshToken))?.kind).toBe('invalid-grant')
  })
})

describe("Google's limits, in virtual time", () => {
  function world(quota: Parameters<typeof createFakeGoogle>[0]) {
    const runtime = testRuntime()
    const google = createFakeGoogle({ clock: runtime.clock, latencyMs: 50, ...quota })
    const account = google.control.readyAccount({ redirectUris: [REDIRECT] })
    const { clock, random } = runtime
    const transport = createGoogleClient({
      ...account,
      redirectUri: REDIRECT,
      runtime: { ...runtime, fetch: google.fetch },
    }).calendar
    const limiter = createLimiter({ clock, random })
    const open = createCalendarApi({ transport, limiter, runtime })
    const api = open({ subject: account.sub, accessToken: account.accessToken, lane: 'bulk' })
    const id = (event: number) => `load${String(event).padStart(6, '0')}`
    const insert = (event: number) => api.insertEvent('primary', { id: id(event), ...TIMES })
    return { clock, control: google.control, insert }
  }

  it('a backfill of one user meets no refusal and wastes little of its share', async () => {
    const { clock, control, insert } = world({ quota: 'google' })
    const started = clock.now()
    const work = async () => {
      for (let event = 0; event < 1500; event++) {
        const result = await insert(event)
        if (!result.ok) throw new Error(result.failure.reason)
      }
    }
    await clock.runUntil(work())
    expect(control.report().requests).toBe(1500)
    // 1,500 events at 480 units a minute: three full windows, and what is left of the fourth.
    expect(clock.now() - started).toBeLessThan(3 * 61_000 + 10_000)
  })

  it('writes to one calendar find the pace that Google allows', async () => {
    const calendarWrites = { perSecond: 5, burst: 20 }
    const { clock, control, insert } = world({ quota: { perUser: null, perProject: null, calendarWrites } })
    const started = clock.now()
    const work = async () => {
      for (let event = 0; event < 300; ) {
        const result = await insert(event)
        if (result.ok) event++
        else if (result.failure.kind !== 'rate') throw new Error(result.failure.reason)
      }
    }
    await clock.runUntil(work())
    const refused = control.report().requests - 300
    expect(refused).toBeLessThan(30)
    expect(clock.now() - started).toBeLessThan(3 * (300 / 5) * 1000)
  })
})
