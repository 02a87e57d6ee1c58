import { describe, expect, it } from 'vitest'
import { account, EVENTS, REDIRECT, timed, token } from './support.ts'

describe('quotas', () => {
  it('count a sliding minute per user, a PATCH three times', async () => {
    const { api, clock } = account({ quota: { perUser: 10 } })
    await api('POST', EVENTS, timed('abc123'))
    clock.ms += 30_000
    for (const location of ['a', 'b', 'c'])
      expect((await api('PATCH', `${EVENTS}/abc123`, { location })).status).toBe(200)
    const { status, json } = await api('GET', EVENTS)
    expect(status).toBe(403)
    expect(json.error).toMatchObject({ code: 403, status: 'PERMISSION_DENIED' })
    expect(json.error.message).toMatch(
      /^Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service 'calendar-json\.googleapis\.com' for consumer 'project_number:\d+'\.$/,
    )
    expect(json.error.errors[0]).toMatchObject({ domain: 'usageLimits', reason: 'rateLimitExceeded' })
    clock.ms += 30_000
    expect((await api('GET', EVENTS)).status).toBe(200)
    expect((await api('GET', EVENTS)).status).toBe(403)
  })

  it('are Google’s own by default, and may be off', async () => {
    const { api, google } = account({ quota: 'google' })
    for (let n = 0; n < 600; n++) await api('GET', `${EVENTS}/nobody`)
    expect((await api('GET', EVENTS)).status).toBe(403)
    google.control.setQuota('off')
    expect((await api('GET', EVENTS)).status).toBe(200)
  })

  it('bound the project as well, and quotaUser moves the user’s share', async () => {
    const { api } = account({
      quota: { perUser: 1, perProject: 2 },
      switches: { quotaStatus: 429, retryAfterSeconds: 7 },
    })
    expect((await api('GET', EVENTS)).status).toBe(200)
    expect((await api('GET', `${EVENTS}?quotaUser=a`)).status).toBe(200)
    const { status, json, headers } = await api('GET', `${EVENTS}?quotaUser=b`)
    expect([status, json.error.status, headers.get('retry-after')]).toEqual([429, 'RESOURCE_EXHAUSTED', '7'])
    expect(json.error.message).toContain("limit 'Queries per minute' of")
  })

  it('limit fast writes to one calendar, when switched on', async () => {
    const { api, clock } = account({ quota: { calendarWrites: { perSecond: 1, burst: 2 } } })
    const write = async () => (await api('POST', EVENTS, timed())).json.error?.errors[0].reason
    expect([await write(), await write(), await write()]).toEqual([undefined, undefined, 'rateLimitExceeded'])
    expect((await api('GET', EVENTS)).status).toBe(200)
    clock.ms += 1000
    expect([await write(), await write()]).toEqual([undefined, 'rateLimitExceeded'])
  })

  it('freeze a user’s writes with quotaExceeded', async () => {
    const { api, google, clock } = account()
    google.control.freezeWrites('user@example.com', 600_000)
    const { status, json } = await api('POST', EVENTS, timed())
    expect([status, json.error.errors[0]]).toEqual([
      403,
      { domain: 'usageLimits', reason: 'quotaExceeded', message: 'Calendar usage limits exceeded.' },
    ])
    expect((await api('GET', EVENTS)).status).toBe(200)
    clock.ms += 600_000
    expect((await api('POST', EVENTS, timed())).status).toBe(200)
  })
})

/** Fault, status, domain and reason. */
const ANSWERS: [
  Parameters<ReturnType<typeof account>['google']['control']['fault']>[0]['fault'],
  number,
  string | undefined,
][] = [
  ['authError', 401, 'authError'],
  ['rateLimitExceeded', 403, 'rateLimitExceeded'],
  ['userRateLimitExceeded', 403, 'userRateLimitExceeded'],
  ['quotaExceeded', 403, 'quotaExceeded'],
  ['forbidden', 403, 'forbidden'],
  ['forbiddenForNonOrganizer', 403, 'forbiddenForNonOrganizer'],
  ['insufficientPermissions', 403, 'insufficientPermissions'],
  ['accessNotConfigured', 403, 'accessNotConfigured'],
  ['requiredAccessLevel', 403, 'requiredAccessLevel'],
  ['notFound', 404, 'notFound'],
  ['duplicate', 409, 'duplicate'],
  ['conflict', 409, 'conflict'],
  ['deleted', 410, 'deleted'],
  ['fullSyncRequired', 410, 'fullSyncRequired'],
  ['updatedMinTooLongAgo', 410, 'updatedMinTooLongAgo'],
  ['conditionNotMet', 412, 'conditionNotMet'],
  ['rateLimited', 429, 'rateLimitExceeded'],
  ['internalError', 500, 'backendError'],
  ['badGateway', 502, 'badGateway'],
  ['badGatewayHtml', 502, undefined],
  ['serviceUnavailable', 503, 'backendError'],
  ['serviceUnavailableHtml', 503, undefined],
  ['gatewayTimeout', 504, 'gatewayTimeout'],
]

