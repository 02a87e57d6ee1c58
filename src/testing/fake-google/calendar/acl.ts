import { type ApiCall, jsonBody } from '../wire/call.ts'
import { checkIfMatch } from '../wire/conditional.ts'
import { invalid, notFound, parseError, refuse, required } from '../wire/envelope.ts'
import { isObject, type Json, type JsonObject } from '../wire/json.ts'
import { booleanParameter } from '../wire/parameters.ts'
import { Refusal, type Reply } from '../wire/reply.ts'
import { quotaExceeded } from '../wire/standard-errors.ts'
import { calendarOfRules, ownedCalendar } from './access.ts'
import {
  ACCESS_ROLES,
  type AccessRole,
  type AccessRule,
  PUBLIC,
  parseRuleId,
  type RuleScope,
} from './access-rules.ts'
import { readChangeList } from './change-list.ts'
import type { StoredCalendar } from './stored-calendar.ts'

const MAX_RULES = 6000

/** Calendar API, "Acl". The rules of a calendar are its owners' to change, and its writers' to see. */
export function list(call: ApiCall): Reply {
  const calendar = calendarOfRules(call)
  const showDeleted = booleanParameter(call.query, 'showDeleted', false)
  const { access, rulesEpoch } = calendar
  const { members, header } = readChangeList(call, {
    of: ['a', calendar.id],
    epoch: rulesEpoch,
    all: access.all(),
    seq: access.seq,
    trueInDelta: ['showDeleted'],
    shows: ({ role }, isDelta) => isDelta || showDeleted || role !== 'none',
  })
  const items = members.map(rule => renderRule(calendar, rule))
  return { status: 200, json: { kind: 'calendar#acl', ...header, items } }
}

export function get(call: ApiCall): Reply {
  const calendar = calendarOfRules(call)
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
  const rule = ruleOf(call, calendar)
  const { scope, role } = rule
  checkIfMatch(call, ruleEtag(calendar, rule))
  return write(call, calendar, scope, readRole(jsonBody(call).role) ?? role)
}

export function update(call: ApiCall): Reply {
  const calendar = ownedCalendar(call)
  const rule = ruleOf(call, calendar)
  const { scope } = rule
  checkIfMatch(call, ruleEtag(calendar, rule))
  return write(call, calendar, scope, readRole(jsonBody(call).role) ?? required('Required'))
}

export function remove(call: ApiCall): Reply {
  const calendar = ownedCalendar(call)
  const rule = ruleOf(call, calendar)
  checkIfMatch(call, ruleEtag(calendar, rule))
  write(call, calendar, rule.scope, 'none')
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

function ruleReply(calendar: StoredCalendar, rule: AccessRule): Reply {
  const json = renderRule(calendar, rule)
  return { status: 200, json, headers: { etag: String(json.etag) } }
}

function renderRule(calendar: StoredCalendar, rule: AccessRule): JsonObject {
  const { id, scope, role } = rule
  return { kind: 'calendar#aclRule', etag: ruleEtag(calendar, rule), id, scope: { ...scope }, role }
}

function ruleEtag({ createdMs }: StoredCalendar, { seq }: AccessRule): string {
  return `"${String(createdMs * 2000 + seq).padStart(20, '0')}"`
}
