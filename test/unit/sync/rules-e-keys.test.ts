import { describe, expect, it } from 'vitest'
import type { Link } from '../../../src/contracts/link.ts'
import type { TestKit } from '../../../src/testing/index.ts'
import {
  appointment,
  connectedKit,
  DANA,
  DAY,
  dana,
  fill,
  HOUR,
  issueCodes,
  linkOf,
  MINUTE,
  marksOf,
  methods,
  refOf,
  twoUsers,
  YAEL,
} from './support-rules.ts'

const ref = refOf('a0')
const oldKey = { id: 'test', key: Buffer.alloc(32, 7).toString('base64') }
const newKey = { id: '2027', key: Buffer.alloc(32, 9).toString('base64') }

const markers = (kit: TestKit) =>
  kit.events(DANA).map(event => {
    const { private: own } = event.extendedProperties as { private: Record<string, string> }
    return own.gcsm
  })

describe('E: resetIdentity trusts links alone', () => {
  it('E: after it every change still meets its own event, and none is doubled', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 5)
    const before = markers(kit)
    await kit.run(() => kit.sync.resetIdentity())
    await kit.settle()
    kit.takeRequests()
    kit.book.change(ref, { location: 'after' })
    await kit.changed(ref)
    expect(methods(kit)).toEqual(['events.patch'])
    kit.book.delete(refs[1] ?? ref)
    await kit.changed(refs[1] ?? ref)
    expect(methods(kit)).toEqual(['events.delete'])
    expect(kit.events(DANA)).toHaveLength(4)
    expect(kit.google.control.readCalendar(DANA).events).toHaveLength(5)
    expect(markers(kit)[0]).not.toBe(before[0])
    expect(kit.issues).toEqual([])
  })

  it('E: a repair after it creates, removes and moves nothing', async () => {
    const kit = await connectedKit()
    await fill(kit, 5)
    await kit.run(() => kit.sync.resetIdentity())
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    await kit.runtime.clock.advance(2 * DAY)
    await kit.settle()
    const sent = methods(kit)
    expect(sent.filter(method => method === 'events.insert' || method === 'events.delete')).toEqual([])
    expect(kit.google.control.readCalendar(DANA).events).toHaveLength(5)
    expect((await kit.sync.status(dana)).status).toBe('active')
    expect(kit.issues).toEqual([])
  })

  it('E: after it and a reconnect nothing is doubled either', async () => {
    const kit = await connectedKit()
    await fill(kit, 5)
    await kit.run(() => kit.sync.resetIdentity())
    expect((await kit.connect(dana, DANA)).kind).toBe('connected')
    await kit.settle()
    kit.book.change(ref, { location: 'after' })
    await kit.changed(ref)
    expect(kit.google.control.readCalendar(DANA).events).toHaveLength(5)
    expect(kit.events(DANA)).toHaveLength(5)
    expect(kit.issues).toEqual([])
  })

  it('E: another process works on with it once restarted', async () => {
    const kit = await connectedKit()
    await fill(kit, 3)
    await kit.run(() => kit.sync.resetIdentity())
    const restarted = kit.anotherProcess()
    kit.book.change(ref, { location: 'after' })
    await kit.run(() => restarted.appointmentChanged(ref))
    await kit.run(() => restarted.runDue({ maxMs: HOUR }))
    expect(kit.events(DANA)).toHaveLength(3)
    expect(kit.events(DANA)).toContainEqual(expect.objectContaining({ location: 'after' }))
  })

  it('E: every account is told of in the audit trail', async () => {
    const kit = await twoUsers()
    await kit.run(() => kit.sync.resetIdentity())
    const resets = kit.audits.filter(entry => entry.action === 'identity-reset')
    expect(resets.map(entry => [entry.account.userId, entry.outcome])).toEqual([
      ['dana', 'reindexed'],
      ['yael', 'reindexed'],
    ])
    expect(kit.events(YAEL)).toEqual([])
  })

  it('E: with the old secrets lost too, its user connects again and the events are found by their links', async () => {
    const kit = await connectedKit()
    await fill(kit, 4)
    const fresh = kit.anotherProcess({ secrets: { current: newKey } })
    await expect(kit.run(() => fresh.start())).rejects.toMatchObject({ code: 'identity-key-unreadable' })
    await kit.run(() => fresh.resetIdentity())
    const started = await kit.run(() => fresh.authorizationUrl(dana))
    const redirect = new URL(kit.google.control.approve(started.url, { email: DANA }))
    const callback = { ...Object.fromEntries(redirect.searchParams), binding: started.binding }
    expect((await kit.run(() => fresh.completeAuthorization(callback))).kind).toBe('connected')
    await kit.run(() => fresh.runDue({ maxMs: HOUR }))
    kit.book.change(ref, { location: 'after' })
    await kit.run(() => fresh.appointmentChanged(ref))
    await kit.run(() => fresh.runDue({ maxMs: HOUR }))
    expect(kit.events(DANA)).toHaveLength(4)
    expect(kit.events(DANA)).toContainEqual(expect.objectContaining({ location: 'after' }))
  })
})

