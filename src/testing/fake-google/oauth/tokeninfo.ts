import type { Call } from '../wire/call.ts'
import { compact, isObject, type JsonObject } from '../wire/json.ts'
import { oauthError } from '../wire/oauth-error.ts'
import type { Reply } from '../wire/reply.ts'
import { bearerOf } from './bearer.ts'
import type { AccessToken } from './grants.ts'
import { coversEmail } from './scopes.ts'

/** Values are strings (observed). Refresh tokens are refused like any unknown token. */
export function tokeninfo(call: Call): Reply {
  const idToken = parameter(call, 'id_token')
  if (idToken !== undefined) return idTokenInfo(call, idToken)
  const token = readToken(call)
  if (!token) return invalidValue(call)
  const { client, user, scope, offline } = token
  const seconds = Math.floor((token.expiresAt - call.now) / 1000)
  const json = compact({
    azp: client.clientId,
    aud: client.clientId,
    sub: user.sub,
    scope,
    exp: String(Math.floor(token.expiresAt / 1000)),
    expires_in: String(seconds),
    ...(coversEmail(token.scopes) ? { email: user.email, email_verified: 'true' } : {}),
    access_type: offline ? 'offline' : 'online',
  })
  return { status: 200, json, indent: 2 }
}

export function tokeninfoV2(call: Call): Reply {
  const token = readToken(call)
  if (!token) return oauthError(400, 'invalid_token', 'Invalid Value')
  const { client, user, scope, offline } = token
  const json = compact({
    issued_to: client.clientId,
    audience: client.clientId,
    user_id: user.sub,
    scope,
    expires_in: Math.floor((token.expiresAt - call.now) / 1000),
    ...(coversEmail(token.scopes) ? { email: user.email, verified_email: true } : {}),
    access_type: offline ? 'offline' : 'online',
  })
  return { status: 200, json, indent: 2 }
}

function idTokenInfo(call: Call, idToken: string): Reply {
  const [header = '', payload = '', signature = ''] = idToken.split('.')
  const claims = parse(payload)
  const key = call.world.signingKeys.find(({ kid }) => kid === parse(header)?.kid)
  const genuine = signature !== '' && key?.sign(`${header}.${payload}`) === signature
  if (!claims || !genuine || Number(claims.exp) * 1000 <= call.now) return invalidValue(call)
  const texts = Object.entries(claims).map(([name, value]) => [name, String(value)])
  return { status: 200, json: { ...Object.fromEntries(texts), ...parse(header) }, indent: 2 }
}

function parse(part: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function readToken(call: Call): AccessToken | undefined {
  const text = parameter(call, 'access_token') ?? bearerOf(call)
  return text === undefined ? undefined : call.world.grants.accessToken(text, call.now)
}

function parameter(call: Call, name: string): string | undefined {
  const form = call.verb === 'POST' ? new URLSearchParams(call.body) : undefined
  return call.query.get(name) ?? form?.get(name) ?? undefined
}

/** The v3 path leaves `error` out (observed). */
function invalidValue(call: Call): Reply {
  if (!call.path.includes('/v3/')) return oauthError(400, 'invalid_token', 'Invalid Value')
  return { status: 400, json: { error_description: 'Invalid Value' }, indent: 2, reason: 'invalid_token' }
}
