import { describe, expect, it } from 'vitest'
import type { ConnectionStore } from '../../../src/contracts/connection-store.ts'
import type { AccountRef } from '../../../src/contracts/identity.ts'
import { StoreError } from '../../../src/errors.ts'
import type { TestKit } from '../../../src/testing/index.ts'
import { connectedKit, DANA, dana, fill, MINUTE, refOf, replacing } from './support-rules.ts'

/** A disconnect and what others do between two of its steps (ENGINE D4). */

const elsewhere: AccountRef = { workspaceId: 'w2', userId: 'dana' }

const revocations = (kit: TestKit) =>
  kit.google.control.requests().filter(({ method }) => method === 'oauth.revoke').length

/** A process whose connections, or whose network, are seen through a change. */
function through(kit: TestKit, change: (connections: ConnectionStore) => Partial<ConnectionStore>) {
  const { connections } = kit.stores.state
  return kit.anotherProcess({
    stateStore: replacing(kit.stores.state, { connections: replacing(connections, change(connections)) }),
  })
}

describe('D4: who else lives by the grant', () => {
  it('D4: is asked before anything is said about revoking', async () => {
    const kit = await connectedKit()
    await kit.connect(elsewhere, DANA)
    const seen: unknown[] = []
    const watching = through(kit, connections => ({
      async update(account, revision, update) {
        if (update.set.departure) seen.push(update.set.departure.revokingUntil)
        return connections.update(account, revision, update)
      },
    }))
    await kit.run(() => watching.disconnect(dana, { events: 'keep' }))
    // Said, it would keep the other from connecting anew for nothing.
    expect(seen.filter(until => until !== undefined)).toEqual([])
    expect(revocations(kit)).toBe(0)
  })

  it('D4: is asked again after that was said, for whoever connected in between', async () => {
    const kit = await connectedKit()
    let asked = 0
    const slow = through(kit, connections => ({
      async bySubject(subject) {
        const before = await connections.bySubject(subject)
        // Right after the first answer somebody connects.
        if (++asked === 1) expect((await kit.connect(elsewhere, DANA)).kind).toBe('connected')
        return before
      },
    }))
    expect(await kit.run(() => slow.disconnect(dana, { events: 'keep' }))).toEqual({
      status: 'disconnected',
      revocation: 'shared-grant',
    })
    expect(revocations(kit)).toBe(0)
    await kit.settle()
    expect(await kit.sync.status(elsewhere)).toMatchObject({ status: 'active' })
  })

  it('D4: nobody connects while the request to revoke is on its way', async () => {
    const kit = await connectedKit()
    let kind = ''
    const fetching: typeof fetch = async (input, init) => {
      if (String(input).endsWith('/revoke')) kind = (await kit.connect(elsewhere, DANA)).kind
      return kit.google.fetch(input, init)
    }
    const slow = kit.anotherProcess({ runtime: { ...kit.runtime, fetch: fetching } })
    expect(await kit.run(() => slow.disconnect(dana, { events: 'keep' }))).toMatchObject({
      revocation: 'revoked',
    })
    expect(kind).toBe('disconnecting')
    expect(await kit.stores.state.connections.get(elsewhere)).toBe(undefined)
  })

  it('D4: one that is itself being emptied still lives by it; one with only its grant to give up does not', async () => {
    const kit = await connectedKit()
    await kit.connect(elsewhere, DANA)
    await kit.settle()
    await kit.run(() => kit.sync.disconnect(elsewhere, { events: 'remove' }))
    expect(await kit.run(() => kit.sync.disconnect(dana, { events: 'keep' }))).toMatchObject({
      revocation: 'shared-grant',
    })
    await kit.settle()
    expect(await kit.sync.status(elsewhere)).toMatchObject({ status: 'disconnected', cause: 'revoked' })
    expect(revocations(kit)).toBe(1)
  })

  it('D4: two that end at once do not wait for each other: the grant is revoked', async () => {
    const kit = await connectedKit()
    await kit.connect(elsewhere, DANA)
    await kit.settle()
    await kit.run(() =>
      Promise.all([dana, elsewhere].map(account => kit.sync.disconnect(account, { events: 'remove' }))),
    )
    await kit.settle()
    await kit.runtime.clock.advance(MINUTE)
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected' })
    expect(await kit.sync.status(elsewhere)).toMatchObject({ status: 'disconnected' })
    expect(revocations(kit)).toBeGreaterThan(0)
  })
})

