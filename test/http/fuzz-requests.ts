import type { Random } from '../../src/contracts/runtime.ts'
import { BASE, ORIGIN } from './support.ts'

/** What a client could know that is worth sending. */
export interface Known {
  /** `name=value` pairs, of which a request carries some. */
  readonly cookies: readonly string[]
  /** The own session first, then ones that are not good for much. */
  readonly sessions: readonly string[]
  readonly bearers: readonly string[]
  readonly states: readonly string[]
  /** Ids, own and foreign. */
  readonly ids: readonly string[]
}

export interface RandomRequest {
  readonly url: string
  readonly init: RequestInit & { duplex?: 'half' }
}

const METHODS = [
  'GET',
  'GET',
  'HEAD',
  'POST',
  'POST',
  'PATCH',
  'PATCH',
  'DELETE',
  'PUT',
  'OPTIONS',
  'PROPFIND',
  'get',
  'X',
]
const PATHS = [
  '/status',
  '/authorize',
  '/callback',
  '/settings',
  '/calendars',
  '/sync',
  '',
  '/',
  '/appointments/',
]
const FITTING: Readonly<Record<string, readonly string[]>> = {
  '/authorize': ['POST'],
  '/settings': ['PATCH'],
  '/sync': ['POST', 'GET'],
  '': ['DELETE'],
  '/': ['DELETE'],
}
const PIECES = [
  '/',
  '//',
  '..',
  '%2e%2e',
  '%2f',
  '%5c',
  '\\',
  '%',
  '%0',
  '%00',
  '%ff',
  '%E0%A4',
  '%ed%a0%80',
  '__proto__',
  'constructor',
  'toString',
  ':id',
  ';',
  '?',
  '#',
  '&',
  '=',
  '\u0000',
  '\r\n',
  '\ud800',
  '😀',
  '\u202e',
  "' or 1=1 --",
  '<script>',
  '{{x}}',
  'null',
  '-1',
  '1e999',
  'NaN',
  '[]',
  '{}',
  'true',
  'a'.repeat(300),
  'a'.repeat(20_000),
] as const
const JSON_BODIES = [
  '',
  '{}',
  '[]',
  'null',
  '1',
  '"x"',
  '{"calendar":"dedicated"}',
  '{"calendar":"primary","return_to":"/x"}',
  '{"return_to":"//evil.example"}',
  '{"login_hint":"a@example.com"}',
  '{"enabled":true}',
  '{"enabled":false}',
  '{"enabled":"x"}',
  '{"include_notes":true,"acknowledgements":[{"setting":"include_notes","text_id":"t"}]}',
  '{"include_notes":false}',
  '{"include_client_names":true}',
  '{"notify_clients":true,"enabled":true}',
  '{"notify_clients":true,"acknowledgements":[]}',
  '{"acknowledgements":[{"setting":"x","text_id":1}]}',
  '{"__proto__":{"enabled":true}}',
  '{"workspaceId":"CANARY-workspace","userId":"CANARY-user"}',
  `{"x":${'['.repeat(3_000)}`,
  `"${'x'.repeat(17_000)}"`,
] as const
const TYPES = [
  'application/json',
  'application/json',
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=latin1',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'APPLICATION/JSON',
  '',
  ';',
  '\u00ff',
] as const
const ORIGINS = [
  ORIGIN,
  ORIGIN,
  ORIGIN,
  ORIGIN,
  'null',
  'https://evil.example',
  '',
  'https://app.example:443',
  `${ORIGIN}, ${ORIGIN}`,
] as const

