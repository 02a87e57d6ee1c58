import { describe, expect, it } from 'vitest'
import { BASE, Browser, checkAnswer, dana, httpKit, ORIGIN, sessionOf } from './support.ts'

const UNSAFE = [
  ['POST', '/authorize'],
  ['POST', '/sync'],
  ['PATCH', '/settings'],
  ['DELETE', '?events=remove'],
  ['POST', '/appointments/a1/retry'],
] as const

describe('row 41: who may be behind a cookie', () => {
  const http = httpKit({ allowedOrigins: ['https://admin.example'] })

  async function send(method: string, path: string, headers: Record<string, string>, body?: string) {
    const request = new Request(`${ORIGIN}${BASE}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body }),
    })
    return checkAnswer(await http.kit.run(() => http.handler(request)), method, path)
  }
  const cookie = `session=${sessionOf(dana)}`

  for (const [method, path] of UNSAFE) {
    it(`row 41: ${method} ${path} is refused without proof`, async () => {
      const headers = [
        {},
        { origin: 'null' },
        { origin: '' },
        { origin: 'https://evil.example' },
        { origin: 'https://app.example.evil.example' },
        { origin: 'http://app.example' },
        { origin: 'https://app.example:444' },
        { origin: `${ORIGIN}, https://evil.example` },
        { origin: ORIGIN, 'sec-fetch-site': 'cross-site' },
        { origin: 'https://evil.example', host: 'evil.example', 'x-forwarded-host': 'evil.example' },
        { referer: `${ORIGIN}/settings` },
      ]
      http.called.length = 0
      for (const each of headers) {
        const { status, code } = await send(method, path, { cookie, ...each } as Record<string, string>)
        expect([each, status, code]).toEqual([each, 403, 'origin-refused'])
      }
      expect(http.called).toEqual([])
    })
  }

  it('row 41: forms are refused, also from the own origin', async () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/json; charset=utf-16',
      'application/jsonp',
      'text/json',
    ]) {
      const cross = await send(
        'POST',
        '/authorize',
        { cookie, 'content-type': type, origin: 'https://evil.example' },
        '{}',
      )
      expect([type, cross.status]).toEqual([type, 403])
      const own = await send('POST', '/authorize', { cookie, 'content-type': type, origin: ORIGIN }, '{}')
      expect([type, own.status, own.code]).toEqual([type, 415, 'media-type-unsupported'])
      expect((await send('POST', '/sync', { cookie, 'content-type': type, origin: ORIGIN })).status).toBe(415)
    }
    const untyped = new Request(`${ORIGIN}${BASE}/authorize`, {
      method: 'POST',
      headers: { cookie, origin: ORIGIN },
      body: new TextEncoder().encode('{}'),
    })
    expect((await http.handler(untyped)).status).toBe(415)
  })

  it('row 41: own and allowed origins may, the allowed one across sites too', async () => {
    expect((await send('POST', '/authorize', { cookie, origin: ORIGIN })).status).toBe(200)
    const other = { cookie, origin: 'https://admin.example', 'sec-fetch-site': 'cross-site' }
    expect((await send('POST', '/authorize', other)).status).toBe(200)
  })

  it('row 41: a bearer token without cookies needs no proof', async () => {
    const authorization = `Bearer ${sessionOf(dana)}`
    expect((await send('POST', '/authorize', { authorization })).status).toBe(200)
    expect((await send('POST', '/authorize', { authorization, cookie: 'theme=dark' })).status).toBe(403)
  })

  it('row 42: no origin is told that it may read', async () => {
    for (const origin of ['https://evil.example', 'null', 'https://admin.example', ORIGIN]) {
      // checkAnswer fails on any access-control header.
      expect((await send('GET', '/status', { cookie, origin })).status).toBe(200)
      const preflight = { origin, 'access-control-request-method': 'PATCH' }
      const { status, headers } = await send('OPTIONS', '/settings', preflight)
      expect([status, headers.get('allow')]).toEqual([405, 'PATCH'])
    }
  })
})

describe('cookies', () => {
  it('are of this host alone, unreadable to scripts, and for ten minutes', async () => {
    const browser = new Browser(httpKit(), dana)
    const { cookies } = await browser.post('/authorize', {})
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatch(
      /^__Host-gcs-[0-9a-f]{8}=[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/,
    )
  })

  it('are plain on loopback http, where browsers drop the others', async () => {
    const http = httpKit()
    const { createHandler } = await import('../../src/http/index.ts')
    const redirectUri = 'http://localhost:3000/calendar/callback'
    http.kit.google.control.updateClient(http.kit.options.google.clientId, { redirectUris: [redirectUri] })
    const sync = http.kit.anotherProcess({ google: { ...http.kit.options.google, redirectUri } })
    const handler = createHandler({
      http: { authenticate: () => dana },
      redirectUri,
      operations: sync,
      runtime: http.kit.runtime,
    })
    const url = 'http://localhost:3000/calendar/authorize'
    const response = await http.kit.run(() => handler(new Request(url, { method: 'POST' })))
    expect(response.headers.get('set-cookie')).toMatch(
      /^gcs-[0-9a-f]{8}=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/,
    )
  })

  it('given twice are none', async () => {
    const http = httpKit()
    const browser = new Browser(http, dana)
    const back = browser.consent(await browser.start(), 'dana@example.com')
    const [name = ''] = [...browser.jar.keys()].filter(key => key.includes('gcs-'))
    browser.jar.set('other', `x; ${name}=${'x'.repeat(43)}`)
    expect((await browser.get(back)).result).toBe('invalid')
  })
})
