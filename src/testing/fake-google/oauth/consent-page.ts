import { html, type Reply } from '../wire/reply.ts'
import type { World } from '../world/world.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import { escapeHtml, page } from './page.ts'
import { isSignIn } from './scopes.ts'

/** Account chooser and consent on one page. The form posts to the same URL, so that nothing has to be carried over. */
export function consentPage(world: World, request: AuthorizationRequest, query: URLSearchParams): Reply {
  const body = `<h1>Sign in with Google</h1>
<p>This is the fake Google. <strong>${escapeHtml(request.client.clientId)}</strong> wants to access your Google Account.</p>
<form method="post" action="?${escapeHtml(query.toString())}">
${accounts(world, request)}
${scopes(request)}
<p>
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</p>
</form>`
  return html(200, page('Sign in - Google Accounts', body))
}

function accounts(world: World, { loginHint }: AuthorizationRequest): string {
  const users = world.users.all()
  const chosen = users.find(user => user.email === loginHint || user.sub === loginHint) ?? users[0]
  const choices = users.map(user => {
    const checked = user === chosen ? ' checked' : ''
    const email = escapeHtml(user.email)
    return `<label><input type="radio" name="account" value="${email}" required${checked}> ${escapeHtml(user.name)} (${email})</label>`
  })
  return `<fieldset>
<legend>Choose an account</legend>
${choices.join('\n') || '<p>There is no account yet. Create one with the control API.</p>'}
</fieldset>`
}

function scopes(request: AuthorizationRequest): string {
  const granular = isGranular(request.scopes)
  const rows = request.scopes.map(scope => {
    const name = escapeHtml(scope)
    if (!granular || isSignIn(scope)) {
      return `<label><input type="checkbox" checked disabled> ${name}</label><input type="hidden" name="scope" value="${name}">`
    }
    return `<label><input type="checkbox" name="scope" value="${name}" checked> ${name}</label>`
  })
  return `<fieldset>
<legend>Select what the app can access</legend>
${rows.join('\n')}
</fieldset>`
}

/** Tick boxes appear unless exactly one thing beyond signing in is asked for (Google, "Granular permissions"). */
export function isGranular(scopes: readonly string[]): boolean {
  const others = scopes.filter(scope => !isSignIn(scope)).length
  return others >= 2 || (others === 1 && others < scopes.length)
}
