import { type ApiCall, jsonBody } from '../wire/call.ts'
import { invalid, notFound, parseError, refuse, required } from '../wire/envelope.ts'
import { isObject, type Json, type JsonObject } from '../wire/json.ts'
import { decodeOpaque, encodeOpaque } from '../wire/opaque.ts'
import { booleanParameter, integerParameter } from '../wire/parameters.ts'
import { Refusal, type Reply } from '../wire/reply.ts'
import { quotaExceeded } from '../wire/standard-errors.ts'
import { ownedCalendar } from './access.ts'
import {
  ACCESS_ROLES,
  type AccessRole,
  type AccessRule,
  PUBLIC,
  parseRuleId,
  type RuleScope,
} from './access-rules.ts'
import type { StoredCalendar } from './stored-calendar.ts'

const MAX_RULES = 6000

/** Calendar API, "Acl". The rules of a calendar are its owners' to see and to change. */
export function list(call: ApiCall): Reply {
  const calendar = ownedCalendar(call)
  const { query } = call
  const max = integerParameter(query, 'maxResults', 100, 250)
  const since = readToken(call, calendar, 'syncToken', 'as')
  const from = readToken(call, calendar, 'pageToken', 'ap') ?? 0
  const showDeleted = booleanParameter(query, 'showDeleted', false) || since !== undefined
  const wanted = calendar.access
    .all()
    .filter(({ role, seq }) => (showDeleted || role !== 'none') && (since === undefined || seq > since))
  const token =
    from + max < wanted.length
      ? { nextPageToken: encodeOpaque(['ap', calendar.id, from + max]) }
      : { nextSyncToken: encodeOpaque(['as', calendar.id, calendar.access.seq]) }
  const items = wanted.slice(from, from + max).map(rule => renderRule(calendar, rule))
  const etag = `"p3${(1_000_000 + calendar.access.seq).toString(32)}0g"`
  return { status: 200, json: { kind: 'calendar#acl', etag, ...token, items } }
}

export function get(call: ApiCall): Reply {
  const calendar = ownedCalendar(call)
  return ruleReply(calendar, ruleOf(call, calendar))
}

export function insert(call: ApiCall): Reply {
  const calendar = ownedCalendar(call)
  const body = jsonBody(call)
  const scope = readScope(body.scope)
  const role = readRole(body.role) ?? required('Required')
  if (calendar.access.all().length >= MAX_RULES) throw new Refusal(quotaExceeded())
  return write(call, calendar, scope, role)
}

export function patch(call: ApiCall): Reply {
  const calendar = ownedCalendar(call)
  const { scope, role } = ruleOf(call, calendar)
  return write(call, calendar, scope, readRole(jsonBody(call).role) ?? role)
}

export function update(call: ApiCall): Reply {
  const calendar = ownedCalendar(call)
  const { scope } = ruleOf(call, calendar)
  return write(call, calendar, scope, readRole(jsonBody(call).role) ?? required('Required'))
}

export function remove(call: ApiCall): Reply {
  const calendar = ownedCalendar(call)
  write(call, calendar, ruleOf(call, calendar).scope, 'none')
  return { status: 204, text: '' }
}

function write(call: ApiCall, calendar: StoredCalendar, scope: RuleScope, role: AccessRole | 'none'): Reply {
  const owns = scope.type === 'user' && scope.value.toLowerCase() === calendar.owner.email.toLowerCase()
  if (owns && role !== 'owner')
    return refuse(403, 'calendar', 'cannotChangeOwnAcl', 'Cannot change your own access level.')
  const rule = calendar.access.set(scope, role)
  call.world.calendars.accessChanged(calendar, call.world.users.all())
  if (call.world.switches.aclChangeEndsSyncTokens) calendar.syncEpoch++
  return ruleReply(calendar, rule)
}

function ruleOf(call: ApiCall, calendar: StoredCalendar): AccessRule {
  if (!parseRuleId(call.eventId)) return invalid('Invalid resource id value.')
  return calendar.access.get(call.eventId.toLowerCase()) ?? notFound()
}

function readScope(value: Json | undefined): RuleScope {
  if (!isObject(value)) return value === undefined ? required('Required') : parseError()
  const { type, value: who } = value
  if (type === 'default') return { type, value: PUBLIC }
  const scope = parseRuleId(`${String(type)}:${String(who ?? '')}`)
  return scope ?? invalid('Invalid scope value.')
}

function readRole(value: Json | undefined): AccessRole | 'none' | undefined {
  if (value === undefined || value === null) return undefined
  if (value === 'none') return 'none'
  return ACCESS_ROLES.find(role => role === value) ?? invalid('Invalid role value.')
}

function readToken(
  { query }: ApiCall,
  calendar: StoredCalendar,
  name: 'syncToken' | 'pageToken',
  kind: string,
): number | undefined {
  const token = query.get(name)
  if (token === null) return undefined
  const [found, calendarId, position] = decodeOpaque(token) ?? []
  if (found === kind && calendarId === calendar.id) return Number(position)
  return invalid(name === 'syncToken' ? 'Invalid sync token value.' : 'Invalid page token value.')
}

function ruleReply(calendar: StoredCalendar, rule: AccessRule): Reply {
  const json = renderRule(calendar, rule)
  return { status: 200, json, headers: { etag: String(json.etag) } }
}

function renderRule(calendar: StoredCalendar, { id, scope, role, seq }: AccessRule): JsonObject {
  const etag = `"${String(calendar.createdMs * 2000 + seq).padStart(20, '0')}"`
  return { kind: 'calendar#aclRule', etag, id, scope: { ...scope }, role }
}
