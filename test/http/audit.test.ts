import { describe, expect, it } from 'vitest'
import { GoogleCalendarSync } from '../../src/google-calendar-sync.ts'
import { ROUTES } from '../../src/http/routes.ts'
import type { TestKitOptions } from '../../src/testing/index.ts'
import { Browser, dana, NOW, noa, realHttp, stranger } from './support.ts'

/** H-2: who did what, when, and how it ended: one entry for each thing asked, and no secret in any of them. */

const DANA = 'dana-canary@mail.example'
const CLIENT = { name: 'CANARY-NAME', email: 'canary-client@mail.example' }
const APPOINTMENT = 'a-1'
const ref = { workspaceId: 'north', appointmentId: APPOINTMENT }

interface World {
  readonly http: ReturnType<typeof realHttp>
  readonly browser: Browser
}

interface Case {
  /** The public methods and routes that this shows. */
  readonly of: readonly string[]
  readonly name: string
  readonly options?: TestKitOptions
  /** Before anything is counted; its answer is for `act`. */
  readonly given?: (world: World) => Promise<string | undefined>
  readonly act: (world: World, given: string) => Promise<unknown>
  /** `[action, outcome]` of dana's, or with whose it is. */
  readonly written: readonly (readonly [action: string, outcome: string, of?: string])[]
}

const begin = ({ browser }: World) => browser.start({ login_hint: DANA, return_to: '/settings?canary=1' })
const agreed = { setting: 'include_notes', text_id: 'notes-1' }
const patch = ({ browser }: World, body: unknown) => browser.send('PATCH', '/settings', { body })
const remove = ({ browser }: World, events: string) => browser.send('DELETE', `?events=${events}`)

