import type { World } from '../world/world.ts'

/** RS256, with the newest key. */
export function signJwt({ signingKey }: World, claims: object, typ = 'JWT'): string {
  const signed = `${base64url({ alg: 'RS256', kid: signingKey.kid, typ })}.${base64url(claims)}`
  return `${signed}.${signingKey.sign(signed)}`
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
