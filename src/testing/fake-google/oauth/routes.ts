/** The OAuth endpoints. Paths do not clash, so that one origin can stand for all of Google's hosts. */
const ROUTES = {
  'GET /o/oauth2/v2/auth': 'oauth.authorize',
  'POST /o/oauth2/v2/auth': 'oauth.consent',
  'GET /o/oauth2/auth': 'oauth.authorize',
  'POST /o/oauth2/auth': 'oauth.consent',
  'POST /token': 'oauth.token',
  'POST /o/oauth2/token': 'oauth.token',
  'POST /oauth2/v4/token': 'oauth.token',
  'POST /revoke': 'oauth.revoke',
  'POST /o/oauth2/revoke': 'oauth.revoke',
  'GET /o/oauth2/revoke': 'oauth.revoke',
  'GET /tokeninfo': 'oauth.tokeninfo',
  'POST /tokeninfo': 'oauth.tokeninfo',
  'GET /oauth2/v3/tokeninfo': 'oauth.tokeninfo',
  'POST /oauth2/v3/tokeninfo': 'oauth.tokeninfo',
  'GET /oauth2/v2/tokeninfo': 'oauth.tokeninfoV2',
  'POST /oauth2/v2/tokeninfo': 'oauth.tokeninfoV2',
  'GET /v1/userinfo': 'oauth.userinfo',
  'POST /v1/userinfo': 'oauth.userinfo',
  'GET /oauth2/v3/userinfo': 'oauth.userinfo',
  'GET /oauth2/v2/userinfo': 'oauth.userinfoV2',
  'GET /oauth2/v3/certs': 'oauth.jwks',
  'GET /oauth2/v1/certs': 'oauth.certificates',
  'GET /.well-known/openid-configuration': 'oauth.metadata',
  'GET /.well-known/oauth-authorization-server': 'oauth.metadata',
  'GET /.well-known/risc-configuration': 'oauth.riscConfiguration',
} as const

export type OAuthMethodName = (typeof ROUTES)[keyof typeof ROUTES]

const BY_ROUTE: ReadonlyMap<string, OAuthMethodName> = new Map(Object.entries(ROUTES))

export function oauthRoute(verb: string, path: string): OAuthMethodName | undefined {
  return BY_ROUTE.get(`${verb} ${path}`)
}
