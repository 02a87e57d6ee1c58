import { call } from './api.js'
import { connect } from './connect.js'
import { ask } from './dialogs.js'
import { follow, refresh, say } from './live.js'

const RESULTS = {
  connected: 'Google Calendar is connected. Your appointments follow.',
  limited: 'Connected, but a permission that the calendar needs was left out.',
  denied: 'Nothing was connected: access was not allowed in Google’s window.',
  'different-account': 'That is another Google account than the one that is connected. Disconnect first.',
  closed: 'If you allowed access in Google’s window, it shows here in a moment.',
  expired: 'Google’s window was open for too long. Please try again.',
}

/** Runs what the user asked for, says how it went, and shows how it stands now. */
async function act(control, work) {
  control.disabled = true
  try {
    say(await work())
  } catch (error) {
    say(error.message)
  }
  control.disabled = false
  if (document.activeElement === document.body) control.focus()
  await refresh()
}

document.addEventListener('click', event => {
  const button = event.target.closest('button')
  if (button?.matches('[data-connect]')) act(button, () => startConnecting(button))
  else if (button?.matches('[data-sync]')) act(button, syncNow)
})

document.addEventListener('change', event => {
  if (event.target.matches('[data-setting]')) act(event.target, () => turn(event.target))
})

async function startConnecting(button) {
  const part = button.closest('section')
  const chosen = button.matches('[data-chooses]')
    ? part.querySelector('[name="calendar"]:checked')?.value
    : undefined
  const hint = document.querySelector('[data-login-hint]')?.dataset.loginHint
  say('Waiting for Google’s window.')
  const result = await connect({ calendar: chosen, loginHint: hint })
  return RESULTS[result] ?? `Connecting did not work (${result}). Please try again.`
}

async function syncNow() {
  await call('POST', '/sync')
  return 'Comparing everything.'
}

async function turn(control) {
  const { setting, asks } = control.dataset
  const isOn = control.checked
  const acknowledgements = []
  if (isOn && asks) {
    const dialog = document.getElementById(asks)
    // Off until it was agreed to.
    control.checked = false
    if ((await ask(dialog)) !== 'yes') return 'Nothing was changed.'
    acknowledgements.push({ setting, text_id: dialog.dataset.text })
    control.checked = true
  }
  try {
    await call('PATCH', '/settings', { [setting]: isOn, ...(isOn && asks && { acknowledgements }) })
  } catch (error) {
    control.checked = !isOn
    throw error
  }
  const label = document.querySelector(`label[for="${control.id}"]`).textContent
  return `${label}: ${isOn ? 'on' : 'off'}.${asks ? ' Your events are being brought in line.' : ''}`
}

const leaving = document.getElementById('disconnect-dialog')
leaving.addEventListener('close', () => {
  const button = document.getElementById('disconnect-button')
  if (leaving.returnValue !== 'yes' || !button) return
  leaving.returnValue = ''
  const events = leaving.querySelector('[name="events"]:checked').value
  act(button, async () => {
    const { status } = await call('DELETE', `/?events=${events}`)
    return status === 'disconnected' ? 'Disconnected.' : 'Disconnecting; the events are being removed.'
  })
})

let shown = ''

async function look() {
  const status = await call('GET', '/status').catch(() => undefined)
  const text = JSON.stringify(status)
  if (text !== shown) await refresh()
  shown = text
  const isComparing = status?.progress && !status.progress.finished_at
  return Boolean(isComparing || status?.pending > 0 || /ing$/.test(status?.status ?? ''))
}

follow(look, { busyMs: 1_000, idleMs: 5_000 })
history.replaceState(null, '', location.pathname)
