import { describe, expect, it } from 'vitest'
import { systemRuntime } from '../../../src/contracts/runtime-default.ts'
import { createCalendarApi, type RequestReport } from '../../../src/google/calendar-api.ts'
import type { Admission, CallLimiter, CallOutcome, LimitedCall } from '../../../src/google/call-limiter.ts'
import type { CalendarRequest, GoogleAnswer } from '../../../src/google/transport.ts'

const AT = { calendarId: 'primary', eventId: 'e1' }
const EVENT = { id: 'e1', etag: '"1"', status: 'confirmed' }

const ok = (body: unknown, status = 200): GoogleAnswer => ({ status, headers: {}, body })

function apiWith(
  send: (request: CalendarRequest) => Promise<GoogleAnswer>,
  options: { signal?: AbortSignal; admit?: Admission; sleep?: (ms: number) => Promise<void> } = {},
) {
  const calls: LimitedCall[] = []
  const outcomes: CallOutcome[] = []
  const reports: RequestReport[] = []
  const sent: CalendarRequest[] = []
  const limiter: CallLimiter = {
    async acquire(call) {
      calls.push(call)
      return options.admit ?? { admitted: true, release: outcome => outcomes.push(outcome) }
    },
  }
  const clock = options.sleep ? { ...systemRuntime.clock, sleep: options.sleep } : systemRuntime.clock
  const open = createCalendarApi({
    transport: {
      send: request => {
        sent.push(request)
        return send(request)
      },
    },
    limiter,
    runtime: { ...systemRuntime, clock },
    onRequest: report => reports.push(report),
  })
  const api = open({ subject: 'sub', accessToken: 'token', lane: 'interactive', signal: options.signal })
  return { api, calls, outcomes, reports, sent }
}

