import type { Call } from '../wire/call.ts'
import { oauthError } from '../wire/oauth-error.ts'
import type { Reply } from '../wire/reply.ts'

/** Either kind of token ends the user's whole grant to the project (Google, "Revoking a token"). */
export function revoke(call: Call): Reply {
  const { grants, switches } = call.world
  const text = new URLSearchParams(call.body).get('token') ?? call.query.get('token')
  if (!text) return oauthError(400, 'invalid_request', 'Required parameter is missing: token')
  const refresh = grants.refreshToken(text, call.now)
  const found = grants.accessToken(text, call.now) ?? (refresh?.deadSince === undefined ? refresh : undefined)
  if (!found) return oauthError(400, 'invalid_token', 'Token expired or revoked')
  grants.revoke(found.user, found.client, call.now, call.now + switches.revokeTakesEffectAfterMs)
  return switches.revokeBody === 'empty' ? { status: 200, text: '' } : { status: 200, json: {}, indent: 2 }
}
