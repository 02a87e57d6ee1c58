import { describe, expect, it } from 'vitest'
import { createSigningKey, Zones } from '../../../../src/testing/fake-google/index.ts'
import { account, CALENDAR, caller, EVENTS, timed } from './support.ts'

const path = (id: string, rest = '') => `calendars/${encodeURIComponent(id)}${rest}`

describe('tokens', () => {
  it('missing or bad ones get the front end’s 401', async () => {
    const { google } = account()
    const { status, json, text, headers } = await caller(google, 'nonsense')('GET', EVENTS)
    expect(status).toBe(401)
    expect(json.error).toEqual({
      code: 401,
      message: expect.stringContaining('Request had invalid authentication credentials.'),
      errors: [
        {
          message: 'Invalid Credentials',
          domain: 'global',
          reason: 'authError',
          location: 'Authorization',
          locationType: 'header',
        },
      ],
      status: 'UNAUTHENTICATED',
    })
    expect(text.startsWith('{\n  "error": {\n    "code": 401')).toBe(true)
    expect(headers.get('www-authenticate')).toContain('Bearer')
    const none = await google.fetch('https://www.googleapis.com/calendar/v3/calendars/primary')
    expect([none.status, (await none.json()).error.errors[0]]).toMatchObject([
      401,
      { message: 'Login Required.', reason: 'required' },
    ])
  })

  it('are taken from the query too', async () => {
    const { google, accessToken } = account()
    const response = await google.fetch(
      `https://www.googleapis.com/calendar/v3/calendars/primary?access_token=${accessToken}`,
    )
    expect(response.status).toBe(200)
  })

  it('expire on demand', async () => {
    const { google, api } = account()
    expect(google.control.expireAccessTokens('user@example.com')).toBe(1)
    expect((await api('GET', EVENTS)).status).toBe(401)
  })
})

describe('accounts', () => {
  it('without Google Calendar get 403 notACalendarUser', async () => {
    const { google } = account()
    google.control.createUser({ email: 'mail@example.com', calendarUser: false })
    const { accessToken } = google.control.grant('mail@example.com')
    const { status, json } = await caller(google, accessToken)('GET', EVENTS)
    expect([status, json.error.errors[0].reason]).toEqual([403, 'notACalendarUser'])
  })

  it('of a project without the API get 403 accessNotConfigured', async () => {
    const { google, api, clientId } = account()
    const { projectNumber } = google.control.updateClient(clientId, { apiDisabled: true })
    const { status, json } = await api('GET', EVENTS)
    expect([status, json.error.errors[0].reason, json.error.status]).toEqual([
      403,
      'accessNotConfigured',
      'PERMISSION_DENIED',
    ])
    expect(json.error.message).toContain(
      `has not been used in project ${projectNumber} before or it is disabled.`,
    )
  })

  it('may share what is costly to make, and nothing else', async () => {
    const signingKey = createSigningKey('key-1')
    const zones = new Zones()
    const [one, two] = [account({ signingKey, zones }), account({ signingKey, zones, seed: 2 })]
    await one.api('POST', EVENTS, timed('abc123'))
    expect((await two.api('GET', `${EVENTS}/abc123`)).status).toBe(404)
    expect((await caller(two.google, one.accessToken)('GET', EVENTS)).status).toBe(401)
  })
})

