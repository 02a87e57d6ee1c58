import { describe, expect, it } from 'vitest'
import type { AccountRef } from '../../../src/contracts/identity.ts'
import { StoreError } from '../../../src/errors.ts'
import type { TestKit } from '../../../src/testing/index.ts'
import { connectedKit, DANA, DAY, dana, fill, HOUR, kitOf, MINUTE, YAEL } from './support-rules.ts'

const elsewhere: AccountRef = { workspaceId: 'w2', userId: 'dana' }

const disconnect = (kit: TestKit, account = dana) =>
  kit.run(() => kit.sync.disconnect(account, { events: 'keep' }))

const revocations = (kit: TestKit) =>
  kit.google.control.requests().filter(({ method }) => method === 'oauth.revoke').length

const revokeFails = (kit: TestKit) =>
  kit.google.control.fault({
    fault: 'serviceUnavailable',
    times: 'always',
    match: { method: 'oauth.revoke' },
  })

const audited = (kit: TestKit, action: string) =>
  kit.audits.filter(entry => entry.action === action).map(({ outcome }) => outcome)

describe('D4: the grant at Google', () => {
  it('D4: stays while another connection, in any workspace, has the same Google account', async () => {
    const kit = await connectedKit()
    await kit.connect(elsewhere, DANA)
    await kit.settle()
    expect(await disconnect(kit)).toEqual({ status: 'disconnected', revocation: 'shared-grant' })
    expect(revocations(kit)).toBe(0)
    expect(await kit.sync.status(elsewhere)).toMatchObject({ status: 'active' })
    expect(await disconnect(kit, elsewhere)).toEqual({ status: 'disconnected', revocation: 'revoked' })
    expect(revocations(kit)).toBe(1)
  })

  it('D4: stays when the host says so', async () => {
    const kit = await connectedKit({ sync: { revokeOnDisconnect: 'never' } })
    expect(await disconnect(kit)).toEqual({ status: 'disconnected', revocation: 'never' })
    expect(revocations(kit)).toBe(0)
  })

  it('D4: with Google away the tie is over at once, the revocation is tried again, and worked off later', async () => {
    const kit = await connectedKit()
    revokeFails(kit)
    expect(await disconnect(kit)).toEqual({ status: 'disconnecting' })
    expect(await kit.sync.status(dana)).toMatchObject({ connected: false, status: 'disconnecting' })
    kit.google.control.clearFaults()
    await kit.runtime.clock.advance(MINUTE)
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected', cause: 'revoked' })
    expect(audited(kit, 'disconnected')).toEqual(['revoked'])
  })

  it('D4: after a day without an answer the token is erased anyway, and that is written down', async () => {
    const kit = await connectedKit()
    const before = await kit.stores.tokens.get(dana)
    revokeFails(kit)
    await disconnect(kit)
    for (let hours = 0; hours < 42; hours += 3) {
      await kit.runtime.clock.advance(3 * HOUR)
      await kit.settle()
    }
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected', cause: 'unanswered' })
    expect((await kit.stores.tokens.get(dana))?.value).not.toBe(before?.value)
    expect(audited(kit, 'disconnected')).toEqual(['unanswered'])
    const asked = revocations(kit)
    expect(asked).toBeGreaterThan(3)
    await kit.runtime.clock.advance(DAY)
    await kit.settle()
    expect(revocations(kit)).toBe(asked)
  })

  it('D4: a connection that another makes meanwhile keeps its grant', async () => {
    const kit = await connectedKit()
    revokeFails(kit)
    await disconnect(kit)
    await kit.runtime.clock.advance(MINUTE)
    kit.google.control.clearFaults()
    expect((await kit.connect(elsewhere, DANA)).kind).toBe('connected')
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected', cause: 'shared-grant' })
    await kit.run(() => kit.sync.syncNow(elsewhere))
    await kit.settle()
    expect(await kit.sync.status(elsewhere)).toMatchObject({ status: 'active' })
  })

  it('D4: the same person coming back ends a revocation that still waits', async () => {
    const kit = await connectedKit()
    await fill(kit, 2)
    revokeFails(kit)
    await disconnect(kit)
    await kit.runtime.clock.advance(MINUTE)
    const back = await kit.connect(dana, DANA)
    expect(back.kind).toBe('connected')
    kit.google.control.clearFaults()
    await kit.runtime.clock.advance(DAY)
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'active' })
    expect(kit.events(DANA)).toHaveLength(2)
  })

  it('D4: nobody connects a Google account while its consent is being revoked', async () => {
    const kit = await connectedKit()
    revokeFails(kit)
    await disconnect(kit)
    // The request of a moment ago may still be on its way.
    expect((await kit.connect(elsewhere, DANA)).kind).toBe('disconnecting')
    expect(await kit.stores.state.connections.get(elsewhere)).toBe(undefined)
  })

  it('D4: another person waits until it is over, or has it finished now', async () => {
    const kit = await connectedKit()
    revokeFails(kit)
    await disconnect(kit)
    await kit.runtime.clock.advance(MINUTE)
    expect((await kit.connect(dana, YAEL)).kind).toBe('disconnecting')
    expect(await disconnect(kit)).toEqual({ status: 'disconnected', revocation: 'unanswered' })
    await kit.runtime.clock.advance(MINUTE)
    expect((await kit.connect(dana, YAEL)).kind).toBe('connected')
  })

  it('D4: a refused callback gives its new grant back, unless somebody lives by it', async () => {
    const kit = await connectedKit()
    expect((await kit.connect(dana, YAEL)).kind).toBe('different-account')
    expect(audited(kit, 'refused-grant-dropped')).toEqual(['revoked'])
    expect(revocations(kit)).toBe(1)
    await kit.connect(elsewhere, YAEL)
    expect((await kit.connect(dana, YAEL)).kind).toBe('different-account')
    expect(audited(kit, 'refused-grant-dropped')).toEqual(['revoked', 'shared-grant'])
    await kit.settle()
    expect(await kit.sync.status(elsewhere)).toMatchObject({ status: 'active' })
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'active' })
  })

  it('D1: connection first, token last: what a crash in between leaves is erased by the next process', async () => {
    const kit = await connectedKit()
    const before = await kit.stores.tokens.get(dana)
    const { tokens } = kit.stores
    let broken = true
    const tokenStore = {
      get: tokens.get.bind(tokens),
      delete: tokens.delete.bind(tokens),
      put: async (...args: Parameters<typeof tokens.put>) => {
        if (broken) throw new StoreError('The process died here.')
        return tokens.put(...args)
      },
    }
    const dying = kit.anotherProcess({ tokenStore })
    await kit.run(() => dying.disconnect(dana, { events: 'keep' }))
    expect(await kit.stores.state.connections.get(dana)).toMatchObject({ status: 'disconnected' })
    expect(await kit.stores.tokens.get(dana)).toEqual(before)
    broken = false
    await kit.settle()
    expect((await kit.stores.tokens.get(dana))?.value).not.toBe(before?.value)
    expect(await kit.stores.state.connections.get(dana)).not.toHaveProperty('departure.phase')
  })
})

