import { HttpResponse, http } from 'msw'
import type { FakeGoogle } from './fake-google/index.ts'

/** Every host of Google's that the fake stands for. */
const HOSTS = [
  'https://www.googleapis.com',
  'https://oauth2.googleapis.com',
  'https://accounts.google.com',
  'https://openidconnect.googleapis.com',
]

/**
 * The fake Google as handlers for msw's `setupServer` or `setupWorker`: requests to Google's real addresses are
 * answered by it. Lost and broken answers are network errors, as msw cannot leave a request hanging.
 */
export function googleHandlers(google: Pick<FakeGoogle, 'fetch'>) {
  return HOSTS.map(host =>
    http.all(`${host}/*`, async ({ request }) => {
      try {
        return await google.fetch(request.clone())
      } catch (error) {
        if (request.signal.aborted) throw error
        return HttpResponse.error()
      }
    }),
  )
}
