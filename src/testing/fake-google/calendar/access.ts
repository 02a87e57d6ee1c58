import type { ApiCall } from '../wire/call.ts'
import { notFound } from '../wire/envelope.ts'
import { Refusal } from '../wire/reply.ts'
import {
  forbidden,
  insufficientScopes,
  notFoundReply,
  rateLimitExceeded,
  requiredAccessLevel,
} from '../wire/standard-errors.ts'
import type { User } from '../world/users.ts'
import {
  API_METHODS,
  APP_CREATED,
  type ApiMethodName,
  EVENTS_OWNED,
  EVENTS_OWNED_READONLY,
  EVENTS_PUBLIC_READONLY,
} from './methods.ts'
import type { StoredCalendar } from './stored-calendar.ts'

/** Scopes that open a method on some calendars only. */
const LIMITED = new Set([APP_CREATED, EVENTS_OWNED, EVENTS_OWNED_READONLY, EVENTS_PUBLIC_READONLY])

/** `primary` is an alias of the caller's main calendar. */
export function calendarIdOf(calendarId: string, user: User | undefined): string {
  return calendarId === 'primary' && user ? user.email : calendarId
}

/** A calendar the caller cannot see and one that never was are the same 404. */
export function readableCalendar(call: ApiCall): StoredCalendar {
  const calendar = call.world.calendars.get(calendarIdOf(call.calendarId, call.user)) ?? notFound()
  if (calendar.roleOf(call.user) === undefined) notFound()
  checkScopeReaches(call, calendar)
  calendar.settle(call.now)
  const { tombstoneLifetimeMs } = call.world.switches
  if (tombstoneLifetimeMs !== null) calendar.purgeTombstones(call.now, tombstoneLifetimeMs)
  return calendar
}

export function writableCalendar(call: ApiCall): StoredCalendar {
  const calendar = readableCalendar(call)
  const role = calendar.roleOf(call.user)
  if (role !== 'owner' && role !== 'writer' && role !== 'writerWithoutPrivateAccess')
    throw new Refusal(requiredAccessLevel('writer'))
  // Writes right after calendars.insert may meet this for a moment (observed).
  const { newCalendarReadOnlyMs } = call.world.switches
  if (
    newCalendarReadOnlyMs > 0 &&
    !calendar.primary &&
    call.now < calendar.createdMs + newCalendarReadOnlyMs
  ) {
    throw new Refusal(requiredAccessLevel('writer'))
  }
  if (!call.world.quota.mayWrite(calendar.id, call.now))
    throw new Refusal(rateLimitExceeded(call.world.switches.quotaStatus))
  return calendar
}

export function ownedCalendar(call: ApiCall): StoredCalendar {
  const calendar = readableCalendar(call)
  if (calendar.roleOf(call.user) !== 'owner') throw new Refusal(requiredAccessLevel('owner'))
  return calendar
}

/** Calendar API, "Acl": `writer` "provides read access to the calendar's ACLs". */
export function calendarOfRules(call: ApiCall): StoredCalendar {
  const calendar = readableCalendar(call)
  const role = calendar.roleOf(call.user)
  const reads = role === 'writer' && call.world.switches.aclReaders === 'writers'
  if (role !== 'owner' && !reads) throw new Refusal(requiredAccessLevel('owner'))
  return calendar
}

function checkScopeReaches(call: ApiCall, calendar: StoredCalendar): void {
  if (call.scopes.some(scope => !LIMITED.has(scope))) return
  const madeByApp = !calendar.primary && calendar.project === call.client.projectNumber
  if (call.scopes.includes(APP_CREATED) && madeByApp) return
  const owned = call.scopes.some(scope => scope === EVENTS_OWNED || scope === EVENTS_OWNED_READONLY)
  if (owned && calendar.owner === call.user) return
  if (call.scopes.includes(EVENTS_PUBLIC_READONLY) && isPublic(calendar)) return
  const answer = answerOutOfReach(call, owned)
  if (answer === 'notFound') throw new Refusal(notFoundReply())
  if (answer === 'forbidden') throw new Refusal(forbidden())
  const { scopes } = API_METHODS[call.method as ApiMethodName]
  throw new Refusal(insufficientScopes(call.method, scopes))
}

function answerOutOfReach({ scopes, world }: ApiCall, owned: boolean) {
  const { ownedOnForeignCalendar, appCreatedOnForeignCalendar, publicOnPrivateCalendar } = world.switches
  if (owned) return ownedOnForeignCalendar
  return scopes.includes(APP_CREATED) ? appCreatedOnForeignCalendar : publicOnPrivateCalendar
}

/** Everybody may see its events, not only when it is busy. */
function isPublic({ access }: StoredCalendar): boolean {
  const role = access.get('default')?.role
  return role !== undefined && role !== 'freeBusyReader'
}
