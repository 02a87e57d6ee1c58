import { createHash } from 'node:crypto'
import type { Call } from '../wire/call.ts'
import { compact } from '../wire/json.ts'
import { oauthError } from '../wire/oauth-error.ts'
import { Refusal, type Reply } from '../wire/reply.ts'
import type { Client } from '../world/clients.ts'
import type { User } from '../world/users.ts'
import { authenticateClient } from './client-auth.ts'
import type { AuthorizationCode } from './grants.ts'
import { idToken } from './id-token.ts'
import type { RefreshToken } from './refresh-tokens.ts'
import { canonicalScopes, splitScopes } from './scopes.ts'

/** Google says less about a token that has been dead for about this long (observed). */
const DEAD_FOR_LONG_MS = 12 * 3_600_000

/** `POST /token`: Google, "Using OAuth 2.0 for web server applications"; the error texts are observed. */
export function token(call: Call): Reply {
  const form = new URLSearchParams(call.body)
  const grantType = form.get('grant_type')
  if (!grantType) return refuse(400, 'invalid_request', 'Required parameter is missing: grant_type')
  if (grantType !== 'authorization_code' && grantType !== 'refresh_token') {
    return refuse(400, 'unsupported_grant_type', `Invalid grant_type: ${grantType}`)
  }
  const client = authenticateClient(call, form)
  return grantType === 'refresh_token' ? refresh(call, form, client) : exchange(call, form, client)
}

function exchange(call: Call, form: URLSearchParams, client: Client): Reply {
  const text = form.get('code')
  if (!text) return refuse(400, 'invalid_request', 'Missing required parameter: code')
  if (!text.startsWith('4/')) return refuse(400, 'invalid_grant', 'Malformed auth code.')
  const { grants } = call.world
  const code = grants.takeCode(text, call.now)
  if (!code || code.client !== client) return refuse(400, 'invalid_grant', 'Bad Request')
  if (form.get('redirect_uri') !== code.redirectUri)
    return refuse(400, call.world.switches.redirectMismatch, 'Bad Request')
  checkVerifier(code, form.get('code_verifier'))
  const { user, scopes, offline, accessUntil } = code
  checkState(user)
  const issue = { user, client, scopes, offline, accessUntil }
  const refreshToken = code.refreshable ? grants.issueRefreshToken(issue, call.now) : undefined
  return tokens(call, issue, { refreshToken, nonce: code.nonce })
}

/** Refresh tokens do not rotate: the answer holds none. */
function refresh(call: Call, form: URLSearchParams, client: Client): Reply {
  const text = form.get('refresh_token')
  if (!text) return refuse(400, 'invalid_request', 'Missing required parameter: refresh_token')
  const found = call.world.grants.refreshToken(text, call.now)
  if (!found) return refuse(400, 'invalid_grant', 'Bad Request')
  if (found.client !== client) return refuse(401, 'unauthorized_client', 'Unauthorized')
  if (found.deadSince !== undefined) {
    const isLong = call.now - found.deadSince >= DEAD_FOR_LONG_MS
    const long = isLong && call.world.switches.deadTokenText === 'changes'
    return refuse(400, 'invalid_grant', long ? 'Bad Request' : 'Token has been expired or revoked.')
  }
  checkState(found.user)
  const asked = canonicalScopes(splitScopes(form.get('scope')))
  if (asked.some(scope => !found.scopes.includes(scope))) return refuse(400, 'invalid_scope', 'Bad Request')
  found.lastUsedAt = call.now
  const scopes = asked.length > 0 ? asked : found.scopes
  return tokens(call, { user: found.user, client, scopes, offline: true, notAfter: found.revokedAt }, {})
}

interface Issue {
  readonly user: User
  readonly client: Client
  readonly scopes: readonly string[]
  readonly offline: boolean
  readonly notAfter?: number | undefined
  readonly accessUntil?: number | undefined
}

interface Extras {
  readonly refreshToken?: RefreshToken | undefined
  readonly nonce?: string | undefined
}

/** Key order as observed. */
function tokens(call: Call, issue: Issue, { refreshToken, nonce }: Extras): Reply {
  const access = call.world.grants.issueAccessToken(issue, call.now)
  const { switches } = call.world
  const saysExpiry = refreshToken?.timeLimited || switches.testingTokensSayExpiry
  const expiresAt = saysExpiry ? refreshToken?.expiresAt : undefined
  const json = compact({
    access_token: access.token,
    expires_in: switches.accessTokenSeconds,
    refresh_token: refreshToken?.token,
    scope: access.scope,
    token_type: 'Bearer',
    id_token: access.scopes.has('openid') ? idToken(call.world, access, call.now, nonce) : undefined,
    refresh_token_expires_in:
      expiresAt === undefined ? undefined : Math.max(0, Math.floor((expiresAt - call.now) / 1000) - 1),
  })
  return { status: 200, json, indent: 2 }
}

function checkVerifier({ challenge }: AuthorizationCode, verifier: string | null): void {
  if (!challenge) return
  if (!verifier) refuse(400, 'invalid_grant', 'Missing code verifier.')
  const derived =
    challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url')
  if (derived !== challenge.value) refuse(400, 'invalid_grant', 'Invalid code verifier.')
}

function checkState({ state }: User): void {
  if (state === 'deleted') refuse(400, 'invalid_grant', 'The account has been deleted')
  if (state === 'adminRestricted') throw new Refusal(oauthError(400, 'admin_policy_enforced'))
  if (state === 'reauthRequired') {
    throw new Refusal(oauthError(400, 'invalid_grant', 'reauth related error (invalid_rapt)', 'invalid_rapt'))
  }
}

function refuse(status: number, error: string, description: string): never {
  throw new Refusal(oauthError(status, error, description))
}
