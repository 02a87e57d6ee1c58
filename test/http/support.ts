import { expect } from 'vitest'
import type { z } from 'zod'
import type { AccountRef } from '../../src/contracts/identity.ts'
import {
  createHandler,
  type HttpOptions,
  type SyncHandler,
  type SyncOperations,
} from '../../src/http/index.ts'
import {
  acceptedResponse,
  appointmentResponse,
  authorizeResponse,
  calendarsResponse,
  disconnectResponse,
  problemResponse,
  settingsResponse,
  statusResponse,
  syncResponse,
} from '../../src/http/schemas.ts'
import { createSigningKey, TestKit, type TestKitOptions } from '../../src/testing/index.ts'

export const NOW = Date.UTC(2026, 10, 23, 8)
export const ORIGIN = 'https://app.example'
export const BASE = '/calendar'

/** Two clinics, and the same user id in both. */
export const dana: AccountRef = { workspaceId: 'north', userId: 'dana' }
export const noa: AccountRef = { workspaceId: 'north', userId: 'noa' }
export const stranger: AccountRef = { workspaceId: 'south', userId: 'dana' }

const signingKey = createSigningKey('http')

// Loaded before the first request, as reading files takes real time, which a virtual clock fills with timeouts.
await Promise.all([import('google-auth-library'), import('@googleapis/calendar')])

export interface HttpKit {
  readonly kit: TestKit
  readonly handler: SyncHandler
  /** Names of the operations that the routes called. */
  readonly called: string[]
}

export interface HttpKitOptions extends HttpOptions {
  readonly kit?: TestKitOptions
  readonly operations?: Partial<SyncOperations>
}

/** The handler over the real library on memory stores and the fake Google. */
export function httpKit({ kit: kitOptions, operations: changes, ...http }: HttpKitOptions = {}): HttpKit {
  const kit = new TestKit({ now: NOW, ...kitOptions, google: { signingKey, ...kitOptions?.google } })
  const { sync } = kit
  const called: string[] = []
  const real: SyncOperations = {
    status: account => sync.status(account),
    authorizationUrl: (account, options) => sync.authorizationUrl(account, options),
    completeAuthorization: callback => sync.completeAuthorization(callback),
    updateSettings: (account, settings, options) => sync.updateSettings(account, settings, options),
    syncNow: account => sync.syncNow(account),
    retry: (ref, account) => sync.retry(ref, account),
    disconnect: (account, options) => sync.disconnect(account, options),
    calendars: account => sync.calendars(account),
    accountAppointmentStatus: (account, ref) => sync.accountAppointmentStatus(account, ref),
    ...changes,
  }
  const operations = new Proxy(real, {
    get(target, name: keyof SyncOperations) {
      called.push(name)
      return target[name]
    },
  })
  const handler = createHandler({
    http: { authenticate: signedIn, ...http },
    redirectUri: kit.options.google.redirectUri,
    operations,
    runtime: kit.runtime,
  })
  return { kit, handler, called }
}

/** The library's own handler: nothing stands between its routes and the real thing. */
export function realHttp(options: TestKitOptions = {}): HttpKit {
  const kit = new TestKit({
    now: NOW,
    ...options,
    google: { signingKey, ...options.google },
    sync: { authenticate: signedIn, ...options.sync },
  })
  return { kit, handler: kit.sync.handler, called: [] }
}

/** The test host's session: a cookie, or the same text as a bearer token. */
export function sessionOf(account: AccountRef): string {
  return Buffer.from(JSON.stringify(account)).toString('base64url')
}

export function signedIn(request: Request): AccountRef | null {
  const cookie = /(?:^|; )session=([^;]*)/.exec(request.headers.get('cookie') ?? '')?.[1]
  const bearer = /^Bearer (.*)$/.exec(request.headers.get('authorization') ?? '')?.[1]
  const session = cookie ?? bearer
  if (session === undefined) return null
  try {
    return JSON.parse(Buffer.from(session, 'base64url').toString()) as AccountRef
  } catch {
    return null
  }
}

const RESPONSES: readonly (readonly [RegExp, z.ZodType])[] = [
  [/^(GET|HEAD) \/status$/, statusResponse],
  [/^POST \/authorize$/, authorizeResponse],
  [/^PATCH \/settings$/, settingsResponse],
  [/^DELETE \/?$/, disconnectResponse],
  [/^GET \/calendars$/, calendarsResponse],
  [/^POST \/sync$/, acceptedResponse],
  [/^GET \/sync$/, syncResponse],
  [/^GET \/appointments\/[^/]+$/, appointmentResponse],
  [/^POST \/appointments\/[^/]+\/retry$/, acceptedResponse],
]

