import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { GoogleCalendarSync } from 'google-calendar-sync'
import { MEMBERS, type Member } from './clinic.ts'

const COOKIE = 'calendar-binding'

/** The two pages of the app that connecting needs: "connect my calendar", and where Google sends the user back. */
export class ConnectPages {
  readonly redirectUri: string
  readonly #server: Server
  #sync: GoogleCalendarSync | undefined

  private constructor(server: Server) {
    this.#server = server
    this.redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`
  }

  static async start(): Promise<ConnectPages> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const pages = new ConnectPages(server)
    server.on('request', (request, response) => {
      pages.#serve(request, response).catch(() => response.writeHead(500).end('Something went wrong.'))
    })
    return pages
  }

  use(sync: GoogleCalendarSync): void {
    this.#sync = sync
  }

  connectUrl({ workspaceId, userId }: Member): string {
    const url = new URL('/connect', this.redirectUri)
    url.search = new URLSearchParams({ workspaceId, userId }).toString()
    return url.href
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.redirectUri)
    if (!this.#sync) response.writeHead(503).end('Not yet.')
    else if (pathname === '/connect') await this.#connect(this.#sync, searchParams, response)
    else if (pathname === '/callback') await this.#callback(this.#sync, request, searchParams, response)
    else response.writeHead(404).end('There is no such page.')
  }

  async #connect(sync: GoogleCalendarSync, query: URLSearchParams, response: ServerResponse): Promise<void> {
    const member = MEMBERS.find(
      ({ workspaceId, userId }) => workspaceId === query.get('workspaceId') && userId === query.get('userId'),
    )
    if (!member) {
      response.writeHead(404).end('There is no such member.')
      return
    }
    const { url, binding } = await sync.authorizationUrl(member, { calendar: member.calendar })
    const cookie = `${COOKIE}=${binding}; HttpOnly; SameSite=Lax; Path=/; Max-Age=600`
    response.writeHead(302, { location: url, 'set-cookie': cookie }).end()
  }

  async #callback(
    sync: GoogleCalendarSync,
    request: IncomingMessage,
    query: URLSearchParams,
    response: ServerResponse,
  ): Promise<void> {
    const binding = new RegExp(`(?:^|; )${COOKIE}=([^;]*)`).exec(request.headers.cookie ?? '')?.[1]
    const result = await sync.completeAuthorization({ ...Object.fromEntries(query), binding })
    const reason = 'reason' in result ? `: ${result.reason}` : ''
    response.writeHead(result.kind === 'connected' ? 200 : 400).end(`${result.kind}${reason}`)
  }
}

/**
 * What a member does in a browser: opens the app's page, follows it to Google, allows everything there, and comes
 * back with the cookie. The fake's consent page takes the answer in its URL.
 */
export async function connectAsMember(pages: ConnectPages, member: Member): Promise<void> {
  const opened = await fetch(pages.connectUrl(member), { redirect: 'manual' })
  const consent = new URL(locationOf(opened, 'The connect page'))
  const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const page = await fetch(consent, { redirect: 'manual' })
  if (page.status !== 200) throw new Error(`The consent page answered ${page.status}: ${await page.text()}`)
  consent.searchParams.set('_approve', member.email)
  const allowed = await fetch(consent, { redirect: 'manual' })
  const back = await fetch(locationOf(allowed, 'The consent page'), { headers: { cookie } })
  const said = await back.text()
  if (!back.ok) throw new Error(`${member.name} could not connect: ${said}`)
}

function locationOf(response: Response, page: string): string {
  const location = response.headers.get('location')
  if (location === null) throw new Error(`${page} answered ${response.status} without a redirect.`)
  return location
}
