import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CalendarSyncError, GoogleApiError, StoreError } from '../../src/errors.ts'
import { ROUTES } from '../../src/http/routes.ts'
import { Browser, checkAnswer, dana, httpKit, ORIGIN, sessionOf } from './support.ts'

const http = httpKit()
const raw = (url: string, init: RequestInit & { duplex?: 'half' } = {}) => {
  const cookie = `session=${sessionOf(dana)}`
  const headers = { cookie, origin: ORIGIN, 'content-type': 'application/json', ...(init.headers as object) }
  return http.kit.run(() => http.handler(new Request(url, { ...init, headers })))
}

describe('addresses and methods', () => {
  it('knows its base path and nothing above or beside it', async () => {
    for (const path of [
      '/status',
      '/calendar2/status',
      '/calendarstatus',
      '/Calendar/status',
      '//calendar/status',
      '/calendar//status',
      '/calendar/status/',
      '/calendar/Status',
      '/calendar/stat%75s',
      '/calendar/appointments',
      '/calendar/appointments/',
      '/calendar/appointments//retry',
      '/calendar/appointments/a/b',
      '/calendar/__proto__',
      '/calendar/constructor',
      '/calendar/:id',
      '/x/calendar/status',
      '/calendar/../status',
    ]) {
      const { status, code } = await checkAnswer(await raw(`${ORIGIN}${path}`))
      expect([path, status, code]).toEqual([path, 404, 'not-found'])
    }
    expect((await raw(`${ORIGIN}/calendar/nothing/../status`)).status).toBe(200)
  })

  it('does not care by which host it was reached', async () => {
    expect((await raw('http://10.0.0.7:8080/calendar/status')).status).toBe(200)
  })

  it('says which methods there are', async () => {
    const allowed = {
      '/status': 'GET, HEAD',
      '/authorize': 'POST',
      '/callback': 'GET',
      '': 'DELETE',
      '/': 'DELETE',
      '/settings': 'PATCH',
      '/calendars': 'GET, HEAD',
      '/sync': 'GET, HEAD, POST',
      '/appointments/a': 'GET, HEAD',
      '/appointments/a/retry': 'POST',
    }
    for (const [path, methods] of Object.entries(allowed)) {
      for (const method of [
        'PUT',
        'OPTIONS',
        'PROPFIND',
        'get',
        'GET',
        'POST',
        'HEAD',
        'DELETE',
        'PATCH',
        'CONSTRUCTOR',
      ]) {
        if (methods.split(', ').includes(method.toUpperCase())) continue
        const response = await raw(`${ORIGIN}/calendar${path}`, { method })
        expect([path, method, response.status, response.headers.get('allow')]).toEqual([
          path,
          method,
          405,
          methods,
        ])
      }
    }
  })

  it('answers HEAD as GET, without the body', async () => {
    for (const path of ['/status', '/calendars', '/sync', '/appointments/none']) {
      const [get, head] = [
        await raw(`${ORIGIN}/calendar${path}`),
        await raw(`${ORIGIN}/calendar${path}`, { method: 'HEAD' }),
      ]
      expect([head.status, [...head.headers], await head.text()]).toEqual([get.status, [...get.headers], ''])
    }
  })
})

describe('docs/http-api.md', () => {
  it('has a heading for each route, and no others', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/http-api.md'), 'utf8')
    const written = [...page.matchAll(/^### `([A-Z]+ \/[^`?]*)/gm)].map(([, route]) => route)
    const routes = Object.entries(ROUTES).flatMap(([path, each]) =>
      each.map(({ methods }) => `${methods[0]} ${path}`),
    )
    expect(written.sort()).toEqual(routes.sort())
  })
})

describe('bodies', () => {
  const patch = async (body: RequestInit['body'], headers: Record<string, string> = {}) => {
    const init = { method: 'PATCH', body: body ?? null, headers, duplex: 'half' as const }
    return checkAnswer(await raw(`${ORIGIN}/calendar/settings`, init), 'PATCH', '/settings')
  }

  it('that are no JSON in UTF-8 are a 400', async () => {
    for (const body of [
      '{',
      '{"enabled":tru',
      "{'enabled':true}",
      '{"enabled":true}{}',
      '\ufeff\ufeff{}',
      'NaN',
      '{"enabled":true,}',
      new Uint8Array([0xff, 0xfe, 0x7b, 0x00]),
      new Uint8Array([0x22, 0xc0, 0x80, 0x22]),
      new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]),
    ]) {
      const { status, code } = await patch(body)
      expect([body, status, code]).toEqual([body, 400, 'request-invalid'])
    }
  })

  it('row 44: prototypes cannot be reached, nor deep nesting', async () => {
    for (const body of [
      '{"__proto__":{"enabled":false}}',
      '{"enabled":true,"__proto__":null}',
      '{"\\u005f_proto__":{"polluted":true}}',
      '{"acknowledgements":[{"__proto__":{"setting":"include_notes"},"text_id":"x"}]}',
      '{"constructor":{"prototype":{"polluted":true}}}',
      '['.repeat(16_000),
      `${'['.repeat(8_000)}${']'.repeat(8_000)}`,
      `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`,
    ]) {
      const { status, code } = await patch(body)
      expect([body.slice(0, 60), status, code]).toEqual([body.slice(0, 60), 400, 'request-invalid'])
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect((await patch('{"enabled":[[[[[[[["]]]]{{{{"]]]]]]]]}')).status).toBe(400)
  })

  it('end at 16 KiB: what is longer is not read', async () => {
    const declared = await patch('{}', { 'content-length': '16385' })
    expect([declared.status, declared.code]).toEqual([413, 'body-too-large'])
    expect((await patch(`${' '.repeat(16_385)}`)).status).toBe(413)
    expect((await patch(`{"x":"${'x'.repeat(16_384 - 8)}"}`)).status).toBe(400)
    let pulled = 0
    let cancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(4_096).fill(0x20))
      },
      cancel() {
        cancelled = true
      },
    })
    expect((await patch(endless)).status).toBe(413)
    expect(pulled).toBeLessThan(8)
    expect(cancelled).toBe(true)
    const drops = new ReadableStream<Uint8Array>({
      pull: controller => controller.enqueue(new Uint8Array(0)),
    })
    expect((await patch(drops)).status).toBe(413)
  })

  it('that break off are a 400, compressed ones a 415', async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error('reset'))
      },
    })
    expect((await patch(broken)).status).toBe(400)
    expect((await patch('{}', { 'content-encoding': 'gzip' })).status).toBe(415)
    expect((await patch('{}', { 'content-encoding': 'identity' })).code).toBe('not-connected')
  })
})

