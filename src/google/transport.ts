/**
 * The HTTP port: one request in, one answer out. `client.ts` implements it with Google's official clients; a
 * simulation implements it on the fake. Limiter, timeout, classification and retries sit above it.
 *
 * An answer of any status resolves. A rejection means that no answer came, and nothing may be concluded from it.
 */
export interface CalendarTransport {
  send(request: CalendarRequest): Promise<GoogleAnswer>
}

export interface CalendarRequest {
  readonly method: CalendarMethod
  readonly calendarId?: string | undefined
  readonly eventId?: string | undefined
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined
  readonly body?: Readonly<Record<string, unknown>> | undefined
  readonly ifMatch?: string | undefined
  readonly accessToken: string
  readonly signal: AbortSignal
}

export type CalendarMethod =
  | 'events.insert'
  | 'events.patch'
  | 'events.update'
  | 'events.delete'
  | 'events.get'
  | 'events.list'
  | 'calendars.insert'

export interface GoogleAnswer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed JSON, or the raw text when it was not JSON, or `undefined` when empty. */
  readonly body: unknown
}

/** OAuth and OpenID endpoints, the same way. */
export interface OAuthTransport {
  authorizationUrl(request: AuthorizationRequest): Promise<string>
  exchangeCode(request: { readonly code: string; readonly codeVerifier: string }): Promise<GoogleAnswer>
  refresh(refreshToken: string): Promise<GoogleAnswer>
  revoke(token: string): Promise<GoogleAnswer>
  /** The JSON Web Key Set that id_tokens are signed with. */
  keys(): Promise<GoogleAnswer>
}

export interface AuthorizationRequest {
  readonly scopes: readonly string[]
  readonly state: string
  readonly nonce: string
  readonly codeChallenge: string
  readonly loginHint?: string | undefined
  /** Keeps scopes granted before, so that an old target can still be cleaned up (ENGINE D3). */
  readonly includeGrantedScopes: boolean
}
