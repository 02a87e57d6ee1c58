import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryStores } from '../../src/adapters/memory/index.ts'
import { type Stores, sqliteStores } from '../../src/adapters/sqlite/index.ts'
import type { Runtime } from '../../src/contracts/runtime.ts'
import { createKeyring, createSealedTokenStore } from '../../src/oauth/index.ts'
import type { TestKit } from '../../src/testing/index.ts'
import { Browser, dana, type HttpKit, realHttp } from './support.ts'

/** What a person checks by hand before trusting the library, through its own handler. */

const EMAIL = 'dana.levi@mail.example'
const JOE = { name: 'Joe Doe', email: 'joe.doe@client.example' }
const NOTES = 'Bring the X-rays'
const ref = { workspaceId: 'north', appointmentId: 'a-1' }

/** Tomorrow, two to three. */
const visit = {
  userIds: ['dana'],
  start: '2026-11-24T14:00',
  end: '2026-11-24T15:00',
  timeZone: 'Europe/Berlin',
  status: 'confirmed',
  location: '123 Main St',
  notes: NOTES,
  client: JOE,
} as const

const agree = (setting: string) => ({ setting, text_id: `${setting}-2026-11` })

/** The stores, and every byte that they were ever asked to keep. */
interface Kept {
  readonly stores: Stores
  bytes(): Buffer
}

describe('connect, look into the database, disconnect', () => {
  let folder: string
  const open: { close(): Promise<void> }[] = []
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gcs-walk-'))
  })
  afterAll(async () => {
    for (const each of open) await each.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('leaves nothing readable in a SQLite file, and nothing at all that works', async () => {
    const late = lateRuntime()
    const stores = sqliteStores(join(folder, 'sync.db'), { runtime: late.runtime })
    open.push(stores)
    const http = realHttp({ sync: { tokenStore: stores.tokens, stateStore: stores.state } })
    late.take(http.kit)
    // The file, its write-ahead log, and what SQLite puts beside them.
    const bytes = () => Buffer.concat(readdirSync(folder).map(name => readFileSync(join(folder, name))))
    await walk(http, { stores, bytes })
  })

  it('leaves nothing readable in memory, and nothing at all that works', async () => {
    const written: Buffer[] = []
    const late = lateRuntime()
    const plain = memoryStores({ runtime: late.runtime })
    const note = (values: unknown) => written.push(Buffer.from(`${JSON.stringify(values)}\n`))
    const stores: Stores = {
      tokens: recording(plain.tokens, note),
      state: Object.assign(
        recording(plain.state, note),
        Object.fromEntries(
          Object.entries(plain.state)
            .filter(([, store]) => typeof store === 'object')
            .map(([name, store]) => [name, recording(store, note)]),
        ),
      ),
    }
    const http = realHttp({ sync: { tokenStore: stores.tokens, stateStore: stores.state } })
    late.take(http.kit)
    await walk(http, { stores, bytes: () => Buffer.concat(written) })
  })
})

