import type { Fetch } from '../../../contracts/runtime.ts'
import type { Exchange, FakeRequest, Pace } from '../wire/exchange.ts'
import type { World } from '../world/world.ts'
import { paced } from './pace.ts'

const WITHOUT_BODY = new Set([204, 205, 304])

/** `fetch` in memory. Redirects are not followed: they lead to the app, which is not here. */
export function memoryFetch(
  world: World,
  handle: (request: FakeRequest) => Exchange,
  sendFirst: () => Promise<unknown>,
): Fetch {
  return async (input, init) => {
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined)
    signal?.throwIfAborted()
    const request = await readFetch(input, init)
    signal?.throwIfAborted()
    const { response, delayMs, delivery, sendsFirst, pace } = handle(request)
    if (sendsFirst) await sendFirst()
    if (delayMs > 0) await untilAborted(world.time.sleep(delayMs, signal ?? undefined), signal)
    if (delivery === 'reset') throw failed('ECONNRESET', 'read ECONNRESET')
    if (delivery === 'refused') throw failed('ECONNREFUSED', 'connect ECONNREFUSED')
    if (delivery === 'lost') return await lost(world, signal)
    const whole = pace ? stream(world, response.body, pace, signal) : response.body
    const body = WITHOUT_BODY.has(response.status) ? null : whole
    return new Response(body, { status: response.status, headers: response.headers })
  }
}

/** Comes unpacked, as fetch hands it on. A caller that gives up in the middle sees the body fail. */
function stream(world: World, text: string, pace: Pace, signal: AbortSignal | null | undefined) {
  const pieces = paced(text, pace, ms => untilAborted(world.time.sleep(ms, signal ?? undefined), signal))
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
}

async function lost(world: World, signal: AbortSignal | null | undefined): Promise<never> {
  const { lostAnswerAfterMs } = world.switches
  if (lostAnswerAfterMs === 'never') await untilAborted(new Promise<never>(() => {}), signal)
  else await untilAborted(world.time.sleep(lostAnswerAfterMs, signal ?? undefined), signal)
  throw failed('UND_ERR_HEADERS_TIMEOUT', 'Headers Timeout Error')
}

/** As Node's fetch fails. */
function failed(code: string, message: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) })
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

async function readFetch(input: string | URL | Request, init: RequestInit = {}): Promise<FakeRequest> {
  const { body } = init
  const simple =
    body === undefined || body === null || typeof body === 'string' || body instanceof URLSearchParams
  if (!simple || input instanceof Request) return readRequest(new Request(input, init))
  const headers = headersOf(new Headers(init.headers))
  if (body instanceof URLSearchParams)
    headers['content-type'] ??= 'application/x-www-form-urlencoded;charset=UTF-8'
  return {
    method: (init.method ?? 'GET').toUpperCase(),
    url: String(input),
    headers,
    body: String(body ?? ''),
  }
}

async function readRequest(request: Request): Promise<FakeRequest> {
  const { method, url, headers } = request
  return { method, url, headers: headersOf(headers), body: await request.text() }
}

function headersOf(headers: Headers): Record<string, string> {
  return Object.fromEntries(headers)
}