/** Requests near the documented ones and far from them, the same for a seed. */
export class RequestMaker {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random.float() * items.length)] as T
  }

  #often(share: number): boolean {
    return this.#random.float() < share
  }

  make(known: Known): RandomRequest {
    const plain = this.pick(PATHS)
    const fitting = plain === '/appointments/' ? ['GET', 'POST'] : (FITTING[plain] ?? ['GET', 'HEAD'])
    const method = this.#often(0.75) ? this.pick(fitting) : this.pick(METHODS)
    const path = plain === '/appointments/' ? this.#appointment(method, known) : plain
    const bent = this.#often(0.15) ? this.#bend(path) : path
    const headers = this.#headers(known)
    const bodyless = ['GET', 'HEAD'].includes(method.toUpperCase())
    const init = {
      method,
      headers,
      ...(!bodyless && this.#often(0.8) && { body: this.#body(), duplex: 'half' as const }),
    }
    const target = `${this.#often(0.97) ? BASE : this.#bend(BASE)}${bent}${this.#query(plain, known)}`
    return { url: `${ORIGIN}${target.startsWith('/') ? '' : '/'}${target}`, init }
  }

  #appointment(method: string, { ids }: Known): string {
    const id = this.#often(0.8) ? encodeURIComponent(this.pick(ids)) : this.pick(PIECES)
    return `/appointments/${id}${method === 'POST' || this.#often(0.1) ? '/retry' : ''}`
  }

  #bend(text: string): string {
    const at = Math.floor(this.#random.float() * (text.length + 1))
    const cut = this.#often(0.5) ? 0 : Math.floor(this.#random.float() * 4)
    return `${text.slice(0, at)}${this.pick(PIECES)}${text.slice(at + cut)}`
  }

  #query(path: string, { states }: Known): string {
    const parameters: string[] = []
    if (path === '/callback') {
      if (this.#often(0.9))
        parameters.push(`state=${this.#often(0.8) ? this.pick(states) : this.pick(PIECES)}`)
      if (this.#often(0.6)) parameters.push(`code=${this.#often(0.7) ? 'x' : this.pick(PIECES)}`)
      if (this.#often(0.3)) parameters.push(`error=${this.pick(['access_denied', ...PIECES])}`)
      if (this.#often(0.1)) parameters.push(`state=${this.pick(states)}`)
      if (this.#often(0.1)) parameters.push(`iss=${this.pick(PIECES)}`)
    } else if (path === '' || path === '/') {
      if (this.#often(0.9)) parameters.push(`events=${this.pick(['keep', 'remove', ...PIECES])}`)
    }
    while (this.#often(0.15)) parameters.push(`${this.pick(PIECES)}=${this.pick(PIECES)}`)
    return parameters.length > 0 ? `?${parameters.join('&')}` : ''
  }

  #headers({ cookies, sessions, bearers }: Known): Headers {
    const headers = new Headers()
    const some = cookies.filter(() => this.#often(0.7))
    if (this.#often(0.95)) some.push(this.#often(0.9) ? (sessions[0] ?? '') : this.pick(sessions))
    if (this.#often(0.1)) some.push(this.pick(PIECES))
    const set = (name: string, value: string) => {
      // What no server would let through is not sent.
      if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) headers.set(name, value)
    }
    if (some.length > 0 && this.#often(0.9))
      set('cookie', some.join(this.#often(0.9) ? '; ' : this.pick([';', ',', ';;', ' '])))
    if (this.#often(0.3))
      set('authorization', this.#often(0.7) ? `Bearer ${this.pick(bearers)}` : this.pick(PIECES))
    if (this.#often(0.9)) set('origin', this.#often(0.8) ? ORIGIN : this.pick(ORIGINS))
    if (this.#often(0.9)) set('content-type', this.#often(0.7) ? 'application/json' : this.pick(TYPES))
    if (this.#often(0.1)) set('content-length', this.pick(['0', '-1', '1e9', 'x', '99999999', '']))
    if (this.#often(0.05)) set('content-encoding', this.pick(['gzip', 'identity', 'br, gzip', '']))
    if (this.#often(0.1)) set('sec-fetch-site', this.pick(['cross-site', 'same-origin', 'none', 'x']))
    if (this.#often(0.1))
      set(
        this.pick(['x-forwarded-host', 'host', 'x-workspace-id', 'x-http-method-override', 'accept']),
        this.pick(PIECES),
      )
    return headers
  }

  #body(): BodyInit {
    const text = this.#often(0.85) ? this.pick(JSON_BODIES) : this.#bend(this.pick(JSON_BODIES))
    if (this.#often(0.85)) return text
    const bytes = Uint8Array.from(Buffer.from(text))
    for (let i = 0; i < bytes.length && this.#often(0.8); i++)
      bytes[Math.floor(this.#random.float() * bytes.length)] = Math.floor(this.#random.float() * 256)
    if (this.#often(0.5)) return bytes
    const breaks = this.#often(0.3)
    return new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7))
        if (breaks) controller.error(new Error('reset'))
        else controller.close()
      },
    })
  }
}
