import type { Call } from '../wire/call.ts'

/** The bearer header, or the `access_token` parameter (observed). */
export function bearerOf(call: Call): string | undefined {
  const [scheme, token] = (call.headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() === 'bearer' && token) return token
  return call.query.get('access_token') ?? call.query.get('oauth_token') ?? undefined
}
