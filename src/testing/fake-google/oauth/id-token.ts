import { createHash } from 'node:crypto'
import { compact } from '../wire/json.ts'
import type { World } from '../world/world.ts'
import type { AccessToken } from './grants.ts'
import { signJwt } from './jwt.ts'
import { coversEmail, coversProfile } from './scopes.ts'
import { profileClaims } from './userinfo.ts'

const LIFETIME_S = 3600

/** RS256, about an hour, claims by scope (Google, "OpenID Connect"). */
export function idToken(
  world: World,
  { token, user, client, scopes }: AccessToken,
  now: number,
  nonce?: string,
): string {
  const iat = Math.floor(now / 1000)
  const claims = compact({
    iss: world.switches.idTokenIssuer,
    azp: client.clientId,
    aud: client.clientId,
    sub: user.sub,
    hd: user.hd,
    ...(coversEmail(scopes) ? { email: user.email, email_verified: true } : {}),
    at_hash: createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url'),
    nonce,
    ...(coversProfile(scopes) ? profileClaims(user) : {}),
    iat,
    exp: iat + LIFETIME_S,
  })
  return signJwt(world, claims)
}
