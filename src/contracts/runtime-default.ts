import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { plainFetch } from './plain-fetch.ts'
import type { Fetch, Runtime } from './runtime.ts'

const silent = () => {}

/** The real clock, chance and network of this process. The only file of the library that touches them. */
export const systemRuntime: Runtime = Object.freeze({
  clock: {
    now: () => Date.now(),
    async sleep(ms: number, signal?: AbortSignal) {
      try {
        await delay(ms, undefined, signal ? { signal } : {})
      } catch (error) {
        throw signal?.aborted ? signal.reason : error
      }
    },
  },
  random: { bytes: (length: number) => new Uint8Array(randomBytes(length)), float: () => Math.random() },
  logger: { debug: silent, info: silent, error: silent },
  fetch: ((input, init) => {
    const body = init?.body
    const isText =
      body === undefined || body === null || typeof body === 'string' || body instanceof URLSearchParams
    if (input instanceof Request || init?.redirect !== 'manual' || !isText)
      return globalThis.fetch(input, init)
    const { method, headers, signal } = init
    return plainFetch(new URL(input), { method, headers, signal, body })
  }) satisfies Fetch,
})