describe('D4: the row of whoever connects', () => {
  it('D4: is written between two questions whether the grant is being revoked', async () => {
    const kit = await connectedKit()
    const late = through(kit, connections => ({
      async create(account, fields) {
        // The disconnect found nobody, and its request to revoke is under way by now.
        kit.google.control.fault({
          fault: 'serviceUnavailable',
          times: 'always',
          match: { method: 'oauth.revoke' },
        })
        await kit.sync.disconnect(dana, { events: 'keep' })
        return connections.create(account, fields)
      },
    }))
    const result = await kit.run(async () => {
      const { url, binding } = await late.authorizationUrl(elsewhere)
      const back = new URL(kit.google.control.approve(url, { email: DANA }))
      return late.completeAuthorization({ ...Object.fromEntries(back.searchParams), binding })
    })
    expect(revocations(kit)).toBeGreaterThan(0)
    expect(result.kind).toBe('disconnecting')
    expect(await kit.stores.tokens.get(elsewhere)).toBe(undefined)
  })
})

describe('D4: what is stored of the grant', () => {
  it('D4: that does not open cannot be revoked, and holds nobody up', async () => {
    const kit = await connectedKit()
    await kit.stores.tokens.delete(dana)
    await kit.stores.tokens.put(dana, 'gcs1.lost.AAAA.AAAA.AAAA', null)
    expect(await kit.run(() => kit.sync.disconnect(dana, { events: 'keep' }))).toEqual({
      status: 'disconnected',
      revocation: 'no-grant',
    })
  })

  it('D4: that cannot be read just now is no grant that is gone', async () => {
    const kit = await connectedKit()
    const tokenStore = replacing(kit.stores.tokens, {
      get: async () => {
        throw new StoreError('The database is away.')
      },
    })
    const blind = kit.anotherProcess({ tokenStore })
    expect(await kit.run(() => blind.disconnect(dana, { events: 'keep' }))).toEqual({
      status: 'disconnecting',
    })
    await kit.runtime.clock.advance(MINUTE)
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected', cause: 'revoked' })
  })

  it('D4: of a refused callback stays at Google when the host says so', async () => {
    const kit = await connectedKit({ sync: { revokeOnDisconnect: 'never' } })
    expect((await kit.connect(dana, 'yael@example.com')).kind).toBe('different-account')
    expect(revocations(kit)).toBe(0)
  })
})

describe('D4: an account that moves on', () => {
  it('D4: is not revoked by the disconnect of before', async () => {
    const kit = await connectedKit()
    const overtaken = through(kit, connections => ({
      async update(account, revision, update) {
        // Forgotten, and connected anew, just before the intention to revoke is written.
        if (update.set.departure?.revokingUntil !== undefined) {
          await connections.update(account, revision, {
            set: { departure: undefined },
            bump: { epoch: true },
          })
          return null
        }
        return connections.update(account, revision, update)
      },
    }))
    await kit.run(() => overtaken.disconnect(dana, { events: 'keep' }))
    expect(revocations(kit)).toBe(0)
  })

  it('D4: keeps the token that came with the new connection', async () => {
    const kit = await connectedKit()
    const before = await kit.stores.tokens.get(dana)
    const { connections } = kit.stores.state
    let reads = 0
    const overtaken = through(kit, () => ({
      async get(account) {
        const connection = await connections.get(account)
        // The row as it is when the token is about to be erased: reconnected meanwhile.
        if (connection?.departure?.phase === 'token' && ++reads === 2) {
          const set = { status: 'active', departure: undefined } as const
          await connections.update(account, connection.revision, { set, bump: { epoch: true } })
          return connections.get(account)
        }
        return connection
      },
    }))
    await kit.run(() => overtaken.disconnect(dana, { events: 'keep' }))
    expect(reads).toBeGreaterThan(1)
    expect(await kit.stores.tokens.get(dana)).toEqual(before)
  })
})