describe('scopes', () => {
  it('a missing one gets the front end’s 403 with the method’s name', async () => {
    const { api } = account({ scopes: ['openid', `${CALENDAR}.events.readonly`] })
    expect((await api('GET', EVENTS)).status).toBe(200)
    const { status, json, headers } = await api('POST', EVENTS, timed())
    expect(status).toBe(403)
    expect(json.error).toEqual({
      code: 403,
      message: 'Request had insufficient authentication scopes.',
      errors: [{ message: 'Insufficient Permission', domain: 'global', reason: 'insufficientPermissions' }],
      status: 'PERMISSION_DENIED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
          domain: 'googleapis.com',
          metadata: { service: 'calendar-json.googleapis.com', method: 'calendar.v3.Events.Insert' },
        },
      ],
    })
    expect(headers.get('www-authenticate')).toContain('error="insufficient_scope"')
  })

  it.each([
    ['calendar.events', 'GET', 'calendars/primary', 403],
    ['calendar.events', 'GET', 'users/me/calendarList', 403],
    ['calendar.events', 'GET', EVENTS, 200],
    ['calendar.app.created', 'GET', 'users/me/calendarList', 403],
    ['calendar.app.created', 'POST', 'calendars', 200],
    ['calendar.calendarlist.readonly', 'GET', 'users/me/calendarList', 200],
    ['calendar.calendarlist.readonly', 'GET', EVENTS, 403],
    ['calendar.readonly', 'GET', EVENTS, 200],
    ['calendar.readonly', 'POST', EVENTS, 403],
    ['calendar.events.owned.readonly', 'GET', EVENTS, 200],
  ])('%s: %s %s gets %i', async (scope, method, target, status) => {
    const { api } = account({ scopes: [`https://www.googleapis.com/auth/${scope}`] })
    const body = method === 'GET' ? undefined : { summary: 'x' }
    expect((await api(method, target, body)).status).toBe(status)
  })

  it('app.created reaches the app’s own calendars only', async () => {
    const { api, google } = account({ scopes: [`${CALENDAR}.app.created`] })
    const { json: own } = await api('POST', 'calendars', { summary: 'Own' })
    expect((await api('POST', path(own.id, '/events'), timed())).status).toBe(200)
    expect((await api('GET', `users/me/calendarList/${encodeURIComponent(own.id)}`)).status).toBe(200)
    const foreign = google.control.createCalendar('user@example.com', { summary: 'By hand' }).id as string
    const statuses = async () => [
      (await api('GET', EVENTS)).status,
      (await api('GET', path(foreign, '/events'))).status,
    ]
    expect(await statuses()).toEqual([404, 404])
    google.control.setSwitches({ appCreatedOnForeignCalendar: 'forbidden' })
    expect(await statuses()).toEqual([403, 403])
  })

  it('events.owned reaches owned calendars only', async () => {
    const { api, google } = account({ scopes: [`${CALENDAR}.events.owned`] })
    google.control.createUser({ email: 'boss@example.org' })
    google.control.shareCalendar('boss@example.org', 'user@example.com', 'writer')
    expect((await api('POST', EVENTS, timed())).status).toBe(200)
    const { status, json } = await api('GET', path('boss@example.org', '/events'))
    expect([status, json.error.errors[0].reason]).toEqual([403, 'forbidden'])
  })

  it('events.public.readonly reaches calendars that everybody may read', async () => {
    const { api, google } = account({ scopes: [`${CALENDAR}.events.public.readonly`] })
    const owner = caller(google, google.control.grant('user@example.com', [CALENDAR]).accessToken)
    const status = async () => (await api('GET', EVENTS)).status
    const share = (role: string) =>
      owner('POST', path('primary', '/acl'), { scope: { type: 'default' }, role })
    expect(await status()).toBe(404)
    await share('freeBusyReader')
    expect(await status()).toBe(404)
    await share('reader')
    expect(await status()).toBe(200)
  })

  it('who may write without private access sees of private events only when they are', async () => {
    const { api, google } = account()
    google.control.createUser({ email: 'boss@example.org' })
    google.control.shareCalendar('boss@example.org', 'user@example.com', 'writerWithoutPrivateAccess')
    google.control.createEvent('boss@example.org', { ...timed('abc123'), visibility: 'private' })
    google.control.createEvent('boss@example.org', timed('def456'))
    const summary = async (id: string) =>
      (await api('GET', path('boss@example.org', `/events/${id}`))).json.summary
    expect([await summary('abc123'), await summary('def456')]).toEqual([undefined, 'Appointment'])
  })

  it('the source of an event is told to its creator alone', async () => {
    const { api, google } = account()
    const source = { url: 'https://app.example/1', title: 'App' }
    expect((await api('POST', EVENTS, { ...timed('abc123'), source })).json.source).toEqual(source)
    google.control.createUser({ email: 'boss@example.org' })
    google.control.shareCalendar('user@example.com', 'boss@example.org', 'writer')
    const boss = caller(google, google.control.grant('boss@example.org').accessToken)
    expect((await boss('GET', path('user@example.com', '/events/abc123'))).json.source).toBeUndefined()
  })

  it('free/busy alone sees times, not contents', async () => {
    const { api, google } = account({ scopes: [`${CALENDAR}.events.freebusy`] })
    google.control.createEvent('user@example.com', { ...timed('abc123'), location: 'Haifa' })
    const { json } = await api('GET', EVENTS)
    expect(json.items[0]).toMatchObject({ id: 'abc123', status: 'confirmed' })
    expect(json.items[0].summary).toBeUndefined()
    expect(JSON.stringify(json.items)).not.toContain('Haifa')
  })
})

