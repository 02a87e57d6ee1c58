import { call } from './api.js'

/** The library forgets an authorization after ten minutes. */
const PATIENCE_MS = 10 * 60_000
const POLL_MS = 1_000

/**
 * Google in a window of its own; where none may open, in this one. Resolves with the result: told by that window
 * over a BroadcastChannel, or found out from the status, for browsers where Google cuts the tie between the two.
 */
export async function connect({ calendar, loginHint }) {
  // At once, while the click still counts: after the calls below it would be blocked.
  const popup = window.open('about:blank', 'google-calendar-connect', 'popup,width=520,height=720')
  try {
    const before = await call('GET', '/status')
    const url = await authorizationUrl({ calendar, loginHint, inPopup: popup !== null })
    if (!popup) {
      // Out of a frame: Google refuses to be shown in one.
      const whole = window.top ?? window
      whole.location.assign(url)
      return await new Promise(() => {})
    }
    popup.location.replace(url)
    return await outcome(popup, before)
  } catch (error) {
    popup?.close()
    throw error
  }
}

async function authorizationUrl({ calendar, loginHint, inPopup }) {
  const body = {
    return_to: inPopup ? '/settings/connected' : '/settings',
    ...(calendar && { calendar }),
    ...(loginHint && { login_hint: loginHint }),
  }
  const { authorization_url } = await call('POST', '/authorize', body)
  return authorization_url
}

async function outcome(popup, { connected_at: before }) {
  const channel = new BroadcastChannel('google-calendar')
  let told
  channel.addEventListener('message', ({ data }) => {
    told = data.result
  })
  const until = Date.now() + PATIENCE_MS
  try {
    while (Date.now() < until) {
      // Looked at first: what is said just before the window closes is still heard below.
      const isClosed = popup.closed
      await new Promise(resolve => setTimeout(resolve, POLL_MS))
      if (told !== undefined) return told
      const status = await call('GET', '/status').catch(() => undefined)
      if (status?.connected && status.connected_at !== before)
        return status.status === 'limited' ? 'limited' : 'connected'
      // Not to be trusted: where Google cut the tie it looks closed while it is open. The page goes on looking.
      if (isClosed) return 'closed'
    }
    return 'expired'
  } finally {
    channel.close()
  }
}