/** What holds of every answer, whatever it is. */
export async function checkAnswer(response: Response, method = 'GET', path = ''): Promise<Answer> {
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('referrer-policy')).toBe('no-referrer')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect([...response.headers.keys()].filter(name => name.startsWith('access-control'))).toEqual([])
  const text = await response.text()
  const body = text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>)
  if (response.status >= 400 && body !== undefined) {
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    problemResponse.parse(body)
    expect(body.status).toBe(response.status)
  } else if (body !== undefined) {
    expect(response.headers.get('content-type')).toBe('application/json')
    const schema = RESPONSES.find(([route]) => route.test(`${method} ${path.split('?')[0]}`))?.[1]
    if (!schema) throw new Error(`No schema for ${method} ${path}`)
    schema.parse(body)
  }
  return {
    status: response.status,
    headers: response.headers,
    body: body ?? {},
    code: String(body?.code ?? ''),
    location: response.headers.get('location') ?? undefined,
    result: new URL(response.headers.get('location') ?? 'x:').searchParams.get('google_calendar'),
    cookies: response.headers.getSetCookie(),
  }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
  readonly code: string
  readonly location: string | undefined
  readonly result: string | null
  readonly cookies: readonly string[]
}

export interface Sending {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** One browser with its jar, on the host's own pages. */
export class Browser {
  readonly jar = new Map<string, string>()
  readonly #http: HttpKit

  constructor(http: HttpKit, account?: AccountRef) {
    this.#http = http
    if (account) this.jar.set('session', sessionOf(account))
  }

  /** `path` is below the base, or a whole URL. */
  async send(method: string, path: string, { body, headers = {} }: Sending = {}): Promise<Answer> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const request = new Request(path.startsWith('https:') ? path : `${ORIGIN}${BASE}${path}`, {
      method,
      headers: {
        ...(cookie !== '' && { cookie }),
        ...(method !== 'GET' && method !== 'HEAD' && { origin: ORIGIN, 'sec-fetch-site': 'same-origin' }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const answer = await checkAnswer(
      await this.#http.kit.run(() => this.#http.handler(request)),
      method,
      path,
    )
    for (const each of answer.cookies) {
      const [pair = '', ...attributes] = each.split('; ')
      const [name = '', value = ''] = pair.split('=')
      if (attributes.includes('Max-Age=0')) this.jar.delete(name)
      else this.jar.set(name, value)
    }
    return answer
  }

  get(path: string, sending?: Sending): Promise<Answer> {
    return this.send('GET', path, sending)
  }

  post(path: string, body?: unknown): Promise<Answer> {
    return this.send('POST', path, body === undefined ? {} : { body })
  }

  /** Presses "connect": where Google would be shown. */
  async start(body: unknown = {}): Promise<string> {
    const { status, body: answer } = await this.post('/authorize', body)
    expect(status).toBe(200)
    return String(answer.authorization_url)
  }

  /** What the person does at Google: the URL that Google sends the browser to. */
  consent(
    url: string,
    email: string,
    approval: { readonly deny?: boolean; readonly grantScopes?: readonly string[] } = {},
  ): string {
    const { control } = this.#http.kit.google
    if (!control.users().some(user => user.email === email))
      control.createUser({ email, timeZone: 'Europe/Berlin' })
    return control.approve(url, { email, ...approval })
  }

  async connect(email: string, body: unknown = {}): Promise<Answer> {
    return this.get(this.consent(await this.start(body), email))
  }
}

/** The browser's cookies that bind authorizations. */
export function bindings(browser: Browser): string[] {
  return [...browser.jar.keys()].filter(name => name.includes('gcs-'))
}

/** Codes that were spent at Google, or tried. */
export function exchanges({ kit }: HttpKit): number {
  return kit.google.control.requests().filter(({ method }) => method === 'oauth.token').length
}

export function auditLines({ kit }: HttpKit): string[] {
  return kit.audits.map(
    ({ action, account, outcome }) => `${account.workspaceId}/${account.userId} ${action}: ${outcome}`,
  )
}
