import { expect } from 'vitest'
import { apiRoute } from '../../../../src/testing/fake-google/calendar/routes.ts'
import {
  createFakeGoogle,
  type FakeGoogle,
  type FakeGoogleOptions,
} from '../../../../src/testing/fake-google/index.ts'
import { checkAnswer, Discovery } from './discovery.ts'

const discovery = Discovery.read()

export const START = Date.parse('2026-03-02T09:00:00.250Z')
export const CALENDAR = 'https://www.googleapis.com/auth/calendar'
export const REDIRECT = 'https://app.example/callback'

export class TestClock {
  ms = START
  now = () => this.ms
  slept: number[] = []
  sleep = async (ms: number) => {
    this.slept.push(ms)
    this.ms += ms
  }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: bodies are asserted on, field by field
  readonly json: any
}

export interface Account {
  readonly google: FakeGoogle
  readonly clock: TestClock
  readonly clientId: string
  readonly clientSecret: string
  readonly accessToken: string
  readonly refreshToken: string
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

export async function send(google: FakeGoogle, url: string, init?: RequestInit): Promise<Answer> {
  const response = await google.fetch(url, init)
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== ''
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  }
}

/** A fake with one account on a clock of its own, and a caller for the Calendar API. */
export function account(options: FakeGoogleOptions & { scopes?: string[]; timeZone?: string } = {}): Account {
  const { scopes, timeZone, ...rest } = options
  const clock = new TestClock()
  const google = createFakeGoogle({ clock, quota: 'off', ...rest })
  const ready = google.control.readyAccount({
    ...(scopes ? { scopes } : {}),
    ...(timeZone ? { timeZone } : {}),
    redirectUris: [REDIRECT],
  })
  return { google, clock, ...ready, api: caller(google, ready.accessToken) }
}

/** Whatever a test asks for, every answer keeps to the form that Google documents for the method. */
export function caller(google: FakeGoogle, accessToken: string): Account['api'] {
  return async (method, path, body, headers = {}) => {
    const answer = await send(google, `https://www.googleapis.com/calendar/v3/${path}`, {
      method,
      headers: { ...(accessToken && { authorization: `Bearer ${accessToken}` }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const [bare = '', query = ''] = path.split('?')
    const route = apiRoute(method, `/calendar/v3/${bare}`)
    const isWhole = !new URLSearchParams(query).has('fields')
    if (route && isWhole) expect(checkAnswer(discovery, route.method, answer), answer.text).toEqual([])
    return answer
  }
}

export const EVENTS = 'calendars/primary/events'

export function timed(id?: string, hour = 10) {
  const at = (h: number) => ({
    dateTime: `2026-05-04T${String(h).padStart(2, '0')}:00:00Z`,
    timeZone: 'Europe/Berlin',
  })
  return { ...(id ? { id } : {}), summary: 'Appointment', start: at(hour), end: at(hour + 1) }
}

export async function token(
  google: FakeGoogle,
  form: Record<string, string>,
  headers: Record<string, string> = {},
) {
  return send(google, 'https://oauth2.googleapis.com/token', {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
  })
}
