const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** Parts of the page marked `data-live` are fetched again and put in place where they have changed. */
const known = new Map()
for (const part of liveParts(document)) known.set(part.id, part.outerHTML)
showRelativeTimes(document)

const said = document.getElementById('said')

/** For screen readers and everybody else; said again even when it is the same. */
export function say(text) {
  if (!said) return
  said.textContent = ''
  requestAnimationFrame(() => {
    said.textContent = text
  })
}

/** Answers whether anything was different. */
export async function refresh() {
  const response = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => undefined)
  if (!response?.ok) return false
  // Signed out meanwhile: the page that answered is another one.
  if (response.redirected) location.reload()
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
  const ids = new Set([...liveParts(document), ...liveParts(fresh)].map(part => part.id))
  return [...ids].map(id => swap(id, fresh.getElementById(id))).some(Boolean)
}

function swap(id, next) {
  const old = document.getElementById(id)
  const html = next?.outerHTML
  if (known.get(id) === html) return false
  known.set(id, html)
  const focused = old?.contains(document.activeElement) ? document.activeElement.id : undefined
  if (next) showRelativeTimes(next)
  if (old && next) old.replaceWith(next)
  else if (next) [...liveParts(document)].at(-1)?.after(next)
  else old?.remove()
  if (focused !== undefined) refocus(focused, next)
  return true
}

/** The button that was used may be gone; the keyboard goes on where it was. */
function refocus(id, part) {
  const again = id === '' ? null : document.getElementById(id)
  const target =
    again ?? part?.querySelector('[tabindex="-1"]') ?? document.querySelector('[data-live] [tabindex="-1"]')
  target?.focus()
}

function liveParts(root) {
  return [...root.querySelectorAll('[data-live]')]
}

function showRelativeTimes(root) {
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
  for (const time of root.querySelectorAll('time[data-relative]')) {
    const at = new Date(time.dateTime)
    const seconds = (at.getTime() - Date.now()) / 1_000
    const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size)
    time.textContent = unit ? format.format(Math.round(seconds / unit[1]), unit[0]) : 'just now'
    time.title = at.toLocaleString()
  }
}

setInterval(() => showRelativeTimes(document), 20_000)

/** Calls `look` again and again; it answers whether something is under way. A hidden page waits. */
export async function follow(look, { busyMs, idleMs }) {
  for (;;) {
    const isBusy = document.hidden ? false : await look().catch(() => false)
    await new Promise(resolve => setTimeout(resolve, isBusy ? busyMs : idleMs))
  }
}
