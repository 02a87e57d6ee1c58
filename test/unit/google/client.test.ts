import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemRuntime } from '../../../src/contracts/runtime-default.ts'
import { ConfigError } from '../../../src/errors.ts'
import { createGoogleClient } from '../../../src/google/client.ts'
import { MAX_ANSWER_BYTES } from '../../../src/google/guarded-fetch.ts'
import type { CalendarMethod, CalendarRequest } from '../../../src/google/transport.ts'
import { type Answer, json, type LoopbackServer, raw, startLoopbackServer } from './loopback-server.ts'

const TOKEN = 'ya29.canary-access-token'
const REFRESH = '1//canary-refresh-token'
const SECRET = 'canary-client-secret'

const run = promisify(execFile)
const at = (path: string) => new URL(`../../../${path}`, import.meta.url).href

const CLIENT = { clientId: 'client-id', clientSecret: SECRET, redirectUri: 'https://app.example/callback' }

let server: LoopbackServer | undefined

afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  await server?.close()
  server = undefined
})

async function clientFor(answer: Answer) {
  server = await startLoopbackServer(answer)
  const { origin, seen } = server
  const client = createGoogleClient({
    ...CLIENT,
    endpoints: {
      authorization: `${origin}/auth`,
      token: `${origin}/token`,
      revoke: `${origin}/revoke`,
      keys: `${origin}/certs`,
      calendarRoot: origin,
    },
    runtime: systemRuntime,
  })
  const send = (request: Partial<CalendarRequest> = {}) =>
    client.calendar.send({
      method: 'events.get',
      calendarId: 'primary',
      eventId: 'e1',
      accessToken: TOKEN,
      signal: new AbortController().signal,
      ...request,
    })
  return { client, send, seen, origin }
}

