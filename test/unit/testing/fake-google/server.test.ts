import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { startFakeGoogleServer } from '../../../../src/testing/fake-google/index.ts'
import { EVENTS, timed } from './support.ts'

const CLI = fileURLToPath(new URL('../../../../src/testing/fake-google/cli.ts', import.meta.url))

async function withServer<T>(
  run: (
    call: (method: string, path: string, body?: unknown, signal?: AbortSignal) => Promise<Response>,
    server: Awaited<ReturnType<typeof startFakeGoogleServer>>,
  ) => Promise<T>,
): Promise<T> {
  const server = await startFakeGoogleServer({ quota: 'off' })
  const { accessToken } = server.google.control.readyAccount()
  try {
    return await run(
      (method, path, body, signal) =>
        fetch(`${server.url}/calendar/v3/${path}`, {
          method,
          headers: { authorization: `Bearer ${accessToken}` },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          ...(signal ? { signal } : {}),
        }),
      server,
    )
  } finally {
    await server.close()
  }
}

describe('the HTTP server', () => {
  it('serves the same as the memory shell, on the loopback interface', async () => {
    await withServer(async (call, server) => {
      expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      const inserted = await call('POST', EVENTS, { ...timed('abc123'), summary: 'Grüße 👋' })
      expect([inserted.status, inserted.headers.get('content-type')]).toEqual([
        200,
        'application/json; charset=UTF-8',
      ])
      const overHttp = await (await call('GET', `${EVENTS}/abc123`)).text()
      const { accessToken } = server.google.control.readyAccount()
      const inMemory = await server.google.fetch(`https://www.googleapis.com/calendar/v3/${EVENTS}/abc123`, {
        headers: { authorization: `Bearer ${accessToken}` },
      })
      expect(overHttp).toBe(await inMemory.text())
      expect(JSON.parse(overHttp).summary).toBe('Grüße 👋')
      expect((await call('DELETE', `${EVENTS}/abc123`)).status).toBe(204)
    })
  })

  it('breaks connections before and after the commit', async () => {
    await withServer(async (call, { google }) => {
      for (const [fault, id, kept] of [
        ['resetBeforeCommit', 'abc01', 0],
        ['resetAfterCommit', 'abc02', 1],
        ['timeoutBeforeCommit', 'abc03', 1],
        ['timeoutAfterCommit', 'abc04', 2],
      ] as const) {
        google.control.fault({ fault })
        await expect(call('POST', EVENTS, timed(id))).rejects.toThrow('fetch failed')
        expect(google.control.readCalendar('user@example.com').events).toHaveLength(kept)
      }
    })
  })

  it('holds a lost answer until the caller gives up', async () => {
    await withServer(async (call, { google }) => {
      google.control.setSwitches({ lostAnswerAfterMs: 'never' })
      google.control.fault({ fault: 'timeoutAfterCommit' })
      await expect(call('POST', EVENTS, timed('abc123'), AbortSignal.timeout(100))).rejects.toThrow(/timeout/)
      expect(google.control.readCalendar('user@example.com').events).toHaveLength(1)
    })
  })

  it('cuts bodies and delays answers', async () => {
    await withServer(async (call, { google }) => {
      google.control.fault({ fault: 'truncated' })
      await expect(call('GET', EVENTS).then(response => response.json())).rejects.toThrow(SyntaxError)
      google.control.setLatency(60)
      const before = performance.now()
      expect((await call('GET', EVENTS)).status).toBe(200)
      expect(performance.now() - before).toBeGreaterThanOrEqual(55)
    })
  })
})

describe('the command line', () => {
  it('prints a ready account on its first line and stays up until told to stop', async () => {
    const child = spawn(process.execPath, [CLI, '--port', '0', '--no-quota'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
    const ready = JSON.parse(line)
    expect(Object.keys(ready)).toEqual([
      'url',
      'clientId',
      'clientSecret',
      'email',
      'accessToken',
      'refreshToken',
    ])
    const response = await fetch(`${ready.url}/calendar/v3/calendars/primary`, {
      headers: { authorization: `Bearer ${ready.accessToken}` },
    })
    expect([response.status, (await response.json()).id]).toEqual([200, ready.email])
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
  })

  it('explains bad options', async () => {
    const child = spawn(process.execPath, [CLI, '--port', 'x'], { stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    child.stderr.on('data', chunk => {
      text += chunk
    })
    const [code] = await once(child, 'exit')
    expect(code).toBe(1)
    expect(text).toContain('--port must be a whole number, not x')
    expect(text).toContain('--no-quota')
  })
})
