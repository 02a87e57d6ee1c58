import { membersOf, WORKSPACES, workspaceName } from '../members.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'

export function signInPage(): Html {
  const body = html`<h1>Sign in</h1>
<p>This is a demo: choose who you are. A real app asks for more.</p>
<form method="post" action="/sign-in">
${WORKSPACES.map(
  workspace => html`<fieldset>
<legend>${workspaceName(workspace)}</legend>
<div class="actions">
${membersOf(workspace).map(
  ({ userId, name }) =>
    html`<button name="member" value="${userId}@${workspace}"><bdi>${name}</bdi></button>\n`,
)}</div>
</fieldset>`,
)}
</form>`
  return layout({ title: 'Sign in', body })
}