async function walk(http: HttpKit, { stores, bytes }: Kept): Promise<void> {
  const { kit } = http
  const { control } = kit.google
  const browser = new Browser(http, dana)
  const url = await browser.start({ login_hint: EMAIL, return_to: '/settings?tab=calendar' })
  const asked = new URL(url).searchParams
  const binding = [...browser.jar].find(([name]) => name.includes('gcs-'))?.[1] ?? ''
  const started = [asked.get('state'), asked.get('nonce'), binding, EMAIL]
  expectNone(bytes(), started)

  const back = browser.consent(url, EMAIL)
  const code = new URL(back).searchParams.get('code')
  expect((await browser.get(back)).result).toBe('connected')
  await browser.send('PATCH', '/settings', {
    body: { include_client_names: true, acknowledgements: [agree('include_client_names')] },
  })
  kit.book.put(ref, visit)
  await kit.changed(ref)
  const [event] = kit.events(EMAIL)
  expect(event?.summary).toBe('Appointment with Joe Doe')
  const grant = await openedGrant(kit, stores)
  const exchange = control.requests().find(({ method }) => method === 'oauth.token')
  const verifier = new URLSearchParams(exchange?.body ?? '').get('code_verifier')
  // A refreshed token is as secret as the first.
  control.expireAccessTokens(EMAIL)
  await kit.runtime.clock.advance(2 * 3_600_000)
  await browser.post('/sync')
  await kit.settle()
  const renewed = await openedGrant(kit, stores)
  expect(renewed.accessToken).not.toBe(grant.accessToken)
  const { sub } = control.users().find(user => user.email === EMAIL) ?? {}
  const secrets = [
    ...started,
    code,
    verifier,
    grant.accessToken,
    grant.refreshToken,
    renewed.accessToken,
    renewed.refreshToken,
    sub,
    kit.options.google.clientSecret,
    ...[JOE.name, JOE.email, NOTES, visit.location],
  ]
  expectNone(bytes(), secrets)
  // It was the right place to look: ids and sealed values are there.
  for (const there of ['dana', 'north', 'a-1', String(event?.id), 'gcs1.test.'])
    expect([there, bytes().includes(there)]).toEqual([there, true])

  const gone = await browser.send('DELETE', '/?events=remove')
  expect([gone.status, gone.body]).toEqual([202, { status: 'disconnecting' }])
  await kit.settle()
  expect(kit.events(EMAIL)).toEqual([])
  expect((await browser.get('/status')).body).toMatchObject({
    ...{ connected: false, status: 'disconnected', cause: 'revoked' },
    ...{ pending: 0, failed: 0 },
  })
  await expect(openedGrant(kit, stores)).rejects.toThrow('nothing opens')
  for (const { accessToken, refreshToken } of [grant, renewed])
    expect(await answersOfGoogle(kit, accessToken, refreshToken)).toEqual([401, 400])
  expectNone(bytes(), secrets)
  const before = control.requests().length
  kit.book.change(ref, { end: '2026-11-24T16:00' })
  await kit.changed(ref)
  await kit.runtime.clock.advance(2 * 86_400_000)
  await kit.settle()
  expect(control.requests()).toHaveLength(before)
}

describe('names on', () => {
  let http: HttpKit
  let browser: Browser
  beforeAll(async () => {
    http = realHttp()
    browser = new Browser(http, dana)
    await browser.connect(EMAIL)
    const { status } = await browser.send('PATCH', '/settings', {
      body: { include_client_names: true, acknowledgements: [agree('include_client_names')] },
    })
    expect(status).toBe(200)
  })
  const one = () => {
    const events = http.kit.events(EMAIL)
    expect(events).toHaveLength(1)
    return events[0] ?? {}
  }

  it('an appointment becomes "Appointment with Joe Doe", tomorrow from two to three, at 123 Main St', async () => {
    http.kit.book.put(ref, visit)
    await http.kit.changed(ref)
    expect(one()).toMatchObject({
      summary: 'Appointment with Joe Doe',
      start: { dateTime: '2026-11-24T14:00:00+01:00', timeZone: 'Europe/Berlin' },
      end: { dateTime: '2026-11-24T15:00:00+01:00', timeZone: 'Europe/Berlin' },
      location: '123 Main St',
    })
    expect(one().description).toBe(undefined)
    expect(one().attendees).toBe(undefined)
    expect((await browser.get('/appointments/a-1')).body).toMatchObject({ status: 'synced' })
  })

  it('its notes are the description, once that is allowed', async () => {
    const { status } = await browser.send('PATCH', '/settings', {
      body: { include_notes: true, acknowledgements: [agree('include_notes')] },
    })
    expect(status).toBe(200)
    await http.kit.settle()
    expect(one()).toMatchObject({ summary: 'Appointment with Joe Doe', description: NOTES })
  })

  it('moved to three, it is the same event at three', async () => {
    const { id } = one()
    http.kit.book.change(ref, { start: '2026-11-24T15:00', end: '2026-11-24T16:00' })
    await http.kit.changed(ref)
    expect(one()).toMatchObject({
      id,
      summary: 'Appointment with Joe Doe',
      start: { dateTime: '2026-11-24T15:00:00+01:00' },
      end: { dateTime: '2026-11-24T16:00:00+01:00' },
    })
  })

  it('deleted, its event is gone', async () => {
    http.kit.book.delete(ref)
    await http.kit.changed(ref)
    expect(http.kit.events(EMAIL)).toEqual([])
    expect((await browser.get('/appointments/a-1')).body).toMatchObject({ status: 'synced' })
  })
})

