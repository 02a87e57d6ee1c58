/** One run against a Google, real or fake. Writes only to the calendar that it made itself. */
export interface Session {
  /** The calendar of this run. */
  readonly calendarId: string
  /** `path` under `/calendar/v3/`. Refuses to write outside the run's own calendar. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** The same, for the events of the run's calendar. */
  events(method: string, path?: string, options?: CallOptions): Promise<Answer>
  /** A new, valid event id. */
  newId(): string
}

export interface CallOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: bodies are asserted on, field by field
  readonly json: any
  readonly reason: string | undefined
}

export interface Target {
  /** `https://www.googleapis.com`, or the fake's address. */
  readonly baseUrl: string
  readonly accessToken: string
  /** Between requests, for Google's write limits. */
  readonly pauseMs: number
}

export const SUMMARY = 'google-calendar-sync conformance (may be deleted)'

export class ConformanceSession implements Session {
  calendarId = ''
  readonly #target: Target
  #count = 0
  readonly #stamp = Date.now().toString(32)

  constructor(target: Target) {
    this.#target = target
  }

  async open(): Promise<void> {
    const body = { summary: SUMMARY, timeZone: 'Europe/Berlin' }
    const { status, json, text } = await this.#send('POST', 'calendars', { body })
    if (status !== 200) throw new Error(`No calendar could be made: ${status} ${text}`)
    this.calendarId = json.id
  }

  async close(): Promise<void> {
    if (this.calendarId === '') return
    const { status, text } = await this.call('DELETE', `calendars/${encodeURIComponent(this.calendarId)}`)
    if (status !== 204) throw new Error(`The calendar is left behind: ${status} ${text}`)
  }

  newId(): string {
    return `conf${this.#stamp}${(this.#count++).toString(32)}`.replaceAll(/[^0-9a-v]/g, '0')
  }

  events(method: string, path = '', options: CallOptions = {}): Promise<Answer> {
    return this.call(method, `calendars/${encodeURIComponent(this.calendarId)}/events${path}`, options)
  }

  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    if (method !== 'GET' && !mayWrite(method, path, this.calendarId))
      throw new Error(`Refused: ${method} ${path} is not on the calendar of this run`)
    return this.#send(method, path, options)
  }

  async #send(method: string, path: string, { body, headers }: CallOptions): Promise<Answer> {
    const { baseUrl, accessToken, pauseMs } = this.#target
    if (pauseMs > 0) await new Promise(resolve => setTimeout(resolve, pauseMs))
    const response = await fetch(`${baseUrl}/calendar/v3/${path}`, {
      method,
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== ''
    const json = isJson ? JSON.parse(text) : undefined
    return {
      status: response.status,
      headers: response.headers,
      text,
      json,
      reason: json?.error?.errors?.[0]?.reason,
    }
  }
}

/** Reads that are POSTs, and everything under the run's own calendar. */
export function mayWrite(method: string, path: string, calendarId: string): boolean {
  if (method === 'POST' && (path === 'freeBusy' || path === 'channels/stop')) return true
  if (calendarId === '') return false
  const own = encodeURIComponent(calendarId)
  const [target = '', query = ''] = path.split('?')
  const destination = new URLSearchParams(query).get('destination')
  if (destination !== null && destination !== calendarId) return false
  if (target.split('/').includes('..')) return false
  return [`calendars/${own}`, `users/me/calendarList/${own}`].some(
    root => target === root || target.startsWith(`${root}/`),
  )
}
