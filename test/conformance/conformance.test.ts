import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeGoogleServer, startFakeGoogleServer } from '../../src/testing/fake-google/index.ts'
import { CASES } from './cases.ts'
import { ConformanceSession, mayWrite } from './session.ts'
import type { Target } from './transport.ts'

/**
 * Against the fake over HTTP; or, with GOOGLE_CONFORMANCE_URL and GOOGLE_CONFORMANCE_TOKEN (an access token with
 * the scope `calendar`), against whatever answers there, such as https://www.googleapis.com. It makes calendars of
 * its own, writes nowhere else, and deletes them at the end. Optional: GOOGLE_CONFORMANCE_NARROW_TOKEN (a token
 * without a scope for events), GOOGLE_CONFORMANCE_WEBHOOK (an HTTPS address), GOOGLE_CONFORMANCE_PAUSE_MS.
 */
const url = process.env.GOOGLE_CONFORMANCE_URL?.replace(/\/$/, '')
const accessToken = process.env.GOOGLE_CONFORMANCE_TOKEN
const narrowAccessToken = process.env.GOOGLE_CONFORMANCE_NARROW_TOKEN
if ((url === undefined) !== (accessToken === undefined))
  throw new Error('GOOGLE_CONFORMANCE_URL and GOOGLE_CONFORMANCE_TOKEN belong together')

let server: FakeGoogleServer | undefined
let session: ConformanceSession

beforeAll(async () => {
  session = new ConformanceSession(url === undefined ? await fake() : real(url))
  await session.open()
})

afterAll(async () => {
  await session.close()
  await server?.close()
})

async function fake(): Promise<Target> {
  server = await startFakeGoogleServer({ quota: 'off', deliver: 'off' })
  const { control } = server.google
  const { accessToken: own, email } = control.readyAccount()
  const narrow = control.grant(email, ['openid']).accessToken
  return { baseUrl: server.url, accessToken: own, narrowAccessToken: narrow, pauseMs: 0 }
}

function real(baseUrl: string): Target {
  const isGoogle = baseUrl === 'https://www.googleapis.com'
  return {
    ...{ baseUrl, accessToken, narrowAccessToken },
    ...(isGoogle && {
      oauthUrl: 'https://oauth2.googleapis.com',
      accountsUrl: 'https://accounts.google.com',
    }),
    webhook: process.env.GOOGLE_CONFORMANCE_WEBHOOK,
    pauseMs: Number(process.env.GOOGLE_CONFORMANCE_PAUSE_MS ?? 500),
  }
}

describe(`conformance of ${url ?? 'the fake Google over HTTP'}`, () => {
  for (const { section, says, needs, run } of CASES) {
    const lacks = needs !== undefined && url !== undefined && narrowAccessToken === undefined
    const why = lacks ? ' (not run: GOOGLE_CONFORMANCE_NARROW_TOKEN is not given)' : ''
    it.skipIf(lacks)(`§${section}: ${says}${why}`, () => run(session), 120_000)
  }
})

describe('the session keeps to its own calendars', () => {
  it.each([
    ['POST', 'calendars', false],
    ['POST', 'calendars/primary/events', false],
    ['DELETE', 'calendars/primary', false],
    ['PATCH', 'calendars/other%40x/events/abc', false],
    ['POST', 'calendars/own%40x/events/abc/move?destination=primary', false],
    ['POST', 'calendars/own%40x/events/abc/move?destination=second%40x', true],
    ['DELETE', 'calendars/own%40x/../primary', false],
    ['DELETE', 'calendars/own%40xy', false],
    ['POST', 'calendars/own%40x/events', true],
    ['DELETE', 'calendars/own%40x', true],
    ['POST', 'freeBusy', true],
  ])('%s %s: %s', (method, path, expected) => {
    expect(mayWrite(method, path, ['own@x', 'second@x'])).toBe(expected)
  })

  it('and has none before it is opened', async () => {
    const unopened = new ConformanceSession({ baseUrl: 'http://127.0.0.1:1', accessToken: 'x', pauseMs: 0 })
    await expect(unopened.call('DELETE', 'calendars/')).rejects.toThrow('Refused')
    expect(mayWrite('DELETE', 'calendars/', [''])).toBe(false)
    expect(() => unopened.oauth('/revoke', { token: 'x' })).toThrow('Refused')
  })
})
