import { field } from './error-envelope.ts'
import { safeToken } from './no-answer.ts'
import type { GoogleAnswer } from './transport.ts'

export interface OAuthFailure {
  readonly kind: OAuthFailureKind
  readonly status: number
  /** The `error` code, or one of ours. Safe to show. */
  readonly reason: string
  /** `error_subtype`, such as `invalid_rapt`. */
  readonly subtype?: string | undefined
}

export type OAuthFailureKind =
  /** The grant or code is dead, whatever the description says: the user has to connect again. */
  | 'invalid-grant'
  /** The operator's client is the cause: every grant is kept. */
  | 'misconfigured'
  | 'transient'
  /** A person or a policy said no, or the token is unknown to Google. */
  | 'refused'

const CODES: ReadonlyMap<string, OAuthFailureKind> = new Map([
  ['invalid_grant', 'invalid-grant'],
  ['invalid_client', 'misconfigured'],
  ['unauthorized_client', 'misconfigured'],
  ['deleted_client', 'misconfigured'],
  ['disabled_client', 'misconfigured'],
  ['redirect_uri_mismatch', 'misconfigured'],
  ['invalid_request', 'misconfigured'],
  ['invalid_scope', 'misconfigured'],
  ['unsupported_grant_type', 'misconfigured'],
  ['unsupported_response_type', 'misconfigured'],
  ['access_denied', 'refused'],
  ['admin_policy_enforced', 'refused'],
  ['org_internal', 'refused'],
  ['disallowed_useragent', 'refused'],
  // Revocation: https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke
  ['invalid_token', 'refused'],
])

/**
 * The blame for an answer of the token, revocation or key endpoint (RFC 6749 §5.2, ENGINE C1). `undefined`: a 2xx.
 * Everything unknown is transient, so that no grant is given up for it.
 */
export function classifyOAuth({ status, body }: GoogleAnswer): OAuthFailure | undefined {
  if (status >= 200 && status < 300) return undefined
  const code = safeToken(field(body, 'error'))
  const subtype = safeToken(field(body, 'error_subtype'))
  const clientError = status >= 400 && status < 500 && status !== 429
  return {
    kind: (clientError && code !== undefined && CODES.get(code)) || 'transient',
    status,
    reason: code ?? `http-${status}`,
    ...(subtype === undefined ? {} : { subtype }),
  }
}
