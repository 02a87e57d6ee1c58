import type { ApiTarget } from './api.ts'
import type { ApiMethodName } from './methods.ts'

const ROOT = '/calendar/v3/'

type Verbs = Readonly<Partial<Record<string, ApiMethodName>>>

const CALENDARS: Verbs = { POST: 'calendars.insert' }
const CALENDAR: Verbs = {
  GET: 'calendars.get',
  PATCH: 'calendars.patch',
  PUT: 'calendars.update',
  DELETE: 'calendars.delete',
}
const CALENDAR_LIST: Verbs = { GET: 'calendarList.list', POST: 'calendarList.insert' }
const LIST_ENTRY: Verbs = {
  GET: 'calendarList.get',
  PATCH: 'calendarList.patch',
  PUT: 'calendarList.update',
  DELETE: 'calendarList.delete',
}
const EVENTS: Verbs = { GET: 'events.list', POST: 'events.insert' }
const EVENT: Verbs = {
  GET: 'events.get',
  PATCH: 'events.patch',
  PUT: 'events.update',
  DELETE: 'events.delete',
}

/** The API method a path and verb stand for; ids arrive percent-encoded. */
export function apiRoute(verb: string, path: string): ApiTarget | undefined {
  if (!path.startsWith(ROOT)) return undefined
  const parts = path.slice(ROOT.length).split('/')
  if (parts.includes('')) return undefined
  const [first, second, third, fourth] = parts
  if (first === 'calendars') {
    if (parts.length === 1) return target(CALENDARS[verb])
    if (parts.length === 2) return target(CALENDAR[verb], second)
    if (third !== 'events') return undefined
    if (parts.length === 3) return target(EVENTS[verb], second)
    return parts.length === 4 ? target(EVENT[verb], second, fourth) : undefined
  }
  if (first !== 'users' || second !== 'me' || third !== 'calendarList') return undefined
  if (parts.length === 3) return target(CALENDAR_LIST[verb])
  return parts.length === 4 ? target(LIST_ENTRY[verb], fourth) : undefined
}

function target(method: ApiMethodName | undefined, calendarId = '', eventId = ''): ApiTarget | undefined {
  if (method === undefined) return undefined
  try {
    return { method, calendarId: decodeURIComponent(calendarId), eventId: decodeURIComponent(eventId) }
  } catch {
    return undefined
  }
}
