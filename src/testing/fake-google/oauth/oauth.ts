import type { Call } from '../wire/call.ts'
import type { Reply } from '../wire/reply.ts'
import { authorize, consent } from './authorize.ts'
import { certificates, jwks, metadata, riscConfiguration } from './published.ts'
import { revoke } from './revoke.ts'
import type { OAuthMethodName } from './routes.ts'
import { token } from './token.ts'
import { tokeninfo, tokeninfoV2 } from './tokeninfo.ts'
import { userinfo, userinfoV2 } from './userinfo.ts'

const RUN: Readonly<Record<OAuthMethodName, (call: Call) => Reply>> = {
  'oauth.authorize': authorize,
  'oauth.consent': consent,
  'oauth.token': token,
  'oauth.revoke': revoke,
  'oauth.tokeninfo': tokeninfo,
  'oauth.tokeninfoV2': tokeninfoV2,
  'oauth.userinfo': userinfo,
  'oauth.userinfoV2': userinfoV2,
  'oauth.jwks': jwks,
  'oauth.certificates': certificates,
  'oauth.metadata': metadata,
  'oauth.riscConfiguration': riscConfiguration,
}

export function callOAuth(call: Call, method: OAuthMethodName): Reply {
  return RUN[method](call)
}
