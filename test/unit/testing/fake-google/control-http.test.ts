import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeGoogleServer, startFakeGoogleServer } from '../../../../src/testing/fake-google/index.ts'
import { timed } from './support.ts'

let server: FakeGoogleServer
beforeAll(async () => {
  server = await startFakeGoogleServer({ quota: 'off' })
})
afterAll(() => server.close())

async function control(name: string, body?: unknown) {
  const init =
    body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }
  const response = await fetch(`${server.url}/_control/${name}`, init)
  // biome-ignore lint/suspicious/noExplicitAny: bodies are asserted on, field by field
  return { status: response.status, json: (await response.json()) as any }
}

describe('the control API over HTTP', () => {
  it('has a route for each method, by its name', async () => {
    const { json } = await control('nothing')
    const routes = new Set(String(json.error).split('There are: ')[1]?.split(', '))
    const kebab = (name: string) => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
    const methods = Object.keys(server.google.control).map(kebab)
    // A snapshot cannot leave the process: over HTTP it is kept under a name.
    const byName = new Set(['snapshot', 'restore', 'restore-saved-snapshot'])
    expect(methods.filter(name => !routes.has(name) && !byName.has(name))).toEqual([])
    expect((await control('switches')).json.revive).toBe('allowed')
  })

  it('does a whole day in the life of an account', async () => {
    expect((await control('health')).json).toMatchObject({ ok: true })
    const { json: user } = await control('create-user', {
      email: 'dana@example.com',
      timeZone: 'Asia/Jerusalem',
    })
    expect(user).toMatchObject({ email: 'dana@example.com', state: 'active' })
    const { json: client } = await control('create-client', { redirectUris: ['http://localhost:3000/cb'] })
    const { json: tokens } = await control('grant', { email: 'dana@example.com' })
    const api = (path: string, init: RequestInit = {}) =>
      fetch(`${server.url}/calendar/v3/${path}`, {
        ...init,
        headers: { authorization: `Bearer ${tokens.accessToken}` },
      })

    const url = `${server.url}/o/oauth2/v2/auth?client_id=${client.clientId}&redirect_uri=http://localhost:3000/cb&response_type=code&scope=openid`
    const { json: approved } = await control('approve', { authorizationUrl: url, email: 'dana@example.com' })
    expect(approved.redirectUrl).toContain('http://localhost:3000/cb?code=4%2F')
    const direct = await fetch(`${url}&_approve=dana@example.com`, { redirect: 'manual' })
    expect([
      direct.status,
      direct.headers.get('location')?.startsWith('http://localhost:3000/cb?code='),
    ]).toEqual([302, true])

    const where = { calendarId: 'dana@example.com' }
    const at = { ...where, eventId: 'abc123' }
    expect((await control('create-event', { ...where, event: timed('abc123') })).json.id).toBe('abc123')
    expect((await control('edit-event', { ...at, changes: { summary: 'By hand' } })).json.summary).toBe(
      'By hand',
    )
    expect((await control('drift-etag', at)).json.summary).toBe('By hand')
    expect((await control('delete-event', at)).json).toEqual({})
    expect((await control('delete-event', at)).json.error).toBe(
      'Google would answer 410 deleted: Resource has been deleted',
    )
    expect((await control('restore-event', at)).json.status).toBe('confirmed')
    expect((await api('calendars/primary/events/abc123')).status).toBe(200)
    await control('delete-event', at)
    expect((await control('empty-bin', where)).json).toEqual({ count: 1 })
    expect((await control('read-calendar?calendarId=dana@example.com')).json).toMatchObject({
      owner: 'dana@example.com',
      events: [],
    })

    const { json: second } = await control('create-calendar', {
      email: 'dana@example.com',
      summary: 'Second',
    })
    expect(
      (await control('update-calendar', { calendarId: second.id, timeZone: 'Europe/Berlin' })).json.timeZone,
    ).toBe('Europe/Berlin')
    await control('delete-calendar', { calendarId: second.id })
    expect((await api(`calendars/${second.id}`)).status).toBe(404)
    expect(
      (await control('calendars')).json.map((calendar: { deleted: boolean }) => calendar.deleted),
    ).toEqual([false, true])

    await control('fault', { fault: 'internalError', match: { method: 'events.list' } })
    expect((await control('pending-faults')).json).toHaveLength(1)
    expect((await api('calendars/primary/events')).status).toBe(500)
    await control('random-faults', { rates: { forbidden: 1 } })
    expect((await api('calendars/primary/events')).status).toBe(403)
    await control('clear-faults', {})
    expect((await control('set-quota', { quota: { perUser: 1 } })).json).toMatchObject({ perUser: 1 })
    expect([(await api('calendars/primary')).status, (await api('calendars/primary')).status]).toEqual([
      200, 403,
    ])
    await control('set-quota', { quota: 'off' })
    expect((await control('set-switches', { revive: 'forbidden' })).json.revive).toBe('forbidden')
    await control('set-latency', { ms: 0 })
    await control('freeze-writes', { email: 'dana@example.com', forMs: 0 })
    await control('invalidate-sync-tokens', {})
    await control('set-user-state', { email: 'dana@example.com', state: 'active' })
    await control('update-client', { clientId: client.clientId, apiDisabled: true })
    expect((await api('calendars/primary')).status).toBe(403)
    await control('update-client', { clientId: client.clientId, apiDisabled: false })
    expect((await control('report')).json.requests).toBeGreaterThan(5)
    expect((await control('requests')).json.at(-1)).toMatchObject({
      method: 'calendars.get',
      reason: 'accessNotConfigured',
    })
    await control('reset-counters', {})
    expect((await control('mail')).json).toEqual([])
    await control('clear-mail', {})

    const before = Date.parse((await control('health')).json.now)
    await control('advance-clock', { ms: 3_600_000 })
    expect(Date.parse((await control('health')).json.now) - before).toBeGreaterThanOrEqual(3_600_000)
    expect((await api('calendars/primary')).status).toBe(401)
    expect((await control('expire-access-tokens', {})).json.count).toBe(1)
    await control('revoke-grant', { email: 'dana@example.com' })
    expect((await control('users')).json).toHaveLength(1)
    expect((await control('clients')).json).toHaveLength(1)
    const { json: ready } = await control('ready-account', { email: 'ready@example.com' })
    expect(ready).toMatchObject({ clientId: client.clientId, email: 'ready@example.com' })
  })

  it('approves for a limited time', async () => {
    const email = 'limited@example.com'
    const redirectUri = 'http://localhost:3000/limited'
    const ready = await control('ready-account', { email, redirectUris: [redirectUri] })
    const { clientId, clientSecret } = ready.json
    const own = { client_id: clientId, redirect_uri: redirectUri }
    const query = {
      ...own,
      response_type: 'code',
      scope: 'openid',
      access_type: 'offline',
      prompt: 'consent',
    }
    const authorizationUrl = `${server.url}/o/oauth2/v2/auth?${new URLSearchParams(query)}`
    const { json } = await control('approve', { authorizationUrl, email, accessForMs: 86_400_000 })
    const code = new URL(json.redirectUrl).searchParams.get('code') ?? ''
    const form = { ...own, client_secret: clientSecret, code, grant_type: 'authorization_code' }
    const body = new URLSearchParams(form)
    const tokens = await (await fetch(`${server.url}/token`, { method: 'POST', body })).json()
    expect(tokens.refresh_token_expires_in).toBeGreaterThan(86_300)
    expect(tokens.refresh_token_expires_in).toBeLessThan(86_400)
  })

  it.each([
    ['nothing', {}, 404, 'No control route nothing'],
    ['create-user', '{"email":', 400, 'The body is not JSON'],
    ['create-user', [], 400, 'body: Invalid input'],
    ['create-user', { email: 'nobody' }, 400, 'Not an address: nobody'],
    ['create-user', { email: 'a@b.example', timeZone: 'Mars' }, 400, 'Unknown time zone Mars'],
    ['create-user', { mail: 'a@b.example' }, 400, 'Unrecognized key: "mail"'],
    ['read-calendar', { calendarId: 'nobody' }, 400, 'No calendar nobody'],
    ['fault', { fault: 'earthquake' }, 400, 'fault: Invalid option'],
    ['fault', { fault: 'slow', match: { methods: 'x' } }, 400, 'match: Unrecognized key'],
    ['random-faults', { rates: { slow: 2 } }, 400, 'rates.slow: Too big'],
    ['set-quota', { quota: 'some' }, 400, 'quota: Invalid input'],
    ['approve', { authorizationUrl: 'x', email: 'a@b.example' }, 400, 'No user a@b.example'],
    [
      'approve',
      { authorizationUrl: 'x', email: 'a@b.example', accessForMs: 0 },
      400,
      'accessForMs: Too small',
    ],
    ['create-client', { redirectUris: ['nowhere'] }, 400, 'Not a redirect URI: it must be an absolute URL'],
    ['set-switches', { revive: true }, 400, 'revive: Invalid option'],
  ])('%s with %j gets a clear %i', async (name, body, status, message) => {
    const answer = await control(name, body)
    expect(answer.status).toBe(status)
    expect(answer.json.error).toContain(message)
  })
})
