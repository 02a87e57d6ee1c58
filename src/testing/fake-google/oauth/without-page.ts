import { errorPage } from '../pages/error-page.ts'
import { type Reply, redirect } from '../wire/reply.ts'
import type { User } from '../world/users.ts'
import type { World } from '../world/world.ts'
import { backWith, decide } from './approval.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import { canonicalScopes } from './scopes.ts'

/** `prompt=none` fails by redirect, for want of a session, a grant or an answer (OpenID Connect Core 3.1.2.6). */
export function withoutPrompt(world: World, request: AuthorizationRequest): Reply {
  const user = hinted(world, request)
  if (!user || user.state === 'deleted') return silentFailure(world, request, 'login_required')
  if (user.state === 'reauthRequired') return silentFailure(world, request, 'interaction_required')
  if (!isCovered(world, request, user)) return silentFailure(world, request, 'consent_required')
  return decide(world, request, { user })
}

/**
 * Without `prompt` a user is asked only when the project asks for something new (Google, "OAuth for web servers");
 * undefined when somebody has to be asked. The fake keeps no sessions: signed in is whom the app names, or else the
 * only account there is.
 */
export function asBefore(world: World, request: AuthorizationRequest): Reply | undefined {
  if (request.prompt.size > 0) return undefined
  const [first, ...more] = world.users.all()
  const only = more.length === 0 ? first : undefined
  const user = request.loginHint === null ? only : hinted(world, request)
  if (user?.state !== 'active' || !isCovered(world, request, user)) return undefined
  return decide(world, request, { user })
}

function hinted(world: World, { loginHint }: AuthorizationRequest): User | undefined {
  return world.users.all().find(({ email, sub }) => email === loginHint || sub === loginHint)
}

function isCovered(world: World, { client, scopes }: AuthorizationRequest, user: User): boolean {
  const granted = world.grants.granted(user, client, world.time.now())
  return canonicalScopes(scopes).every(scope => granted.has(scope))
}

function silentFailure({ switches }: World, request: AuthorizationRequest, error: string): Reply {
  if (switches.promptNoneErrors === 'redirected') return redirect(backWith(request, [['error', error]]))
  return errorPage(400, error, 'This request needs your answer, and it asked not to be shown to you.')
}