describe('E: rotation of secrets', () => {
  it('E: a restart with both keys, a re-seal, and a restart with the new key alone: nothing is noticed', async () => {
    const kit = await twoUsers()
    await fill(kit, 3)
    const both = kit.anotherProcess({ secrets: { current: newKey, previous: [oldKey] } })
    kit.book.change(ref, { location: 'both' })
    await kit.run(() => both.appointmentChanged(ref))
    await kit.run(() => both.runDue({ maxMs: HOUR }))
    expect(kit.events(DANA)).toContainEqual(expect.objectContaining({ location: 'both' }))
    await kit.run(() => both.resealTokens())
    const sealed = await kit.stores.tokens.get(dana)
    await kit.run(() => both.resealTokens())
    expect(await kit.stores.tokens.get(dana)).toEqual(sealed)
    const alone = kit.anotherProcess({ secrets: { current: newKey } })
    kit.takeRequests()
    await alone.start()
    kit.book.change(ref, { location: 'alone' })
    await alone.appointmentChanged(ref)
    await kit.runtime.clock.advance(0)
    expect(methods(kit)).toEqual(['events.patch'])
    await kit.runtime.clock.advance(3 * HOUR)
    kit.book.change(ref, { location: 'after a refresh' })
    await alone.appointmentChanged(ref)
    await kit.runtime.clock.advance(MINUTE)
    expect(kit.events(DANA)).toContainEqual(expect.objectContaining({ location: 'after a refresh' }))
    expect(kit.google.control.readCalendar(DANA).events).toHaveLength(3)
    expect((await alone.status(dana)).status).toBe('active')
    expect(kit.issues).toEqual([])
    await kit.run(() => alone.stop())
  })

  it('E: fingerprints and markers outlive the rotation: a save that changed nothing costs nothing', async () => {
    const kit = await connectedKit()
    await fill(kit, 3)
    const both = kit.anotherProcess({ secrets: { current: newKey, previous: [oldKey] } })
    await kit.run(() => both.appointmentChanged(ref))
    await kit.run(() => both.runDue({ maxMs: HOUR }))
    expect(kit.takeRequests()).toEqual([])
    await kit.run(() => both.syncNow(dana))
    await kit.run(() => both.runDue({ maxMs: HOUR }))
    expect(methods(kit)).toEqual(['events.list'])
  })

  it.each(['start', 'runDue', 'resealTokens'] as const)(
    'E: an identity key that cannot be unsealed is a ConfigError at %s, naming the key and no bytes',
    async method => {
      const kit = await connectedKit()
      const wrong = kit.anotherProcess({ secrets: { current: newKey } })
      const error: unknown = await kit.run<unknown>(() => wrong[method]()).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ name: 'ConfigError', code: 'identity-key-unreadable' })
      const message = (error as Error).message
      expect(message).toContain('"test"')
      expect(message).toContain('secrets.previous')
      for (const { key } of [oldKey, newKey]) expect(message).not.toContain(key)
      expect(kit.takeRequests()).toEqual([])
    },
  )

  it('E: the same id with other bytes is unreadable too, and nothing is overwritten', async () => {
    const kit = await connectedKit()
    const before = await kit.stores.state.identityKey.get()
    const wrong = kit.anotherProcess({ secrets: { current: { ...newKey, id: 'test' } } })
    await expect(kit.run(() => wrong.start())).rejects.toMatchObject({ code: 'identity-key-unreadable' })
    expect(await kit.stores.state.identityKey.get()).toBe(before)
    kit.book.put(ref, appointment())
    await kit.changed(ref)
    expect(methods(kit)).toEqual(['events.insert'])
  })

  it('D1: a grant sealed with a lost key is an error of the connection, and the grant is kept', async () => {
    const kit = await connectedKit()
    await fill(kit, 2)
    const both = kit.anotherProcess({ secrets: { current: newKey, previous: [oldKey] } })
    await kit.run(() => both.runDue())
    const alone = kit.anotherProcess({ secrets: { current: newKey } })
    const sealed = await kit.stores.tokens.get(dana)
    kit.book.change(ref, { location: 'waits' })
    await kit.run(() => alone.appointmentChanged(ref))
    await kit.run(() => alone.runDue())
    expect(await alone.status(dana)).toMatchObject({ status: 'error', cause: 'sealed-with-unknown-key' })
    expect(issueCodes(kit)).toEqual(['connection-error'])
    expect(await kit.stores.tokens.get(dana)).toEqual(sealed)
    expect(await marksOf(kit, ref)).toEqual([])
    await kit.runtime.clock.advance(DAY)
    await kit.run(() => both.runDue({ maxMs: HOUR }))
    expect(kit.events(DANA)).toContainEqual(expect.objectContaining({ location: 'waits' }))
  })
})

describe('E: fingerprints carry a format number', () => {
  it('E: an unknown format is read again and rebased, never taken for a change', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    await rewrite(kit, link => ({
      ...link,
      sent: link.sent && {
        whole: link.sent.whole.replace(/^\d+\./, '9.'),
        fields: Object.fromEntries(
          Object.entries(link.sent.fields).map(([name, print]) => [name, print.replace(/^\d+\./, '9.')]),
        ),
      },
    }))
    kit.takeRequests()
    await kit.changed(ref)
    expect(methods(kit)).toEqual(['events.get'])
    const link = await linkOf(kit, ref)
    expect(link?.sent?.whole).toMatch(/^1\./)
    await kit.changed(ref)
    expect(kit.takeRequests()).toEqual([])
    expect(kit.issues).toEqual([])
  })
})

async function rewrite(kit: TestKit, change: (link: Link) => Link): Promise<void> {
  const { marks, claims, links, connections } = kit.stores.state
  await marks.insert([{ ref, lane: 'interactive', origin: 'host' }])
  const claim = await claims.claim(ref, { holdMs: 15_000 })
  const [link] = claim?.links ?? []
  const connection = await connections.get(dana)
  if (!claim || !link || !connection) throw new Error('There is no link to rewrite.')
  const { account, ref: _ref, target, version, ...set } = change(link)
  await links.write(claim, { account, target, expectedVersion: version, epoch: connection.epoch, set })
  await claims.finish(claim, { deleteMarks: claim.marks.map(mark => mark.id), addMarks: [] })
}
