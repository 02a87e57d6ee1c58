import { describe, expect, it } from 'vitest'
import type { AccountRef } from '../../../src/contracts/identity.ts'
import { scopesFor } from '../../../src/oauth/index.ts'
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
  methods,
  refOf,
  SECOND,
} from './support-rules.ts'

const elsewhere: AccountRef = { workspaceId: 'w2', userId: 'dana' }

const audited = (kit: TestKit, action: string) =>
  kit.audits.filter(entry => entry.action === action).map(({ outcome }) => outcome)

const disconnect = (kit: TestKit, events: 'keep' | 'remove' = 'keep', account = dana) =>
  kit.run(() => kit.sync.disconnect(account, { events }))

const revocations = (kit: TestKit) =>
  kit.google.control.requests().filter(({ method }) => method === 'oauth.revoke')

const isConnected = async (kit: TestKit, account = dana) => (await kit.sync.status(account)).connected

describe('D4: disconnect and keep', () => {
  it('D4: leaves the events, revokes the grant, erases the tokens, and never writes again', async () => {
    const kit = await connectedKit()
    const [first] = await fill(kit, 3)
    if (!first) throw new Error('no appointment')
    expect(await disconnect(kit)).toEqual({ status: 'disconnected', revocation: 'revoked' })
    expect(kit.events(DANA)).toHaveLength(3)
    expect(revocations(kit)).toHaveLength(1)
    expect(await kit.sync.status(dana)).toMatchObject({
      connected: false,
      status: 'disconnected',
      cause: 'revoked',
      pending: 0,
    })
    kit.book.change(first, { title: 'Changed' })
    await kit.changed(first)
    await kit.runtime.clock.advance(2 * DAY)
    await kit.settle()
    expect(methods(kit)).toEqual([])
    expect(await kit.sync.appointmentStatus(first)).toMatchObject([{ status: 'not-connected' }])
    expect(audited(kit, 'disconnect-requested')).toEqual(['keep'])
    expect(audited(kit, 'disconnected')).toEqual(['revoked'])
  })

  it('D4: forgets fingerprints, and keeps event id and generation', async () => {
    const kit = await connectedKit()
    const [first] = await fill(kit, 1)
    if (!first) throw new Error('no appointment')
    const before = await linkOf(kit, first)
    await disconnect(kit)
    const after = await linkOf(kit, first)
    expect(after).toMatchObject({ eventId: before?.eventId, generation: 0, event: 'unknown', detached: true })
    expect(after?.sent ?? after?.seen ?? after?.etag ?? after?.appVersion).toBe(undefined)
  })

  it('D4: no token that was stored opens Google any more', async () => {
    const kit = await connectedKit()
    const before = await kit.stores.tokens.get(dana)
    await disconnect(kit)
    const after = await kit.stores.tokens.get(dana)
    expect(after?.value).not.toBe(before?.value)
    expect(after?.version).not.toBe(before?.version)
    await expect(kit.run(() => kit.sync.syncNow(dana))).rejects.toMatchObject({ code: 'not-connected' })
    await expect(kit.run(() => kit.sync.updateSettings(dana, { enabled: false }))).rejects.toMatchObject({
      code: 'not-connected',
    })
    await kit.settle()
    expect(methods(kit)).toEqual([])
  })

  it('D4: asked again, it says the same and does nothing', async () => {
    const kit = await connectedKit()
    await disconnect(kit)
    const requests = revocations(kit).length
    expect(await disconnect(kit)).toEqual({ status: 'disconnected', revocation: 'revoked' })
    expect(await disconnect(kit, 'remove')).toEqual({ status: 'disconnected', revocation: 'revoked' })
    expect(await disconnect(kit, 'keep', elsewhere)).toEqual({ status: 'disconnected' })
    expect(revocations(kit)).toHaveLength(requests)
    expect(audited(kit, 'disconnect-requested')).toHaveLength(1)
  })

  it('D4: a reconnect adopts what was kept, and inserts nothing twice', async () => {
    const kit = await connectedKit()
    const [first] = await fill(kit, 3)
    if (!first) throw new Error('no appointment')
    const ids = kit.events(DANA).map(({ id }) => id)
    await disconnect(kit)
    kit.book.change(first, { title: 'Changed meanwhile' })
    await kit.connect(dana, DANA)
    await kit.settle()
    expect(kit.events(DANA).map(({ id }) => id)).toEqual(ids)
    expect(kit.events(DANA).map(({ summary }) => summary)).toContain('Changed meanwhile')
    expect(methods(kit)).not.toContain('events.insert')
    expect(issueCodes(kit)).toEqual([])
  })

  it('D4: kept events stay when the account comes back with another calendar', async () => {
    const kit = await connectedKit()
    await fill(kit, 3)
    await disconnect(kit)
    await kit.connect(dana, DANA, { calendar: 'dedicated' })
    await kit.settle()
    const { target } = (await kit.stores.state.connections.get(dana)) ?? {}
    expect(kit.events(target?.calendarId ?? '')).toHaveLength(3)
    expect(kit.events(DANA)).toHaveLength(3)
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(3)
  })
})

