import { type Reply, redirect } from '../wire/reply.ts'
import type { User } from '../world/users.ts'
import type { World } from '../world/world.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import { canonicalScopes, isSignIn } from './scopes.ts'

/** What the user decided on the consent page. */
export interface Decision {
  readonly user: User
  /** The scopes left ticked; all of them when undefined. */
  readonly ticked?: readonly string[] | undefined
  readonly deny?: boolean | undefined
  /** The user grants access for so long only; without a limit when undefined. */
  readonly accessForMs?: number | undefined
}

/** Back to the app: with a code, or with the refusal. */
export function decide(world: World, request: AuthorizationRequest, decision: Decision): Reply {
  return redirect(decisionUrl(world, request, decision))
}

export function decisionUrl(
  world: World,
  request: AuthorizationRequest,
  { user, ticked, deny, accessForMs }: Decision,
): string {
  const { client, scopes } = request
  const agreed = scopes.filter(scope => isSignIn(scope) || ticked === undefined || ticked.includes(scope))
  if (deny || agreed.length === 0) return backWith(request, [['error', 'access_denied']])
  const { grants, switches } = world
  const now = world.time.now()
  // A refresh token comes with the first consent, or when `prompt=consent` asks for it again.
  const refreshable =
    request.offline && (request.prompt.has('consent') || !grants.hasConsented(user, client, now))
  const earlier = request.includeGrantedScopes ? grants.granted(user, client, now) : []
  const granted = canonicalScopes([...agreed, ...earlier])
  const accessUntil = accessForMs === undefined ? undefined : now + accessForMs
  grants.consent(user, client, granted, accessUntil)
  const { code } = grants.issueCode(
    {
      user,
      client,
      redirectUri: request.redirectUri,
      scopes: granted,
      refreshable,
      offline: request.offline,
      ...(accessUntil === undefined ? {} : { accessUntil }),
      ...(request.challenge ? { challenge: request.challenge } : {}),
      ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
    },
    now,
  )
  const names = [...new Set([...agreed, ...granted])].join(' ')
  return backWith(request, [
    ...(switches.issuerInRedirect ? [['iss', 'https://accounts.google.com'] as const] : []),
    ['code', code],
    ['scope', names],
    ['authuser', '0'],
    ...(user.hd === undefined ? [] : [['hd', user.hd] as const]),
    ['prompt', [...request.prompt].join(' ') || 'none'],
  ])
}

/** `state` comes back byte for byte. */
export function backWith(
  request: AuthorizationRequest,
  pairs: readonly (readonly [string, string])[],
): string {
  const { redirectUri, state } = request
  const all = state === null ? pairs : [['state', state] as const, ...pairs]
  const query = all.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`
}
