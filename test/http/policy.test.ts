import { describe, expect, it } from 'vitest'
import type { AccountRef, ConnectionSettings, GoogleCalendarSyncOptions } from '../../src/index.ts'
import { auditLines, Browser, dana, type HttpKit, realHttp } from './support.ts'

type Policy = NonNullable<GoogleCalendarSyncOptions['canEnable']>

interface Asked {
  readonly account: AccountRef
  readonly settings: ConnectionSettings
}

async function connected(policy: Policy): Promise<{ http: HttpKit; browser: Browser; asked: Asked[] }> {
  const asked: Asked[] = []
  const canEnable: Policy = (account, settings) => {
    asked.push({ account, settings })
    return policy(account, settings)
  }
  const http = realHttp({ sync: { canEnable } })
  const browser = new Browser(http, dana)
  expect((await browser.connect('dana@example.com')).result).toBe('connected')
  await http.kit.settle()
  return { http, browser, asked }
}

const agreed = (...settings: string[]) => settings.map(setting => ({ setting, text_id: `${setting}-1` }))

const turnNotesOn = (browser: Browser) =>
  browser.send('PATCH', '/settings', {
    body: { include_notes: true, acknowledgements: agreed('include_notes') },
  })

const off = { enabled: true, includeClientNames: false, includeNotes: false, notifyClients: false }

describe('canEnable', () => {
  it('is asked only when something is turned on, with the settings as they would be', async () => {
    const { browser, asked } = await connected(() => true)
    const patch = (body: unknown) => browser.send('PATCH', '/settings', { body })
    expect((await patch({})).status).toBe(200)
    expect((await patch({ enabled: true, include_notes: false })).status).toBe(200)
    expect((await patch({ enabled: false })).status).toBe(200)
    expect(asked).toEqual([])
    expect((await patch({ enabled: true })).status).toBe(200)
    expect((await turnNotesOn(browser)).status).toBe(200)
    // It is on already.
    expect((await turnNotesOn(browser)).status).toBe(200)
    expect((await patch({ include_notes: false })).status).toBe(200)
    expect(asked).toEqual([
      { account: dana, settings: off },
      { account: dana, settings: { ...off, includeNotes: true } },
    ])
  })

  it('is not asked for whoever has no connection', async () => {
    const { http, asked } = await connected(() => true)
    const nobody = new Browser(http, { workspaceId: 'north', userId: 'eve' })
    expect((await turnNotesOn(nobody)).code).toBe('not-connected')
    expect(asked).toEqual([])
  })

  it('that answers a code is a 403: nothing changes, and the code stays with the host', async () => {
    const { http, browser } = await connected(() => 'plan.free')
    const before = await http.kit.stores.state.connections.get(dana)
    const { status, code, body } = await turnNotesOn(browser)
    expect([status, code]).toEqual([403, 'not-permitted'])
    expect(JSON.stringify(body)).not.toContain('plan.free')
    expect(await http.kit.stores.state.connections.get(dana)).toEqual(before)
    await expect(
      http.kit.sync.updateSettings(dana, { notifyClients: true }, { acknowledgements: [] }),
    ).rejects.toMatchObject({
      code: 'not-permitted',
      retryable: false,
      message: expect.stringContaining('plan.free'),
    })
    expect(auditLines(http).at(-1)).toBe('north/dana settings-changed: failed: not-permitted')
    // What goes off needs nobody's leave.
    expect((await browser.send('PATCH', '/settings', { body: { enabled: false } })).status).toBe(200)
  })

  it.each([
    ['false', false],
    ['nothing', undefined],
    ['an object', { ok: true }],
    ['1', 1],
    ['a sentence', 'Dana Levi is on the free plan'],
    ['no text', ''],
  ])('that answers %s is a no, and nothing of it is repeated', async (_name, answer) => {
    const { http, browser } = await connected(() => answer as never)
    expect((await turnNotesOn(browser)).status).toBe(403)
    await expect(http.kit.sync.updateSettings(dana, { includeNotes: true })).rejects.toMatchObject({
      code: 'not-permitted',
      message: "The host's policy does not permit this (canEnable).",
    })
    expect((await http.kit.sync.status(dana)).settings).toEqual(off)
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('Dana Levi: the plan service is down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('Dana Levi: the plan service is down'))],
  ])('that %s permits nothing, and its words reach neither browser nor log', async (_name, policy) => {
    const { http, browser } = await connected(policy)
    const { status, code, body } = await turnNotesOn(browser)
    expect([status, code]).toEqual([500, 'internal-error'])
    expect((await http.kit.sync.status(dana)).settings).toEqual(off)
    expect(auditLines(http).at(-1)).toBe('north/dana settings-changed: failed: unknown')
    expect(JSON.stringify([body, http.kit.runtime.logs, http.kit.audits])).not.toContain('Levi')
    expect((await browser.send('PATCH', '/settings', { body: { enabled: false } })).status).toBe(200)
  })

  it('that is slow holds nobody else up, and what came meanwhile is kept', async () => {
    let answer: (permitted: true) => void = () => {}
    const { http, browser, asked } = await connected(
      () =>
        new Promise(resolve => {
          answer = resolve
        }),
    )
    const { sync } = http.kit
    const acknowledgements = [{ setting: 'includeNotes', textId: 'notes-1' }] as const
    const waiting = sync.updateSettings(dana, { includeNotes: true }, { acknowledgements })
    while (asked.length === 0) await new Promise(resolve => setImmediate(resolve))
    expect((await browser.send('PATCH', '/settings', { body: { enabled: false } })).status).toBe(200)
    expect((await browser.get('/status')).body).toMatchObject({ status: 'disabled' })
    answer(true)
    expect((await waiting).settings).toEqual({ ...off, enabled: false, includeNotes: true })
  })

  it('is not asked by connecting', async () => {
    const { browser, asked } = await connected(() => 'plan.free')
    expect(asked).toEqual([])
    expect((await browser.get('/status')).body).toMatchObject({ connected: true, enabled: true })
  })
})
