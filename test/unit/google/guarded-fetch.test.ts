import { describe, expect, it } from 'vitest'
import { guardedFetch } from '../../../src/google/guarded-fetch.ts'
import { NoAnswerError, reasonOfRejection } from '../../../src/google/no-answer.ts'

const ORIGINS = new Set(['https://www.googleapis.com'])
const URL_OF = 'https://www.googleapis.com/calendar/v3/x'

describe('guarded fetch', () => {
  it('sends nothing to another origin', async () => {
    let sent = 0
    const fetch = guardedFetch(async () => {
      sent++
      return new Response()
    }, ORIGINS)
    for (const url of [
      'https://evil.example/',
      'http://www.googleapis.com/',
      'https://www.googleapis.com:8443/',
    ]) {
      await expect(fetch(url)).rejects.toMatchObject({ reason: 'foreign-origin' })
    }
    expect(sent).toBe(0)
  })

  it('hands on method, headers, body and signal, and nothing else', async () => {
    const inits: (RequestInit | undefined)[] = []
    const fetch = guardedFetch(async (_url, init) => {
      inits.push(init)
      return new Response('{}')
    }, ORIGINS)
    const { signal } = new AbortController()
    const extra = { agent: {}, proxy: 'http://evil.example', redirect: 'follow' as const }
    await fetch(URL_OF, { method: 'PUT', headers: { a: 'b' }, body: 'x', signal, ...extra })
    expect(inits).toEqual([{ method: 'PUT', headers: { a: 'b' }, body: 'x', signal, redirect: 'manual' }])
  })

  it('reads text across chunks, up to the limit', async () => {
    const bytes = new TextEncoder().encode('שלום, עולם')
    const body = () =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
          controller.close()
        },
      })
    const exact = guardedFetch(async () => new Response(body()), ORIGINS, bytes.length)
    expect(await (await exact(URL_OF)).text()).toBe('שלום, עולם')
    const less = guardedFetch(async () => new Response(body()), ORIGINS, bytes.length - 1)
    const response = await less(URL_OF)
    await expect(response.text()).rejects.toMatchObject({ reason: 'answer-too-large' })
  })

  it('stops a body that does not end', async () => {
    let cancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull: controller => controller.enqueue(new Uint8Array(1024)),
      cancel() {
        cancelled = true
      },
    })
    const fetch = guardedFetch(async () => new Response(endless), ORIGINS, 100_000)
    await expect((await fetch(URL_OF)).text()).rejects.toThrow(NoAnswerError)
    expect(cancelled).toBe(true)
  })
})

describe('the reason of a rejection', () => {
  const coded = (code: unknown, cause?: unknown) =>
    Object.assign(new Error('canary@example.com', { cause }), { code })

  it.each([
    [coded('ECONNRESET'), 'ECONNRESET'],
    [new TypeError('fetch failed', { cause: coded('ENOTFOUND') }), 'ENOTFOUND'],
    [coded('OUTER', coded('INNER')), 'INNER'],
    [coded('OUTER', new Error('plain')), 'OUTER'],
    [new NoAnswerError('timeout'), 'timeout'],
    [coded('has spaces and a name'), 'network-error'],
    [coded(500), 'network-error'],
    [undefined, 'network-error'],
    ['text', 'network-error'],
    [null, 'network-error'],
  ])('%j', (error, reason) => {
    expect(reasonOfRejection(error)).toBe(reason)
  })

  it('does not run in circles', () => {
    const error = new Error('a')
    error.cause = error
    expect(reasonOfRejection(error)).toBe('network-error')
  })
})
