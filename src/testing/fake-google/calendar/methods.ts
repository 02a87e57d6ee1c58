/** The scopes that open each method, `calendar` aside, and its cost, from Google's discovery document. */
export interface ApiMethod {
  readonly scopes: readonly string[]
  readonly writes: boolean
  /** "A patch request consumes three quota units" (Calendar API, "Events: patch"). */
  readonly units: number
}

const PREFIX = 'https://www.googleapis.com/auth/'
export const CALENDAR_SCOPE = `${PREFIX}calendar`
export const APP_CREATED = `${CALENDAR_SCOPE}.app.created`
export const EVENTS_OWNED = `${CALENDAR_SCOPE}.events.owned`
export const EVENTS_OWNED_READONLY = `${EVENTS_OWNED}.readonly`
export const EVENTS_PUBLIC_READONLY = `${CALENDAR_SCOPE}.events.public.readonly`
export const EVENTS_FREEBUSY = `${CALENDAR_SCOPE}.events.freebusy`

const WRITE_EVENTS = ['events', 'events.owned', 'app.created']
const READ_EVENTS = [
  ...WRITE_EVENTS,
  'readonly',
  'events.readonly',
  'events.owned.readonly',
  'events.freebusy',
  'events.public.readonly',
]
const WRITE_CALENDARS = ['calendars', 'app.created']
const LIST_ENTRY = ['calendarlist', 'app.created']

const read = (scopes: readonly string[]): ApiMethod => method(scopes, false, 1)
const write = (scopes: readonly string[]): ApiMethod => method(scopes, true, 1)
const patch = (scopes: readonly string[]): ApiMethod => method(scopes, true, 3)

function method(scopes: readonly string[], writes: boolean, units: number): ApiMethod {
  return { scopes: [CALENDAR_SCOPE, ...scopes.map(scope => `${CALENDAR_SCOPE}.${scope}`)], writes, units }
}

export const API_METHODS = {
  'calendars.insert': write(WRITE_CALENDARS),
  'calendars.get': read([...WRITE_CALENDARS, 'calendars.readonly', 'readonly']),
  'calendars.patch': patch(WRITE_CALENDARS),
  'calendars.update': write(WRITE_CALENDARS),
  'calendars.delete': write(WRITE_CALENDARS),
  'calendars.clear': write(['calendars']),
  'calendars.transferOwnership': write(['calendars']),
  'calendarList.list': read(['calendarlist', 'calendarlist.readonly', 'readonly']),
  'calendarList.get': read([...LIST_ENTRY, 'calendarlist.readonly', 'readonly']),
  'calendarList.insert': write(['calendarlist']),
  'calendarList.patch': patch(LIST_ENTRY),
  'calendarList.update': write(LIST_ENTRY),
  'calendarList.delete': write(LIST_ENTRY),
  'events.instances': read(READ_EVENTS),
  'events.watch': read(READ_EVENTS),
  'events.insert': write(WRITE_EVENTS),
  'events.import': write(WRITE_EVENTS),
  'events.move': write(['events', 'events.owned']),
  'events.quickAdd': write(WRITE_EVENTS),
  'events.get': read(READ_EVENTS),
  'events.list': read(READ_EVENTS),
  'events.patch': patch(WRITE_EVENTS),
  'events.update': write(WRITE_EVENTS),
  'events.delete': write(WRITE_EVENTS),
  'freebusy.query': read(['readonly', 'freebusy', 'events.freebusy']),
  'colors.get': read([
    'app.created',
    'calendarlist',
    'calendarlist.readonly',
    'events.freebusy',
    'events.owned',
    'events.owned.readonly',
    'events.public.readonly',
    'readonly',
  ]),
  'settings.get': read(['readonly', 'settings.readonly']),
  'settings.list': read(['readonly', 'settings.readonly']),
  'settings.watch': read(['readonly', 'settings.readonly']),
  'calendarList.watch': read(['calendarlist', 'calendarlist.readonly', 'readonly']),
  'acl.watch': read(['acls', 'acls.readonly']),
  'channels.stop': read([
    ...READ_EVENTS,
    'acls',
    'acls.readonly',
    'calendarlist',
    'calendarlist.readonly',
    'settings.readonly',
  ]),
  'acl.list': read(['acls', 'acls.readonly']),
  'acl.get': read(['acls', 'acls.readonly', 'readonly']),
  'acl.insert': write(['acls']),
  'acl.patch': patch(['acls']),
  'acl.update': write(['acls']),
  'acl.delete': write(['acls']),
} satisfies Record<string, ApiMethod>

export type ApiMethodName = keyof typeof API_METHODS
