import { consentPage } from '../pages/consent-page.ts'
import { errorPage } from '../pages/error-page.ts'
import type { Call } from '../wire/call.ts'
import type { Reply } from '../wire/reply.ts'
import type { User } from '../world/users.ts'
import { decide } from './approval.ts'
import { readAuthorizationRequest } from './authorization-request.ts'
import { splitScopes } from './scopes.ts'
import { asBefore, withoutPrompt } from './without-page.ts'

/**
 * GET shows the consent page where somebody has to be asked. A script answers it in one step with query parameters,
 * or headers of the same names: `_approve=<email>` allows, `_deny=<email>` denies, `_scopes=<space-separated>` leaves
 * only these ticked.
 */
export function authorize(call: Call): Reply {
  const query = withoutScript(call.query)
  const request = readAuthorizationRequest(call.world, query)
  const approve = scripted(call, '_approve')
  const deny = scripted(call, '_deny')
  const email = approve ?? deny
  if (email === undefined) {
    if (request.prompt.has('none')) return withoutPrompt(call.world, request)
    return asBefore(call.world, request) ?? consentPage(call.world, request, query)
  }
  const user = call.world.users.byEmail(email)
  if (!user) return unknownAccount(email)
  const only = scripted(call, '_scopes')
  const ticked = only === undefined ? undefined : splitScopes(only)
  return decide(call.world, request, { user, ticked, deny: approve === undefined })
}

/** The page's own form: `account`, `scope` once per ticked box, `decision=allow|deny`. */
export function consent(call: Call): Reply {
  const request = readAuthorizationRequest(call.world, call.query)
  const form = new URLSearchParams(call.body)
  const email = form.get('account') ?? ''
  const user: User | undefined = call.world.users.byEmail(email)
  if (!user) return unknownAccount(email)
  const deny = form.get('decision') !== 'allow'
  return decide(call.world, request, { user, ticked: form.getAll('scope'), deny })
}

function scripted(call: Call, name: string): string | undefined {
  return call.query.get(name) ?? call.headers[name] ?? undefined
}

function withoutScript(query: URLSearchParams): URLSearchParams {
  const kept = new URLSearchParams(query)
  for (const name of ['_approve', '_deny', '_scopes']) kept.delete(name)
  return kept
}

function unknownAccount(email: string): Reply {
  return errorPage(400, 'invalid_request', `Couldn't find your Google Account: ${email}`)
}
