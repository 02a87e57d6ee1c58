import type { AppointmentStatus } from 'google-calendar-sync'
import type { Row } from '../appointments.ts'
import { findMember, type Member } from '../members.ts'
import { when } from './appointment-times.ts'
import { badge, mayRetry, reason } from './badge.ts'
import { type Html, html, type Part } from './html.ts'
import { layout } from './layout.ts'

/** `statuses` is undefined when the library could not say. */
export interface Listed {
  readonly row: Row
  readonly statuses: readonly AppointmentStatus[] | undefined
}

export interface ListPage {
  readonly member: Member
  readonly listed: readonly Listed[]
  readonly everybody: boolean
  readonly past: boolean
  readonly page: number
  readonly hasMore: boolean
  readonly notice: Part
}

export function appointmentsPage(list: ListPage): Html {
  const { member, listed, notice } = list
  const body = html`<div class="head">
<h1>Appointments</h1>
<a class="button primary" href="/appointments/new">New appointment</a>
</div>
${notice}
<p role="status" id="said" class="said"></p>
${filter(list)}
<div id="list" data-live>
${listed.length === 0 && html`<p>There is nothing to show.</p>`}
<ul class="cards">
${listed.map(item => card(item, member))}
</ul>
</div>
${pages(list)}`
  return layout({ title: 'Appointments', member, path: '/appointments', body, scripts: ['appointments.js'] })
}

function filter({ everybody, past }: ListPage): Html {
  return html`<form method="get" class="filter" aria-label="Which appointments">
<label class="tick"><input type="checkbox" name="who" value="all"${everybody && html` checked`}> Colleagues’ too</label>
<label class="tick"><input type="checkbox" name="past" value="1"${past && html` checked`}> Past too</label>
<button>Show</button>
</form>`
}

function card({ row, statuses }: Listed, member: Member): Html {
  const name = row.title ?? 'Appointment'
  return html`<li class="card${row.status === 'cancelled' && ' cancelled'}" id="appointment-${row.id}">
<div class="what">
<h2><a href="/appointments/${row.id}"><bdi dir="auto">${name}</bdi></a>${row.status !== 'confirmed' && html` <span class="tag">${row.status}</span>`}</h2>
<p>${when(row)}</p>
${row.client_name !== null && html`<p><span class="quiet">Client:</span> <bdi dir="auto">${row.client_name}</bdi></p>`}
${row.location !== null && html`<p><span class="quiet">Where:</span> <bdi dir="auto">${row.location}</bdi></p>`}
</div>
<div class="sync">
${statuses === undefined ? unknown() : statuses.filter(status => isShown(row, status)).map(status => syncLine(row, name, status, member))}
</div>
</li>
`
}

function unknown(): Html {
  return html`<p>${badge('unknown')}</p>
<p class="quiet">The appointment itself is saved.</p>`
}

/** A calendar that it was taken out of says something only while the event is still there. */
function isShown(row: Row, { account, status }: AppointmentStatus): boolean {
  const isConcerned = account.userId === row.user_id || account.userId === row.also_user_id
  return isConcerned || status === 'pending' || status === 'failed'
}

function syncLine(row: Row, name: string, status: AppointmentStatus, member: Member): Html {
  const { userId } = status.account
  const isMine = userId === member.userId
  const owner = findMember(row.workspace_id, userId)?.name ?? userId
  return html`<div>
<p><span class="quiet">${isMine ? 'Your calendar' : html`Calendar of <bdi>${owner}</bdi>`}:</span> ${badge(status.status)}</p>
${explained(status)}
${
  mayRetry(status) &&
  html`<form method="post" action="/appointments/${row.id}/retry"><input type="hidden" name="user_id" value="${userId}">
<button>Try again<span class="hidden">: ${name}</span></button></form>`
}
</div>
`
}

function explained(status: AppointmentStatus): Part {
  const text = reason(status)
  return text && html`<p class="why">${text}</p>`
}

function pages({ page, hasMore, everybody, past }: ListPage): Part {
  if (page === 0 && !hasMore) return undefined
  const href = (to: number) =>
    `?${new URLSearchParams({ ...(everybody && { who: 'all' }), ...(past && { past: '1' }), page: String(to) })}`
  return html`<nav aria-label="Pages" class="actions">
${page > 0 && html`<a class="button" href="${href(page - 1)}">Earlier</a>`}
${hasMore && html`<a class="button" href="${href(page + 1)}">Later</a>`}
</nav>`
}
