import { batch, isBatch } from './batch.ts'
import { calendarIdOf } from './calendar/access.ts'
import { type ApiTarget, callApi } from './calendar/api.ts'
import { makeConferences } from './calendar/make-conferences.ts'
import { API_METHODS } from './calendar/methods.ts'
import { apiRoute } from './calendar/routes.ts'
import type { FakeGoogleControl } from './control/control.ts'
import { controlRoute } from './control/control-routes.ts'
import type { Strike } from './faults/fault.ts'
import { faultAnswer } from './faults/fault-answers.ts'
import { bearerOf } from './oauth/bearer.ts'
import { callOAuth } from './oauth/oauth.ts'
import { type OAuthMethodName, oauthRoute } from './oauth/routes.ts'
import { pageRoute } from './pages/routes.ts'
import type { Call } from './wire/call.ts'
import type { Exchange, FakeRequest } from './wire/exchange.ts'
import { isObject } from './wire/json.ts'
import { applyFields } from './wire/partial-response.ts'
import { readRequest } from './wire/read-request.ts'
import { answer, html, type Reply, render } from './wire/reply.ts'
import type { User } from './world/users.ts'
import type { World } from './world/world.ts'

const DRIPS = 16
const BOMB_BYTES = 64 * 1024 * 1024

type Route =
  | { readonly kind: 'api'; readonly method: string; readonly target: ApiTarget }
  | { readonly kind: 'oauth'; readonly method: OAuthMethodName }
  | { readonly kind: 'unknown'; readonly method: 'unknown' }

/** One request to the fake: pure but for what it does to the world; time and chance are the world's. */
export function handle(world: World, control: FakeGoogleControl, request: FakeRequest): Exchange {
  settleLate(world)
  const call = readRequest(world, request)
  const aside = controlRoute(control, call) ?? pageRoute(call)
  if (aside) return { response: render(aside), delayMs: 0, delivery: 'answered' }
  if (!isBatch(call)) return handleOne(world, call, request)
  const reply = batch(call, request, inner => handleOne(world, readRequest(world, inner), inner))
  return { response: render(reply), delayMs: world.latencyMs, delivery: 'answered' }
}

function handleOne(world: World, call: Call, request: FakeRequest): Exchange {
  const route = routeOf(call)
  const user = userOf(call, route)
  const strike = world.faults.isEmpty ? undefined : world.faults.next(targetOf(call, route, user))
  const exchange = strike ? struck(call, route, request, strike) : answered(call, run(call, route))
  record(call, route, user, exchange)
  return exchange
}

interface Answered extends Exchange {
  readonly reason: string | undefined
}

type Recorded = Omit<Answered, 'delivery'> & { readonly delivery: Exchange['delivery'] | 'late' }

function answered(call: Call, reply: Reply, extra: Partial<Exchange> = {}): Answered {
  const pretty = call.query.get('prettyPrint') !== 'false'
  const shown = applyFields(call, withRetryAfter(call, reply))
  const response = render(shown, pretty)
  const first = shown.sendsFirst ? { sendsFirst: true } : {}
  const usual = { delayMs: call.world.latencyMs, delivery: 'answered' } as const
  return { response, ...usual, ...first, ...extra, reason: shown.reason }
}

function struck(call: Call, route: Route, request: FakeRequest, strike: Strike): Answered {
  const { clients, switches } = call.world
  const project = clients.all()[0]?.projectNumber ?? '0'
  const { authErrorEnvelope } = switches
  const refusal = faultAnswer(strike, { method: route.method, project, authErrorEnvelope })
  if (refusal) return answered(call, refusal)
  const nothing: Reply = { status: 0, text: '' }
  switch (strike.fault) {
    case 'timeoutBeforeCommit':
      return answered(call, nothing, { delivery: 'lost' })
    case 'resetBeforeCommit':
      return answered(call, nothing, { delivery: 'reset' })
    case 'lateCommit':
      call.world.late.add(call.now + (strike.delayMs ?? 0), request)
      return answered(call, nothing, { delivery: 'lost' })
    case 'timeoutAfterCommit':
      return answered(call, run(call, route), { delivery: 'lost' })
    case 'resetAfterCommit':
      return answered(call, run(call, route), { delivery: 'reset' })
    case 'connectRefused':
      return answered(call, nothing, { delivery: 'refused' })
    case 'slowDrip': {
      const pace = { kind: 'drip', pieces: DRIPS, everyMs: strike.delayMs ?? 1000 } as const
      return answered(call, run(call, route), { pace })
    }
    case 'cutOff':
      return answered(call, run(call, route), { pace: { kind: 'cut' } })
    case 'gzipBomb':
      return answered(call, run(call, route), { pace: { kind: 'bomb', bytes: strike.bytes ?? BOMB_BYTES } })
    case 'staleRead':
      return answered(call, run({ ...call, stale: true }, route))
    case 'slow':
      return answered(call, run(call, route), { delayMs: call.world.latencyMs + (strike.delayMs ?? 0) })
    case 'truncated':
      return truncated(answered(call, run(call, route)))
    default:
      // A refusal of the OAuth endpoints that met an API method does not apply.
      return answered(call, run(call, route))
  }
}

