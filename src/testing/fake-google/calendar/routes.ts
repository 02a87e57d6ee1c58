import type { ApiTarget } from './api.ts'
import type { ApiMethodName } from './methods.ts'

const ROOT = '/calendar/v3/'

/** `{c}` stands for a calendar's id, `{e}` for an event's, a rule's or a setting's; literal parts come first. */
const ROUTES: readonly (readonly [string, ApiMethodName])[] = [
  ['POST calendars', 'calendars.insert'],
  ['GET calendars/{c}', 'calendars.get'],
  ['PATCH calendars/{c}', 'calendars.patch'],
  ['PUT calendars/{c}', 'calendars.update'],
  ['DELETE calendars/{c}', 'calendars.delete'],
  ['GET users/me/calendarList', 'calendarList.list'],
  ['POST users/me/calendarList', 'calendarList.insert'],
  ['GET users/me/calendarList/{c}', 'calendarList.get'],
  ['PATCH users/me/calendarList/{c}', 'calendarList.patch'],
  ['PUT users/me/calendarList/{c}', 'calendarList.update'],
  ['DELETE users/me/calendarList/{c}', 'calendarList.delete'],
  ['GET calendars/{c}/events', 'events.list'],
  ['POST calendars/{c}/events', 'events.insert'],
  ['GET calendars/{c}/events/{e}', 'events.get'],
  ['PATCH calendars/{c}/events/{e}', 'events.patch'],
  ['PUT calendars/{c}/events/{e}', 'events.update'],
  ['DELETE calendars/{c}/events/{e}', 'events.delete'],
  ['GET calendars/{c}/events/{e}/instances', 'events.instances'],
  ['POST calendars/{c}/events/{e}/move', 'events.move'],
  ['POST calendars/{c}/events/import', 'events.import'],
  ['POST calendars/{c}/events/quickAdd', 'events.quickAdd'],
  ['POST calendars/{c}/clear', 'calendars.clear'],
  ['POST calendars/{c}/transferOwnership', 'calendars.transferOwnership'],
  ['GET calendars/{c}/acl', 'acl.list'],
  ['POST calendars/{c}/acl', 'acl.insert'],
  ['GET calendars/{c}/acl/{e}', 'acl.get'],
  ['PATCH calendars/{c}/acl/{e}', 'acl.patch'],
  ['PUT calendars/{c}/acl/{e}', 'acl.update'],
  ['DELETE calendars/{c}/acl/{e}', 'acl.delete'],
  ['GET users/me/settings', 'settings.list'],
  ['GET users/me/settings/{e}', 'settings.get'],
  ['POST freeBusy', 'freebusy.query'],
  ['GET colors', 'colors.get'],
  ['POST calendars/{c}/events/watch', 'events.watch'],
  ['POST calendars/{c}/acl/watch', 'acl.watch'],
  ['POST users/me/calendarList/watch', 'calendarList.watch'],
  ['POST users/me/settings/watch', 'settings.watch'],
  ['POST channels/stop', 'channels.stop'],
]

interface Branch {
  readonly parts: Map<string, Branch>
  readonly methods: Map<string, ApiMethodName>
}

const TREE = build()

function build(): Branch {
  const root = branch()
  for (const [route, method] of ROUTES) {
    const [verb = '', path = ''] = route.split(' ')
    let at = root
    for (const part of path.split('/')) {
      const next = at.parts.get(part) ?? branch()
      at.parts.set(part, next)
      at = next
    }
    at.methods.set(verb, method)
  }
  return root
}

function branch(): Branch {
  return { parts: new Map(), methods: new Map() }
}

/** The API method a path and verb stand for; ids arrive percent-encoded. */
export function apiRoute(verb: string, path: string): ApiTarget | undefined {
  if (!path.startsWith(ROOT)) return undefined
  return find(TREE, verb, path.slice(ROOT.length).split('/'), 0, '', '')
}

function find(
  at: Branch,
  verb: string,
  parts: readonly string[],
  index: number,
  calendarId: string,
  eventId: string,
): ApiTarget | undefined {
  const part = parts[index]
  if (part === undefined) return target(at.methods.get(verb), calendarId, eventId)
  if (part === '') return undefined
  const literal = at.parts.get(part)
  const found = literal && find(literal, verb, parts, index + 1, calendarId, eventId)
  if (found) return found
  const calendar = at.parts.get('{c}')
  if (calendar) return find(calendar, verb, parts, index + 1, part, eventId)
  const other = at.parts.get('{e}')
  return other && find(other, verb, parts, index + 1, calendarId, part)
}

function target(
  method: ApiMethodName | undefined,
  calendarId: string,
  eventId: string,
): ApiTarget | undefined {
  if (method === undefined) return undefined
  try {
    return { method, calendarId: decodeURIComponent(calendarId), eventId: decodeURIComponent(eventId) }
  } catch {
    return undefined
  }
}
