import type { CalendarRequest, GoogleAnswer } from '../../src/google/transport.ts'
import type { FakeRequest, FakeResponse } from '../../src/testing/index.ts'

const ROOT = 'https://www.googleapis.com/calendar/v3/calendars'

const VERBS = {
  'events.insert': 'POST',
  'events.patch': 'PATCH',
  'events.update': 'PUT',
  'events.delete': 'DELETE',
  'events.get': 'GET',
  'events.list': 'GET',
  'calendars.insert': 'POST',
} as const

/** A request of the HTTP port as it goes over the wire. */
export function toWire(request: CalendarRequest): FakeRequest {
  const { method, calendarId, eventId, query = {}, body, ifMatch, accessToken } = request
  const path = [
    ...(calendarId === undefined ? [] : [encodeURIComponent(calendarId), 'events']),
    ...(eventId === undefined ? [] : [encodeURIComponent(eventId)]),
  ]
  const search = new URLSearchParams({ prettyPrint: 'false' })
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  return {
    method: VERBS[method],
    url: `${[ROOT, ...path].join('/')}?${search}`,
    headers: {
      authorization: `Bearer ${accessToken}`,
      'content-type': 'application/json',
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    },
    body: body === undefined ? '' : JSON.stringify(body),
  }
}

export function formRequest(url: string, form?: Readonly<Record<string, string>>): FakeRequest {
  return form === undefined
    ? { method: 'GET', url, headers: {}, body: '' }
    : {
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: String(new URLSearchParams(form)),
      }
}

/** As the official client hands it on: parsed JSON, else the text, else nothing. */
export function fromWire({ status, headers, body }: FakeResponse): GoogleAnswer {
  return { status, headers, body: parsed(body) }
}

function parsed(body: string): unknown {
  if (body === '') return undefined
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
