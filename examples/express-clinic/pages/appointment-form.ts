import type { FormValues, Problems } from '../appointment-form.ts'
import { type Member, membersOf } from '../members.ts'
import { type Html, html, type Part } from './html.ts'
import { layout, notice } from './layout.ts'

export interface FormPage {
  readonly member: Member
  /** Absent: a new one. */
  readonly id?: number | undefined
  readonly values: FormValues
  readonly problems: Problems
  readonly recurrence?: string | null | undefined
}

export function formPage(form: FormPage): Html {
  const { member, id, problems } = form
  const title = id === undefined ? 'New appointment' : 'Edit appointment'
  const wrong = Object.keys(problems)
  const body = html`<h1>${title}</h1>
${wrong.length > 0 && notice(html`Not saved yet. Please mend: ${wrong.map((name, i) => html`${i > 0 && ', '}<a href="#${name}">${LABELS[name] ?? name}</a>`)}.`, 'bad')}
<form method="post" action="${id === undefined ? '/appointments' : `/appointments/${id}`}" class="form">
${whenFields(form)}
${whoFields(form)}
${whatFields(form)}
<div class="actions"><button class="primary">Save</button> <a class="button" href="/appointments">Back</a></div>
</form>
${id !== undefined && removal(id)}`
  return layout({ title, member, path: '/appointments', body, scripts: ['dialogs.js'] })
}

const LABELS: Readonly<Record<string, string>> = {
  date: 'Date',
  until: 'Last day',
  time: 'Starts at',
  minutes: 'Minutes',
  time_zone: 'Time zone',
  user_id: 'Therapist',
  also_user_id: 'Also takes part',
  status: 'Status',
  title: 'Title',
  location: 'Location',
  client_name: 'Client’s name',
  client_email: 'Client’s e-mail',
  notes: 'Notes',
}

interface Control {
  readonly type?: string
  readonly hint?: string
  readonly attributes?: Html
}

function field(
  { values, problems }: FormPage,
  name: string,
  { type = 'text', hint, attributes }: Control = {},
): Html {
  return labelled(
    problems,
    name,
    hint,
    described =>
      html`<input id="${name}" name="${name}" type="${type}" value="${values[name]}"${attributes}${described}>`,
  )
}

function choice(
  { values, problems }: FormPage,
  name: string,
  options: readonly (readonly [string, string])[],
): Html {
  return labelled(
    problems,
    name,
    undefined,
    described => html`<select id="${name}" name="${name}"${described}>
${options.map(([value, text]) => html`<option value="${value}"${values[name] === value && html` selected`}>${text}</option>`)}
</select>`,
  )
}

function labelled(
  problems: Problems,
  name: string,
  hint: string | undefined,
  control: (described: Part) => Html,
): Html {
  const problem = problems[name]
  const ids = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(' ')
  const described = [
    ids !== '' && html` aria-describedby="${ids}"`,
    problem !== undefined && html` aria-invalid="true"`,
  ]
  return html`<div class="field ${name}">
<label for="${name}">${LABELS[name]}</label>
${control(described)}
${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}
${problem && html`<p class="problem" id="${name}-problem">${problem}</p>`}
</div>`
}

function whenFields(form: FormPage): Html {
  const { values, recurrence } = form
  return html`<fieldset class="when">
<legend>When</legend>
<label class="tick"><input type="checkbox" id="all_day" name="all_day" value="1"${values.all_day === '1' && html` checked`}> All day</label>
<div class="row">
${field(form, 'date', { type: 'date', attributes: html` required` })}
${field(form, 'until', { type: 'date' })}
${field(form, 'time', { type: 'time' })}
${field(form, 'minutes', { type: 'number', attributes: html` min="5" max="1440"` })}
${field(form, 'time_zone', { attributes: html` required spellcheck="false"` })}
</div>
${recurrence && html`<p class="quiet">It repeats: <code>${recurrence}</code></p>`}
</fieldset>`
}

function whoFields(form: FormPage): Html {
  const people = membersOf(form.member.workspaceId).map(({ userId, name }) => [userId, name] as const)
  return html`<fieldset>
<legend>Who</legend>
<div class="row">
${choice(form, 'user_id', people)}
${choice(form, 'also_user_id', [['', 'Nobody'], ...people])}
${field(form, 'client_name', { attributes: html` dir="auto" autocomplete="off"` })}
${field(form, 'client_email', { type: 'email', attributes: html` autocomplete="off"` })}
</div>
<label class="tick"><input type="checkbox" id="invites_client" name="invites_client" value="1"${form.values.invites_client === '1' && html` checked`}> The client agreed to get calendar invitations</label>
</fieldset>`
}

const STATES = [
  ['confirmed', 'Confirmed'],
  ['tentative', 'Tentative'],
  ['cancelled', 'Cancelled'],
] as const

function whatFields(form: FormPage): Html {
  const { values, problems } = form
  return html`<fieldset>
<legend>What</legend>
<div class="row">
${field(form, 'title', { hint: 'Shown in Google Calendar as it is: no client names here. Left empty, it is “Appointment”.', attributes: html` dir="auto"` })}
${field(form, 'location', { hint: 'Shown in Google Calendar.', attributes: html` dir="auto"` })}
${choice(form, 'status', STATES)}
</div>
${labelled(
  problems,
  'notes',
  'They stay in this app unless you allow them in the calendar settings.',
  described => html`<textarea id="notes" name="notes" rows="4" dir="auto"${described}>
${values.notes}</textarea>`,
)}
</fieldset>`
}

function removal(id: number): Html {
  return html`<section aria-labelledby="delete-heading" class="danger">
<h2 id="delete-heading">Delete</h2>
<p>The appointment goes, and its event in Google Calendar with it.</p>
<button type="button" class="bad" data-opens="delete-dialog">Delete appointment…</button>
<dialog id="delete-dialog" aria-labelledby="delete-question">
<h2 id="delete-question">Delete this appointment?</h2>
<p>This cannot be undone.</p>
<div class="actions">
<form method="post" action="/appointments/${id}/delete"><button class="bad">Delete</button></form>
<form method="dialog"><button>Keep it</button></form>
</div>
</dialog>
</section>`
}