const CASES: readonly Case[] = [
  {
    of: ['authorizationUrl', 'POST /authorize'],
    name: 'a start',
    act: begin,
    written: [['authorization-started', 'primary']],
  },
  {
    of: ['completeAuthorization', 'GET /callback'],
    name: 'a consent',
    given: begin,
    act: ({ browser }, url) => browser.get(browser.consent(url, DANA)),
    written: [['authorization-completed', 'active']],
  },
  {
    of: ['completeAuthorization', 'GET /callback'],
    name: 'a refusal',
    given: begin,
    act: ({ browser }, url) => browser.get(browser.consent(url, DANA, { deny: true })),
    written: [['authorization-completed', 'denied: access_denied']],
  },
  {
    of: ['completeAuthorization', 'GET /callback'],
    name: 'a consent in another browser',
    given: begin,
    act: ({ http, browser }, url) => new Browser(http, noa).get(browser.consent(url, DANA)),
    written: [['authorization-completed', 'invalid: binding-missing']],
  },
  {
    of: ['completeAuthorization', 'GET /callback'],
    name: 'a consent of another Google account, whose new grant is given back',
    given: begin,
    act: ({ browser }, url) => browser.get(browser.consent(url, 'other-canary@mail.example')),
    written: [
      ['refused-grant-dropped', 'revoked'],
      ['authorization-completed', 'different-account'],
    ],
  },
  {
    of: ['completeAuthorization', 'GET /callback'],
    name: 'a consent while Google is down',
    given: begin,
    act: ({ http, browser }, url) => {
      const back = browser.consent(url, DANA)
      http.kit.google.control.fault({ fault: 'serviceUnavailable', times: 'always' })
      return browser.get(back)
    },
    written: [['authorization-completed', 'failed: google-unavailable']],
  },
  {
    of: ['completeAuthorization', 'GET /callback'],
    name: 'a state that nobody started: there is nobody to name',
    act: ({ browser }) => browser.get(`/callback?state=${'x'.repeat(43)}&code=canary-code`),
    written: [],
  },
  {
    of: ['updateSettings', 'PATCH /settings'],
    name: 'a switch',
    act: world => patch(world, { include_notes: true, acknowledgements: [agreed] }),
    written: [['settings-changed', 'changed']],
  },
  {
    of: ['updateSettings', 'PATCH /settings'],
    name: 'a switch without its acknowledgement',
    act: world => patch(world, { include_notes: true }),
    written: [['settings-changed', 'failed: acknowledgement-missing']],
  },
  {
    of: ['updateSettings', 'PATCH /settings'],
    name: 'a switch that the policy refuses',
    options: { sync: { canEnable: () => 'CANARY_PLAN' } },
    act: world => patch(world, { include_notes: true, acknowledgements: [agreed] }),
    written: [['settings-changed', 'failed: not-permitted']],
  },
  {
    of: ['updateSettings', 'PATCH /settings'],
    name: 'a switch of somebody who is not connected',
    act: ({ http }) => new Browser(http, stranger).send('PATCH', '/settings', { body: { enabled: false } }),
    written: [['settings-changed', 'failed: not-connected', 'south/dana']],
  },
  {
    of: ['disconnect', 'DELETE /'],
    name: 'a disconnect: what was asked, and how it ended',
    act: world => remove(world, 'keep'),
    written: [
      ['disconnect-requested', 'keep'],
      ['disconnected', 'revoked'],
    ],
  },
  {
    of: ['disconnect', 'DELETE /'],
    name: 'a disconnect that removes',
    act: async world => {
      await remove(world, 'remove')
      await world.http.kit.settle()
    },
    written: [
      ['disconnect-requested', 'remove'],
      ['disconnected', 'revoked'],
    ],
  },
  {
    of: ['disconnect', 'DELETE /'],
    name: 'a disconnect of what is disconnected: nothing was done',
    given: async world => void (await remove(world, 'keep')),
    act: world => remove(world, 'remove'),
    written: [],
  },
  {
    of: ['syncNow', 'POST /sync'],
    name: 'Sync Now',
    act: ({ browser }) => browser.post('/sync'),
    written: [['sync-requested', 'requested']],
  },
  {
    of: ['retry', 'POST /appointments/:id/retry'],
    name: 'a retry',
    act: ({ browser }) => browser.post(`/appointments/${APPOINTMENT}/retry`),
    written: [['retry-requested', 'requested']],
  },
  {
    of: ['decideMassChange'],
    name: 'a decision on a mass change',
    given: massChange,
    act: ({ http }, id) => http.kit.run(() => http.kit.sync.decideMassChange(dana, id, 'apply')),
    written: [['mass-change-decided', 'apply']],
  },
  {
    of: ['forgetAccount'],
    name: 'an erasure',
    act: ({ http }) => http.kit.run(() => http.kit.sync.forgetAccount(dana)),
    written: [
      ['disconnect-requested', 'keep'],
      ['disconnected', 'revoked'],
      ['account-forgotten', 'revoked'],
    ],
  },
  {
    of: ['forgetWorkspace'],
    name: 'an erasure of a workspace',
    given: async ({ http }) => void (await new Browser(http, noa).connect('noa-canary@mail.example')),
    act: ({ http }) => http.kit.run(() => http.kit.sync.forgetWorkspace('north')),
    written: ['north/dana', 'north/noa'].flatMap(of => [
      ['disconnect-requested', 'keep', of] as const,
      ['disconnected', 'revoked', of] as const,
      ['account-forgotten', 'revoked', of] as const,
    ]),
  },
  {
    of: ['resealTokens'],
    name: 'a new key',
    act: ({ http: { kit } }) => {
      const { current } = kit.options.secrets
      const next = { id: 'next', key: Buffer.alloc(32, 8).toString('base64') }
      return kit.run(() =>
        kit.anotherProcess({ secrets: { current: next, previous: [current] } }).resealTokens(),
      )
    },
    written: [['tokens-resealed', 'next']],
  },
  {
    of: ['resetIdentity'],
    name: 'a new identity key',
    act: ({ http: { kit } }) => kit.run(() => kit.sync.resetIdentity()),
    written: [['identity-reset', 'reindexed']],
  },
  {
    of: ['runDue'],
    name: 'a refresh of the token',
    given: async ({ http }) => void (await http.kit.runtime.clock.advance(2 * 3_600_000)),
    act: ({ http }) => http.kit.changed(ref),
    written: [['token-refreshed', 'refreshed']],
  },
  {
    of: ['runDue'],
    name: 'a grant that turns out to be dead',
    given: async ({ http }) => {
      http.kit.google.control.revokeGrant(DANA)
      await http.kit.runtime.clock.advance(2 * 3_600_000)
      return undefined
    },
    act: ({ http }) => http.kit.changed(ref),
    written: [['needs-reauth', 'invalid_grant']],
  },
  {
    of: [
      ...['status', 'calendars', 'appointmentStatus', 'accountAppointmentStatus', 'appointmentChanged'],
      ...['GET /status', 'GET /calendars', 'GET /sync', 'GET /appointments/:id'],
      ...['wake', 'start', 'stop', 'handler'],
    ],
    name: 'nothing by reading, nor by telling of a change',
    act: async ({ browser, http: { kit } }) => {
      for (const path of ['/status', '/calendars', '/sync', `/appointments/${APPOINTMENT}`])
        expect((await browser.get(path)).status).toBe(200)
      await kit.sync.appointmentStatus(ref)
      await kit.changed(ref)
      await kit.run(() => kit.sync.wake(ref))
      await kit.run(() => kit.sync.start())
      await kit.run(() => kit.sync.stop())
    },
    written: [],
  },
]