describe('names off', () => {
  it('an appointment becomes "Appointment", and Google never hears whose', async () => {
    const http = realHttp()
    await new Browser(http, dana).connect(EMAIL)
    http.kit.book.put(ref, visit)
    await http.kit.changed(ref)
    expect(http.kit.events(EMAIL)).toMatchObject([{ summary: 'Appointment', location: '123 Main St' }])
    const sent = Buffer.from(JSON.stringify(http.kit.google.control.requests()))
    expect(sent.includes('123 Main St')).toBe(true)
    expectNone(sent, [JOE.name, JOE.email, NOTES])
  })

  it('turned off later, "Appointment with Joe Doe" becomes "Appointment" and loses its notes', async () => {
    const http = realHttp()
    const browser = new Browser(http, dana)
    await browser.connect(EMAIL)
    const both = ['include_client_names', 'include_notes']
    const on = Object.fromEntries(both.map(name => [name, true]))
    await browser.send('PATCH', '/settings', { body: { ...on, acknowledgements: both.map(agree) } })
    http.kit.book.put(ref, visit)
    await http.kit.changed(ref)
    expect(http.kit.events(EMAIL)).toMatchObject([
      { summary: 'Appointment with Joe Doe', description: NOTES },
    ])
    await browser.send('PATCH', '/settings', {
      body: { include_client_names: false, include_notes: false },
    })
    await http.kit.settle()
    const [event] = http.kit.events(EMAIL)
    expect(event?.summary).toBe('Appointment')
    expectNone(Buffer.from(JSON.stringify(event)), [JOE.name, JOE.email, NOTES])
  })
})

/** Opens the stored grant as the library does, with the host's own key. */
async function openedGrant({ options, runtime }: TestKit, { tokens }: Stores) {
  const sealed = createSealedTokenStore(tokens, createKeyring(options.secrets, runtime))
  const grant = await sealed.get(dana)
  if (!grant) throw new Error('nothing opens')
  return grant.tokens
}

/** What Google says to a calendar request with the one token, and to a refresh with the other. */
async function answersOfGoogle({ google, options }: TestKit, access: string, refresh: string) {
  const calendar = await google.fetch('https://www.googleapis.com/calendar/v3/users/me/calendarList', {
    headers: { authorization: `Bearer ${access}` },
  })
  const { clientId, clientSecret } = options.google
  const token = await google.fetch('https://oauth2.googleapis.com/token', {
    method: 'POST',
    body: new URLSearchParams({
      ...{ grant_type: 'refresh_token', refresh_token: refresh },
      ...{ client_id: clientId, client_secret: clientSecret },
    }),
  })
  return [calendar.status, token.status]
}

/** In no form that is only written differently. */
function expectNone(bytes: Buffer, secrets: readonly (string | null | undefined)[]): void {
  const haystack = bytes.toString('latin1').toLowerCase()
  const found = secrets.filter(secret => {
    if (!secret) throw new Error('A secret to look for is missing.')
    return formsOf(secret).some(form => haystack.includes(form.toLowerCase()))
  })
  expect(found).toEqual([])
}

function formsOf(secret: string): string[] {
  const buffer = Buffer.from(secret)
  // In base64 the same bytes look different at each of three offsets; the ends hold bits of their neighbours.
  const shifted = [0, 1, 2].flatMap(offset => {
    const text = Buffer.concat([Buffer.alloc(offset), buffer])
      .toString('base64')
      .replaceAll('=', '')
    const inner = text.slice(2 * offset, -1)
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')]
  })
  return [secret, encodeURIComponent(secret), buffer.toString('hex'), ...shifted]
}

/** The clock of a kit that is made after its stores. */
function lateRuntime() {
  let kit: TestKit | undefined
  const now = (): Runtime => {
    if (!kit) throw new Error('A store was used before its kit was there.')
    return kit.runtime
  }
  const runtime: Runtime = {
    clock: { now: () => now().clock.now(), sleep: (...args) => now().clock.sleep(...args) },
    random: { bytes: size => now().random.bytes(size), float: () => now().random.float() },
    get logger() {
      return now().logger
    },
    get fetch() {
      return now().fetch
    },
  }
  return {
    runtime,
    take(made: TestKit) {
      kit = made
    },
  }
}

/** Notes what goes into each call and what comes out of it. */
function recording<T extends object>(store: T, note: (values: unknown) => void): T {
  return new Proxy(store, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        const result: unknown = await Reflect.apply(member, target, args)
        note([args, result])
        return result
      }
    },
  })
}
