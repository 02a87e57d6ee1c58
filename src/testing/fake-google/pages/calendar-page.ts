import type { Reply } from '../wire/reply.ts'
import type { User } from '../world/users.ts'
import type { World } from '../world/world.ts'
import type { AgendaQuery } from './agenda.ts'
import { escapeHtml, page } from './page.ts'
import { AGENDA_PATH, CALENDAR_PATH, SCRIPT_PATH } from './paths.ts'

/** The frame of one user's calendars; the script fills it and keeps it up to date. */
export function calendarPage(world: World, user: User | undefined, query: AgendaQuery): Reply {
  const title = user ? `Calendars of ${user.name}` : 'Calendars'
  const body = `<header class="bar">
<p class="brand">The fake Google Calendar</p>
<form method="get" action="${CALENDAR_PATH}">
<label>Account <select name="user">${world.users.all().map(choiceOf(user)).join('')}</select></label>
<label>From <input type="date" name="from" value="${query.from}" required></label>
<label class="tick"><input type="checkbox" name="deleted" value="1"${query.showDeleted ? ' checked' : ''}> Deleted too</label>
<button>Show</button>
</form>
</header>
<main>
<h1><bdi>${escapeHtml(title)}</bdi></h1>
<p role="status" id="said"></p>
${user ? agendaFrame(user, query) : '<p>Choose an account.</p>'}
</main>`
  return page({ title, body, script: SCRIPT_PATH, framed: true })
}

function choiceOf(user: User | undefined) {
  return ({ email, name }: User) =>
    `<option value="${escapeHtml(email)}"${email === user?.email ? ' selected' : ''}>${escapeHtml(name)} (${escapeHtml(email)})</option>`
}

function agendaFrame({ email }: User, { from, showDeleted }: AgendaQuery): string {
  const search = new URLSearchParams({ user: email, from, ...(showDeleted && { deleted: '1' }) })
  return `<div id="agenda" data-source="${escapeHtml(`${AGENDA_PATH}?${search}`)}"><noscript>This page needs JavaScript.</noscript></div>`
}