describe('forgetting', () => {
  it('forgetAccount leaves no row of the account, and the events in the calendar', async () => {
    const kit = await connectedKit()
    const [first] = await fill(kit, 2)
    if (!first) throw new Error('no appointment')
    const result = await kit.run(() => kit.sync.forgetAccount(dana))
    expect(result).toEqual({ status: 'disconnected', revocation: 'revoked' })
    expect(await kit.stores.state.connections.get(dana)).toBe(undefined)
    expect(await kit.stores.tokens.get(dana)).toBe(undefined)
    expect(await kit.stores.state.links.ofRef(first)).toEqual([])
    expect(kit.events(DANA)).toHaveLength(2)
    expect(audited(kit, 'account-forgotten')).toEqual(['revoked'])
  })

  it('forgetAccount adopts the events again when the account comes back', async () => {
    const kit = await connectedKit()
    await fill(kit, 2)
    await kit.run(() => kit.sync.forgetAccount(dana))
    await kit.connect(dana, DANA)
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(2)
  })

  it('forgetWorkspace forgets its accounts and no other workspace', async () => {
    const kit = await connectedKit()
    await kit.connect({ workspaceId: 'w1', userId: 'yael' }, YAEL)
    await kit.connect(elsewhere, 'noa@example.com')
    await kit.settle()
    await kit.run(() => kit.sync.forgetWorkspace('w1'))
    expect(await kit.stores.state.connections.inWorkspace('w1')).toEqual([])
    expect(await kit.sync.status(elsewhere)).toMatchObject({ status: 'active' })
  })

  it('forgetAccount of nobody is fine', async () => {
    const kit = kitOf()
    expect(await kit.run(() => kit.sync.forgetAccount(dana))).toEqual({ status: 'disconnected' })
  })
})
