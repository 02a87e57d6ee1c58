import { setTimeout as sleep } from 'node:timers/promises'
import type { AccountRef, GoogleCalendarSync, GoogleCalendarSyncOptions } from 'google-calendar-sync'
import { createFakeGoogle, type JsonObject } from 'google-calendar-sync/testing'

/** In place of Google, its consent page and its users, so that these files run as they stand. */
const EMAIL = 'dana@riverside.example'
const PATIENCE_MS = 20_000
const redirectUri = 'https://app.example/calendar/callback'

const fake = createFakeGoogle()
fake.control.createUser({ email: EMAIL, timeZone: 'Europe/Berlin' })
const { clientId, clientSecret } = fake.control.createClient({ redirectUris: [redirectUri] })

/** In an app: client id and secret from the Google Cloud console, the key from a secret store, no `runtime`. */
export const google = {
  google: { clientId, clientSecret, redirectUri },
  secrets: { current: { id: 'example', key: Buffer.alloc(32, 7).toString('base64') } },
  runtime: { fetch: fake.fetch },
} satisfies Partial<GoogleCalendarSyncOptions>

/** What a user does in a browser: to Google, "allow", and back. */
export async function connect(sync: GoogleCalendarSync, account: AccountRef): Promise<void> {
  const { url, binding } = await sync.authorizationUrl(account)
  const back = new URL(fake.control.approve(url, { email: EMAIL }))
  await sync.completeAuthorization({ ...Object.fromEntries(back.searchParams), binding })
}

export const events = (): readonly JsonObject[] =>
  fake.control.readCalendar(EMAIL).events.filter(event => event.status !== 'cancelled')

/** Waits for the calendar to hold exactly one event, with this title and start; throws in the end. */
export async function expectEvent(title: string, start: Date): Promise<void> {
  const isRight = (event: JsonObject | undefined) => {
    const { dateTime } = (event?.start ?? {}) as { dateTime?: string }
    return event?.summary === title && new Date(dateTime ?? '').getTime() === start.getTime()
  }
  for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
    const found = events()
    if (found.length === 1 && isRight(found[0])) {
      console.log(`In Google: ${title}, ${start.toISOString()}`)
      return
    }
    await sleep(50)
  }
  throw new Error(`Expected one event "${title}" at ${start.toISOString()}: ${JSON.stringify(events())}`)
}

export async function expectNoEvent(): Promise<void> {
  for (let waited = 0; events().length > 0; waited += 50) {
    if (waited > PATIENCE_MS) throw new Error('Expected no event any more.')
    await sleep(50)
  }
  console.log('In Google: nothing')
}
