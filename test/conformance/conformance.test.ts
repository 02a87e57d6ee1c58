import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeGoogleServer, startFakeGoogleServer } from '../../src/testing/fake-google/index.ts'
import { CASES } from './cases.ts'
import { ConformanceSession, mayWrite } from './session.ts'

/**
 * Against the fake over HTTP; or, with GOOGLE_CONFORMANCE_URL and GOOGLE_CONFORMANCE_TOKEN (an access token with
 * the scope `calendar`), against whatever answers there, such as https://www.googleapis.com. It makes a calendar
 * of its own, writes nowhere else, and deletes it at the end.
 */
const url = process.env.GOOGLE_CONFORMANCE_URL
const accessToken = process.env.GOOGLE_CONFORMANCE_TOKEN
if ((url === undefined) !== (accessToken === undefined))
  throw new Error('GOOGLE_CONFORMANCE_URL and GOOGLE_CONFORMANCE_TOKEN belong together')

let server: FakeGoogleServer | undefined
let session: ConformanceSession

beforeAll(async () => {
  if (url !== undefined && accessToken !== undefined) {
    const pauseMs = Number(process.env.GOOGLE_CONFORMANCE_PAUSE_MS ?? 500)
    session = new ConformanceSession({ baseUrl: url.replace(/\/$/, ''), accessToken, pauseMs })
  } else {
    server = await startFakeGoogleServer({ quota: 'off' })
    const ready = server.google.control.readyAccount()
    session = new ConformanceSession({ baseUrl: server.url, accessToken: ready.accessToken, pauseMs: 0 })
  }
  await session.open()
})

afterAll(async () => {
  await session.close()
  await server?.close()
})

describe(`conformance of ${url ?? 'the fake Google over HTTP'}`, () => {
  it.each(CASES.map(each => [each.section, each.says, each] as const))(
    '§%s: %s',
    async (_, __, { run }) => {
      await run(session)
    },
    120_000,
  )
})

describe('the session keeps to its own calendar', () => {
  it.each([
    ['POST', 'calendars', false],
    ['POST', 'calendars/primary/events', false],
    ['DELETE', 'calendars/primary', false],
    ['PATCH', 'calendars/other%40x/events/abc', false],
    ['POST', 'calendars/own%40x/events/abc/move?destination=primary', false],
    ['DELETE', 'calendars/own%40x/../primary', false],
    ['DELETE', 'calendars/own%40xy', false],
    ['POST', 'calendars/own%40x/events', true],
    ['DELETE', 'calendars/own%40x', true],
    ['POST', 'freeBusy', true],
  ])('%s %s: %s', (method, path, expected) => {
    expect(mayWrite(method, path, 'own@x')).toBe(expected)
  })

  it('and has none before it is opened', async () => {
    const unopened = new ConformanceSession({ baseUrl: 'http://127.0.0.1:1', accessToken: 'x', pauseMs: 0 })
    await expect(unopened.call('DELETE', 'calendars/')).rejects.toThrow('Refused')
    expect(mayWrite('DELETE', 'calendars/', '')).toBe(false)
  })
})
