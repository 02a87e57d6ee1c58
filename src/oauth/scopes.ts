/** Scopes: https://developers.google.com/workspace/calendar/api/auth and OpenID Connect Core §3.1.2.1. */
const AUTH = 'https://www.googleapis.com/auth/'

export const SCOPE_OPENID = 'openid'
/** Asked for so that Google's Cross-Account Protection may tell us of a hijacked account (RISC). */
export const SCOPE_EMAIL = 'email'
/** Events on calendars the user owns: the narrowest scope that can write to the primary calendar. */
export const SCOPE_EVENTS_OWNED = `${AUTH}calendar.events.owned`
/** Calendars this project made, and the events in them. Not sensitive: needs no verification by Google. */
export const SCOPE_APP_CREATED = `${AUTH}calendar.app.created`
export const SCOPE_EVENTS = `${AUTH}calendar.events`
export const SCOPE_CALENDAR = `${AUTH}calendar`

export type CalendarChoice = 'primary' | 'dedicated'

/** Which granted scope does as well as the one that was asked for. Google answers `email` by its long name. */
const SATISFIED_BY: Readonly<Record<string, readonly string[]>> = {
  [SCOPE_EMAIL]: [`${AUTH}userinfo.email`],
  [`${AUTH}userinfo.email`]: [SCOPE_EMAIL],
  [SCOPE_EVENTS_OWNED]: [SCOPE_EVENTS, SCOPE_CALENDAR],
  [SCOPE_EVENTS]: [SCOPE_CALENDAR],
  [SCOPE_APP_CREATED]: [SCOPE_CALENDAR],
}

const CALENDAR_SCOPE: Readonly<Record<CalendarChoice, string>> = {
  primary: SCOPE_EVENTS_OWNED,
  dedicated: SCOPE_APP_CREATED,
}

export function scopesFor(kind: CalendarChoice): readonly string[] {
  return [SCOPE_OPENID, SCOPE_EMAIL, CALENDAR_SCOPE[kind]]
}

/** What was asked for and not granted: users may untick any (granular consent). */
export function missingScopes(wanted: readonly string[], granted: readonly string[]): readonly string[] {
  const has = new Set(granted)
  return wanted.filter(scope => !has.has(scope) && !SATISFIED_BY[scope]?.some(other => has.has(other)))
}

/** What the connection cannot work without; without the address it can. */
export function missingCalendarScopes(kind: CalendarChoice, granted: readonly string[]): readonly string[] {
  return missingScopes([CALENDAR_SCOPE[kind]], granted)
}

/** Whether a grant says less about calendars than another, and nothing more. */
export function isNarrower(scopes: readonly string[], than: readonly string[]): boolean {
  const missing = missingScopes(than.filter(isCalendarScope), scopes)
  return missing.length > 0 && missingScopes(scopes.filter(isCalendarScope), than).length === 0
}

/** The `scope` of a token answer: space-delimited, case-sensitive (RFC 6749 §3.3). */
export function parseScopes(text: string): readonly string[] {
  return [...new Set(text.split(' ').filter(scope => scope !== ''))]
}

function isCalendarScope(scope: string): boolean {
  return scope === SCOPE_CALENDAR || scope.startsWith(`${SCOPE_CALENDAR}.`)
}
