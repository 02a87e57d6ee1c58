/**
 * Runs in the browser; no template strings inside. What it shows is set as text, never parsed as HTML. The list is
 * built anew only when something changed, and focus and opened parts are carried over by their keys.
 */
export const CALENDAR_SCRIPT = `const agenda = document.getElementById('agenda')
const said = document.getElementById('said')
const POLL_MS = 1000
const HOUR = 3600000
let shown = ''
let renaming = false
let isSilent = false

function make(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children.filter(child => child !== undefined))
  return made
}

function line(label, text) {
  if (text === undefined) return undefined
  const value = make('bdi', { textContent: text, dir: 'auto' })
  return make('p', {}, make('span', { className: 'quiet', textContent: label + ': ' }), value)
}

function say(text) {
  said.textContent = text
}

async function act(name, body, done) {
  const response = await fetch('/_control/' + name, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => undefined)
  if (!response) say('There was no answer.')
  else if (response.ok) say(done)
  else say('It was refused: ' + (await response.json()).error)
  renaming = false
  await refresh()
}

function button(text, event, run, key) {
  const made = make('button', { type: 'button' }, text)
  made.append(make('span', { className: 'hidden', textContent: ' ' + event.title + ', ' + event.time }))
  made.dataset.key = event.id + ' ' + key
  made.addEventListener('click', run)
  return made
}

function moved(event, steps) {
  const at = text => {
    const ms = Date.parse(text) + steps * (event.allDay ? 24 * HOUR : HOUR)
    const iso = new Date(ms).toISOString()
    return event.allDay ? { date: iso.slice(0, 10) } : { dateTime: iso, timeZone: event.zone }
  }
  return { start: at(event.start), end: at(event.end) }
}

function renameForm(at, event, opener) {
  const id = 'title-' + event.id
  const input = make('input', { id, value: event.title, required: true })
  const form = make('form', { className: 'rename' }, make('label', { htmlFor: id, textContent: 'New title' }), input)
  const end = () => {
    renaming = false
    form.replaceWith(opener)
    opener.focus()
  }
  form.append(make('button', { textContent: 'Save' }))
  const cancel = make('button', { type: 'button', textContent: 'Cancel' })
  cancel.addEventListener('click', end)
  form.append(cancel)
  form.addEventListener('keydown', pressed => {
    if (pressed.key === 'Escape') end()
  })
  form.addEventListener('submit', submitted => {
    submitted.preventDefault()
    const changes = { summary: input.value }
    act('edit-event', { ...at, changes }, 'Renamed.').then(() => focusOn(event.id + ' rename'))
  })
  return { form, input }
}

function actions(calendar, event) {
  const at = { calendarId: calendar.id, eventId: event.id }
  const box = make('div', { className: 'actions' })
  if (event.status === 'cancelled') {
    const undelete = () =>
      act('restore-event', at, 'Undeleted: ' + event.title).then(() => focusOn(event.id + ' delete'))
    box.append(button('Undelete', event, undelete, 'undelete'))
    return box
  }
  const unit = event.allDay ? 'day' : 'hour'
  const move = (steps, word) => () =>
    act('edit-event', { ...at, changes: moved(event, steps) }, 'Moved one ' + unit + ' ' + word + ': ' + event.title)
  const rename = button('Rename', event, () => {
    const { form, input } = renameForm(at, event, rename)
    renaming = true
    rename.replaceWith(form)
    input.select()
  }, 'rename')
  const remove = () =>
    act('delete-event', at, 'Deleted: ' + event.title).then(() => focusOn(event.id + ' undelete'))
  box.append(
    button('One ' + unit + ' earlier', event, move(-1, 'earlier'), 'earlier'),
    button('One ' + unit + ' later', event, move(1, 'later'), 'later'),
    rename,
    button('Delete', event, remove, 'delete'),
  )
  return box
}

function eventItem(calendar, event) {
  const item = make('li', { className: 'event ' + event.status })
  const title = make('bdi', { textContent: event.title, dir: 'auto' })
  const state = event.status === 'cancelled' ? 'deleted' : event.status
  item.append(
    make('p', { className: 'title' }, title),
    make('p', {}, event.time + ' ', make('span', { className: 'state', textContent: state })),
  )
  const lines = [
    line('Where', event.location),
    line('Description', event.description),
    line('Guests', event.guests),
    line('Repeats', event.repeats),
  ]
  item.append(...lines.filter(Boolean))
  if (event.private.length > 0) {
    const details = make('details', {}, make('summary', { textContent: 'Private properties' }))
    details.dataset.key = event.id
    for (const text of event.private) details.append(make('p', {}, make('code', { textContent: text })))
    item.append(details)
  }
  item.append(actions(calendar, event))
  return item
}

function calendarPart(calendar) {
  const part = make('section', {})
  const heading = make('h2', { textContent: calendar.primary ? 'Own calendar' : calendar.name, dir: 'auto' })
  heading.id = 'calendar-' + calendar.id
  part.setAttribute('aria-labelledby', heading.id)
  part.append(heading, make('p', { className: 'quiet', textContent: 'Times in ' + calendar.timeZone }))
  for (const { day, events } of calendar.days) {
    const items = events.map(event => eventItem(calendar, event))
    part.append(make('h3', { textContent: day }), make('ul', {}, ...items))
  }
  if (calendar.days.length === 0) part.append(make('p', { textContent: 'No events from this day on.' }))
  const rest = []
  if (calendar.earlier > 0) rest.push(calendar.earlier + ' earlier')
  if (calendar.later > 0) rest.push(calendar.later + ' later')
  if (rest.length > 0)
    part.append(make('p', { className: 'quiet', textContent: 'Not shown: ' + rest.join(' and ') + '.' }))
  return part
}

function focusOn(key) {
  const found = agenda.querySelector('[data-key="' + CSS.escape(key) + '"]')
  if (found) found.focus()
}

function show(data) {
  const focused = document.activeElement && document.activeElement.dataset.key
  const open = new Set([...agenda.querySelectorAll('details[open]')].map(part => part.dataset.key))
  agenda.replaceChildren(...data.calendars.map(calendarPart))
  for (const part of agenda.querySelectorAll('details')) part.open = open.has(part.dataset.key)
  if (focused) focusOn(focused)
}

async function refresh() {
  if (renaming) return
  const response = await fetch(agenda.dataset.source).catch(() => undefined)
  const text = response && response.ok ? await response.text() : undefined
  if (text === undefined) {
    if (!isSilent) say('The fake Google does not answer. Trying again.')
    isSilent = true
    return
  }
  if (isSilent) say('The fake Google answers again.')
  isSilent = false
  if (text === shown || renaming) return
  shown = text
  show(JSON.parse(text))
}

async function follow() {
  await refresh()
  setTimeout(follow, POLL_MS)
}

if (agenda) follow()
`
