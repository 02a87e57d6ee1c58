import { follow, refresh, say } from './live.js'

const list = document.getElementById('list')
let pending = count('pending')

function count(status) {
  return document.querySelectorAll(`#list [data-status="${status}"]`).length
}

async function look() {
  await refresh()
  const now = count('pending')
  if (now !== pending) {
    const failed = count('failed')
    const rest = failed > 0 ? ` ${failed} failed.` : ''
    say(now > 0 ? `${now} on their way to Google Calendar.${rest}` : `Nothing is pending any more.${rest}`)
  }
  pending = now
  return now > 0
}

if (list) follow(look, { busyMs: 1_000, idleMs: 10_000 })
// So that a reload, or a page that is fetched again, does not repeat what was said once.
history.replaceState(null, '', location.href.replace(/([?&])done=[^&#]*&?/, '$1').replace(/[?&](?=#|$)/, ''))
