import { type Member, workspaceName } from '../members.ts'
import { type Html, html, type Part } from './html.ts'

export interface Layout {
  readonly title: string
  readonly member?: Member | undefined
  /** Of the page one is on, for the navigation. */
  readonly path?: string
  readonly body: Html
  /** File names in `public/`. */
  readonly scripts?: readonly string[]
}

const SECTIONS = [
  ['/appointments', 'Appointments'],
  ['/settings', 'Google Calendar'],
] as const

export function layout({ title, member, path, body, scripts = [] }: Layout): Html {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Clinic</title>
<link rel="icon" href="/public/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/public/style.css">
${scripts.map(name => html`<script type="module" src="/public/${name}"></script>\n`)}</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${member && header(member, path)}
<main id="content" tabindex="-1">
${body}
</main>
</body>
</html>
`
}

function header(member: Member, path: string | undefined): Html {
  return html`<header class="top">
<p class="brand">${workspaceName(member.workspaceId)}</p>
<nav aria-label="Main"><ul>
${SECTIONS.map(([href, name]) => html`<li><a href="${href}"${path === href && html` aria-current="page"`}>${name}</a></li>`)}
</ul></nav>
<form method="post" action="/sign-out" class="who"><span><bdi>${member.name}</bdi></span> <button class="quiet">Sign out</button></form>
</header>`
}

/** What just happened. It gets the focus, so that it is read out on a fresh page too. */
export function notice(text: Part, kind: 'good' | 'bad' = 'good'): Html {
  return html`<p class="notice ${kind}" role="status" tabindex="-1" autofocus>${text}</p>`
}