describe('D4: disconnect and remove', () => {
  it('D4: removes every event, in the background, then revokes', async () => {
    const kit = await connectedKit()
    await fill(kit, 7)
    expect(await disconnect(kit, 'remove')).toEqual({ status: 'disconnecting' })
    expect(await isConnected(kit)).toBe(false)
    await kit.settle()
    expect(kit.events(DANA)).toEqual([])
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected', cause: 'revoked' })
    expect(kit.audits.at(-1)).toMatchObject({
      action: 'disconnected',
      outcome: 'revoked',
      details: { events: 'remove', removed: 7, leftBehind: false },
    })
  })

  it('D4: leaves what the user made alone', async () => {
    const kit = await connectedKit()
    await fill(kit, 2)
    kit.google.control.createEvent(DANA, {
      summary: 'Dentist',
      start: { dateTime: '2026-11-25T09:00:00Z' },
      end: { dateTime: '2026-11-25T10:00:00Z' },
    })
    await disconnect(kit, 'remove')
    await kit.settle()
    expect(kit.events(DANA).map(({ summary }) => summary)).toEqual(['Dentist'])
  })

  it('D4: an insert without an answer that lands late is found and removed', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    const late = refOf('late')
    kit.book.put(late, appointment())
    const fault = { fault: 'lateCommit', delayMs: 4 * MINUTE, times: 1 } as const
    kit.google.control.fault({ ...fault, match: { method: 'events.insert' } })
    kit.google.control.fault({
      fault: 'serviceUnavailable',
      times: 'always',
      match: { method: 'events.insert' },
    })
    await kit.run(() => kit.sync.appointmentChanged(late))
    await kit.run(() => kit.sync.runDue({ maxMs: 2 * SECOND }))
    await disconnect(kit, 'remove')
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnecting' })
    expect(kit.events(DANA)).toEqual([])
    await kit.runtime.clock.advance(6 * MINUTE)
    await kit.settle()
    expect(kit.events(DANA)).toEqual([])
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected' })
  })

  it('D4: events of an old calendar go too', async () => {
    const kit = await connectedKit()
    await fill(kit, 2)
    kit.google.control.fault({
      fault: 'serviceUnavailable',
      times: 'always',
      match: { method: 'events.delete' },
    })
    await kit.connect(dana, DANA, { calendar: 'dedicated' })
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(2)
    kit.google.control.clearFaults()
    await disconnect(kit, 'remove')
    for (let i = 0; i < 3; i++) {
      await kit.runtime.clock.advance(6 * MINUTE)
      await kit.settle()
    }
    expect(kit.events(DANA)).toEqual([])
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected' })
  })

  it('D4: what the present grant does not reach is left, and that is told', async () => {
    const kit = await connectedKit()
    await fill(kit, 2)
    kit.google.control.revokeGrant(DANA)
    const grantScopes = scopesFor('dedicated')
    await kit.connect(dana, DANA, { calendar: 'dedicated', grantScopes })
    await disconnect(kit, 'remove')
    await kit.settle()
    await kit.runtime.clock.advance(HOUR)
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(2)
    expect(kit.issues.filter(({ code }) => code === 'cannot-remove')).toMatchObject([
      { account: dana, cause: 'disconnected' },
    ])
    expect(await isConnected(kit)).toBe(false)
  })

  it('D4: with a dead grant nothing can be removed, and it ends all the same', async () => {
    const kit = await connectedKit()
    await fill(kit, 2)
    kit.google.control.revokeGrant(DANA)
    await kit.runtime.clock.advance(2 * HOUR)
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'needs_reauth' })
    kit.issues.splice(0)
    await disconnect(kit, 'remove')
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected', cause: 'revoked' })
    expect(issueCodes(kit)).toEqual(['cannot-remove'])
    expect(kit.audits.at(-1)).toMatchObject({ details: { leftBehind: true } })
  })

  it('D4: while Google is away it keeps trying, and gives up after a day', async () => {
    const kit = await connectedKit()
    await fill(kit, 2)
    kit.google.control.fault({ fault: 'serviceUnavailable', times: 'always' })
    await disconnect(kit, 'remove')
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnecting', connected: false })
    for (let hours = 0; hours < 54; hours += 6) {
      await kit.runtime.clock.advance(6 * HOUR)
      await kit.settle()
    }
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected', cause: 'unanswered' })
    expect(audited(kit, 'disconnected')).toEqual(['unanswered'])
    expect(kit.events(DANA)).toHaveLength(2)
  })

  it('D4: "finish now" ends a removal that drags on', async () => {
    const kit = await connectedKit()
    await fill(kit, 2)
    kit.google.control.fault({ fault: 'serviceUnavailable', times: 'always', match: { method: 'events.*' } })
    await disconnect(kit, 'remove')
    await kit.settle()
    const connected = await kit.connect(dana, DANA)
    expect(connected.kind).toBe('disconnecting')
    expect(await disconnect(kit, 'keep')).toEqual({ status: 'disconnected', revocation: 'revoked' })
    kit.google.control.clearFaults()
    expect((await kit.connect(dana, DANA)).kind).toBe('connected')
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(2)
  })

  it('D4: after a removal the account may come back, and gets its events again', async () => {
    const kit = await connectedKit()
    await fill(kit, 3)
    await disconnect(kit, 'remove')
    await kit.settle()
    await kit.connect(dana, DANA)
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(3)
    expect(issueCodes(kit)).toEqual([])
  })
})
