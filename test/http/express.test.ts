import express, { type Express, type RequestHandler } from 'express'
import { afterEach, describe, expect, it } from 'vitest'
import { type ExpressContext, expressHandler } from '../../src/adapters/express/index.ts'
import type { Authenticate } from '../../src/index.ts'
import { listen } from './server.ts'
import { Browser, checkAnswer, dana, httpKit, ORIGIN, sessionOf, signedIn } from './support.ts'

/** What a host's own middleware put there. */
type HostRequest = express.Request & { readonly account?: typeof dana }

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function serve(app: Express) {
  const server = await listen(app as never)
  closing.push(() => server.close())
  return async (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string | Uint8Array,
  ) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { cookie: `session=${sessionOf(dana)}`, origin: ORIGIN, ...headers },
      redirect: 'manual',
      ...(body !== undefined && { body: body as BodyInit }),
    })
    return checkAnswer(response, method, path.replace(/^.*?\/calendar/, ''))
  }
}

const json = { 'content-type': 'application/json' }

describe('expressHandler', () => {
  for (const [name, before] of [
    ['before any parser', []],
    ['after express.json()', [express.json()]],
    ['after express.text()', [express.text({ type: '*/*' })]],
    ['after express.raw()', [express.raw({ type: '*/*' })]],
    ['after express.urlencoded()', [express.urlencoded({ extended: true })]],
  ] as const) {
    it(`works ${name}`, async () => {
      const http = httpKit()
      await new Browser(http, dana).connect('dana@example.com')
      const app = express()
      for (const parser of before) app.use(parser)
      app.use('/calendar', expressHandler(http.handler))
      const send = await serve(app)
      expect((await send('GET', '/calendar/status')).status).toBe(200)
      expect((await send('POST', '/calendar/authorize')).status).toBe(200)
      const patched = await send('PATCH', '/calendar/settings', json, '{"enabled":false}')
      expect([patched.status, patched.body.status]).toEqual([200, 'disabled'])
      expect((await send('PATCH', '/calendar/settings', json, '{"enabled":1}')).status).toBe(400)
      const grown = '{"__proto__":{"enabled":true}}'
      expect((await send('PATCH', '/calendar/settings', json, grown)).status).toBe(400)
      expect((await send('PATCH', '/calendar/settings', json, `{"x":"${'x'.repeat(20_000)}"}`)).status).toBe(
        413,
      )
      const form = { 'content-type': 'application/x-www-form-urlencoded' }
      expect((await send('PATCH', '/calendar/settings', form, 'enabled=true')).status).toBe(415)
      const spaced = { 'content-type': 'application/json; charset=utf-8' }
      expect((await send('PATCH', '/calendar/settings', spaced, '{ "enabled" : true }')).body.status).toBe(
        'active',
      )
      expect((await send('DELETE', '/calendar?events=keep')).status).toBe(200)
      expect((await send('DELETE', '/calendar/?events=keep')).status).toBe(200)
    })
  }

  it('takes a body that express.json() has unpacked', async () => {
    const http = httpKit()
    await new Browser(http, dana).connect('dana@example.com')
    const { gzipSync } = await import('node:zlib')
    const app = express()
    app.use(express.json())
    app.use('/calendar', expressHandler(http.handler))
    const send = await serve(app)
    const packed = gzipSync('{"enabled":false}')
    const { status } = await send(
      'PATCH',
      '/calendar/settings',
      { ...json, 'content-encoding': 'gzip' },
      packed,
    )
    expect(status).toBe(200)
  })

  it('works below a prefix of routers, which Express cuts off, and at the root', async () => {
    const redirectUri = 'https://app.example/api/v1/calendar/callback'
    const http = httpKit()
    http.kit.google.control.updateClient(http.kit.options.google.clientId, { redirectUris: [redirectUri] })
    const sync = http.kit.anotherProcess({
      google: { ...http.kit.options.google, redirectUri },
      authenticate: signedIn,
    })
    const [inner, middle, nested] = [express.Router(), express.Router(), express()]
    inner.use('/calendar', expressHandler(sync.handler))
    middle.use('/v1', inner)
    nested.use('/api', middle)
    const atRoot = express().use(expressHandler(sync.handler))
    for (const app of [nested, atRoot]) {
      const send = await serve(app)
      expect((await send('GET', '/api/v1/calendar/status')).status).toBe(200)
      expect((await send('GET', '/api/v1/calendar/nothing')).status).toBe(404)
      const { status, cookies } = await send('POST', '/api/v1/calendar/authorize', json, '{}')
      expect([status, cookies.length]).toEqual([200, 1])
    }
  })

  it('hands req to authenticate, with what middleware put there', async () => {
    const authenticate: Authenticate = (_request, { req }: ExpressContext<HostRequest>) => req.account ?? null
    const http = httpKit({ authenticate })
    const app = express()
    app.use((req, _res, next) => {
      if (req.headers['x-test-user']) Object.assign(req, { account: dana })
      next()
    })
    app.use('/calendar', expressHandler(http.handler))
    const send = await serve(app)
    expect((await send('GET', '/calendar/status')).status).toBe(401)
    expect((await send('GET', '/calendar/status', { 'x-test-user': 'dana' })).status).toBe(200)
  })

  it("gives a handler's rejection to Express", async () => {
    const app = express()
    app.use(expressHandler(() => Promise.reject(new Error('mine'))))
    app.use(((error, _req, res, _next) => {
      res.status(500).type('text').send(`seen: ${error.message}`)
    }) as express.ErrorRequestHandler)
    const server = await listen(app as never)
    closing.push(() => server.close())
    expect(await (await fetch(server.url)).text()).toBe('seen: mine')
  })

  it('a body that somebody read and threw away is an error, not an empty body', async () => {
    const http = httpKit()
    const app = express()
    app.use((req, _res, next) => {
      req.resume().on('end', next)
    })
    app.use('/calendar', expressHandler(http.handler))
    app.use(((error, _req, res, _next) => {
      res.status(500).type('text').send(error.message)
    }) as express.ErrorRequestHandler)
    const server = await listen(app as never)
    closing.push(() => server.close())
    const headers = { ...json, cookie: `session=${sessionOf(dana)}`, origin: ORIGIN }
    const patched = await fetch(`${server.url}/calendar/settings`, {
      method: 'PATCH',
      headers,
      body: '{"enabled":false}',
    })
    expect([patched.status, await patched.text()]).toEqual([500, expect.stringContaining('was read before')])
    expect((await fetch(`${server.url}/calendar/status`, { headers })).status).toBe(200)
    expect(http.called).toEqual(['status'])
  })

  it("fits Express's own types", () => {
    const handler: RequestHandler = expressHandler(async () => new Response())
    const typed: ExpressContext<express.Request, express.Response> | undefined = undefined
    expect([typeof handler, typed]).toEqual(['function', undefined])
  })
})
