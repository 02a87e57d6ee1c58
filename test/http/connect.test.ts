import { describe, expect, it } from 'vitest'
import { auditLines, Browser, bindings, dana, exchanges, httpKit, noa, stranger } from './support.ts'

describe('connecting over the handler', () => {
  it('goes from the settings page to an event in the calendar', async () => {
    const http = httpKit({ settingsPage: '/settings#calendar' })
    const browser = new Browser(http, dana)
    expect((await browser.get('/status')).body).toMatchObject({ connected: false, status: 'disconnected' })
    const back = await browser.connect('dana@example.com')
    expect(back.status).toBe(303)
    expect(back.location).toBe('https://app.example/settings?google_calendar=connected#calendar')
    http.kit.book.put(
      { workspaceId: 'north', appointmentId: 'a1' },
      {
        userIds: ['dana'],
        start: '2026-11-24T15:00',
        durationMinutes: 50,
        timeZone: 'Europe/Berlin',
        status: 'confirmed',
      },
    )
    await http.kit.changed({ workspaceId: 'north', appointmentId: 'a1' })
    expect(http.kit.events('dana@example.com')).toHaveLength(1)
    expect((await browser.get('/appointments/a1')).body).toMatchObject({ status: 'synced' })
    const { body } = await browser.get('/status')
    expect(body).toMatchObject({
      connected: true,
      status: 'active',
      calendar: 'primary',
      last_sync_status: 'ok',
    })
    expect(body.last_sync_at).toBe('2026-11-23T08:00:00.000Z')
  })

  it('H-1: the connection belongs to the user who started it, in a workspace of many', async () => {
    const http = httpKit()
    const [a, b, c] = [new Browser(http, dana), new Browser(http, noa), new Browser(http, stranger)]
    const urls = [await a.start(), await b.start(), await c.start()]
    // They come back in another order than they went.
    expect((await c.get(c.consent(urls[2] ?? '', 'c@example.com'))).result).toBe('connected')
    expect((await a.get(a.consent(urls[0] ?? '', 'a@example.com'))).result).toBe('connected')
    expect((await b.get('/status')).body.connected).toBe(false)
    expect((await b.get(b.consent(urls[1] ?? '', 'b@example.com'))).result).toBe('connected')
    for (const [browser, account, email] of [
      [a, dana, 'a@example.com'],
      [b, noa, 'b@example.com'],
      [c, stranger, 'c@example.com'],
    ] as const) {
      expect((await browser.get('/status')).body.connected).toBe(true)
      const appointment = `of-${account.workspaceId}-${account.userId}`
      http.kit.book.put(
        { workspaceId: account.workspaceId, appointmentId: appointment },
        {
          userIds: [account.userId],
          start: '2026-11-24T15:00',
          durationMinutes: 50,
          timeZone: 'UTC',
          status: 'confirmed',
        },
      )
      await http.kit.changed({ workspaceId: account.workspaceId, appointmentId: appointment })
      expect(http.kit.events(email)).toHaveLength(1)
    }
  })

  it('H-2: every operation writes an audit entry: who, what, when, outcome, and no secret', async () => {
    const http = httpKit()
    const browser = new Browser(http, dana)
    const back = await browser.connect('dana@example.com')
    await browser.send('PATCH', '/settings', { body: { enabled: false } })
    await browser.post('/sync')
    await browser.get(browser.consent(await browser.start(), 'dana@example.com', { deny: true }))
    expect(auditLines(http)).toEqual([
      'north/dana authorization-started: primary',
      'north/dana authorization-completed: active',
      'north/dana settings-changed: changed',
      'north/dana sync-requested: requested',
      'north/dana authorization-started: primary',
      'north/dana authorization-completed: denied: access_denied',
    ])
    expect(http.kit.audits.every(({ at }) => at >= Date.UTC(2026, 10, 23, 8))).toBe(true)
    const written = JSON.stringify(http.kit.audits)
    expect(back.result).toBe('connected')
    expect(written).not.toMatch(/example\.com|ya29|1\/\/|[A-Za-z0-9_-]{40}/)
  })

  it('two tabs: each start has its cookie, and both come back', async () => {
    const http = httpKit()
    const browser = new Browser(http, dana)
    const [first, second] = [await browser.start(), await browser.start({ calendar: 'dedicated' })]
    expect(new Set(bindings(browser)).size).toBe(2)
    expect((await browser.get(browser.consent(first, 'dana@example.com'))).result).toBe('connected')
    expect(bindings(browser)).toHaveLength(1)
    expect((await browser.get(browser.consent(second, 'dana@example.com'))).result).toBe('connected')
    expect(bindings(browser)).toEqual([])
    expect((await browser.get('/status')).body.calendar).toBe('dedicated')
  })

  it('row 1: a start without a session is a 401: no state, no cookie', async () => {
    const http = httpKit()
    const browser = new Browser(http)
    const answer = await browser.post('/authorize', {})
    expect([answer.status, answer.code, answer.cookies]).toEqual([401, 'unauthenticated', []])
    expect(http.called).toEqual([])
  })

  it('row 2: a start by GET is a 405, from wherever', async () => {
    const http = httpKit()
    const answer = await new Browser(http, dana).get('/authorize', {
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect([answer.status, answer.headers.get('allow'), answer.cookies]).toEqual([405, 'POST', []])
  })

  it('row 4: what is not in the schema cannot be chosen', async () => {
    const http = httpKit()
    const browser = new Browser(http, dana)
    for (const extra of ['scope', 'client_id', 'redirect_uri', 'prompt', 'state', 'account', 'workspaceId']) {
      const answer = await browser.post('/authorize', { [extra]: 'x' })
      expect([extra, answer.status, answer.code]).toEqual([extra, 400, 'request-invalid'])
    }
    expect(http.called).toEqual([])
    const url = new URL(await browser.start({ login_hint: 'dana@example.com' }))
    expect(url.searchParams.get('redirect_uri')).toBe('https://app.example/calendar/callback')
    expect(url.searchParams.get('login_hint')).toBe('dana@example.com')
    expect(url.searchParams.get('code_challenge_method')).toBe('S256')
  })

  it('row 5: of a thousand starts the five newest can be finished, and the browser keeps five cookies', async () => {
    const http = httpKit()
    const browser = new Browser(http, dana)
    const urls: string[] = []
    let most = 0
    for (let i = 0; i < 1_000; i++) {
      urls.push(await browser.start())
      most = Math.max(most, bindings(browser).length)
    }
    expect(most).toBe(5)
    expect(bindings(browser)).toHaveLength(5)
    expect(browser.jar.has('session')).toBe(true)
    const old = await browser.get(browser.consent(urls[994] ?? '', 'dana@example.com'))
    expect([old.status, old.result]).toEqual([303, 'already-used'])
    const kept = await browser.get(browser.consent(urls[995] ?? '', 'dana@example.com'))
    expect(kept.result).toBe('connected')
    await http.kit.runtime.clock.advance(600_001)
    const late = await browser.get(browser.consent(urls[999] ?? '', 'dana@example.com'))
    expect([late.status, late.result]).toEqual([303, 'already-used'])
  })

  it('row 6: somebody who is no member gets the 404 of what does not exist', async () => {
    const http = httpKit({ isMember: ({ workspaceId }) => workspaceId === 'north' })
    const browser = new Browser(http, stranger)
    const [refused, unknown] = [await browser.post('/authorize', {}), await browser.post('/nothing', {})]
    const { instance: _a, ...body } = refused.body
    const { instance: _b, ...other } = unknown.body
    expect([refused.status, body]).toEqual([404, other])
    expect(http.called).toEqual([])
    expect((await new Browser(http, dana).post('/authorize', {})).status).toBe(200)
  })

  it('row 18: unticked scopes are said, and nothing is written blindly', async () => {
    const http = httpKit()
    const browser = new Browser(http, dana)
    const back = await browser.get(
      browser.consent(await browser.start(), 'dana@example.com', { grantScopes: ['openid', 'email'] }),
    )
    expect(back.result).toBe('limited')
    expect((await browser.get('/status')).body).toMatchObject({ status: 'limited', connected: true })
  })

  it('row 20: another Google account on a reconnect changes nothing', async () => {
    const http = httpKit()
    const browser = new Browser(http, dana)
    await browser.connect('dana@example.com')
    const before = await http.kit.stores.state.connections.get(dana)
    expect((await browser.connect('other@example.com')).result).toBe('different-account')
    expect((await http.kit.stores.state.connections.get(dana))?.subject).toBe(before?.subject)
  })

  it('row 21: one Google account in two workspaces is two connections', async () => {
    const http = httpKit()
    const [north, south] = [new Browser(http, dana), new Browser(http, stranger)]
    expect((await north.connect('both@example.com')).result).toBe('connected')
    expect((await south.connect('both@example.com')).result).toBe('connected')
    await north.send('PATCH', '/settings', { body: { enabled: false } })
    expect((await north.get('/status')).body.status).toBe('disabled')
    expect((await south.get('/status')).body.status).toBe('active')
    expect(exchanges(http)).toBe(2)
  })
})
