import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ReadBody } from './read-body.ts'

/** `sync.handler`, or anything else of that form. */
export type FetchHandler = (
  request: Request,
  context?: { readonly [name: string]: unknown },
) => Promise<Response>

export interface Served {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  /** The path as the client sent it, whatever a router cut off. */
  readonly target: string
  /** Not called for a method without a body. */
  readonly body: () => Promise<ReadBody>
  /** Headers of the request that no longer tell of the body. */
  readonly dropHeaders?: ReadonlySet<string>
}

const BODYLESS: ReadonlySet<string> = new Set(['GET', 'HEAD'])
/** The Fetch standard has no requests of these methods. */
const UNKNOWN_TO_FETCH: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK'])
/** Only path and query of the address count: the handler never asks where it was reached. */
const ANY_ORIGIN = 'http://localhost'

/** One request through a handler. Rejects only when the handler does. */
export async function serve(handler: FetchHandler, served: Served): Promise<void> {
  const { req, res, target } = served
  const method = (req.method ?? 'GET').toUpperCase()
  const address = addressOf(target)
  if (address === undefined) return refuse(res, 400)
  if (UNKNOWN_TO_FETCH.has(method)) return refuse(res, 405)
  const gone = new AbortController()
  res.once('close', () => {
    if (!res.writableFinished) gone.abort()
  })
  let body: ReadBody | undefined
  try {
    if (!BODYLESS.has(method)) body = await served.body()
  } catch {
    // Nobody is left to answer.
    return
  }
  const request = new Request(address, {
    method,
    headers: headersOf(req, served.dropHeaders ?? new Set()),
    signal: gone.signal,
    ...(body !== undefined && body.bytes.length > 0 && { body: body.bytes as Uint8Array<ArrayBuffer> }),
  })
  const response = await handler(request, { req, res })
  if (body?.isCut) res.setHeader('connection', 'close')
  await write(response, res)
}

/** An answer for what never becomes a request, or for a handler that failed. */
export function refuse(res: ServerResponse, status: number): void {
  if (res.headersSent || res.destroyed) return
  res.writeHead(status, { 'cache-control': 'no-store' }).end()
}

function addressOf(target: string): string | undefined {
  // Put together as text: parsed against a base, `//evil.example/` would name a host.
  if (target.startsWith('/')) return `${ANY_ORIGIN}${target}`
  if (!URL.canParse(target)) return undefined
  const { pathname, search } = new URL(target)
  return pathname.startsWith('/') ? `${ANY_ORIGIN}${pathname}${search}` : undefined
}

function headersOf(req: IncomingMessage, dropped: ReadonlySet<string>): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(req.headers)) {
    if (value === undefined || name.startsWith(':') || dropped.has(name)) continue
    for (const each of Array.isArray(value) ? value : [value]) headers.append(name, each)
  }
  return headers
}

async function write(response: Response, res: ServerResponse): Promise<void> {
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (res.destroyed || res.headersSent) return
  res.statusCode = response.status
  for (const [name, value] of response.headers) if (name !== 'set-cookie') res.setHeader(name, value)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) res.appendHeader('set-cookie', cookies)
  res.end(bytes)
}
