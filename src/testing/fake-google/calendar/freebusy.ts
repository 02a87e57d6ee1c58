import { type ApiCall, jsonBody } from '../wire/call.ts'
import { badRequest, parseError, refuse, required } from '../wire/envelope.ts'
import { compact, isObject, type Json, type JsonObject } from '../wire/json.ts'
import { INSTANT } from '../wire/parameters.ts'
import type { Reply } from '../wire/reply.ts'
import { calendarIdOf } from './access.ts'
import { type Busy, busyTimes } from './busy-times.ts'
import { checkRange } from './list-query.ts'

const MAX_CALENDARS = 50
const MAX_MEMBERS = 100

/** Calendar API, "Freebusy: query". What is wrong with one calendar is told beside it, inside a 200. */
export function query(call: ApiCall): Reply {
  const body = jsonBody(call)
  const timeMin = readInstant(body.timeMin)
  const timeMax = readInstant(body.timeMax)
  checkRange(timeMin, timeMax)
  if (timeMax - timeMin > call.world.switches.freeBusyMaxRangeMs)
    refuse(400, 'calendar', 'timeRangeTooLong', 'The requested time range is too long.')
  const zone = readZone(call, body.timeZone)
  const limit = limitOf(body.calendarExpansionMax, MAX_CALENDARS)
  const { groups, ids } = expand(call, readIds(body.items), limitOf(body.groupExpansionMax, MAX_MEMBERS))
  const calendars: JsonObject = {}
  for (const [index, id] of ids.entries()) {
    if (strikes(call, 'freeBusyMissingRate')) continue
    calendars[id] =
      index < limit ? busyOf(call, id, timeMin, timeMax, zone) : failure('tooManyCalendarsRequested')
  }
  const bounds = { timeMin: new Date(timeMin).toISOString(), timeMax: new Date(timeMax).toISOString() }
  return { status: 200, json: compact({ kind: 'calendar#freeBusy', ...bounds, groups, calendars }) }
}

function limitOf(value: Json | undefined, max: number): number {
  return typeof value === 'number' ? Math.min(value, max) : max
}

/** A group stands for the calendars of its members; one that is too big for none. */
function expand({ world }: ApiCall, asked: readonly string[], max: number) {
  const groups: JsonObject = {}
  const ids = new Set<string>()
  for (const id of asked) {
    const members = world.groups.membersOf(id)
    if (!members) ids.add(id)
    else if (members.length > max) groups[id] = { errors: [{ domain: 'global', reason: 'groupTooBig' }] }
    else groups[id] = { calendars: [...members] }
    if (members && members.length <= max) for (const member of members) ids.add(member)
  }
  return { groups: Object.keys(groups).length > 0 ? groups : undefined, ids: [...ids] }
}

function busyOf(call: ApiCall, id: string, from: number, to: number, zone: string): JsonObject {
  const { world, user, now } = call
  if (strikes(call, 'freeBusyErrorRate')) return failure('internalError')
  const calendar = world.calendars.get(calendarIdOf(id, user))
  if (!calendar || calendar.roleOf(user) === undefined) return failure('notFound')
  calendar.settle(now)
  const render = ({ start, end }: Busy) => ({
    start: world.zones.render(start, zone),
    end: world.zones.render(end, zone),
  })
  return { busy: busyTimes(world, calendar, from, to).map(render) }
}

/** A calendar may fail by itself, inside an answer that is a success. */
function strikes({ world }: ApiCall, rate: 'freeBusyErrorRate' | 'freeBusyMissingRate'): boolean {
  return world.switches[rate] > 0 && world.chance.float() < world.switches[rate]
}

function failure(reason: string): JsonObject {
  return { errors: [{ domain: 'global', reason }], busy: [] }
}

function readInstant(value: Json | undefined): number {
  if (value === undefined || value === null) return required('Required')
  const ms = typeof value === 'string' && INSTANT.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(ms) ? badRequest() : Math.floor(ms / 1000) * 1000
}

function readZone(call: ApiCall, value: Json | undefined): string {
  if (value === undefined || value === null || value === '') return 'UTC'
  return typeof value === 'string' && call.world.zones.has(value) ? value : badRequest()
}

function readIds(value: Json | undefined): string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) return parseError()
  const ids = value.map(item =>
    isObject(item) ? (typeof item.id === 'string' ? item.id : required('Required')) : parseError(),
  )
  return [...new Set(ids)]
}
