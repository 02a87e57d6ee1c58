import { type Answer, type CallOptions, send, type Target } from './transport.ts'

export type { Answer, CallOptions, Target } from './transport.ts'

/** One run against a Google, real or fake. Writes only to calendars that it made itself. */
export interface Session {
  /** The calendar of this run, in Europe/Berlin. */
  readonly calendarId: string
  /** `path` under `/calendar/v3/`. Refuses to write outside the run's own calendars. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** The same, for the events of the run's calendar. */
  events(method: string, path?: string, options?: CallOptions): Promise<Answer>
  /** Another calendar of the run's own, which is deleted with it. */
  newCalendar(body: object): Promise<Answer>
  /** A read of the run's calendar as somebody else: with another token, or with none. */
  readAs(accessToken: string | undefined, path?: string): Promise<Answer>
  /** Many reads of the run's own calendar in one request. */
  batch(paths: readonly string[]): Promise<Answer>
  /** A POST to one of Google's OAuth endpoints; never with a token that lives. */
  oauth(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Answer>
  /** What the authorization endpoint answers, not followed. */
  authorize(query: Record<string, string>): Promise<Answer>
  /** Where push notifications would go. */
  readonly webhook: string
  /** A token of the same account without a scope for events. */
  readonly narrowAccessToken: string | undefined
  /** A new, valid event id. */
  newId(): string
}

export const SUMMARY = 'google-calendar-sync conformance (may be deleted)'

export class ConformanceSession implements Session {
  calendarId = ''
  readonly webhook: string
  readonly narrowAccessToken: string | undefined
  readonly #target: Target
  readonly #own: string[] = []
  #count = 0
  readonly #stamp = Date.now().toString(32)

  constructor(target: Target) {
    this.#target = target
    this.webhook = target.webhook ?? 'https://example.com/google-calendar-sync-conformance'
    this.narrowAccessToken = target.narrowAccessToken
  }

  async open(): Promise<void> {
    const { status, json, text } = await this.newCalendar({ timeZone: 'Europe/Berlin' })
    if (status !== 200) throw new Error(`No calendar could be made: ${status} ${text}`)
    this.calendarId = json.id
  }

  async close(): Promise<void> {
    const left: string[] = []
    for (const id of this.#own) {
      const { status, text } = await this.call('DELETE', `calendars/${encodeURIComponent(id)}`)
      // A case may have deleted its own.
      if (status !== 204 && status !== 404) left.push(`${id}: ${status} ${text}`)
    }
    if (left.length > 0) throw new Error(`Calendars are left behind: ${left.join('; ')}`)
  }

  async newCalendar(body: object): Promise<Answer> {
    const answer = await this.#send('POST', '/calendar/v3/calendars', {
      body: { summary: SUMMARY, ...body },
    })
    if (answer.status === 200) this.#own.push(answer.json.id)
    return answer
  }

  newId(): string {
    return `conf${this.#stamp}${(this.#count++).toString(32)}`.replaceAll(/[^0-9a-v]/g, '0')
  }

  events(method: string, path = '', options: CallOptions = {}): Promise<Answer> {
    return this.call(method, `calendars/${encodeURIComponent(this.calendarId)}/events${path}`, options)
  }

  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    if (method !== 'GET' && !mayWrite(method, path, this.#own))
      throw new Error(`Refused: ${method} ${path} is not on a calendar of this run`)
    return this.#send(method, `/calendar/v3/${path}`, options)
  }

  readAs(accessToken: string | undefined, path = ''): Promise<Answer> {
    const url = `/calendar/v3/calendars/${encodeURIComponent(this.calendarId)}/events${path}`
    return send({ ...this.#target, accessToken }, 'GET', `${this.#target.baseUrl}${url}`)
  }

  batch(paths: readonly string[]): Promise<Answer> {
    const root = `/calendar/v3/calendars/${encodeURIComponent(this.calendarId)}/events`
    const parts = paths.map(
      (path, n) =>
        `--conformance\r\nContent-Type: application/http\r\nContent-ID: <item${n}>\r\n\r\nGET ${root}${path}\r\n\r\n\r\n`,
    )
    const headers = { 'content-type': 'multipart/mixed; boundary=conformance' }
    const body = `${parts.join('')}--conformance--`
    return this.#send('POST', '/batch/calendar/v3', { body, headers })
  }

  oauth(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
    const { accessToken, narrowAccessToken, oauthUrl, baseUrl } = this.#target
    if (Object.values(form).some(value => value === accessToken || value === narrowAccessToken))
      throw new Error('Refused: a token that lives is not given to the OAuth endpoints')
    const body = String(new URLSearchParams(form))
    const type = { 'content-type': 'application/x-www-form-urlencoded', ...headers }
    const target = { ...this.#target, accessToken: undefined }
    return send(target, 'POST', `${oauthUrl ?? baseUrl}${path}`, { body, headers: type })
  }

  authorize(query: Record<string, string>): Promise<Answer> {
    const { accountsUrl, baseUrl } = this.#target
    const url = `${accountsUrl ?? baseUrl}/o/oauth2/v2/auth?${new URLSearchParams(query)}`
    return send({ ...this.#target, accessToken: undefined }, 'GET', url)
  }

  #send(method: string, path: string, options: CallOptions): Promise<Answer> {
    return send(this.#target, method, `${this.#target.baseUrl}${path}`, options)
  }
}

/** Reads that are POSTs, and everything under the run's own calendars. */
export function mayWrite(method: string, path: string, own: readonly string[]): boolean {
  if (method === 'POST' && (path === 'freeBusy' || path === 'channels/stop')) return true
  const [target = '', query = ''] = path.split('?')
  const destination = new URLSearchParams(query).get('destination')
  if (destination !== null && !own.includes(destination)) return false
  if (target.split('/').includes('..')) return false
  return own
    .filter(id => id !== '')
    .map(encodeURIComponent)
    .flatMap(id => [`calendars/${id}`, `users/me/calendarList/${id}`])
    .some(root => target === root || target.startsWith(`${root}/`))
}