describe('row 45: problems', () => {
  const SECRET = 'ya29.secret dana@example.com select * from tokens'

  it('of the library keep their code; what only an operator can mend does not', async () => {
    const cases: readonly (readonly [Error, number, string])[] = [
      [new StoreError(SECRET, { cause: new Error(SECRET) }), 503, 'store-failed'],
      [new CalendarSyncError('stopped', SECRET), 503, 'stopped'],
      [new CalendarSyncError('conflicting-change', SECRET), 409, 'conflicting-change'],
      [
        new GoogleApiError('google-unavailable', SECRET, { status: 0, reason: SECRET }),
        503,
        'google-unavailable',
      ],
      [new CalendarSyncError('sealed-with-unknown-key', SECRET), 500, 'internal-error'],
      [new CalendarSyncError('identity-key-unreadable', SECRET), 500, 'internal-error'],
      [new CalendarSyncError('of-another-copy' as never, SECRET), 500, 'internal-error'],
      [new CalendarSyncError('constructor' as never, SECRET), 500, 'internal-error'],
      [new TypeError(SECRET), 500, 'internal-error'],
    ]
    for (const [error, status, code] of cases) {
      const failing = httpKit({ operations: { status: () => Promise.reject(error) } })
      const answer = await new Browser(failing, dana).get('/status')
      expect([answer.status, answer.code]).toEqual([status, code])
      const logs = failing.kit.runtime.logs
      expect(logs.some(({ fields }) => fields?.instance === answer.body.instance)).toBe(status >= 500)
      expect(JSON.stringify([answer, logs])).not.toMatch(/secret|example\.com|select/)
      expect(JSON.stringify(answer)).not.toMatch(/stack|at .*\.ts/)
      // Only what nobody expected says where it was thrown, and to the log alone.
      const traces = logs.map(({ fields }) => fields?.trace).filter(trace => trace !== undefined)
      expect(traces.length).toBe(error instanceof TypeError ? 1 : 0)
    }
  })

  it('of the host are a 500 with a name to look for', async () => {
    const failing = httpKit({
      authenticate: () => {
        throw new Error(SECRET)
      },
    })
    const answer = await new Browser(failing, dana).get('/status')
    expect([answer.status, answer.code]).toEqual([500, 'internal-error'])
    expect(answer.body.instance).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    expect(JSON.stringify([answer, failing.kit.runtime.logs])).not.toMatch(/secret/)
    const [logged] = failing.kit.runtime.logs.filter(
      ({ fields }) => fields?.instance === answer.body.instance,
    )
    expect(logged?.fields).toMatchObject({
      error: 'Error',
      trace: expect.stringMatching(/at .*requests\.test\.ts:\d+/),
    })
  })

  it('of a logger that throws change no answer', async () => {
    const throws = () => {
      throw new Error('The disk is full.')
    }
    const { kit } = httpKit()
    const sync = kit.anotherProcess({
      authenticate: throws,
      runtime: { ...kit.runtime, logger: { debug: throws, info: throws, error: throws } },
    })
    const answer = await sync.handler(new Request(`${ORIGIN}/calendar/status`))
    expect(answer.status).toBe(500)
  })

  it('an answer of authenticate that is no account is nobody: there is no account to fall back to', async () => {
    for (const junk of [
      {},
      { workspaceId: 'north' },
      { workspaceId: '', userId: 'x' },
      { workspaceId: 1, userId: 2 },
      'dana',
      7,
      [],
    ]) {
      const odd = httpKit({ authenticate: () => junk as never })
      expect([junk, (await new Browser(odd).get('/status')).status]).toEqual([junk, 401])
      expect(odd.called).toEqual([])
    }
  })

  it('have a heading in docs/errors.md each', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8')
    const source = readFileSync(join(import.meta.dirname, '../../src/http/problem.ts'), 'utf8')
    const union = source.split('export type HttpProblemCode =')[1]?.split('\n\n')[0] ?? ''
    const codes = [...union.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code)
    expect(codes.length).toBeGreaterThan(7)
    expect(codes.filter(code => !page.includes(`\n### ${code}\n`))).toEqual([])
  })
})
