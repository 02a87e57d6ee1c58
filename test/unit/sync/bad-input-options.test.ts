import { describe, expect, it } from 'vitest'
import { ConfigError, GoogleCalendarSync, type GoogleCalendarSyncOptions } from '../../../src/index.ts'
import { dana, kitOf, refOf } from './support-rules.ts'

const kit = kitOf()
const SECRET_BYTES = 'c2VjcmV0LWJ5dGVzLXRoYXQtbXVzdC1uZXZlci1zaG93'

function refusal(change: Record<string, unknown>): ConfigError {
  try {
    new GoogleCalendarSync({ ...kit.options, ...change } as GoogleCalendarSyncOptions)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return error as ConfigError
  }
  throw new Error('It was accepted.')
}

const google = kit.options.google
const good = { id: '2026', key: Buffer.alloc(32, 3).toString('base64') }

const CASES: [string, Record<string, unknown>, RegExp][] = [
  ['google missing', { google: undefined }, /^google: .*clientId/],
  ['clientId missing', { google: { ...google, clientId: undefined } }, /^google\.clientId: .*Cloud console/],
  ['clientId empty', { google: { ...google, clientId: '  ' } }, /^google\.clientId: /],
  ['clientSecret missing', { google: { ...google, clientSecret: undefined } }, /^google\.clientSecret: /],
  ['redirectUri missing', { google: { ...google, redirectUri: undefined } }, /^google\.redirectUri: /],
  ['redirectUri http', { google: { ...google, redirectUri: 'http://app.example/cb' } }, /https/],
  ['redirectUri relative', { google: { ...google, redirectUri: '/cb' } }, /^google\.redirectUri: /],
  ['redirectUri fragment', { google: { ...google, redirectUri: 'https://a.example/#x' } }, /fragment/],
  [
    'redirectUri credentials',
    { google: { ...google, redirectUri: 'https://u:p@a.example/' } },
    /credentials/,
  ],
  ['unknown key', { google: { ...google, clientID: 'x' } }, /clientID.*Remove/],
  ['endpoints foreign', { google: { ...google, endpoints: { token: 'https://evil.example/' } } }, /token/],
  ['endpoints unknown', { google: { ...google, endpoints: { tokens: 'https://a/' } } }, /tokens/],
  ['secrets missing', { secrets: undefined }, /^secrets\.current .*randomBytes/],
  ['secrets null', { secrets: null }, /^secrets\.current /],
  ['key missing', { secrets: { current: { id: '2026' } } }, /2026.*randomBytes/],
  ['key too short', { secrets: { current: { id: '2026', key: 'c2hvcnQ=' } } }, /2026.*32 bytes/],
  ['key of 31 bytes', { secrets: { current: { id: '2026', key: Buffer.alloc(31, 1) } } }, /2026.*32 bytes/],
  ['key of zeros', { secrets: { current: { id: '2026', key: Buffer.alloc(32) } } }, /2026.*zeros/],
  [
    'previous key wrong',
    { secrets: { current: good, previous: [{ id: 'old', key: 'x' }] } },
    /old.*32 bytes/,
  ],
  [
    'previous no list',
    { secrets: { current: good, previous: { id: 'old', key: good.key } } },
    /secrets\.previous/,
  ],
  ['key id twice', { secrets: { current: good, previous: [good] } }, /2026.*twice/],
  ['tokenStore missing', { tokenStore: undefined }, /^tokenStore: .*stores\.tokens/],
  ['tokenStore half', { tokenStore: { get() {} } }, /^tokenStore: /],
  ['stateStore missing', { stateStore: undefined }, /^stateStore: .*stores\.state/],
  ['stateStore half', { stateStore: { connections: {}, marks: {}, links: {} } }, /^stateStore: /],
  ['stateStore is both stores', { stateStore: kit.stores }, /^stateStore: /],
  ['jobQueue missing', { jobQueue: undefined }, /^jobQueue: .*inProcessQueue/],
  ['source missing', { appointmentSource: undefined }, /^appointmentSource: .*changes/],
  ['source without changes', { appointmentSource: { get() {} } }, /^appointmentSource: /],
  ['source with a wrong getMany', { appointmentSource: { get() {}, changes() {}, getMany: 1 } }, /getMany/],
  ['time zone', { defaultSettings: { timeZone: 'Mars/Base' } }, /^defaultSettings\.timeZone: .*IANA/],
  ['time zone offset', { defaultSettings: { timeZone: '+02:00' } }, /^defaultSettings\.timeZone: /],
  ['title empty', { defaultSettings: { title: '' } }, /^defaultSettings\.title: /],
  ['cancelled', { mapping: { cancelled: 'hide' } }, /^mapping\.cancelled: .*"remove" or "keep"/],
  ['mapEvent', { mapping: { mapEvent: {} } }, /^mapping\.mapEvent: .*function/],
  ['pastDays', { window: { pastDays: -1 } }, /^window\.pastDays: .*\S/],
  ['pastDays NaN', { window: { pastDays: Number.NaN } }, /^window\.pastDays: /],
  ['workers', { workers: 0 }, /^workers: .*\S/],
  ['concurrency', { concurrency: 1.5 }, /^concurrency: .*\S/],
  ['quota', { quota: 'maybe' }, /^quota: .*"on", "shared" or "off"/],
  ['enabled', { enabled: true }, /^enabled: .*function/],
  ['onIssue', { onIssue: 'log' }, /^onIssue: .*function/],
  ['onAudit', { onAudit: {} }, /^onAudit: .*function/],
  ['onRequest', { onRequest: 1 }, /^onRequest: .*function/],
  ['runtime', { runtime: 'node' }, /^runtime: /],
  ['unknown option', { webhookURL: 'https://a.example' }, /webhookURL.*Remove/],
]

