import type { AuthorizationRequest } from '../oauth/authorization-request.ts'
import { isSignIn } from '../oauth/scopes.ts'
import type { Reply } from '../wire/reply.ts'
import type { User } from '../world/users.ts'
import type { World } from '../world/world.ts'
import { escapeHtml, page } from './page.ts'
import { scopeInWords } from './scope-words.ts'

/** Account chooser and consent on one page. The form posts to the same URL, so that nothing has to be carried over. */
export function consentPage(world: World, request: AuthorizationRequest, query: URLSearchParams): Reply {
  const app = escapeHtml(new URL(request.redirectUri).host)
  const body = `<main class="card">
<p class="brand">The fake Google</p>
<h1>Sign in to <bdi>${app}</bdi></h1>
<p>The app wants to access your Google Account. Nothing here reaches the real Google.</p>
<form method="post" action="?${escapeHtml(query.toString())}">
${accounts(world, request)}
${scopes(request)}
<p class="client">Client: <code>${escapeHtml(request.client.clientId)}</code></p>
<div class="actions">
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny" formnovalidate>Deny</button>
</div>
</form>
</main>`
  return page({ title: 'Sign in - Google Accounts', body })
}

/** With one account there is nothing to choose, unless the app asks for the chooser. */
function accounts(world: World, { loginHint, prompt }: AuthorizationRequest): string {
  const users = world.users.all()
  const chosen = users.find(user => user.email === loginHint || user.sub === loginHint) ?? users[0]
  if (!chosen) return '<p>There is no account yet. Create one with the control API.</p>'
  const hasChoice = users.length > 1 || prompt.has('select_account')
  if (!hasChoice) {
    return `<p>Account: ${named(chosen)}</p>
<input type="hidden" name="account" value="${escapeHtml(chosen.email)}">`
  }
  const choices = users.map(user => {
    const checked = user === chosen ? ' checked' : ''
    return `<label class="row"><input type="radio" name="account" value="${escapeHtml(user.email)}" required${checked}> <span>${named(user)}</span></label>`
  })
  return `<fieldset>
<legend>Choose an account</legend>
${choices.join('\n')}
</fieldset>`
}

function named({ name, email }: User): string {
  return `<bdi>${escapeHtml(name)}</bdi> <span class="quiet">${escapeHtml(email)}</span>`
}

function scopes(request: AuthorizationRequest): string {
  const granular = isGranular(request.scopes)
  const rows = request.scopes.map(scope => {
    const name = escapeHtml(scope)
    const words = scopeInWords(scope)
    const text = words ? `<span>${words} <code class="quiet">${name}</code></span>` : `<code>${name}</code>`
    if (!granular || isSignIn(scope)) {
      return `<label class="row"><input type="checkbox" checked disabled> ${text}</label><input type="hidden" name="scope" value="${name}">`
    }
    return `<label class="row"><input type="checkbox" name="scope" value="${name}" checked> ${text}</label>`
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