describe('H-2: the audit trail', () => {
  for (const { of, name, options, given, act, written } of CASES) {
    it(`H-2: ${of[0]}: ${name}`, async () => {
      const http = realHttp(options)
      const world = { http, browser: new Browser(http, dana) }
      expect((await world.browser.connect(DANA)).result).toBe('connected')
      http.kit.book.put(ref, {
        ...{ userIds: ['dana'], client: CLIENT, notes: 'CANARY-NOTES', status: 'confirmed' },
        ...{ start: '2026-11-24T15:00', durationMinutes: 50, timeZone: 'UTC' },
      })
      await http.kit.changed(ref)
      const prepared = (await given?.(world)) ?? ''
      const { audits } = http.kit
      audits.splice(0)
      await act(world, prepared)
      const lines = audits.map(({ action, outcome, account }) => [
        ...[action, outcome, `${account.workspaceId}/${account.userId}`],
      ])
      const expected = written.map(([action, outcome, whose = 'north/dana']) => [action, outcome, whose])
      expect(lines.sort()).toEqual(expected.sort())
      for (const entry of audits) {
        expect(entry.at).toBeGreaterThanOrEqual(NOW)
        expect(Object.keys(entry).filter(key => !KEYS.includes(key))).toEqual([])
        expect(Object.keys(entry.account)).toEqual(['workspaceId', 'userId'])
      }
      const text = JSON.stringify(audits)
      expect(text).not.toMatch(/canary|mail\.example|ya29|1\/\/|gcs1|[A-Za-z0-9_-]{40}/i)
    })
  }

  it('H-2: details say which switches, and what a disconnect left', async () => {
    const http = realHttp()
    const world = { http, browser: new Browser(http, dana) }
    await world.browser.connect(DANA)
    http.kit.audits.splice(0)
    await patch(world, { include_notes: true, enabled: false, acknowledgements: [agreed] })
    await patch(world, { notify_clients: true })
    await remove(world, 'keep')
    expect(http.kit.audits.map(({ details }) => details)).toEqual([
      { includeNotes: true, enabled: false },
      { notifyClients: true },
      undefined,
      { events: 'keep', removed: 0, leftBehind: false },
    ])
  })

  it('H-2: every public method and every route is in the table above', () => {
    const shown = new Set(CASES.flatMap(({ of }) => of))
    const methods = Object.getOwnPropertyNames(GoogleCalendarSync.prototype).filter(
      name => name !== 'constructor',
    )
    const routes = Object.entries(ROUTES).flatMap(([path, all]) =>
      all.map(({ methods: [method] }) => `${method} ${path}`),
    )
    expect([...methods, ...routes].filter(name => !shown.has(name))).toEqual([])
  })
})

const KEYS = ['at', 'action', 'account', 'outcome', 'details']

async function massChange({ http: { kit } }: World): Promise<string> {
  const refs = Array.from({ length: 30 }, (_, i) => ({ workspaceId: 'north', appointmentId: `m-${i}` }))
  for (const each of refs) {
    kit.book.put(each, {
      ...{ userIds: ['dana'], status: 'confirmed', timeZone: 'UTC' },
      ...{ start: '2026-11-24T15:00', durationMinutes: 50 },
    })
    await kit.run(() => kit.sync.appointmentChanged(each))
  }
  await kit.settle()
  for (const each of refs.slice(0, 25)) kit.book.delete(each)
  await kit.run(() => kit.sync.syncNow(dana))
  await kit.settle()
  return (await kit.sync.status(dana)).massChange?.id ?? ''
}