function truncated(exchange: Answered): Answered {
  const { response } = exchange
  const body = response.body.slice(0, Math.floor(response.body.length / 2))
  return { ...exchange, response: { ...response, body } }
}

/** Carries out what was still on its way and has arrived by now. */
export function settleLate(world: World): void {
  makeConferences(world, world.time.now())
  for (const late of world.late.takeDue(world.time.now())) {
    const call = readRequest(world, late)
    const route = routeOf(call)
    const user = userOf(call, route)
    record(call, route, user, { ...answered(call, run(call, route)), delivery: 'late' })
  }
}

function run(call: Call, route: Route): Reply {
  return answer(() => {
    if (route.kind === 'api') return callApi(call, route.target)
    if (route.kind === 'oauth') return callOAuth(call, route.method)
    return html(404, '<!DOCTYPE html>\n<title>Error 404 (Not Found)!!1</title>\n', 'unknownPath')
  })
}

function routeOf(call: Call): Route {
  const target = apiRoute(call.verb, call.path)
  if (target) return { kind: 'api', method: target.method, target }
  const method = oauthRoute(call.verb, call.path)
  return method ? { kind: 'oauth', method } : { kind: 'unknown', method: 'unknown' }
}

/** Whose request it is, for faults and the report; whether it may pass is decided later. */
function userOf(call: Call, route: Route): User | undefined {
  const { grants } = call.world
  const bearer = bearerOf(call)
  if (bearer !== undefined) return grants.accessToken(bearer, call.now)?.user
  if (route.method !== 'oauth.token') return undefined
  const form = new URLSearchParams(call.body)
  const refreshToken = form.get('refresh_token')
  if (refreshToken !== null) return grants.refreshToken(refreshToken, call.now)?.user
  return grants.ownerOfCode(form.get('code') ?? '')
}

function targetOf(call: Call, route: Route, user: User | undefined) {
  if (route.kind !== 'api') {
    const writes = call.verb === 'POST'
    return { method: route.method, user: user?.email, calendarId: undefined, eventId: undefined, writes }
  }
  const { method, calendarId, eventId } = route.target
  return {
    method,
    user: user?.email,
    calendarId: calendarIdOf(calendarId, user),
    eventId: eventId || idInBody(call),
    writes: API_METHODS[method].writes,
  }
}

/** An insert names its event in the body. */
function idInBody(call: Call): string | undefined {
  try {
    const body: unknown = JSON.parse(call.body)
    return isObject(body) && typeof body.id === 'string' ? body.id : undefined
  } catch {
    return undefined
  }
}

function withRetryAfter(call: Call, reply: Reply): Reply {
  const seconds = call.world.switches.retryAfterSeconds
  const limited =
    reply.status === 429 || reply.status === 503 || /rateLimitExceeded$/i.test(reply.reason ?? '')
  if (!limited || seconds === null || reply.headers?.['retry-after'] !== undefined) return reply
  return { ...reply, headers: { ...reply.headers, 'retry-after': String(seconds) } }
}

function record(call: Call, route: Route, user: User | undefined, exchange: Recorded): void {
  const { response, delivery, reason } = exchange
  const { world, now: at, verb, url, headers, body } = call
  const entry = { at, method: route.method, user: user?.email, verb, url, headers, body }
  const units = route.kind === 'api' ? API_METHODS[route.target.method].units : 0
  world.report.record({ ...entry, status: response.status, reason, delivery }, units)
}
