import type { FakeGoogleProcess } from '../express-clinic/fake-google.ts'
import type { Member } from '../express-clinic/members.ts'
import type { GoogleEvent } from './expected.ts'

export interface CalendarEntry {
  readonly id: string
  readonly summary: string
  readonly primary?: boolean
}

/** Reads members' calendars through the API, with tokens of a client that has nothing to do with the app. */
export class CalendarReader {
  readonly #google: FakeGoogleProcess
  readonly #token: string

  private constructor(google: FakeGoogleProcess, token: string) {
    this.#google = google
    this.#token = token
  }

  static async of(google: FakeGoogleProcess, clientId: string, member: Member): Promise<CalendarReader> {
    const scopes = ['https://www.googleapis.com/auth/calendar.readonly']
    const grant = { email: member.email, clientId, scopes }
    const { accessToken } = await google.control<{ accessToken: string }>('grant', grant)
    return new CalendarReader(google, accessToken)
  }

  async calendars(): Promise<CalendarEntry[]> {
    const found: CalendarEntry[] = []
    for await (const item of this.#items<CalendarEntry>('users/me/calendarList', { maxResults: '250' }))
      found.push(item)
    return found
  }

  /** Series as they are, one by one, never more than a page in memory. */
  events(calendarId: string): AsyncGenerator<GoogleEvent> {
    const path = `calendars/${encodeURIComponent(calendarId)}/events`
    return this.#items<GoogleEvent>(path, { maxResults: '250', singleEvents: 'false' })
  }

  async *#items<T>(path: string, query: Record<string, string>): AsyncGenerator<T> {
    let pageToken: string | undefined
    do {
      const search = new URLSearchParams({ ...query, prettyPrint: 'false', ...(pageToken && { pageToken }) })
      const page = await this.#page<T>(`${this.#google.url}/calendar/v3/${path}?${search}`)
      yield* page.items ?? []
      pageToken = page.nextPageToken
    } while (pageToken !== undefined)
  }

  async #page<T>(url: string): Promise<{ items?: T[]; nextPageToken?: string }> {
    for (let tries = 0; ; tries++) {
      const response = await fetch(url, { headers: { authorization: `Bearer ${this.#token}` } })
      if (response.ok) return (await response.json()) as { items?: T[]; nextPageToken?: string }
      const text = await response.text()
      const isBusy = response.status === 429 || response.status === 403
      if (!isBusy || tries > 30)
        throw new Error(`Reading a calendar back failed with ${response.status}: ${text}`)
      await new Promise(resolve => setTimeout(resolve, 3_000))
    }
  }
}
