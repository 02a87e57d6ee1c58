import { MEMBERS } from '../members.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'

export function messagePage(title: string, text: string): Html {
  const body = html`<h1>${title}</h1>
<p>${text}</p>
<p><a href="/appointments">To the appointments</a></p>`
  return layout({ title, body })
}

/** The clinic on the left, on the right what stands in a member's calendars. */
export function sideBySidePage(calendarPage: (email: string) => string): Html {
  const [first] = MEMBERS
  const body = html`<h1 class="hidden">The clinic and the calendars</h1>
<nav aria-label="Calendars" class="actions"><span>Calendar of</span>
${MEMBERS.map(({ name, email }) => html`<a class="button" href="${calendarPage(email)}" target="calendar"><bdi>${name}</bdi></a>\n`)}</nav>
<div class="side-by-side">
<iframe title="The clinic" src="/" name="clinic"></iframe>
<iframe title="The calendar at Google" src="${calendarPage(first?.email ?? '')}" name="calendar"></iframe>
</div>`
  return layout({ title: 'Side by side', body })
}
