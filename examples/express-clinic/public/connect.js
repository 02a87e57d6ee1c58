import { call } from './api.js'

/** The library forgets an authorization after ten minutes. */
const PATIENCE_MS = 10 * 60_000
const POLL_MS = 2_000

/**
 * Google in a window of its own; where none may open, in this one. Resolves with the result: told by that window
 * over a BroadcastChannel, or found out from the status, for browsers where Google cuts the tie between the two.
 */
export async function connect({ calendar, loginHint }) {
  const name = 'google-calendar-connect'
  // At once, while the click still counts: after the call below it would be blocked.
  const popup = window.open('about:blank', name, 'popup,width=520,height=720')
  const before = await call('GET', '/status')
  const url = await authorizationUrl(popup, { calendar, loginHint }).catch(error => {
    popup?.close()
    throw error
  })
  if (!popup) {
    // Out of a frame: Google refuses to be shown in one.
    ;(window.top ?? window).location.assign(url)
    return new Promise(() => {})
  }
  popup.location.replace(url)
  return Promise.race([told(), foundOut(before)])
}

async function authorizationUrl(popup, { calendar, loginHint }) {
  const body = {
    return_to: popup ? '/settings/connected' : '/settings',
    ...(calendar && { calendar }),
    ...(loginHint && { login_hint: loginHint }),
  }
  const { authorization_url } = await call('POST', '/authorize', body)
  return authorization_url
}

function told() {
  const channel = new BroadcastChannel('google-calendar')
  return new Promise(resolve => {
    channel.addEventListener('message', ({ data }) => {
      channel.close()
      resolve(data.result)
    })
  })
}

async function foundOut({ connected_at: before }) {
  const until = Date.now() + PATIENCE_MS
  while (Date.now() < until) {
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
    const status = await call('GET', '/status').catch(() => undefined)
    if (!status || status.connected_at === before || !status.connected) continue
    return status.status === 'limited' ? 'limited' : 'connected'
  }
  return 'expired'
}
