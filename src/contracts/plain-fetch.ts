import { type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** A request whose body, if any, is text in memory, and whose redirect is the answer. */
export interface PlainRequest {
  readonly method?: string | undefined
  readonly headers?: HeadersInit | undefined
  readonly body?: string | URLSearchParams | null | undefined
  readonly signal?: AbortSignal | null | undefined
}

/**
 * `fetch` for plain requests, over `node:http` and its global agents (decision 009). Rejects like `fetch` does: with
 * the signal's reason, or with the error of the connection.
 */
export async function plainFetch(url: URL, asked: PlainRequest): Promise<Response> {
  const { method, headers, body, signal } = asked
  signal?.throwIfAborted()
  const send = url.protocol === 'https:' ? requestSecure : requestPlain
  return new Promise((resolve, reject) => {
    const request = send(url, { method: method ?? 'GET', headers: headersOf(headers, body) })
    const abort = () => {
      reject(signal?.reason)
      request.destroy(signal?.reason instanceof Error ? signal.reason : undefined)
    }
    signal?.addEventListener('abort', abort, { once: true })
    request.once('close', () => signal?.removeEventListener('abort', abort))
    request.on('error', reject)
    request.once('response', message => {
      try {
        resolve(responseOf(message))
      } catch (error) {
        reject(error)
        request.destroy()
      }
    })
    request.end(body === undefined || body === null ? undefined : String(body))
  })
}

function headersOf(given: HeadersInit | undefined, body: PlainRequest['body']): Record<string, string> {
  const sent = Object.fromEntries(given instanceof Headers ? given : new Headers(given))
  sent['accept-encoding'] ??= 'gzip'
  if (body instanceof URLSearchParams)
    sent['content-type'] ??= 'application/x-www-form-urlencoded;charset=UTF-8'
  else if (typeof body === 'string') sent['content-type'] ??= 'text/plain;charset=UTF-8'
  return sent
}

/** https://fetch.spec.whatwg.org/#null-body-status */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304])

function responseOf(message: IncomingMessage): Response {
  const headers = new Headers()
  for (let at = 0; at < message.rawHeaders.length; at += 2)
    headers.append(message.rawHeaders[at] ?? '', message.rawHeaders[at + 1] ?? '')
  const init = { status: message.statusCode ?? 0, headers }
  if (!WITHOUT_BODY.has(init.status)) return new Response(streamOf(decoded(message)), init)
  message.resume()
  return new Response(null, init)
}

function decoded(message: IncomingMessage): Readable {
  const { 'content-encoding': encoding = '', 'content-length': length } = message.headers
  if (/^(identity)?$/i.test(encoding) || length === '0') return message // Empty may be labelled packed.
  if (!/^(x-)?gzip$/i.test(encoding)) throw new TypeError('An encoding that was not asked for.')
  return pipeline(message, createGunzip(), () => {})
}

/** `Readable.toWeb` would do, at several times the objects. */
function streamOf(source: Readable): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      source.on('data', (chunk: Uint8Array) => {
        controller.enqueue(chunk)
        if ((controller.desiredSize ?? 0) <= 0) source.pause()
      })
      source.once('end', () => controller.close())
      source.on('error', error => controller.error(error))
    },
    pull() {
      source.resume()
    },
    cancel() {
      source.destroy()
    },
  })
}