describe('bad input: an option missing or wrong is a ConfigError at construction', () => {
  it.each(CASES)('bad input: %s names the option and the fix', (_, change, pattern) => {
    const { issues, code, message, retryable } = refusal(change)
    expect({ code, retryable }).toEqual({ code: 'config-invalid', retryable: false })
    expect(issues).toHaveLength(1)
    expect(issues[0]).toMatch(pattern)
    expect(message).toContain(issues[0])
  })

  it('bad input: several faults are named at once', () => {
    const { issues } = refusal({ google: undefined, jobQueue: undefined, workers: 'many' })
    expect(issues.map(issue => issue.split(':')[0]).sort()).toEqual(['google', 'jobQueue', 'workers'])
  })

  it.each([undefined, null, 7, 'options', []])('bad input: %s instead of options', options => {
    expect(() => new GoogleCalendarSync(options as unknown as GoogleCalendarSyncOptions)).toThrow(ConfigError)
  })

  it('bad input: a key of wrong length shows its id, never its bytes', () => {
    const { message } = refusal({ secrets: { current: { id: 'spring', key: `${SECRET_BYTES}AAAAAAAA` } } })
    expect(message).toContain('"spring"')
    expect(message).not.toContain(SECRET_BYTES.slice(0, 8))
    const raw = refusal({ secrets: { current: { id: 'spring', key: Buffer.from(SECRET_BYTES) } } })
    expect(raw.message).not.toContain(SECRET_BYTES.slice(0, 8))
  })

  it('bad input: a key pasted in place of its id is not repeated', () => {
    const pasted = Buffer.alloc(32, 200).toString('base64')
    const { message } = refusal({ secrets: { current: { id: pasted, key: good.key } } })
    expect(message).not.toContain(pasted)
  })

  it('bad input: the client secret is never in a message', () => {
    const { message } = refusal({ google: { ...google, redirectUri: 'x', clientId: '' } })
    expect(message).not.toContain(google.clientSecret)
  })
})

describe('bad input: arguments', () => {
  const bad: unknown[] = [undefined, null, {}, { workspaceId: 'w' }, { workspaceId: 'w', userId: '' }, 'dana']
  it.each(bad)('bad input: %j is no account for any method', async account => {
    const given = account as typeof dana
    const { sync } = kitOf()
    const calls = [
      async () => sync.status(given),
      async () => sync.syncNow(given),
      async () => sync.updateSettings(given, { enabled: true }),
      async () => sync.authorizationUrl(given),
      async () => sync.decideMassChange(given, 'x', 'apply'),
    ]
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'argument-invalid' })
  })

  it('bad input: an account that was never connected', async () => {
    const { sync } = kitOf()
    expect(await sync.status(dana)).toMatchObject({ connected: false, status: 'disconnected' })
    await expect(sync.syncNow(dana)).rejects.toMatchObject({ code: 'not-connected' })
    await expect(sync.updateSettings(dana, { enabled: true })).rejects.toMatchObject({
      code: 'not-connected',
    })
    expect(await sync.appointmentStatus(refOf('nothing'))).toEqual([])
  })

  it.each([
    ['an unknown key', { sendEverything: true }],
    ['a value that is no boolean', { includeClientNames: 'yes' }],
    ['null', null],
  ])('bad input: settings with %s are refused and change nothing', async (_, settings) => {
    const own = kitOf()
    await own.connect(dana, 'dana@example.com')
    const before = await own.stores.state.connections.get(dana)
    const given = settings as Parameters<typeof own.sync.updateSettings>[1]
    await expect(own.sync.updateSettings(dana, given)).rejects.toMatchObject({ code: 'argument-invalid' })
    expect((await own.stores.state.connections.get(dana))?.settings).toEqual(before?.settings)
  })

  it('bad input: a sensitive switch without its acknowledgement is refused', async () => {
    const own = kitOf()
    await own.connect(dana, 'dana@example.com')
    await expect(own.sync.updateSettings(dana, { includeNotes: true })).rejects.toMatchObject({
      code: 'acknowledgement-missing',
    })
    await expect(own.sync.decideMassChange(dana, 'x', 'maybe' as 'apply')).rejects.toMatchObject({
      code: 'argument-invalid',
    })
  })
})