describe('D4: between two steps', () => {
  it('D4: a grant that is put while the old one is about to be erased stays', async () => {
    const kit = await connectedKit()
    const { tokens, state } = kit.stores
    let isBack = false
    const tokenStore = replacing(tokens, {
      async get(account) {
        const connection = await state.connections.get(account)
        if (connection?.departure?.phase === 'token' && !isBack) {
          isBack = true
          const set = { status: 'active', departure: undefined } as const
          await state.connections.update(account, connection.revision, { set, bump: { epoch: true } })
          const old = await tokens.get(account)
          await tokens.put(account, 'the new grant', old?.version ?? null)
        }
        return tokens.get(account)
      },
    })
    const overtaken = kit.anotherProcess({ tokenStore })
    await kit.run(() => overtaken.disconnect(dana, { events: 'keep' }))
    expect(isBack).toBe(true)
    expect((await tokens.get(dana))?.value).toBe('the new grant')
  })

  it('D4: what one disconnect came to is not taken for the next', async () => {
    const kit = await connectedKit()
    await fill(kit, 2)
    const { connections } = kit.stores.state
    let again = false
    const fetching: typeof fetch = async (input, init) => {
      if (!again && String(input).endsWith('/revoke')) {
        again = true
        const connection = await connections.get(dana)
        const departure = { requestedAt: kit.runtime.clock.now(), removed: 0, attempts: 0 }
        await connections.update(dana, connection?.revision ?? 0, {
          set: { departure: { ...departure, events: 'remove', phase: 'events' } },
          bump: { epoch: true },
        })
        throw new TypeError('The network is away.')
      }
      return kit.google.fetch(input, init)
    }
    const slow = kit.anotherProcess({ runtime: { ...kit.runtime, fetch: fetching } })
    await kit.run(() => slow.disconnect(dana, { events: 'keep' }))
    expect(again).toBe(true)
    const { departure } = (await connections.get(dana)) ?? {}
    expect(departure?.attempts ?? 0).toBe(0)
    expect(departure?.revokingUntil).toBe(undefined)
  })
})

describe('D4: what is over', () => {
  it('D4: holds no scopes, no target of time, and no departure', async () => {
    const kit = await connectedKit()
    await kit.run(() => kit.sync.disconnect(dana, { events: 'keep' }))
    const connection = await kit.stores.state.connections.get(dana)
    expect(connection).toMatchObject({ status: 'disconnected', scopes: [] })
    expect([connection?.departure, connection?.dueAt]).toEqual([undefined, undefined])
  })

  it('forgetAccount does not wait for a Google that does not answer', async () => {
    const kit = await connectedKit()
    kit.google.control.fault({
      fault: 'serviceUnavailable',
      times: 'always',
      match: { method: 'oauth.revoke' },
    })
    expect(await kit.run(() => kit.sync.forgetAccount(dana))).toEqual({
      status: 'disconnected',
      revocation: 'unanswered',
    })
    expect(await kit.stores.state.connections.get(dana)).toBe(undefined)
    expect(await kit.stores.tokens.get(dana)).toBe(undefined)
  })

  it('forgetWorkspace forgets what is kept of its appointments, of nobody in particular', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    await kit.stores.state.marks.insert([{ ref: refOf('x'), lane: 'bulk', origin: 'host' }])
    await kit.run(() => kit.sync.forgetWorkspace('w1'))
    expect(await kit.stores.state.marks.ofRef(refOf('x'))).toEqual([])
  })
})
