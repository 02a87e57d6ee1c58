import type { Call } from '../wire/call.ts'
import { compact, type JsonObject } from '../wire/json.ts'
import { oauthError } from '../wire/oauth-error.ts'
import { Refusal, type Reply } from '../wire/reply.ts'
import { invalidCredentials } from '../wire/standard-errors.ts'
import type { User } from '../world/users.ts'
import { bearerOf } from './bearer.ts'
import type { AccessToken } from './grants.ts'
import { coversEmail, coversProfile } from './scopes.ts'

/** OpenID Connect's form, at v1 and v3. */
export function userinfo(call: Call): Reply {
  const token = readToken(call)
  if (!token) return oauthError(401, 'invalid_request', 'Invalid Credentials')
  const { user, scopes } = token
  const json = compact({
    sub: user.sub,
    ...(coversProfile(scopes) ? profileClaims(user) : {}),
    ...(coversEmail(scopes) ? { email: user.email, email_verified: true } : {}),
    hd: user.hd,
  })
  return { status: 200, json, indent: 2 }
}

/** The older REST form, which tells more of the profile (discovery of `oauth2.v2`). */
export function userinfoV2(call: Call): Reply {
  const token = readToken(call)
  if (!token) throw new Refusal(invalidCredentials())
  const { user, scopes } = token
  const json = compact({
    id: user.sub,
    ...(coversEmail(scopes) ? { email: user.email, verified_email: true } : {}),
    ...(coversProfile(scopes) ? { ...profileClaims(user), ...user.profile } : {}),
    hd: user.hd,
  })
  return { status: 200, json, indent: 2 }
}

export function profileClaims({ name }: User): JsonObject {
  const [given_name, ...rest] = name.split(' ')
  const picture = 'https://lh3.googleusercontent.com/a/default-user=s96-c'
  return compact({ name, picture, given_name, family_name: rest.join(' ') || undefined })
}

/** Without a sign-in scope the answer is 401 (observed). */
function readToken(call: Call): AccessToken | undefined {
  const token = call.world.grants.accessToken(bearerOf(call) ?? '', call.now)
  if (!token) return undefined
  const { scopes } = token
  return scopes.has('openid') || coversEmail(scopes) || coversProfile(scopes) ? token : undefined
}