describe('calendar api', () => {
  it('is one request per call, with units, lane and the answer', async () => {
    const { api, calls, outcomes, reports, sent } = apiWith(async () => ok(EVENT))
    const result = await api.patchEvent(AT, { summary: 's' }, { ifMatch: '"0"', sendUpdates: 'none' })
    expect(result).toEqual({ ok: true, value: EVENT })
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ method: 'events.patch', ifMatch: '"0"', body: { summary: 's' }, ...AT })
    expect(sent[0]?.query).toMatchObject({ sendUpdates: 'none', prettyPrint: false })
    expect(calls).toMatchObject([{ subject: 'sub', calendarId: 'primary', write: true, units: 3 }])
    expect(outcomes).toMatchObject([{ ok: true, limited: false }])
    expect(reports).toEqual([
      { method: 'events.patch', status: 200, reason: undefined, units: 3, lane: 'interactive' },
    ])
  })

  it('asks back of writes every field the engine compares, and all of reads', async () => {
    const { api, sent } = apiWith(async ({ method }) => ok(method === 'events.list' ? { items: [] } : EVENT))
    await api.insertEvent('primary', { id: 'e1' })
    await api.getEvent(AT)
    await api.listEvents('primary', { showDeleted: true })
    const fields = String(sent[0]?.query?.fields).split(',')
    const wanted =
      'id,etag,status,start,end,summary,description,location,recurrence,attendees,colorId,reminders'
    for (const field of `${wanted},eventType,extendedProperties,updated`.split(',')) {
      expect(fields).toContain(field)
    }
    expect(sent[1]?.query).not.toHaveProperty('fields')
    expect(sent[2]?.query).toEqual({ maxResults: 2500, showDeleted: true, prettyPrint: false })
  })

  it.each([
    ['no event', undefined],
    ['a page', '<html>'],
    ['an array', []],
    ['no etag', { id: 'e1' }],
    ['a wrong etag', { id: 'e1', etag: 5 }],
    ['no id', { etag: '"1"' }],
    ['another event', { id: 'e2', etag: '"1"' }],
  ])('takes a 200 with %s for a write of unknown outcome', async (_name, body) => {
    const { api, outcomes } = apiWith(async () => ok(body))
    expect(await api.updateEvent(AT, {}, {})).toEqual({
      ok: false,
      failure: { kind: 'server', status: 200, reason: 'unusable-answer', definitive: false },
    })
    expect(outcomes).toMatchObject([{ ok: false, limited: false }])
  })

  it.each([
    [204, undefined, true],
    [200, {}, true],
    [200, '<html>login</html>', false],
  ])('reads a delete answered %i %j', async (status, body, expected) => {
    const { api } = apiWith(async () => ok(body, status))
    expect((await api.deleteEvent(AT, { ifMatch: '"1"' })).ok).toBe(expected)
  })

  it('never reads a number as a date, and keeps unknown fields', async () => {
    const body = { ...EVENT, start: { dateTime: 1_700_000_000 }, end: 5, summary: 'kept', newThing: { a: 1 } }
    const { api } = apiWith(async () => ok(body))
    expect(await api.getEvent(AT)).toEqual({
      ok: true,
      value: { ...EVENT, summary: 'kept', newThing: { a: 1 } },
    })
  })

  it.each([
    ['no items', {}],
    ['items of another type', { items: {} }],
    ['an item without id', { items: [{ id: 'e1' }, { etag: '"1"' }] }],
    ['an item that is no object', { items: [null] }],
    ['a page token of another type', { items: [], nextPageToken: 5 }],
  ])('refuses a page with %s', async (_name, body) => {
    const { api } = apiWith(async () => ok(body))
    expect(await api.listEvents('primary', {})).toMatchObject({ ok: false, failure: { kind: 'server' } })
  })

  it('hands on a page with its tokens', async () => {
    const items = [{ id: 'gone', status: 'cancelled' }, EVENT]
    const page = { items, nextPageToken: 'p', timeZone: 'Asia/Jerusalem', kind: 'calendar#events' }
    const { api } = apiWith(async () => ok(page))
    expect(await api.listEvents('primary', {})).toEqual({
      ok: true,
      value: { items, nextPageToken: 'p', nextSyncToken: undefined, timeZone: 'Asia/Jerusalem' },
    })
  })

  it('makes a rejection a network failure without its text', async () => {
    const { api, reports } = apiWith(() =>
      Promise.reject(Object.assign(new Error('canary'), { code: 'EPIPE' })),
    )
    expect(await api.getEvent(AT)).toEqual({
      ok: false,
      failure: { kind: 'network', status: 0, reason: 'EPIPE', definitive: false },
    })
    expect(reports).toMatchObject([{ status: 0, reason: 'EPIPE' }])
  })

  it('gives up at the timeout even when the transport does not', async () => {
    const slept: number[] = []
    const sleep = async (ms: number) => {
      slept.push(ms)
    }
    const { api, sent } = apiWith(() => new Promise(() => {}), { sleep })
    expect(await api.getEvent(AT)).toMatchObject({
      ok: false,
      failure: { kind: 'network', reason: 'timeout', definitive: false },
    })
    expect(slept).toEqual([30_000])
    expect(sent[0]?.signal.aborted).toBe(true)
  })

  it('heeds the caller only until the request has left', async () => {
    const early = new AbortController()
    early.abort(new Error('stopped'))
    const before = apiWith(async () => ok(EVENT), { signal: early.signal })
    await expect(before.api.getEvent(AT)).rejects.toThrow('stopped')
    expect(before.sent).toHaveLength(0)
    expect(before.outcomes).toHaveLength(1)

    const late = new AbortController()
    const after = apiWith(
      async () => {
        late.abort(new Error('stopped'))
        return ok(EVENT)
      },
      { signal: late.signal },
    )
    expect((await after.api.getEvent(AT)).ok).toBe(true)
    expect(after.sent[0]?.signal.aborted).toBe(false)
  })

  it('tells the limiter of a rate limit and how long it lasts', async () => {
    const error = { errors: [{ domain: 'usageLimits', reason: 'rateLimitExceeded' }] }
    const { api, outcomes } = apiWith(async () => ({
      status: 403,
      headers: { 'retry-after': '7' },
      body: { error },
    }))
    expect(await api.insertEvent('primary', {})).toMatchObject({
      ok: false,
      failure: { kind: 'rate', retryAfterMs: 7000 },
    })
    expect(outcomes).toEqual([{ ok: false, limited: true, retryAfterMs: 7000 }])
  })

  it('sends nothing while the limiter holds the user back', async () => {
    const { api, sent, reports } = apiWith(async () => ok(EVENT), {
      admit: { admitted: false, retryAfterMs: 90_000 },
    })
    expect(await api.getEvent(AT)).toEqual({
      ok: false,
      failure: { kind: 'rate', status: 0, reason: 'held-back', definitive: true, retryAfterMs: 90_000 },
    })
    expect(sent).toHaveLength(0)
    expect(reports).toHaveLength(0)
  })

  it('knows the limit on invitations by the request', async () => {
    const error = { errors: [{ domain: 'usageLimits', reason: 'quotaExceeded' }] }
    const { api } = apiWith(async () => ({ status: 403, headers: {}, body: { error } }))
    const guests = { attendees: [{ email: 'a@example.com' }] }
    const kinds = await Promise.all([
      api.insertEvent('primary', guests, { sendUpdates: 'all' }),
      api.insertEvent('primary', guests, { sendUpdates: 'none' }),
      api.insertEvent('primary', {}, { sendUpdates: 'all' }),
    ])
    expect(kinds.map(result => !result.ok && result.failure.kind)).toEqual(['guest-quota', 'quota', 'quota'])
  })

  it.each(['', '.', '..'])('rejects the id %j, which would address something else', async id => {
    const { api, calls } = apiWith(async () => ok(EVENT))
    await expect(api.getEvent({ calendarId: 'primary', eventId: id })).rejects.toThrow(RangeError)
    await expect(api.listEvents(id, {})).rejects.toThrow(RangeError)
    expect(calls).toHaveLength(0)
  })

  it('keeps the answer when the hook of a host throws', async () => {
    const open = createCalendarApi({
      transport: { send: async () => ok(EVENT) },
      limiter: { acquire: async () => ({ admitted: true, release: () => {} }) },
      runtime: systemRuntime,
      onRequest: () => {
        throw new Error('metrics are down')
      },
    })
    const api = open({ subject: 's', accessToken: 't', lane: 'bulk' })
    expect((await api.insertEvent('primary', {})).ok).toBe(true)
  })

  it('creates a calendar', async () => {
    const { api, calls } = apiWith(async () => ok({ id: 'c1', etag: 'x' }))
    const body = { summary: 's', timeZone: 'Asia/Jerusalem' }
    expect(await api.insertCalendar(body)).toEqual({ ok: true, value: { id: 'c1' } })
    expect(calls).toMatchObject([{ write: true, units: 1 }])
  })
})
