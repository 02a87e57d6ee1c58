import type { AccountRef } from '../contracts/identity.ts'
import type { Runtime } from '../contracts/runtime.ts'
import { CalendarSyncError, ConfigError } from '../errors.ts'
import { checkMediaType } from './body.ts'
import type { Exchange, HttpConfig, Reply } from './exchange.ts'
import type { HttpOptions, RequestContext } from './http-options.ts'
import { newInstance, readBodyAs } from './incoming.ts'
import type { SyncOperations } from './operations.ts'
import { proveOrigin } from './origin.ts'
import { HttpProblem, problemReply, statusOfProblem } from './problem.ts'
import { findRoute, type Route } from './routes.ts'
import { traceOf } from './trace-of.ts'
import { whoAsks } from './who-asks.ts'

/** The HTTP API of one `GoogleCalendarSync`. Never rejects. `context` is handed to `authenticate`. */
export type SyncHandler = (request: Request, context?: RequestContext) => Promise<Response>

export interface HandlerOptions {
  readonly http: HttpOptions
  readonly redirectUri: string
  readonly operations: SyncOperations
  readonly runtime: Pick<Runtime, 'random' | 'logger'>
}

/** Throws ConfigError when the options do not say who is signed in, or where the routes are. */
export function createHandler(options: HandlerOptions): SyncHandler {
  const config = configOf(options)
  return async (request, context = {}) => {
    const named = lazily(() => newInstance(config.runtime))
    try {
      return respond(request, await answer(config, request, context, named))
    } catch (error) {
      const instance = named()
      const problem = CalendarSyncError.is(error) ? new HttpProblem(error.code) : error
      const known = problem instanceof HttpProblem ? problem : new HttpProblem('internal-error')
      const status = statusOfProblem(known.code)
      if (status >= 500) {
        const trace = known === problem ? {} : traceOf(error)
        config.runtime.logger.error('http-request-failed', { instance, status, code: known.code, ...trace })
      }
      return respond(request, problemReply(known, instance))
    }
  }
}

const CALLBACK = '/callback'

function configOf({ http, redirectUri, operations, runtime }: HandlerOptions): HttpConfig {
  const { origin, pathname } = new URL(redirectUri)
  const issues: string[] = []
  if (http.authenticate === undefined)
    issues.push(
      'authenticate: missing, and sync.handler needs it. Pass (request, context) => { workspaceId, userId } | null.',
    )
  if (!pathname.endsWith(CALLBACK))
    issues.push(
      `google.redirectUri: its path must end in ${CALLBACK}, for sync.handler to know where its routes are.`,
    )
  if (http.authenticate === undefined || issues.length > 0) throw new ConfigError(issues)
  return {
    ...{ origin, operations, runtime },
    basePath: pathname.slice(0, -CALLBACK.length),
    allowedOrigins: new Set(http.allowedOrigins),
    settingsPage: http.settingsPage ?? '/',
    returnPages: new Set(http.returnPages),
    authenticate: http.authenticate,
    isMember: http.isMember,
  }
}

async function answer(
  config: HttpConfig,
  request: Request,
  context: RequestContext,
  instance: () => string,
): Promise<Reply> {
  const { pathname, searchParams: query } = new URL(request.url)
  const found = findRoute(config.basePath, pathname)
  if (found === undefined) throw new HttpProblem('not-found')
  const route = routeFor(request.method, found.routes)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    proveOrigin(request, config)
    checkMediaType(request)
  }
  const exchange: Exchange = {
    ...{ config, request, context, query, instance, ids: found.ids },
    json: schema => readBodyAs(request, schema),
  }
  if ('open' in route) return route.open(exchange)
  return route.account(await memberAsking(exchange), exchange)
}

function routeFor(method: string, routes: readonly Route[]): Route {
  const route = routes.find(candidate => candidate.methods.includes(method))
  if (route !== undefined) return route
  const allowed = routes.flatMap(({ methods }) => methods).join(', ')
  throw new HttpProblem('method-not-allowed', { headers: [['allow', allowed]] })
}

async function memberAsking(exchange: Exchange): Promise<AccountRef> {
  const account = await whoAsks(exchange)
  if (account === undefined) throw new HttpProblem('unauthenticated')
  const { isMember } = exchange.config
  // The same answer as for what does not exist: whether a workspace does is nobody else's business.
  if (isMember !== undefined && !(await isMember(account))) throw new HttpProblem('not-found')
  return account
}

const SAFE_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

function respond({ method }: Request, { status, body, headers = [] }: Reply): Response {
  const text = body === undefined || method === 'HEAD' ? null : JSON.stringify(body)
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const response = new Response(text, { status, headers: { ...SAFE_HEADERS, ...type } })
  for (const [name, value] of headers) {
    if (name === 'set-cookie') response.headers.append(name, value)
    else response.headers.set(name, value)
  }
  return response
}

/** Once, and only for who asks: most answers need no name, and random bytes cost more than the rest of a poll. */
function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
