import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { Fetch } from '../../../contracts/runtime.ts'
import { systemRuntime } from '../../../contracts/runtime-default.ts'
import { createFakeGoogle, type FakeGoogle, type FakeGoogleOptions } from '../fake-google.ts'
import type { Exchange, FakeResponse, Pace } from '../wire/exchange.ts'
import { paced } from './pace.ts'

export interface FakeGoogleServerOptions extends Omit<FakeGoogleOptions, 'deliver'> {
  /** Of push notifications and security events. Default: real requests from this process. */
  readonly deliver?: Fetch | 'off'
  /** Default: any free one. */
  readonly port?: number
}

export interface FakeGoogleServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly google: FakeGoogle
  /** Ends open connections too. */
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const SEND_FIRST_MS = 5000
const WITHOUT_BODY = new Set([204, 304])

/** The fake behind a real socket on the loopback interface; delays are real time, whatever the fake's clock. */
export async function startFakeGoogleServer(
  options: FakeGoogleServerOptions = {},
): Promise<FakeGoogleServer> {
  const { port = 0, deliver = systemRuntime.fetch, ...rest } = options
  const google = createFakeGoogle(deliver === 'off' ? rest : { ...rest, deliver })
  const stopping = new AbortController()
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    serve(google, incoming, outgoing, stopping.signal).catch(error => failed(outgoing, error))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, resolve)
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://${HOST}:${address.port}`,
    google,
    close: () =>
      new Promise(resolve => {
        stopping.abort()
        google.close()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function serve(
  google: FakeGoogle,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  stopping: AbortSignal,
) {
  const body = await readBody(incoming)
  const { method = 'GET', url = '/' } = incoming
  const headers = headersOf(incoming)
  const exchange = google.handle({ method, url: `http://${headers.host ?? HOST}${url}`, headers, body })
  // An app that hangs must not hang the answer.
  if (exchange.sendsFirst) await Promise.race([google.deliverPushes(), wait(SEND_FIRST_MS, stopping)])
  await wait(exchange.delayMs, stopping)
  deliver(google, exchange, outgoing, stopping)
}

function deliver(
  google: FakeGoogle,
  { response, delivery, pace }: Exchange,
  outgoing: ServerResponse,
  stopping: AbortSignal,
) {
  if (delivery === 'reset' || delivery === 'refused') {
    outgoing.destroy()
    return
  }
  if (delivery === 'lost') {
    const { lostAnswerAfterMs } = google.control.switches()
    // `never`: the socket stays open until the caller gives up.
    if (lostAnswerAfterMs !== 'never') wait(lostAnswerAfterMs, stopping).then(() => outgoing.destroy())
    return
  }
  if (pace && !WITHOUT_BODY.has(response.status)) {
    deliverPaced(response, pace, outgoing, stopping)
    return
  }
  outgoing.writeHead(response.status, response.headers)
  outgoing.end(WITHOUT_BODY.has(response.status) ? undefined : response.body)
}

/** A bomb travels packed; a caller that hangs up ends either. */
function deliverPaced(
  response: FakeResponse,
  pace: Pace,
  outgoing: ServerResponse,
  stopping: AbortSignal,
): void {
  const packed = pace.kind === 'bomb'
  outgoing.writeHead(response.status, {
    ...response.headers,
    ...(packed ? { 'content-encoding': 'gzip' } : {}),
  })
  outgoing.flushHeaders()
  const pieces = Readable.from(
    paced(response.body, pace, ms => wait(ms, stopping)),
    { objectMode: false },
  )
  const done = () => {}
  if (packed) pipeline(pieces, createGzip(), outgoing, done)
  else pipeline(pieces, outgoing, done)
}

async function wait(ms: number, stopping: AbortSignal): Promise<void> {
  if (ms <= 0) return
  await systemRuntime.clock.sleep(ms, stopping).catch(() => {})
}

function failed(outgoing: ServerResponse, error: unknown): void {
  if (!outgoing.headersSent)
    outgoing.writeHead(500, { 'content-type': 'text/plain', 'x-fake-google-bug': '1' })
  outgoing.end(error instanceof Error ? error.stack : String(error))
}

function readBody(incoming: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let body = ''
    incoming.setEncoding('utf8')
    incoming.on('data', (chunk: string) => {
      body += chunk
    })
    incoming.on('end', () => resolve(body))
    incoming.on('error', reject)
  })
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}