describe('calendars', () => {
  it('are made in UTC unless told, and land on the list', async () => {
    const { api } = account()
    const { status, json } = await api('POST', 'calendars', { summary: 'Practice' })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      kind: 'calendar#calendar',
      summary: 'Practice',
      timeZone: 'UTC',
      dataOwner: 'user@example.com',
    })
    expect(json.id).toMatch(/^[0-9a-f]{64}@group\.calendar\.google\.com$/)
    const { json: list } = await api('GET', 'users/me/calendarList')
    expect(list.items.map((item: { id: string; primary?: boolean }) => [item.id, item.primary])).toEqual([
      ['user@example.com', true],
      [json.id, undefined],
    ])
    expect((await api('POST', 'calendars', {})).json.error.errors[0].reason).toBe('required')
  })

  it('change by PATCH and PUT, with an etag that stands when nothing changed', async () => {
    const { api } = account()
    const { json: calendar } = await api('POST', 'calendars', {
      summary: 'Practice',
      timeZone: 'Asia/Jerusalem',
    })
    const same = await api('PATCH', path(calendar.id), { summary: 'Practice' })
    expect(same.json).toEqual(calendar)
    const { json } = await api('PATCH', path(calendar.id), { description: 'x', summary: 'New' })
    expect(json).toMatchObject({ summary: 'New', description: 'x', timeZone: 'Asia/Jerusalem' })
    expect(json.etag).not.toBe(calendar.etag)
    const { json: put } = await api('PUT', path(calendar.id), { summary: 'Bare' })
    expect([put.summary, put.description]).toEqual(['Bare', undefined])
    expect(
      (await api('PATCH', path(calendar.id), { summary: 'x' }, { 'if-match': calendar.etag })).status,
    ).toBe(412)
  })

  it('are gone with all that is in them once deleted, the primary never', async () => {
    const { api } = account()
    const { json: calendar } = await api('POST', 'calendars', { summary: 'Practice' })
    const { json: event } = await api('POST', path(calendar.id, '/events'), timed())
    expect((await api('DELETE', path(calendar.id))).status).toBe(204)
    for (const target of [
      path(calendar.id),
      path(calendar.id, '/events'),
      path(calendar.id, `/events/${event.id}`),
    ]) {
      const { status, json } = await api('GET', target)
      expect([status, json.error.errors[0].reason]).toEqual([404, 'notFound'])
    }
    expect((await api('GET', 'users/me/calendarList')).json.items).toHaveLength(1)
    const primary = await api('DELETE', 'calendars/primary')
    expect([primary.status, primary.json.error.errors[0].reason]).toEqual([
      403,
      'cannotDeletePrimaryCalendar',
    ])
  })

  it('primary is an alias of the address', async () => {
    const { api } = account()
    await api('POST', EVENTS, timed('abc123'))
    expect((await api('GET', path('user@example.com', '/events/abc123'))).status).toBe(200)
    expect((await api('GET', 'calendars/primary')).json.id).toBe('user@example.com')
  })

  it('others’ are 404, shared ones readable, and writable by role', async () => {
    const { api, google } = account()
    google.control.createUser({ email: 'boss@example.org' })
    const events = path('boss@example.org', '/events')
    expect((await api('GET', events)).status).toBe(404)
    google.control.shareCalendar('boss@example.org', 'user@example.com', 'reader')
    expect((await api('GET', events)).json.accessRole).toBe('reader')
    const { status, json } = await api('POST', events, timed())
    expect([status, json.error.errors[0]]).toEqual([
      403,
      {
        domain: 'calendar',
        reason: 'requiredAccessLevel',
        message: 'You need to have writer access to this calendar.',
      },
    ])
    google.control.shareCalendar('boss@example.org', 'user@example.com', 'writer')
    expect((await api('POST', events, timed())).status).toBe(200)
    google.control.shareCalendar('boss@example.org', 'user@example.com', null)
    expect((await api('GET', events)).status).toBe(404)
  })

  it('refuse writes for a moment after they were made, when switched so', async () => {
    const { api, clock } = account({ switches: { newCalendarReadOnlyMs: 5000 } })
    const { json } = await api('POST', 'calendars', { summary: 'x' })
    expect((await api('POST', path(json.id, '/events'), timed())).json.error.errors[0].reason).toBe(
      'requiredAccessLevel',
    )
    clock.ms += 5000
    expect((await api('POST', path(json.id, '/events'), timed())).status).toBe(200)
  })

  it('the list pages, and its deltas tell of deletions', async () => {
    const { api } = account()
    for (const summary of ['a', 'b', 'c']) await api('POST', 'calendars', { summary })
    const { json: first } = await api('GET', 'users/me/calendarList?maxResults=3')
    expect([first.items.length, first.nextSyncToken]).toEqual([3, undefined])
    const { json: last } = await api(
      'GET',
      `users/me/calendarList?maxResults=3&pageToken=${encodeURIComponent(first.nextPageToken)}`,
    )
    expect(last.items).toHaveLength(1)
    await api('DELETE', path(last.items[0].id))
    const { json: delta } = await api(
      'GET',
      `users/me/calendarList?syncToken=${encodeURIComponent(last.nextSyncToken)}`,
    )
    expect(delta.items).toEqual([
      { kind: 'calendar#calendarListEntry', etag: expect.any(String), id: last.items[0].id, deleted: true },
    ])
    const own = await api('DELETE', 'users/me/calendarList/primary')
    expect(own.json.error.errors[0].reason).toBe('cannotUnsubscribeFromOwnedCalendar')
  })
})
