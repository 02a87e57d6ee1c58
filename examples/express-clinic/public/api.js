const BASE = '/api/v1/integrations/google-calendar'

const WORDS = {
  unauthenticated: 'You are no longer signed in. Load the page again.',
  'not-connected': 'Google Calendar is not connected.',
  'conflicting-change': 'Something else was changed at the same time. Please try again.',
}

/** A call of the library's routes. Rejects with words for the user. */
export async function call(method, path, body) {
  const response = await fetch(`${BASE}${path}`, {
    method,
    headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => undefined)
  if (!response) throw new Error('There was no answer. Check your connection and try again.')
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer
  throw new Error(
    WORDS[answer.code] ?? `That did not work (${answer.code ?? response.status}). Please try again.`,
  )
}
