import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { plainFetch } from '../../../src/contracts/plain-fetch.ts'
import { systemRuntime } from '../../../src/contracts/runtime-default.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener)
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/path?a=b%20c`)
}

describe('a plain request', () => {
  it('sends method, path, headers and body, and answers status, headers and body', async () => {
    const url = await serve(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const { method, url: path, headers } = request
      const seen = [
        method,
        path,
        headers['if-match'],
        headers['content-type'],
        headers['content-length'],
        body,
      ]
      response.writeHead(412, { 'x-a': '1', 'set-cookie': ['a=1', 'b=2'] }).end(JSON.stringify(seen))
    })
    const headers = new Headers({ 'if-match': '"1"', 'content-type': 'application/json' })
    const response = await plainFetch(url, { method: 'PATCH', headers, body: '{"ä":"שלום"}' })
    expect(response.status).toBe(412)
    expect(response.headers.get('x-a')).toBe('1')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    const sent = ['PATCH', '/path?a=b%20c', '"1"', 'application/json', '17', '{"ä":"שלום"}']
    expect(await response.json()).toEqual(sent)
  })

  it('names the type of a form and of text', async () => {
    const url = await serve((request, response) => response.end(request.headers['content-type']))
    const typeOf = async (body: string | URLSearchParams) =>
      (await plainFetch(url, { method: 'POST', body })).text()
    expect(await typeOf(new URLSearchParams({ a: 'b' }))).toBe(
      'application/x-www-form-urlencoded;charset=UTF-8',
    )
    expect(await typeOf('text')).toBe('text/plain;charset=UTF-8')
  })

  it('asks for gzip and unpacks it', async () => {
    const url = await serve((request, response) => {
      const text = `${request.headers['accept-encoding']} ${'x'.repeat(500_000)}`
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text))
    })
    const text = await (await plainFetch(url, {})).text()
    expect(text.slice(0, 5)).toBe('gzip ')
    expect(text).toHaveLength(500_005)
  })

  it('takes an empty body that is labelled gzip for empty, and x-gzip in any case for gzip', async () => {
    const url = await serve((request, response) => {
      if (request.method === 'POST')
        response.writeHead(401, { 'content-encoding': 'gzip', 'content-length': 0 }).end()
      else response.writeHead(200, { 'content-encoding': 'X-GZip' }).end(gzipSync('unpacked'))
    })
    const empty = await plainFetch(url, { method: 'POST' })
    expect([empty.status, await empty.text()]).toEqual([401, ''])
    expect(await (await plainFetch(url, {})).text()).toBe('unpacked')
  })

  it.each([
    ['a broken archive', 'gzip', 'not an archive'],
    ['an archive cut off at its start', 'gzip', ''],
    ['an encoding nobody asked for', 'br', 'x'],
  ])('rejects %s', async (_name, encoding, body) => {
    const url = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(body),
    )
    await expect(plainFetch(url, {}).then(response => response.text())).rejects.toThrow()
  })

  it('answers a redirect as it is, and an answer without a body', async () => {
    const url = await serve((request, response) => {
      if (request.method === 'DELETE') response.writeHead(204).end()
      else response.writeHead(302, { location: 'https://evil.example/' }).end()
    })
    const moved = await plainFetch(url, {})
    expect([moved.status, moved.headers.get('location')]).toEqual([302, 'https://evil.example/'])
    const deleted = await plainFetch(url, { method: 'DELETE' })
    expect([deleted.status, deleted.body]).toEqual([204, null])
  })

  it('uses a connection again once its answer is read, also one without a body', async () => {
    const ports = new Set<number | undefined>()
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort)
      response.writeHead(request.method === 'DELETE' ? 204 : 200).end()
    })
    for (const method of ['GET', 'DELETE', 'POST', 'GET']) await (await plainFetch(url, { method })).text()
    expect(ports.size).toBe(1)
  })

  it('rejects with the reason of a signal: before, while waiting, and while reading', async () => {
    const late = new Error('late')
    let asked = 0
    const arrived: (() => void)[] = []
    const url = await serve((request, response) => {
      asked++
      arrived.shift()?.()
      if (request.method === 'GET') response.writeHead(200).write('the beginning')
    })
    await expect(plainFetch(url, { signal: AbortSignal.abort(late) })).rejects.toBe(late)
    expect(asked).toBe(0)

    const waiting = new AbortController()
    arrived.push(() => waiting.abort(late))
    await expect(plainFetch(url, { method: 'POST', signal: waiting.signal })).rejects.toBe(late)

    const reading = new AbortController()
    const response = await plainFetch(url, { signal: reading.signal })
    const text = response.text()
    reading.abort(late)
    await expect(text).rejects.toThrow()
  })

  it('rejects when the connection is cut or refused, with the code of it', async () => {
    const url = await serve((request, response) => {
      if (request.method === 'POST') request.socket.destroy()
      else {
        response.writeHead(200, { 'content-length': '100' }).write('half')
        setTimeout(() => request.socket.destroy(), 20)
      }
    })
    await expect(plainFetch(url, { method: 'POST' })).rejects.toMatchObject({ code: 'ECONNRESET' })
    const half = await plainFetch(url, {})
    await expect(half.text()).rejects.toThrow()
    for (const close of closers.splice(0)) close()
    await expect(plainFetch(url, {})).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('reads no faster than it is read, and cuts the connection when nobody wants the rest', async () => {
    let sent = 0
    let isCut = false
    const url = await serve((request, response) => {
      const chunk = Buffer.alloc(64 * 1024)
      const more = () => {
        while (!isCut && response.write(chunk)) sent += chunk.length
      }
      response.on('drain', more)
      request.socket.on('close', () => {
        isCut = true
      })
      more()
    })
    const reader = (await plainFetch(url, {})).body?.getReader()
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0)
    await new Promise(resolve => setTimeout(resolve, 100))
    // What lies in the buffers of both sockets, and no more.
    expect(sent).toBeLessThan(32 * 1024 * 1024)
    await reader?.cancel()
    await expect.poll(() => isCut).toBe(true)
  })
})

describe("the default runtime's fetch", () => {
  it('leaves to the platform what is not plain: redirects to follow, other bodies', async () => {
    const url = await serve(async (request, response) => {
      if (request.url === '/there') return response.end('there')
      if (request.method === 'GET') return response.writeHead(302, { location: '/there' }).end()
      const parts: Buffer[] = []
      for await (const chunk of request) parts.push(chunk)
      return response.end(Buffer.concat(parts))
    })
    const { fetch } = systemRuntime
    expect(await (await fetch(url)).text()).toBe('there')
    expect(await (await fetch(new Request(url))).text()).toBe('there')
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(302)
    const bytes = { method: 'POST', body: new Uint8Array([104, 105]), redirect: 'manual' as const }
    expect(await (await fetch(url, bytes)).text()).toBe('hi')
  })
})
