import type { calendar_v3 } from '@googleapis/calendar'
import type { OAuth2Client } from 'google-auth-library'
import type { Runtime } from '../contracts/runtime.ts'
import { type GoogleEndpoints, resolveEndpoints } from './endpoints.ts'
import { guardedFetch } from './guarded-fetch.ts'
import { NoAnswerError, reasonOfRejection } from './no-answer.ts'
import { withTimeout } from './request-timeout.ts'
import type {
  AuthorizationRequest,
  CalendarMethod,
  CalendarRequest,
  CalendarTransport,
  GoogleAnswer,
  OAuthTransport,
} from './transport.ts'

export interface GoogleClientOptions {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
  readonly endpoints?: Partial<GoogleEndpoints> | undefined
  readonly runtime: Runtime
}

export interface GoogleClient {
  readonly calendar: CalendarTransport
  readonly oauth: OAuthTransport
}

/** Google's official clients, reduced to "one request, one answer". They are loaded on first use: 100 ms, 30 MB. */
export function createGoogleClient(options: GoogleClientOptions): GoogleClient {
  const endpoints = resolveEndpoints(options.endpoints)
  const origins = new Set(Object.values(endpoints).map(url => new URL(url).origin))
  const transport = passThrough(guardedFetch(options.runtime.fetch, origins))
  return {
    calendar: calendarTransport(endpoints, transport),
    oauth: oauthTransport(options, endpoints, transport),
  }
}

/**
 * What keeps the client from doing more than it was asked: retries of its own, redirects, a proxy or another
 * universe taken from the environment, a throw on a status.
 */
function passThrough(fetchImplementation: typeof fetch) {
  return {
    fetchImplementation,
    retry: false,
    retryConfig: { retry: 0 },
    redirect: 'manual' as const,
    responseType: 'json' as const,
    validateStatus: () => true,
    noProxy: [/^/],
  }
}

type PassThrough = ReturnType<typeof passThrough>

interface ClientAnswer {
  readonly status: number
  readonly headers: unknown
  readonly data: unknown
}

type MethodParams = Record<string, unknown>
type MethodOptions = PassThrough & {
  readonly headers: Record<string, string>
  readonly signal: AbortSignal
}
type Method = (
  api: calendar_v3.Calendar,
  params: MethodParams,
  options: MethodOptions,
) => Promise<ClientAnswer>

const METHODS: Readonly<Record<CalendarMethod, Method>> = {
  'events.insert': (api, params, options) => api.events.insert(params, options),
  'events.patch': (api, params, options) => api.events.patch(params, options),
  'events.update': (api, params, options) => api.events.update(params, options),
  'events.delete': (api, params, options) => api.events.delete(params, options),
  'events.get': (api, params, options) => api.events.get(params, options),
  'events.list': (api, params, options) => api.events.list(params, options),
  'calendars.insert': (api, params, options) => api.calendars.insert(params, options),
}

function calendarTransport(endpoints: GoogleEndpoints, transport: PassThrough): CalendarTransport {
  let loading: Promise<calendar_v3.Calendar> | undefined
  const load = async () => {
    const { calendar } = await import('@googleapis/calendar')
    return calendar({
      version: 'v3',
      rootUrl: endpoints.calendarRoot,
      // Else GOOGLE_CLOUD_UNIVERSE_DOMAIN would send our bearer tokens elsewhere.
      universeDomain: 'googleapis.com',
    })
  }
  return {
    async send(request) {
      loading ??= load()
      const api = await loading
      const { accessToken, ifMatch, signal } = request
      const headers: Record<string, string> = { authorization: `Bearer ${accessToken}` }
      if (ifMatch !== undefined) headers['if-match'] = ifMatch
      return answered(METHODS[request.method](api, paramsOf(request), { ...transport, headers, signal }))
    },
  }
}

function paramsOf({ query, calendarId, eventId, body }: CalendarRequest): MethodParams {
  const params: MethodParams = { ...query }
  if (calendarId !== undefined) params.calendarId = calendarId
  if (eventId !== undefined) params.eventId = eventId
  if (body !== undefined) params.requestBody = body
  return params
}

/**
 * The library's own token calls rewrite the answer by the process's clock, throw it away on an error, or put the
 * token into the URL (`revokeToken`), so the requests go through its transporter instead.
 */
function oauthTransport(
  { clientId, clientSecret, redirectUri, runtime }: GoogleClientOptions,
  endpoints: GoogleEndpoints,
  transport: PassThrough,
): OAuthTransport {
  let loading: Promise<OAuth2Client> | undefined
  const load = async () => {
    const { OAuth2Client } = await import('google-auth-library')
    return new OAuth2Client({
      clientId,
      clientSecret,
      redirectUri,
      endpoints: { oauth2AuthBaseUrl: endpoints.authorization },
      transporterOptions: transport,
      // Its interceptors write tokens to the log when GOOGLE_SDK_NODE_LOGGING is set.
      useAuthRequestParameters: false,
    })
  }
  const client = () => {
    loading ??= load()
    return loading
  }
  const send = async (url: string, form?: Readonly<Record<string, string>>) => {
    const { transporter } = await client()
    return withTimeout(runtime.clock, signal => {
      const method = form === undefined ? 'GET' : 'POST'
      const data = form === undefined ? {} : { data: new URLSearchParams(form) }
      return answered(transporter.request<unknown>({ url, method, signal, ...data }))
    })
  }
  const credentials = { client_id: clientId, client_secret: clientSecret }
  return {
    authorizationUrl: async request => (await client()).generateAuthUrl(authorizationOptions(request)),
    exchangeCode: ({ code, codeVerifier }) =>
      send(endpoints.token, {
        ...credentials,
        grant_type: 'authorization_code',
        code,
        code_verifier: codeVerifier,
        redirect_uri: redirectUri,
      }),
    refresh: token =>
      send(endpoints.token, { ...credentials, grant_type: 'refresh_token', refresh_token: token }),
    revoke: token => send(endpoints.revoke, { token }),
    keys: () => send(endpoints.keys),
  }
}

/** https://developers.google.com/identity/protocols/oauth2/web-server#creatingclient */
function authorizationOptions(request: AuthorizationRequest) {
  return {
    access_type: 'offline',
    prompt: 'consent',
    scope: [...request.scopes],
    state: request.state,
    nonce: request.nonce,
    code_challenge: request.codeChallenge,
    code_challenge_method: 'S256' as never,
    ...(request.includeGrantedScopes ? { include_granted_scopes: true } : {}),
    ...(request.loginHint === undefined ? {} : { login_hint: request.loginHint }),
  }
}

async function answered(sent: Promise<ClientAnswer>): Promise<GoogleAnswer> {
  try {
    const { status, headers, data } = await sent
    return { status, headers: plainHeaders(headers), body: data === '' ? undefined : data }
  } catch (error) {
    throw new NoAnswerError(reasonOfRejection(error))
  }
}

function plainHeaders(headers: unknown): Record<string, string> {
  const pairs = headers instanceof Headers ? headers.entries() : Object.entries(headers ?? {})
  return Object.fromEntries(pairs)
}