describe('calendar transport', () => {
  it('sends each method once, to its path, with the bearer in a header only', async () => {
    const { send, seen } = await clientFor(json(200, { ok: true }))
    const at = { calendarId: 'a#b@group.v.calendar.google.com', eventId: 'e1' }
    const calls: [CalendarMethod, Partial<CalendarRequest>][] = [
      ['events.insert', { calendarId: at.calendarId, eventId: undefined, body: { id: 'e1' } }],
      ['events.patch', { ...at, body: { summary: null }, ifMatch: '"7"', query: { sendUpdates: 'none' } }],
      ['events.update', { ...at, body: { id: 'e1' }, ifMatch: '"7"' }],
      ['events.delete', { ...at, ifMatch: '"7"' }],
      ['events.get', at],
      ['events.list', { calendarId: at.calendarId, eventId: undefined, query: { maxResults: 1 } }],
      ['calendars.insert', { calendarId: undefined, eventId: undefined, body: { summary: 's' } }],
    ]
    for (const [method, request] of calls) {
      expect(await send({ method, ...request })).toMatchObject({ status: 200, body: { ok: true } })
    }
    const path = '/calendar/v3/calendars/a%23b%40group.v.calendar.google.com/events'
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST ${path}`,
      `PATCH ${path}/e1?sendUpdates=none`,
      `PUT ${path}/e1`,
      `DELETE ${path}/e1`,
      `GET ${path}/e1`,
      `GET ${path}?maxResults=1`,
      'POST /calendar/v3/calendars',
    ])
    expect(seen[1]).toMatchObject({ body: '{"summary":null}', headers: { 'if-match': '"7"' } })
    expect(seen.every(({ headers }) => headers.authorization === `Bearer ${TOKEN}`)).toBe(true)
    expect(seen.some(({ url }) => url.includes('canary'))).toBe(false)
  })

  it.each<CalendarMethod>(['events.get', 'events.update', 'events.delete', 'events.patch', 'events.list'])(
    'does not repeat a 503 of %s',
    async method => {
      const { send, seen } = await clientFor(json(503, { error: { code: 503 } }))
      expect((await send({ method })).status).toBe(503)
      expect(seen).toHaveLength(1)
    },
  )

  it.each<CalendarMethod>(['events.get', 'events.update', 'events.delete'])(
    'does not repeat %s after a reset connection',
    async method => {
      const { send, seen } = await clientFor(response => response.destroy())
      await expect(send({ method })).rejects.toMatchObject({ name: 'NoAnswerError' })
      expect(seen).toHaveLength(1)
    },
  )

  it.each([400, 401, 403, 404, 409, 410, 412, 429, 500])(
    'resolves a %i with body and headers',
    async status => {
      const body = { error: { code: status } }
      const { send } = await clientFor(json(status, body, { 'Retry-After': '7' }))
      const answer = await send()
      expect(answer).toMatchObject({ status, body, headers: { 'retry-after': '7' } })
      expect(Object.getPrototypeOf(answer.headers)).toBe(Object.prototype)
    },
  )

  it('follows no redirect', async () => {
    const { send, seen } = await clientFor(response => {
      response.writeHead(302, { location: '/elsewhere' })
      response.end()
    })
    expect(await send()).toMatchObject({ status: 302, body: undefined })
    expect(seen).toHaveLength(1)
  })

  it.each([
    ['an HTML page', 'text/html', '<html>502</html>', '<html>502</html>'],
    ['truncated JSON', 'application/json', '{"id":"e', '{"id":"e'],
    ['JSON under another type', 'application/octet-stream', '{"id":1}', { id: 1 }],
    ['nothing', 'application/json', '', undefined],
  ])('keeps %s as it is', async (_name, type, text, body) => {
    const { send } = await clientFor(raw(200, type, text))
    expect((await send()).body).toEqual(body)
  })

  it('answers 204 without a body', async () => {
    const { send } = await clientFor(response => response.writeHead(204).end())
    expect(await send({ method: 'events.delete' })).toMatchObject({ status: 204, body: undefined })
  })

  it('reads gzip', async () => {
    const { send, seen } = await clientFor(response => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      response.end(gzipSync('{"id":"e1"}'))
    })
    expect((await send()).body).toEqual({ id: 'e1' })
    expect(seen[0]?.headers['accept-encoding']).toContain('gzip')
  })

  it('stops reading a body that unpacks beyond the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(MAX_ANSWER_BYTES + 1, '['))
    const { send } = await clientFor(response => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      response.end(bomb)
    })
    await expect(send()).rejects.toMatchObject({ reason: 'answer-too-large' })
  })

  it('survives deep JSON and a __proto__ key', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    const { send } = await clientFor((response, { url }) =>
      raw(
        200,
        'application/json',
        url.includes('deep') ? deep : '{"__proto__":{"polluted":1}}',
      )(response, { method: '', url, headers: {}, body: '' }),
    )
    expect(Array.isArray((await send({ eventId: 'deep' })).body)).toBe(true)
    await send()
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  it('rejects with a short code when nobody listens, and tells nothing else', async () => {
    const { send } = await clientFor(json(200, {}))
    await server?.close()
    const error = await send({ method: 'events.patch', body: { summary: 'canary-name' } }).catch(
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ reason: 'ECONNREFUSED' })
    expect(error).not.toHaveProperty('cause')
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('canary')
  })

  it('is aborted by its signal', async () => {
    const { send } = await clientFor(() => {})
    const controller = new AbortController()
    const sent = send({ signal: controller.signal })
    setTimeout(() => controller.abort(), 20)
    await expect(sent).rejects.toMatchObject({ name: 'NoAnswerError' })
  })

  it('takes neither proxy nor universe from the environment', async () => {
    vi.stubEnv('HTTPS_PROXY', 'not a url')
    vi.stubEnv('GOOGLE_CLOUD_UNIVERSE_DOMAIN', 'evil.example')
    const urls: string[] = []
    const { calendar } = createGoogleClient({
      ...CLIENT,
      runtime: {
        ...systemRuntime,
        fetch: async input => {
          urls.push(String(input))
          return Response.json({ id: 'e1' })
        },
      },
    })
    const { signal } = new AbortController()
    await calendar.send({ method: 'events.list', calendarId: 'primary', accessToken: TOKEN, signal })
    expect(urls).toEqual(['https://www.googleapis.com/calendar/v3/calendars/primary/events'])
  })
})

describe('oauth transport', () => {
  it('asks for offline access with PKCE, nonce, state and hint', async () => {
    const { client, origin, seen } = await clientFor(json(200, {}))
    const request = {
      scopes: ['openid', 'https://www.googleapis.com/auth/calendar.events'],
      state: 'st&te',
      nonce: 'nonce',
      codeChallenge: 'challenge',
      includeGrantedScopes: true,
      loginHint: '1234',
    }
    const url = new URL(await client.oauth.authorizationUrl(request))
    expect(url.origin + url.pathname).toBe(`${origin}/auth`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'client-id',
      redirect_uri: 'https://app.example/callback',
      access_type: 'offline',
      prompt: 'consent',
      scope: request.scopes.join(' '),
      state: 'st&te',
      nonce: 'nonce',
      code_challenge: 'challenge',
      code_challenge_method: 'S256',
      include_granted_scopes: 'true',
      login_hint: '1234',
    })
    const { loginHint: _, ...without } = { ...request, includeGrantedScopes: false }
    const plain = new URL(await client.oauth.authorizationUrl(without))
    expect(plain.searchParams.has('login_hint')).toBe(false)
    expect(plain.searchParams.has('include_granted_scopes')).toBe(false)
    expect(seen).toHaveLength(0)
  })

  it('sends forms and hands back the answer untouched', async () => {
    const body = { access_token: 'a', expires_in: 3599, scope: 'openid' }
    const { client, seen } = await clientFor(json(200, body))
    expect(await client.oauth.exchangeCode({ code: '4/x', codeVerifier: 'v' })).toMatchObject({ body })
    expect(await client.oauth.refresh(REFRESH)).toMatchObject({ status: 200, body })
    expect(await client.oauth.revoke(REFRESH)).toMatchObject({ body })
    expect(await client.oauth.keys()).toMatchObject({ body })
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /token',
      'POST /token',
      'POST /revoke',
      'GET /certs',
    ])
    const forms = seen.map(request => Object.fromEntries(new URLSearchParams(request.body)))
    const credentials = { client_id: 'client-id', client_secret: SECRET }
    const exchange = { grant_type: 'authorization_code', redirect_uri: 'https://app.example/callback' }
    expect(forms).toEqual([
      { ...credentials, ...exchange, code: '4/x', code_verifier: 'v' },
      { ...credentials, grant_type: 'refresh_token', refresh_token: REFRESH },
      { token: REFRESH },
      {},
    ])
    expect(seen[1]?.headers['content-type']).toContain('application/x-www-form-urlencoded')
  })

  it.each([400, 401, 429, 500, 503])('sends a refresh answered %i once, and prints nothing', async status => {
    vi.stubEnv('GOOGLE_SDK_NODE_LOGGING', '*')
    const written = [
      ...(['error', 'warn', 'log', 'info', 'debug'] as const).map(name => vi.spyOn(console, name)),
      vi.spyOn(process.stderr, 'write'),
      vi.spyOn(process.stdout, 'write'),
    ]
    const body = { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }
    const { client, seen, send } = await clientFor(json(status, body))
    expect(await client.oauth.refresh(REFRESH)).toMatchObject({ status, body })
    expect(seen).toHaveLength(1)
    await send()
    await server?.close()
    await expect(client.oauth.refresh(REFRESH)).rejects.toMatchObject({ name: 'NoAnswerError' })
    const printed = written.flatMap(spy => spy.mock.calls.map(call => String(call[0])))
    expect(printed.filter(text => /canary|invalid_grant/.test(text))).toEqual([])
  })
})

describe('logging of the official clients', () => {
  it('stays silent even when the environment turns it on', async () => {
    const { origin } = await clientFor(json(400, { error: 'invalid_grant', error_description: 'canary' }))
    const script = `
      const { createGoogleClient } = await import(${JSON.stringify(at('src/google/client.ts'))})
      const { systemRuntime } = await import(${JSON.stringify(at('src/contracts/runtime-default.ts'))})
      const endpoints = { token: '${origin}/token', calendarRoot: '${origin}' }
      const client = createGoogleClient({ ...${JSON.stringify(CLIENT)}, endpoints, runtime: systemRuntime })
      const answer = await client.oauth.refresh('${REFRESH}')
      const signal = new AbortController().signal
      await client.calendar.send({ method: 'events.list', calendarId: 'c', accessToken: '${TOKEN}', signal })
      if (answer.status === 400) console.log('done')
    `
    const env = { ...process.env, GOOGLE_SDK_NODE_LOGGING: '*', NODE_DEBUG: 'auth,gaxios' }
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', script], { env })
    expect(stdout.trim()).toBe('done')
    expect(stderr).not.toMatch(/canary|invalid_grant/)
  })
})

describe('endpoints', () => {
  const create = (endpoints: Record<string, string>) => () =>
    createGoogleClient({
      clientId: 'c',
      clientSecret: 's',
      redirectUri: 'https://app.example/callback',
      endpoints,
      runtime: systemRuntime,
    })

  it.each([
    ['https://evil.example/token'],
    ['http://oauth2.googleapis.com/token'],
    ['https://oauth2.googleapis.com.evil.example/token'],
    ['https://oauth2.googleapis.com:8443/token'],
    ['https://user:pass@oauth2.googleapis.com/token'],
    ['http://169.254.169.254/latest'],
    ['http://10.0.0.1/'],
    ['http://localhost.evil.example/'],
    ['ftp://localhost/'],
    ['not a url'],
  ])('refuses %s', token => {
    expect(create({ token })).toThrow(ConfigError)
  })

  it('refuses a calendar root with a path, which the official client would drop', () => {
    expect(create({ calendarRoot: 'http://127.0.0.1:1/google' })).toThrow(/leave out the path/)
  })

  it.each([['http://localhost:1/t'], ['http://127.0.0.1:1/t'], ['http://[::1]:1/t']])('takes %s', token => {
    expect(create({ token })).not.toThrow()
  })

  it('does not say the address in the message', () => {
    expect(create({ token: 'https://user:canary@evil.example/' })).not.toThrow(/canary|evil/)
  })
})
