import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createSecureContext, TLSSocket } from 'node:tls'

/** Google's hosts that a client with its addresses built in may ask for. */
const HOSTS = [
  'www.googleapis.com',
  'oauth2.googleapis.com',
  'accounts.google.com',
  'calendar.googleapis.com',
]
const DISCOVERY = /^\/discovery\/v1\/apis\/calendar\/v3\/rest(\?|$)/

export interface GoogleProxy {
  readonly url: string
  /** To be trusted by the client, as `HTTPLIB2_CA_CERTS` or the like. */
  readonly certificate: string
  close(): Promise<void>
}

/**
 * An HTTPS proxy in which Google's own hosts are the fake: for clients whose endpoint cannot be set. Needs
 * `openssl` for its certificate. `folder` is the caller's, and is left to it.
 */
export async function startGoogleProxy(options: {
  readonly fake: string
  readonly discovery: string
  readonly folder: string
}): Promise<GoogleProxy> {
  const certificate = join(options.folder, 'certificate.pem')
  const key = join(options.folder, 'key.pem')
  makeCertificate(certificate, key)
  const context = createSecureContext({ cert: readFileSync(certificate), key: readFileSync(key) })
  const google = createServer((from, to) => answer(options, from, to))
  const proxy = createServer((_request, response) => response.writeHead(501).end())
  proxy.on('connect', ({ url = '' }, socket) => {
    if (!HOSTS.includes(url.split(':')[0] ?? '')) {
      socket.end('HTTP/1.1 403 Not one of Google\r\n\r\n')
      return
    }
    socket.on('error', () => {})
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    const secured = new TLSSocket(socket, { isServer: true, secureContext: context })
    secured.on('error', () => socket.destroy())
    google.emit('connection', secured)
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    certificate,
    close: async () => {
      google.closeAllConnections()
      await closed(proxy)
    },
  }
}

function makeCertificate(certificate: string, key: string): void {
  const names = `subjectAltName=${HOSTS.map(host => `DNS:${host}`).join(',')}`
  const made = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=www.googleapis.com',
  ]
  execFileSync('openssl', [...made, '-addext', names, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  })
}

function answer(
  { fake, discovery }: { fake: string; discovery: string },
  from: IncomingMessage,
  to: ServerResponse,
) {
  if (DISCOVERY.test(from.url ?? '')) {
    to.writeHead(200, { 'content-type': 'application/json' }).end(readFileSync(discovery))
    return
  }
  const { method, headers } = from
  const onward = request(`${fake}${from.url}`, { method, headers }, back => {
    to.writeHead(back.statusCode ?? 502, back.headers)
    back.pipe(to)
  })
  onward.on('error', () => to.destroy())
  from.pipe(onward)
}

function closed(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
