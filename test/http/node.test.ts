import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeHandler } from '../../src/adapters/node/index.ts'
import { listen, sendRaw } from './server.ts'
import { Browser, checkAnswer, dana, type HttpKit, httpKit, ORIGIN, sessionOf } from './support.ts'

const cookie = `session=${sessionOf(dana)}`

describe('nodeHandler', () => {
  let http: HttpKit
  let server: Awaited<ReturnType<typeof listen>>
  const contexts: object[] = []
  beforeAll(async () => {
    http = httpKit({ settingsPage: '/settings' })
    await new Browser(http, dana).connect('dana@example.com')
    server = await listen(
      nodeHandler((request, context) => {
        contexts.push(context ?? {})
        return http.handler(request, context)
      }),
    )
  })
  afterAll(() => server.close())

  const send = async (method: string, path: string, headers: Record<string, string> = {}, body?: string) => {
    const response = await fetch(`${server.url}/calendar${path}`, {
      method,
      headers: {
        cookie,
        origin: ORIGIN,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      redirect: 'manual',
      ...(body !== undefined && { body }),
    })
    return checkAnswer(response, method, path)
  }

  it('serves every kind of route, and hands over req and res', async () => {
    contexts.length = 0
    expect((await send('GET', '/status')).body.status).toBe('active')
    expect(Object.keys(contexts[0] ?? {})).toEqual(['req', 'res'])
    expect((await send('HEAD', '/status')).status).toBe(200)
    expect((await send('PATCH', '/settings', {}, '{"enabled":true}')).status).toBe(200)
    expect((await send('POST', '/sync')).status).toBe(202)
    const started = await send('POST', '/authorize', {}, '{"return_to":"/mine"}')
    expect([started.status, started.cookies.length]).toEqual([200, 1])
    const back = new URL(
      new Browser(http).consent(String(started.body.authorization_url), 'dana@example.com'),
    )
    const binding = started.cookies[0]?.split(';')[0]
    const ended = await send('GET', `/callback${back.search}`, { cookie: `${cookie}; ${binding}` })
    expect([ended.status, ended.location]).toEqual([
      303,
      'https://app.example/mine?google_calendar=connected',
    ])
  })

  it('reads no more of a body than it needs, and survives what is longer', async () => {
    const { status } = await send('PATCH', '/settings', {}, `"${'x'.repeat(20_000)}"`)
    expect(status).toBe(413)
    const head = `PATCH /calendar/settings HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\norigin: ${ORIGIN}\r\ncontent-type: application/json\r\n`
    const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`
    const answer = await sendRaw(server.port, `${head}transfer-encoding: chunked\r\n\r\n${chunk.repeat(40)}`)
    expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/i)
    expect((await send('GET', '/status')).status).toBe(200)
  })

  it('takes the target of the request line literally, whatever it holds', async () => {
    const head = `host: evil.example\r\ncookie: ${cookie}\r\nconnection: close\r\n\r\n`
    const status = async (line: string) => (await sendRaw(server.port, `${line}\r\n${head}`)).slice(9, 12)
    expect(await status('GET /calendar/status HTTP/1.1')).toBe('200')
    expect(await status('GET http://evil.example/calendar/status HTTP/1.1')).toBe('200')
    expect(await status('GET //evil.example/calendar/status HTTP/1.1')).toBe('404')
    expect(await status('GET //calendar/status HTTP/1.1')).toBe('404')
    expect(await status('GET /calendar/../../etc/passwd HTTP/1.1')).toBe('404')
    expect(await status('GET /calendar/stat\\us HTTP/1.1')).toBe('404')
    expect(await status('OPTIONS * HTTP/1.1')).toBe('400')
    expect(await status('GET mailto:a HTTP/1.1')).toBe('400')
    expect(await status('TRACE /calendar/status HTTP/1.1')).toBe('405')
    expect(await status('PROPFIND /calendar/status HTTP/1.1')).toBe('405')
    expect(await status('GET /calendar/appointments/%00 HTTP/1.1')).toBe('400')
  })

  it('a client that goes away costs nothing', async () => {
    for (const text of [
      `PATCH /calendar/settings HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\norigin: ${ORIGIN}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"ena`,
      `GET /calendar/status HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\n\r\n`,
    ]) {
      await new Promise<void>((resolve, reject) => {
        const socket = connect(server.port, '127.0.0.1', () => socket.write(text, () => socket.destroy()))
        socket.on('close', () => resolve())
        socket.on('error', reject)
      })
    }
    expect((await send('GET', '/status')).status).toBe(200)
  })

  it('a request is aborted when its client goes away', async () => {
    const aborted = Promise.withResolvers<void>()
    const slow = await listen(
      nodeHandler(async request => {
        await new Promise<void>(resolve =>
          request.signal.addEventListener('abort', () => resolve(), { once: true }),
        )
        aborted.resolve()
        return new Response('late')
      }),
    )
    const leaving = new AbortController()
    const asked = fetch(slow.url, { signal: leaving.signal }).catch(() => 'left')
    setTimeout(() => leaving.abort(), 50)
    expect(await asked).toBe('left')
    await aborted.promise
    await slow.close()
  })

  it('a handler that rejects is a bare 500, and the host is told', async () => {
    const told: unknown[] = []
    const failing = () => Promise.reject(new Error('secret'))
    const onError = (error: unknown) => {
      told.push(error)
      throw new Error('The hook is broken too.')
    }
    const broken = await listen(nodeHandler(failing, { onError }))
    const response = await fetch(broken.url)
    expect([response.status, await response.text()]).toEqual([500, ''])
    expect(told).toEqual([new Error('secret')])
    await broken.close()
  })

  it('a body that was read before is a 500, and the host is told why', async () => {
    const told: unknown[] = []
    const handler = nodeHandler(async () => new Response('never'), { onError: error => told.push(error) })
    const broken = await listen((req, res) => {
      req.resume().once('end', () => handler(req, res))
    })
    const response = await fetch(broken.url, { method: 'POST', body: 'x' })
    expect(response.status).toBe(500)
    expect(told.map(String)).toEqual([expect.stringMatching(/read before the handler saw it/)])
    await broken.close()
  })
})
