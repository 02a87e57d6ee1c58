import { bearerOf } from '../oauth/bearer.ts'
import type { AccessToken } from '../oauth/grants.ts'
import { stop } from '../push/stop.ts'
import { watchAcl, watchCalendarList, watchEvents, watchSettings } from '../push/watch.ts'
import type { ApiCall, Call } from '../wire/call.ts'
import { checkCommonParameters, MAX_QUOTA_USER } from '../wire/common-parameters.ts'
import { unlessKnown } from '../wire/conditional.ts'
import { Refusal, type Reply } from '../wire/reply.ts'
import {
  accessNotConfigured,
  insufficientScopes,
  invalidCredentials,
  loginRequired,
  notACalendarUser,
  quotaExceeded,
  quotaPerMinute,
} from '../wire/standard-errors.ts'
import * as acl from './acl.ts'
import { list as listCalendars } from './calendar-list-list.ts'
import * as calendarList from './calendar-list-methods.ts'
import * as calendars from './calendar-methods.ts'
import * as colors from './colors.ts'
import * as events from './events.ts'
import { importEvent } from './events-import.ts'
import { list as listEvents } from './events-list.ts'
import { move } from './events-move.ts'
import * as freebusy from './freebusy.ts'
import { instances } from './instances.ts'
import { API_METHODS, type ApiMethodName } from './methods.ts'
import { quickAdd } from './quick-add.ts'
import * as settings from './settings.ts'
import { transferOwnership } from './transfer-ownership.ts'

const RUN: Readonly<Record<ApiMethodName, (call: ApiCall) => Reply>> = {
  'calendars.insert': calendars.insert,
  'calendars.get': calendars.get,
  'calendars.patch': calendars.patch,
  'calendars.update': calendars.update,
  'calendars.delete': calendars.remove,
  'calendars.clear': calendars.clear,
  'calendars.transferOwnership': transferOwnership,
  'calendarList.list': listCalendars,
  'calendarList.get': calendarList.get,
  'calendarList.insert': calendarList.insert,
  'calendarList.patch': calendarList.patch,
  'calendarList.update': calendarList.update,
  'calendarList.delete': calendarList.remove,
  'events.insert': events.insert,
  'events.get': events.get,
  'events.list': listEvents,
  'events.instances': instances,
  'events.patch': events.patch,
  'events.update': events.update,
  'events.delete': events.remove,
  'events.watch': watchEvents,
  'acl.watch': watchAcl,
  'calendarList.watch': watchCalendarList,
  'settings.watch': watchSettings,
  'channels.stop': stop,
  'events.import': importEvent,
  'events.move': move,
  'events.quickAdd': quickAdd,
  'freebusy.query': freebusy.query,
  'colors.get': colors.get,
  'settings.get': settings.get,
  'settings.list': settings.list,
  'acl.list': acl.list,
  'acl.get': acl.get,
  'acl.insert': acl.insert,
  'acl.patch': acl.patch,
  'acl.update': acl.update,
  'acl.delete': acl.remove,
}

export interface ApiTarget {
  readonly method: ApiMethodName
  readonly calendarId: string
  readonly eventId: string
}

/** In the order of Google's own layers: token, project, scopes, parameters, quota, then the method itself. */
export function callApi(call: Call, { method, calendarId, eventId }: ApiTarget): Reply {
  const token = authenticate(call)
  const { user, client } = token
  if (client.apiDisabled) throw new Refusal(accessNotConfigured(client.projectNumber))
  const { scopes: accepted, units, writes } = API_METHODS[method]
  const scopes = accepted.filter(scope => token.scopes.has(scope))
  if (scopes.length === 0) throw new Refusal(insufficientScopes(method, accepted))
  checkCommonParameters(call)
  spend(call, token, units)
  if (!user.calendarUser) throw new Refusal(notACalendarUser())
  if (writes && call.now < user.frozenUntil) throw new Refusal(quotaExceeded())
  return unlessKnown(call, RUN[method]({ ...call, method, user, client, scopes, calendarId, eventId }))
}

function authenticate(call: Call): AccessToken {
  const bearer = bearerOf(call)
  if (bearer === undefined) throw new Refusal(loginRequired())
  const { grants, switches } = call.world
  const token = grants.accessToken(bearer, call.now)
  if (!token || token.user.state === 'deleted')
    throw new Refusal(invalidCredentials(switches.authErrorEnvelope))
  return token
}

/** `quotaUser` moves the cost to another name (Calendar API, "Manage quotas"); too long a header is cut. */
function spend(call: Call, { user, client }: AccessToken, units: number): void {
  const { quota, switches } = call.world
  const quotaUser = call.query.get('quotaUser') ?? call.headers['x-goog-quota-user'] ?? user.sub
  const exceeded = quota.spend(quotaUser.slice(0, MAX_QUOTA_USER), client.projectNumber, units, call.now)
  if (exceeded) throw new Refusal(quotaPerMinute(exceeded, client.projectNumber, switches.quotaStatus))
}
