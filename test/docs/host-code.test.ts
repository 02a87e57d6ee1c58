import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccountRef, GoogleCalendarSync } from '../../src/index.ts'
import { type FakeGoogleServer, startFakeGoogleServer } from '../../src/testing/index.ts'
import { allSnippets, filesFor, ROOT, snippetsOf } from './snippets.ts'

/** The code of a host, as the documents print it, on a clock, a file and a socket of the real kind. */

const DANA = 'dana@example.com'
const account: AccountRef = { workspaceId: 'north', userId: 'dana' }
const REDIRECT_URI = 'https://app.example/calendar/callback'
const ENVIRONMENT = ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET', 'CALENDAR_SYNC_KEY'] as const

interface Database {
  prepare(sql: string): { run(...values: (string | number)[]): unknown }
  close(): void
}

describe('the code of the README, against the fake Google', () => {
  let server: FakeGoogleServer
  let folder: string
  const startedIn = process.cwd()
  const startedWith = new Map(ENVIRONMENT.map(name => [name, process.env[name]]))

  const load = (name: string): Promise<Record<string, unknown>> =>
    import(/* @vite-ignore */ pathToFileURL(join(folder, name)).href)

  beforeAll(async () => {
    server = await startFakeGoogleServer()
    server.google.control.createUser({ email: DANA, timeZone: 'Europe/Berlin' })
    const client = server.google.control.createClient({ redirectUris: [REDIRECT_URI] })
    mkdirSync(join(ROOT, 'tmp'), { recursive: true })
    folder = mkdtempSync(join(ROOT, 'tmp/host-'))
    // Only where Google is and who the client is are replaced.
    const { url } = server
    const endpoints = {
      authorization: `${url}/o/oauth2/v2/auth`,
      token: `${url}/token`,
      revoke: `${url}/revoke`,
      keys: `${url}/oauth2/v3/certs`,
      calendarRoot: `${url}/`,
    }
    const where = `redirectUri: '${REDIRECT_URI}',`
    for (const { name, code } of filesFor('README', allSnippets())) {
      const isWiring = name === 'calendar-sync.ts'
      if (isWiring) expect(code.split(where)).toHaveLength(2)
      writeFileSync(
        join(folder, name),
        code.replace(where, `${where} endpoints: ${JSON.stringify(endpoints)},`),
      )
    }
    process.env.GOOGLE_CLIENT_ID = client.clientId
    process.env.GOOGLE_CLIENT_SECRET = client.clientSecret
    process.env.CALENDAR_SYNC_KEY = Buffer.alloc(32, 9).toString('base64')
    process.chdir(folder)
  })

  afterAll(async () => {
    process.chdir(startedIn)
    for (const [name, value] of startedWith)
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is about twenty lines', () => {
    const [wiring] = snippetsOf('README.md')
    const lines = wiring?.code.split('\n').filter(line => line.trim() !== '') ?? []
    expect(lines.length).toBeGreaterThan(15)
    expect(lines.length).toBeLessThanOrEqual(25)
  })

  it('connects a user, and shows an event as soon as a change is reported', { timeout: 30_000 }, async () => {
    const { sync } = (await load('calendar-sync.ts')) as { sync: GoogleCalendarSync }
    const { db } = (await load('appointments.ts')) as { db: Database }
    try {
      const { url, binding } = await sync.authorizationUrl(account)
      const back = new URL(server.google.control.approve(url, { email: DANA }))
      const query = Object.fromEntries(back.searchParams)
      expect(await sync.completeAuthorization({ ...query, binding, account })).toMatchObject({
        kind: 'connected',
      })
      const start = Date.now() + 86_400_000
      db.prepare(
        `insert into appointments (id, workspace_id, user_id, starts_at, ends_at, time_zone, title, updated_at)
         values (42, 'north', 'dana', ?, ?, 'Europe/Berlin', 'From the README', ?)`,
      ).run(start, start + 3_000_000, Date.now())
      const told = snippetsOf('README.md').find(({ isFile }) => !isFile)
      expect(told?.code).toContain('appointmentChanged')
      await load(String(told?.name))
      const event = await eventually(() => events(server)[0])
      expect(event).toMatchObject({ summary: 'From the README', status: 'confirmed' })
      const { dateTime = '' } = (event?.start ?? {}) as { dateTime?: string }
      expect(Date.parse(dateTime)).toBe(Math.floor(start / 1_000) * 1_000)
      expect(await sync.status(account)).toMatchObject({ connected: true, status: 'active' })
    } finally {
      await sync.stop({ drainMs: 5_000 })
      db.close()
    }
    expect(events(server)).toHaveLength(1)
  })
})

// What the documents show as a test is one: each registers its own cases here.
const shown = allSnippets().filter(({ code, page }) => page !== 'README' && /from 'vitest'/.test(code))
const tests = writeShown()

describe('the tests that the documents show', () => {
  it('are a test of a host, and a suite for each contract', () => {
    const suites = shown.flatMap(({ code }) =>
      [...code.matchAll(/^(\w+Contract)\(/gm)].map(([, name]) => name),
    )
    expect(suites.sort()).toEqual([
      'appointmentSourceContract',
      'jobQueueContract',
      'stateStoreContract',
      'tokenStoreContract',
    ])
    expect(shown.some(({ code }) => code.includes('new TestKit('))).toBe(true)
  })

  afterAll(() => rmSync(tests, { recursive: true, force: true }))
})

for (const { page, name } of shown)
  await import(/* @vite-ignore */ pathToFileURL(join(tests, page, name)).href)

function writeShown(): string {
  mkdirSync(join(ROOT, 'tmp'), { recursive: true })
  const folder = mkdtempSync(join(ROOT, 'tmp/shown-'))
  for (const page of new Set(shown.map(snippet => snippet.page))) {
    mkdirSync(join(folder, page))
    for (const { name, code } of filesFor(page, allSnippets())) writeFileSync(join(folder, page, name), code)
  }
  return folder
}

function events({ google }: FakeGoogleServer) {
  return google.control.readCalendar(DANA).events.filter(({ status }) => status !== 'cancelled')
}

async function eventually<T>(look: () => T | undefined): Promise<T | undefined> {
  for (let i = 0; i < 200; i++) {
    const found = look()
    if (found !== undefined) return found
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return undefined
}
