import { Agent } from 'node:http'
import { describe, expect, it } from 'vitest'
import {
  createFakeGoogle,
  FAULT_NAMES,
  startFakeGoogleServer,
} from '../../../../../src/testing/fake-google/index.ts'
import { TestClock } from '../support.ts'
import { check, expectConsistent, parse, REQUESTS } from './check.ts'
import { controlNames, controlRequest } from './control-requests.ts'
import { Fuzzer } from './fuzzer.ts'
import { overHttp } from './over-http.ts'
import { request } from './requests.ts'

const LONG = 1_200_000

describe('fuzz', () => {
  it.each([1, 2])(
    'seed %i: thousands of odd requests never break it, and the books stay right',
    async seed => {
      const clock = new TestClock()
      const google = createFakeGoogle({
        clock,
        seed,
        quota: 'off',
        switches: { shortPageRate: 0.2, emptyPageRate: 0.2, etagDriftRate: 0.2 },
      })
      const statuses = await check(seed, google)
      for (const status of [200, 204, 304, 400, 401, 403, 404, 409, 410, 412]) {
        expect(statuses.get(status) ?? 0, `answers of ${status}`).toBeGreaterThan(0)
      }
      expectConsistent(google)
      const { events } = google.control.readCalendar('user@example.com')
      const ids = events.map(event => event.id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(new Set(events.map(event => event.etag)).size).toBe(events.length)
    },
    LONG,
  )

  it('every fault at random, on top of it', async () => {
    const google = createFakeGoogle({ clock: new TestClock(), seed: 9, quota: 'off' })
    google.control.randomFaults({
      rates: Object.fromEntries(FAULT_NAMES.map(name => [name, 0.01])),
      delayMs: 5,
      bytes: 1000,
    })
    await check(9, google, { faulty: true })
  })

  it(
    'over HTTP the same',
    async () => {
      const server = await startFakeGoogleServer({ seed: 5, quota: 'off', deliver: 'off' })
      const agent = new Agent({ keepAlive: true })
      try {
        await check(5, server.google, {
          send: sent => overHttp(server.url, agent, sent),
          count: REQUESTS / 4,
        })
        expectConsistent(server.google)
      } finally {
        agent.destroy()
        await server.close()
      }
    },
    LONG,
  )

  it(
    'nor does the control API: 200, or 400 with a text',
    async () => {
      const google = createFakeGoogle({ clock: new TestClock(), seed: 6, quota: 'off' })
      const { accessToken } = google.control.readyAccount()
      const fuzzer = new Fuzzer(6)
      const names = controlNames(google)
      const statuses = new Map<number, number>()
      for (let n = 0; n < REQUESTS; n++) {
        const sent = controlRequest(fuzzer, names)
        const { response } = google.handle(sent)
        const what = JSON.stringify({ n, sent, response })
        expect([200, 400, 404, 405], what).toContain(response.status)
        if (response.status !== 200) expect(parse(response.body)?.error, what).toMatch(/\S{3}/)
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
        // Whatever was set up: Google still answers.
        google.control.clearFaults()
        const url = '/calendar/v3/colors'
        const { response: read } = google.handle({
          method: 'GET',
          url,
          headers: { authorization: `Bearer ${accessToken}` },
          body: '',
        })
        expect([200, 401, 403, 429], what).toContain(read.status)
      }
      for (const status of [200, 400, 404, 405]) expect(statuses.get(status) ?? 0).toBeGreaterThan(0)
    },
    LONG,
  )

  it('the same seed gives the same answers', () => {
    const run = () => {
      const google = createFakeGoogle({ clock: new TestClock(), seed: 4, quota: 'off' })
      const { accessToken: bearer } = google.control.readyAccount()
      const fuzzer = new Fuzzer(4)
      return Array.from(
        { length: 500 },
        () => google.handle(request(fuzzer, [bearer], [])).response.body,
      ).join('\n')
    }
    expect(run()).toBe(run())
  })
})