describe('faults', () => {
  it.each(ANSWERS)('%s answers %i %s, once, and nothing happens', async (fault, status, reason) => {
    const { api, google } = account()
    google.control.fault({ fault, retryAfter: 3 })
    const answer = await api('POST', EVENTS, timed('abc123'))
    expect([answer.status, answer.json?.error.errors[0].reason]).toEqual([status, reason])
    expect(answer.headers.get('retry-after')).toBe('3')
    if (reason === undefined) expect(answer.text).toContain('<title>Error')
    expect(google.control.readCalendar('user@example.com').events).toEqual([])
    expect((await api('POST', EVENTS, timed('abc123'))).status).toBe(200)
  })

  it('answer at the token endpoint in its own words', async () => {
    const { google, clientId, clientSecret, refreshToken } = account()
    const form = {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: clientId,
      client_secret: clientSecret,
    }
    const cases = [
      [
        'invalidGrant',
        400,
        { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
      ],
      ['invalidClient', 401, { error: 'invalid_client', error_description: 'Unauthorized' }],
      ['temporarilyUnavailable', 503, { error: 'temporarily_unavailable' }],
      ['internalError', 500, { error: 'internal_failure' }],
    ] as const
    for (const [fault, status, body] of cases) {
      google.control.fault({ fault, match: { method: 'oauth.token', user: 'user@example.com' } })
      const { status: got, json } = await token(google, form)
      expect([got, json]).toEqual([status, body])
    }
    expect((await token(google, form)).status).toBe(200)
  })

  it('hit the n-th, the next few or all that match', async () => {
    const { api, google } = account()
    google.control.fault({ fault: 'internalError', match: { method: 'events.get' }, skip: 1, times: 2 })
    google.control.fault({ fault: 'forbidden', match: { eventId: 'abc123', writes: true }, times: 'always' })
    const get = async () => (await api('GET', `${EVENTS}/nobody`)).status
    expect([await get(), await get(), await get(), await get()]).toEqual([404, 500, 500, 404])
    for (let n = 0; n < 3; n++) expect((await api('POST', EVENTS, timed('abc123'))).status).toBe(403)
    expect((await api('POST', EVENTS, timed('abc124'))).status).toBe(200)
    expect(google.control.pendingFaults()).toHaveLength(1)
    google.control.clearFaults()
    expect((await api('POST', EVENTS, timed('abc123'))).status).toBe(200)
  })

  it('match the calendar by alias or id, and the user', async () => {
    const { api, google } = account()
    google.control.createUser({ email: 'noa@example.com' })
    google.control.fault({ fault: 'notFound', match: { calendarId: 'user@example.com', method: 'events.*' } })
    google.control.fault({ fault: 'forbidden', match: { user: 'noa@example.com' }, times: 'always' })
    expect([(await api('GET', EVENTS)).status, (await api('GET', EVENTS)).status]).toEqual([404, 200])
  })

  it('match the user of a code exchange, and the event named in an insert only', async () => {
    const { api, google, clientId } = account()
    const query = { client_id: clientId, redirect_uri: REDIRECT, response_type: 'code', scope: 'openid' }
    const url = `https://accounts.google.com/o/oauth2/v2/auth?${new URLSearchParams(query)}`
    const redirect = google.control.approve(url, { email: 'user@example.com' })
    const code = new URL(redirect).searchParams.get('code') ?? ''
    google.control.fault({
      fault: 'temporarilyUnavailable',
      match: { user: 'user@example.com', method: 'oauth.*' },
    })
    expect((await token(google, { grant_type: 'authorization_code', code })).status).toBe(503)
    google.control.fault({ fault: 'forbidden', match: { eventId: 'abc123' } })
    const nested = { ...timed('abc124'), extendedProperties: { private: { id: 'abc123' } } }
    expect((await api('POST', EVENTS, nested)).status).toBe(200)
    expect((await api('POST', EVENTS, timed('abc123'))).status).toBe(403)
  })

  it('are repeatable by chance and seed', async () => {
    const run = async (seed: number) => {
      const { api, google } = account({ seed })
      google.control.randomFaults({
        rates: { internalError: 0.3, rateLimited: 0.2 },
        match: { method: 'events.list' },
      })
      const statuses: number[] = []
      for (let n = 0; n < 200; n++) statuses.push((await api('GET', EVENTS)).status)
      return statuses
    }
    const [first, again, other] = [await run(7), await run(7), await run(8)]
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
    const share = (status: number) => first.filter(got => got === status).length / 200
    expect(share(500)).toBeCloseTo(0.3, 0)
    expect(share(429)).toBeGreaterThan(0.1)
    expect(share(200)).toBeGreaterThan(0.35)
  })

  it.each([
    ['timeoutBeforeCommit', 0, 'UND_ERR_HEADERS_TIMEOUT'],
    ['timeoutAfterCommit', 1, 'UND_ERR_HEADERS_TIMEOUT'],
    ['resetBeforeCommit', 0, 'ECONNRESET'],
    ['resetAfterCommit', 1, 'ECONNRESET'],
  ] as const)('%s fails like the network, with %i event kept', async (fault, kept, code) => {
    const { api, google } = account()
    google.control.fault({ fault })
    const failure = await api('POST', EVENTS, timed('abc123')).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(TypeError)
    expect(failure).toMatchObject({ message: 'fetch failed', cause: { code } })
    expect(google.control.readCalendar('user@example.com').events).toHaveLength(kept)
  })

  it('lateCommit carries the request out when its caller has long given up', async () => {
    const { api, google, clock } = account()
    google.control.fault({ fault: 'lateCommit', delayMs: 60_000 })
    await expect(api('POST', EVENTS, timed('abc123'))).rejects.toThrow('fetch failed')
    expect((await api('GET', `${EVENTS}/abc123`)).status).toBe(404)
    clock.ms += 60_000
    expect((await api('GET', `${EVENTS}/abc123`)).status).toBe(200)
    expect(google.control.report().rows.find(row => row.delivery === 'late')).toMatchObject({
      method: 'events.insert',
      status: 200,
    })
  })

  it('slow and latency wait on the clock', async () => {
    const { api, google, clock } = account({ latencyMs: 40 })
    google.control.fault({ fault: 'slow', delayMs: 5000 })
    expect((await api('GET', EVENTS)).status).toBe(200)
    await api('GET', EVENTS)
    expect(clock.slept).toEqual([5040, 40])
  })

  it('truncated cuts the body of a request carried out', async () => {
    const { google, accessToken } = account()
    google.control.fault({ fault: 'truncated' })
    const response = await google.fetch('https://www.googleapis.com/calendar/v3/calendars/primary/events', {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}` },
      body: JSON.stringify(timed('abc123')),
    })
    expect(response.status).toBe(200)
    await expect(response.json()).rejects.toThrow(SyntaxError)
    expect(google.control.readCalendar('user@example.com').events).toHaveLength(1)
  })

  it('a lost answer may hang until the caller gives up, or fail after a time', async () => {
    const { google, accessToken, clock } = account({ switches: { lostAnswerAfterMs: 'never' } })
    const url = `https://www.googleapis.com/calendar/v3/${EVENTS}`
    const headers = { authorization: `Bearer ${accessToken}` }
    google.control.fault({ fault: 'timeoutBeforeCommit', times: 2 })
    const giveUp = new AbortController()
    const hanging = google.fetch(url, { headers, signal: giveUp.signal })
    giveUp.abort(new Error('enough'))
    await expect(hanging).rejects.toThrow('enough')
    google.control.setSwitches({ lostAnswerAfterMs: 30_000 })
    await expect(google.fetch(url, { headers })).rejects.toThrow('fetch failed')
    expect(clock.slept).toEqual([30_000])
  })
})

describe('what was seen', () => {
  it('is counted by method, status, reason and user, with units', async () => {
    const { api, google } = account()
    await api('POST', EVENTS, timed('abc123'))
    await api('POST', EVENTS, timed('abc123'))
    await api('PATCH', `${EVENTS}/abc123`, { location: 'x' })
    const { rows, requests, units } = google.control.report()
    expect([requests, units]).toEqual([3, 5])
    const common = { user: 'user@example.com', delivery: 'answered', count: 1 }
    expect(rows).toEqual([
      { ...common, method: 'events.insert', status: 200, reason: undefined, units: 1 },
      { ...common, method: 'events.insert', status: 409, reason: 'duplicate', units: 1 },
      { ...common, method: 'events.patch', status: 200, reason: undefined, units: 3 },
    ])
    const journal = google.control.requests()
    expect(journal).toHaveLength(3)
    expect(journal[2]).toMatchObject({
      verb: 'PATCH',
      method: 'events.patch',
      body: '{"location":"x"}',
      status: 200,
    })
    google.control.resetCounters()
    expect(google.control.report()).toEqual({ requests: 0, units: 0, rows: [], billing: [] })
  })

  it('guests are mailed only when asked', async () => {
    const { api, google } = account()
    const attendees = (...names: string[]) => ({ attendees: names.map(email => ({ email })) })
    google.control.createUser({ email: 'noa@example.com' })
    await api('POST', EVENTS, { ...timed('abc123'), ...attendees('a@x.example', 'noa@example.com') })
    expect(google.control.mail()).toEqual([])
    await api('PATCH', `${EVENTS}/abc123?sendUpdates=all`, attendees('noa@example.com', 'b@x.example'))
    expect(google.control.mail().map(({ to, kind, method }) => [to, kind, method])).toEqual([
      ['noa@example.com', 'update', 'events.patch'],
      ['b@x.example', 'invitation', 'events.patch'],
      ['a@x.example', 'cancellation', 'events.patch'],
    ])
    google.control.clearMail()
    await api('PATCH', `${EVENTS}/abc123?sendUpdates=all`, attendees('noa@example.com', 'b@x.example'))
    expect(google.control.mail()).toEqual([])
    await api('DELETE', `${EVENTS}/abc123?sendUpdates=externalOnly`)
    expect(google.control.mail().map(({ to, kind }) => [to, kind])).toEqual([['b@x.example', 'cancellation']])
    const wrong = await api('POST', `${EVENTS}?sendUpdates=some`, timed())
    expect(wrong.json.error.errors[0].reason).toBe('invalidParameter')
  })
})
