import type { Call } from '../wire/call.ts'
import type { Json } from '../wire/json.ts'
import type { Reply } from '../wire/reply.ts'

const CACHED = { 'cache-control': 'public, max-age=20000, must-revalidate, no-transform' }
const GOOGLES = /^https:\/\/([a-z0-9-]+\.)*(google|googleapis)\.com$/i

export function jwks({ world }: Call): Reply {
  const keys = world.signingKeys.map(({ jwk }) => jwk as { [name: string]: Json })
  return { status: 200, json: { keys }, indent: 2, headers: CACHED }
}

/** X.509 by key id: what Google's own clients verify with. */
export function certificates({ world }: Call): Reply {
  const json = Object.fromEntries(world.signingKeys.map(({ kid, certificate }) => [kid, certificate]))
  return { status: 200, json, indent: 2, headers: CACHED }
}

/** Google, "Cross-Account Protection": where the keys of security events are, and how events travel. */
export function riscConfiguration({ origin }: Call): Reply {
  const own = origin === '' || GOOGLES.test(origin) ? 'https://www.googleapis.com' : origin
  const json = {
    issuer: 'https://accounts.google.com/',
    jwks_uri: `${own}/oauth2/v3/certs`,
    delivery_methods_supported: ['https://schemas.openid.net/secevent/risc/delivery-method/push'],
  }
  return { status: 200, json, indent: 2, headers: CACHED }
}

/** Captured. Under another origin the endpoints are that origin's, so that discovery leads back to the fake. */
export function metadata({ origin }: Call): Reply {
  const at = (host: string, path: string) =>
    `${origin === '' || GOOGLES.test(origin) ? `https://${host}` : origin}${path}`
  const json = {
    issuer: 'https://accounts.google.com',
    authorization_endpoint: at('accounts.google.com', '/o/oauth2/v2/auth'),
    device_authorization_endpoint: at('oauth2.googleapis.com', '/device/code'),
    token_endpoint: at('oauth2.googleapis.com', '/token'),
    userinfo_endpoint: at('openidconnect.googleapis.com', '/v1/userinfo'),
    revocation_endpoint: at('oauth2.googleapis.com', '/revoke'),
    jwks_uri: at('www.googleapis.com', '/oauth2/v3/certs'),
    response_types_supported: [
      'code',
      'token',
      'id_token',
      'code token',
      'code id_token',
      'token id_token',
      'code token id_token',
      'none',
    ],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    claims_supported: [
      'aud',
      'email',
      'email_verified',
      'exp',
      'family_name',
      'given_name',
      'iat',
      'iss',
      'name',
      'picture',
      'sub',
    ],
    code_challenge_methods_supported: ['plain', 'S256'],
    grant_types_supported: [
      'authorization_code',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
    ],
  }
  return { status: 200, json, indent: 1, headers: CACHED }
}
