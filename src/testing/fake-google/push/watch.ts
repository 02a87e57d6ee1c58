import { createHash } from 'node:crypto'
import { calendarOfRules, readableCalendar } from '../calendar/access.ts'
import { type ApiCall, jsonBody } from '../wire/call.ts'
import { invalid, refuse, required } from '../wire/envelope.ts'
import { compact, isObject, type Json, type JsonObject } from '../wire/json.ts'
import { booleanParameter } from '../wire/parameters.ts'
import type { Reply } from '../wire/reply.ts'
import type { Channel, Watched } from './channel.ts'
import { versionOf } from './channels.ts'
import { pushMessage } from './push-message.ts'

const CHANNEL_ID = /^[A-Za-z0-9\-_+/=]{1,64}$/
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/
const ROOT = 'https://www.googleapis.com/calendar/v3/'

export function watchEvents(call: ApiCall): Reply {
  const calendar = readableCalendar(call)
  if (!calendar.pushes) {
    const reason = 'pushNotSupportedForRequestedResource'
    refuse(400, 'calendar', reason, 'Push notifications are not supported by this resource.')
  }
  return watch(call, { kind: 'events', calendar }, `calendars/${encodeURIComponent(call.calendarId)}/events`)
}

export function watchAcl(call: ApiCall): Reply {
  const calendar = calendarOfRules(call)
  return watch(call, { kind: 'acl', calendar }, `calendars/${encodeURIComponent(call.calendarId)}/acl`)
}

export function watchCalendarList(call: ApiCall): Reply {
  return watch(call, { kind: 'calendarList' }, 'users/me/calendarList')
}

export function watchSettings(call: ApiCall): Reply {
  return watch(call, { kind: 'settings' }, 'users/me/settings')
}

function watch(call: ApiCall, watched: Watched, path: string): Reply {
  const { world, user, client, now } = call
  // Looks at parameters it does not use: a wrong one is refused.
  booleanParameter(call.query, 'showDeleted', false)
  const body = jsonBody(call)
  const id = typeof body.id === 'string' && CHANNEL_ID.test(body.id) ? body.id : badId(body.id)
  if (body.type !== 'web_hook' && body.type !== 'webhook')
    invalid(`Unknown channel type: ${String(body.type)}`)
  const channel: Channel = {
    id,
    user,
    client,
    watched,
    resourceId: resourceIdOf(user.sub, watched),
    resourceUri: `${ROOT}${path}?${echo(call.query)}`,
    address: readAddress(call, body.address),
    token: readToken(body.token),
    expiresAt: readExpiration(call, body),
    stoppedAt: undefined,
    version: versionOf({ watched, user }, whose => world.calendars.listOf(whose)),
    lastNumber: 1,
  }
  if (!world.channels.add(channel)) refuse(400, 'global', 'channelIdNotUnique', `Channel id ${id} not unique`)
  world.outgoing.add(pushMessage(channel, 'sync', now, world.switches.pushContentType))
  return { status: 200, json: render(channel), sendsFirst: world.switches.syncMessage === 'beforeResponse' }
}

function badId(id: Json | undefined): never {
  return id === undefined || id === null || id === '' ? required('Required') : invalid('Invalid channel id.')
}

function readAddress({ world }: ApiCall, value: Json | undefined): string {
  if (typeof value !== 'string' || value === '') return required('Required')
  const { webhookOnLoopback, webhookAuthorization } = world.switches
  const secure = value.startsWith('https://') && URL.canParse(value)
  if (!secure && !(webhookOnLoopback === 'allowed' && LOOPBACK.test(value) && URL.canParse(value)))
    return refuse(400, 'global', 'push.webhookUrlNotHttps', `WebHook callback must be HTTPS: ${value}`)
  if (webhookAuthorization === 'open') return value
  const status = webhookAuthorization === 'refused401' ? 401 : 400
  const message = `Unauthorized WebHook callback channel: ${value}`
  return refuse(status, 'global', 'push.webhookUrlUnauthorized', message)
}

function readToken(value: Json | undefined): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  return typeof value === 'string' && value.length <= 256 ? value : invalid('Invalid channel token.')
}

/** The shortest of what was asked for, by time or by seconds, and what Google allows. */
function readExpiration({ world, now }: ApiCall, { expiration, params }: JsonObject): number {
  const { channelDefaultTtlMs, channelMaxTtlMs } = world.switches
  const asked: number[] = []
  if (expiration !== undefined && expiration !== null) asked.push(Number(expiration))
  if (isObject(params) && params.ttl !== undefined) asked.push(now + Number(params.ttl) * 1000)
  if (asked.some(at => !Number.isSafeInteger(Math.floor(at)) || at <= now))
    invalid('Invalid channel expiration.')
  const wanted = asked.length > 0 ? Math.min(...asked) : now + channelDefaultTtlMs
  return Math.floor(Math.min(wanted, now + channelMaxTtlMs) / 1000) * 1000
}

/** The same for every channel of a user on a resource (observed). */
function resourceIdOf(sub: string, watched: Watched): string {
  const what = 'calendar' in watched ? `${watched.kind} ${watched.calendar.id}` : watched.kind
  return createHash('sha1').update(`${sub} ${what}`).digest('base64url').slice(0, 27)
}

function echo(query: URLSearchParams): string {
  const kept = [...query].filter(
    ([name]) => !['alt', 'prettyPrint', 'access_token', 'key', 'quotaUser'].includes(name),
  )
  return String(new URLSearchParams([...kept, ['alt', 'json']]))
}

function render({ id, resourceId, resourceUri, token, expiresAt }: Channel): JsonObject {
  return compact({ kind: 'api#channel', id, resourceId, resourceUri, token, expiration: String(expiresAt) })
}
