import { describe, expect, it } from 'vitest'
import type { Connection } from '../../../src/contracts/connection.ts'
import type { ConnectionUpdate } from '../../../src/contracts/connection-store.ts'
import {
  type AuthorizationResult,
  CONNECTING_TIMEOUT_MS,
  type ConnectedResult,
  SCOPE_APP_CREATED,
  SCOPE_CALENDAR,
  SCOPE_EVENTS_OWNED,
  subjectOf,
  targetKey,
} from '../../../src/oauth/index.ts'
import { ANNA, BEN, type Consent } from './google-double.ts'
import {
  ACCOUNT,
  connectedWorld,
  crashing,
  createWorld,
  expectClean,
  interposing,
  slowed,
  type World,
} from './world.ts'

async function rowOf(world: World, account = ACCOUNT): Promise<Connection> {
  return (await world.stores.state.connections.get(account))!
}

async function set(world: World, change: ConnectionUpdate['set'], epoch = false): Promise<void> {
  const { revision } = await rowOf(world)
  expect(
    await world.stores.state.connections.update(ACCOUNT, revision, { set: change, bump: { epoch } }),
  ).not.toBeNull()
}

async function connectWith(world: World, calendar: 'primary' | 'dedicated', consent: Consent = {}) {
  const { flow } = world.main
  const started = await flow.startAuthorization({ account: ACCOUNT, calendar })
  const back = world.google.consent(consent)
  return world.run(flow.completeAuthorization({ ...back, binding: started.binding }))
}

describe('connect (ENGINE D1)', () => {
  it('a first connection is active, due, and exposes nothing', async () => {
    const world = await createWorld()
    const result = (await world.connect()) as ConnectedResult
    const now = world.runtime.clock.now()
    expect(result).toMatchObject({ kind: 'connected', account: ACCOUNT, missingScopes: [] })
    expect(await rowOf(world)).toEqual(result.connection)
    expect(result.connection).toMatchObject({
      status: 'active',
      subject: subjectOf(world.main.identity, ANNA.sub),
      hostedDomain: ANNA.hd,
      target: {
        kind: 'primary',
        calendarId: 'primary',
        key: targetKey(world.main.identity, ANNA.sub, 'primary'),
      },
      settings: { enabled: true, includeClientNames: false, includeNotes: false, notifyClients: false },
      acknowledgements: [],
      connectedAt: now,
      dueAt: 0,
      nextRepairAt: 0,
    })
    expect(result.connection.cause).toBeUndefined()
    expect((await world.main.tokens.get(ACCOUNT))?.tokens).toMatchObject({
      sub: ANNA.sub,
      epoch: result.connection.epoch,
    })
    expect(world.audit.at(-1)).toMatchObject({ action: 'authorization-completed', outcome: 'active' })
    expectClean(world, result, world.audit)
  })

  it('writes the connection, the token, the connection, in this order', async () => {
    const world = await createWorld()
    const writes: string[] = []
    const noting = crashing(world.stores, call => {
      if (/\.(put|create|update|take)$/.test(call)) writes.push(call)
      return undefined
    })
    const { flow } = await world.process(noting)
    const started = await flow.startAuthorization({ account: ACCOUNT, calendar: 'primary' })
    await world.run(flow.completeAuthorization({ ...world.google.consent(), binding: started.binding }))
    expect(writes).toEqual([
      'pending.put',
      'pending.take',
      'connections.create',
      'tokens.put',
      'connections.update',
    ])
  })

  it('row 18: unticked scopes make it limited', async () => {
    const world = await createWorld()
    const result = await world.connect(ACCOUNT, { scopes: ['openid', 'email'] })
    expect(result).toMatchObject({ kind: 'limited', missingScopes: [SCOPE_EVENTS_OWNED] })
    expect(await rowOf(world)).toMatchObject({ status: 'limited', cause: 'scopes-missing' })
  })

  it('a broader scope is as good', async () => {
    const world = await createWorld()
    expect(await world.connect(ACCOUNT, { scopes: ['openid', SCOPE_CALENDAR] })).toMatchObject({
      kind: 'connected',
    })
  })

  it('a dedicated calendar is left for the engine to create', async () => {
    const world = await createWorld()
    expect(await connectWith(world, 'dedicated')).toMatchObject({ kind: 'connected' })
    expect((await rowOf(world)).target).toMatchObject({
      kind: 'dedicated',
      calendarId: '',
      creation: { attempts: 0, requestedAt: expect.any(Number) },
    })
  })

  it('a dedicated calendar that exists is kept by a reconnect of the same Google account', async () => {
    const world = await createWorld()
    await connectWith(world, 'dedicated')
    const target = { key: 'made', calendarId: 'made@group.calendar.google.com', kind: 'dedicated' } as const
    await set(world, { target })
    await connectWith(world, 'dedicated')
    expect((await rowOf(world)).target).toEqual(target)
  })

  it('D3: another choice is another target under another epoch', async () => {
    const world = await connectedWorld()
    const before = await rowOf(world)
    await connectWith(world, 'dedicated', { scopes: ['openid', SCOPE_APP_CREATED, SCOPE_EVENTS_OWNED] })
    const after = await rowOf(world)
    expect(after.epoch).toBeGreaterThan(before.epoch)
    expect(after.target?.key).not.toBe(before.target?.key)
    expect(after.scopes).toContain(SCOPE_EVENTS_OWNED)
  })

  it('a reconnect keeps settings and acknowledgements, and raises the epoch', async () => {
    const world = await connectedWorld()
    const settings = { enabled: true, includeClientNames: true, includeNotes: false, notifyClients: false }
    const acknowledgements = [{ setting: 'includeClientNames', userId: 'u', at: 1, textId: 't' }] as const
    await set(world, {
      settings,
      acknowledgements,
      status: 'needs_reauth',
      cause: 'invalid_grant',
      lastError: { code: 'x', at: 1 },
    })
    const before = await rowOf(world)
    expect((await world.connect()).kind).toBe('connected')
    const after = await rowOf(world)
    expect(after).toMatchObject({
      settings,
      acknowledgements,
      status: 'active',
      settingsVersion: before.settingsVersion,
    })
    expect(after.epoch).toBeGreaterThan(before.epoch)
    expect(after.target).toEqual(before.target)
    expect(after.cause).toBeUndefined()
    expect(after.lastError).toBeUndefined()
  })

  it('a reconnect switches nothing on, and lifts no pause', async () => {
    const world = await connectedWorld()
    await set(world, { status: 'disabled', settings: { ...(await rowOf(world)).settings, enabled: false } })
    expect((await world.connect()).kind).toBe('connected')
    expect((await rowOf(world)).status).toBe('disabled')
    const massChange = { id: 'm', at: 1, found: 30, links: 40 }
    await set(world, { status: 'needs_reauth', massChange })
    await world.connect()
    expect(await rowOf(world)).toMatchObject({ status: 'paused', cause: 'mass-change', massChange })
    await set(world, { status: 'paused', cause: 'moved-installation', massChange: undefined })
    await world.connect()
    expect(await rowOf(world)).toMatchObject({ status: 'paused', cause: 'moved-installation' })
  })

  it('row 20, D2: another Google account is its own answer, nothing is stored, and its new grant goes', async () => {
    const world = await connectedWorld()
    let refused = 0
    for (const status of ['active', 'limited', 'needs_reauth', 'error', 'paused', 'disabled'] as const) {
      await set(world, { status })
      const [row, token] = [await rowOf(world), await world.stores.tokens.get(ACCOUNT)]
      const result = await world.connect(ACCOUNT, { user: BEN })
      expect(result).toEqual({ kind: 'different-account', account: ACCOUNT, returnTo: undefined })
      expect(await rowOf(world)).toEqual(row)
      expect(await world.stores.tokens.get(ACCOUNT)).toEqual(token)
      expect(world.google.count('revoke')).toBe(++refused)
    }
    expectClean(world, world.audit)
  })

  it('after a disconnect another Google account may come, and what was agreed to for the old one is off', async () => {
    const world = await connectedWorld()
    const settings = { enabled: true, includeClientNames: true, includeNotes: true, notifyClients: true }
    await world.main.tokens.delete(ACCOUNT)
    await set(
      world,
      { status: 'disconnected', settings, massChange: { id: 'm', at: 1, found: 3, links: 3 } },
      true,
    )
    const before = await rowOf(world)
    expect((await world.connect(ACCOUNT, { user: BEN })).kind).toBe('connected')
    const after = await rowOf(world)
    expect(after.settings).toEqual({
      enabled: true,
      includeClientNames: false,
      includeNotes: false,
      notifyClients: false,
    })
    expect(after.settingsVersion).toBeGreaterThan(before.settingsVersion)
    expect(after.target?.key).not.toBe(before.target?.key)
    expect(after.massChange).toBeUndefined()
    expect(after.status).toBe('active')
  })

  it('after a disconnect the same Google account finds its settings', async () => {
    const world = await connectedWorld()
    const settings = { enabled: true, includeClientNames: true, includeNotes: true, notifyClients: false }
    await world.main.tokens.delete(ACCOUNT)
    await set(world, { status: 'disconnected', settings }, true)
    expect((await world.connect()).kind).toBe('connected')
    expect((await rowOf(world)).settings).toEqual(settings)
  })

  it('D4: connecting while a disconnect runs', async () => {
    const world = await connectedWorld()
    await set(world, { status: 'disconnecting' }, true)
    const row = await rowOf(world)
    expect(await world.connect()).toMatchObject({ kind: 'disconnecting', account: ACCOUNT })
    expect(await rowOf(world)).toEqual(row)
  })

  it('row 21: one Google account in two workspaces stays two connections', async () => {
    const world = await connectedWorld()
    const other = { workspaceId: 'clinic/2', userId: ACCOUNT.userId }
    expect((await world.connect(other)).kind).toBe('connected')
    const [one, two] = [await rowOf(world), await rowOf(world, other)]
    expect(one.subject).toBe(two.subject)
    expect(one.epoch).not.toBe(two.epoch)
    const [a, b] = [await world.main.tokens.get(ACCOUNT), await world.main.tokens.get(other)]
    expect(a?.tokens.refreshToken).not.toBe(b?.tokens.refreshToken)
  })
})

describe('a grant without refresh token (row 17, ENGINE D6)', () => {
  it('makes no half connection', async () => {
    const world = await createWorld()
    const result = await world.connect(ACCOUNT, { withoutRefreshToken: true })
    expect(result).toMatchObject({ kind: 'no-refresh-token', reason: 'no-refresh-token', account: ACCOUNT })
    expect(await world.stores.state.connections.get(ACCOUNT)).toBeUndefined()
    expect(await world.main.tokens.get(ACCOUNT)).toBeUndefined()
    expect(world.audit.at(-1)).toMatchObject({ outcome: 'no-refresh-token' })
  })

  it('keeps the refresh token of the same Google account', async () => {
    const world = await connectedWorld()
    const before = (await world.main.tokens.get(ACCOUNT))!.tokens
    expect((await world.connect(ACCOUNT, { withoutRefreshToken: true })).kind).toBe('connected')
    const after = (await world.main.tokens.get(ACCOUNT))!.tokens
    expect(after).toEqual({ ...before, epoch: await world.epoch() })
  })

  it('does not keep one that is known to be dead, nor one that does less than was granted now', async () => {
    const world = await connectedWorld()
    await set(world, { status: 'needs_reauth', cause: 'invalid_grant' })
    expect((await world.connect(ACCOUNT, { withoutRefreshToken: true })).kind).toBe('no-refresh-token')
    const limited = await createWorld()
    await limited.connect(ACCOUNT, { scopes: ['openid', 'email'] })
    expect((await limited.connect(ACCOUNT, { withoutRefreshToken: true })).kind).toBe('no-refresh-token')
  })

  it('does not keep one that a crashed reconnect left in doubt', async () => {
    const world = await connectedWorld()
    await set(world, { status: 'connecting', cause: 'again' }, true)
    expect((await world.connect(ACCOUNT, { withoutRefreshToken: true })).kind).toBe('no-refresh-token')
    expect((await world.connect(ACCOUNT, { scopes: ['openid', 'email'] })).kind).toBe('limited')
  })

  it('a living grant is not overwritten by one with fewer scopes', async () => {
    const world = await connectedWorld()
    const before = (await world.main.tokens.get(ACCOUNT))!.tokens
    const result = await world.connect(ACCOUNT, { scopes: ['openid', 'email'] })
    expect(result).toMatchObject({ kind: 'connected', missingScopes: [] })
    expect((await world.main.tokens.get(ACCOUNT))!.tokens.refreshToken).toBe(before.refreshToken)
  })

  it('a dead grant is, since a poor one is better than none', async () => {
    const world = await connectedWorld()
    await set(world, { status: 'needs_reauth', cause: 'invalid_grant' })
    expect((await world.connect(ACCOUNT, { scopes: ['openid', 'email'] })).kind).toBe('limited')
  })

  it('a new grant with all that is needed takes over', async () => {
    const world = await connectedWorld()
    const before = (await world.main.tokens.get(ACCOUNT))!.tokens
    await world.connect()
    expect((await world.main.tokens.get(ACCOUNT))!.tokens.refreshToken).not.toBe(before.refreshToken)
  })

  it('a grant that no longer opens is overwritten', async () => {
    const world = await connectedWorld()
    const version = await world.main.tokens.version(ACCOUNT)
    await world.stores.tokens.put(ACCOUNT, 'gcs1.gone.damaged', version)
    expect((await world.connect()).kind).toBe('connected')
    expect((await world.main.tokens.get(ACCOUNT))?.tokens.sub).toBe(ANNA.sub)
  })
})

const GOOD: readonly AuthorizationResult['kind'][] = [
  'connected',
  'disconnecting',
  'different-account',
  'invalid',
]

describe('crash and race (ENGINE D1)', () => {
  for (const first of [true, false]) {
    it(`${first ? 'connect' : 'reconnect'} crashing between any two steps is finished or undone by the timer loop`, async () => {
      const seen = new Set<string>()
      for (let at = 1; at <= 14; at++) {
        for (const when of ['before', 'after'] as const) {
          const world = first ? await createWorld() : await connectedWorld()
          const { flow } = world.main
          const started = await flow.startAuthorization({ account: ACCOUNT, calendar: 'primary' })
          const back = world.google.consent()
          const broken = await world.process(
            crashing(world.stores, (_, count) => (count === at ? when : undefined)),
          )
          await world.run(
            broken.flow.completeAuthorization({ ...back, binding: started.binding }).catch(() => {}),
          )
          const left = await world.stores.state.connections.get(ACCOUNT)
          expect(left?.status).toBe(
            left === undefined ? undefined : left.status === 'connecting' ? 'connecting' : 'active',
          )
          if (left?.status === 'connecting') {
            expect(await flow.recoverConnecting(ACCOUNT)).toEqual(left)
            await world.runtime.clock.advance(CONNECTING_TIMEOUT_MS)
            expect(await world.stores.state.connections.due(10)).toEqual([ACCOUNT])
            const settled = await flow.recoverConnecting(ACCOUNT)
            expect(settled).toEqual(await rowOf(world))
            seen.add(`recovered: ${settled?.status}`)
          }
          const row = await world.stores.state.connections.get(ACCOUNT)
          const token = await world.main.tokens.get(ACCOUNT)
          seen.add(`${row?.status}`)
          if (row?.status === 'active')
            expect(subjectOf(world.main.identity, token!.tokens.sub)).toBe(row.subject)
          else expect(token).toBeUndefined()
          expect((await world.connect()).kind).toBe('connected')
        }
      }
      if (first)
        expect([...seen].sort()).toEqual([
          'active',
          'disconnected',
          'recovered: active',
          'recovered: disconnected',
          'undefined',
        ])
      else expect([...seen].sort()).toEqual(['active', 'recovered: active'])
    })
  }

  it('a first connect that crashed does not tie the user to that Google account', async () => {
    const world = await createWorld()
    const broken = await world.process(
      crashing(world.stores, call => (call === 'tokens.put' ? 'before' : undefined)),
    )
    const started = await broken.flow.startAuthorization({ account: ACCOUNT, calendar: 'primary' })
    await world.run(
      broken.flow
        .completeAuthorization({ ...world.google.consent(), binding: started.binding })
        .catch(() => {}),
    )
    expect((await rowOf(world)).status).toBe('connecting')
    expect((await world.connect(ACCOUNT, { user: BEN })).kind).toBe('connected')
    expect((await world.main.tokens.get(ACCOUNT))?.tokens.sub).toBe(BEN.sub)
  })

  it('a crashed reconnect whose token is gone needs_reauth; one that does not open is an error, and kept', async () => {
    for (const [damage, status] of [
      [async (world: World) => world.main.tokens.delete(ACCOUNT), 'needs_reauth: token-missing'],
      [
        async (world: World) => {
          const version = await world.main.tokens.version(ACCOUNT)
          await world.stores.tokens.put(ACCOUNT, world.main.keyring.seal('x', { purpose: 'other' }), version)
        },
        'error: sealed-value-damaged',
      ],
    ] as const) {
      const world = await connectedWorld()
      await set(world, { status: 'connecting', cause: 'again', dueAt: 0 }, true)
      await damage(world)
      const settled = await world.main.flow.recoverConnecting(ACCOUNT)
      expect(`${settled?.status}: ${settled?.cause}`).toBe(status)
      expect(settled?.dueAt).toBeUndefined()
    }
  })

  it('recovery leaves every other status alone', async () => {
    const world = await connectedWorld()
    const row = await rowOf(world)
    expect(await world.main.flow.recoverConnecting(ACCOUNT)).toEqual(row)
    expect(await world.main.flow.recoverConnecting({ ...ACCOUNT, userId: 'nobody' })).toBeUndefined()
  })

  it('two first connects at once: one Google account wins, with its own token', async () => {
    for (let seed = 1; seed <= 80; seed++) {
      const world = await createWorld(seed)
      const slow = await world.run(world.process(slowed(world.stores, world.runtime)))
      const begin = async (user = ANNA) => {
        const started = await world.main.flow.startAuthorization({ account: ACCOUNT, calendar: 'primary' })
        return { ...world.google.consent({ user }), binding: started.binding }
      }
      const callbacks = [await begin(ANNA), await begin(BEN)]
      const results = await world.run(
        Promise.all(callbacks.map(back => slow.flow.completeAuthorization(back))),
      )
      for (const result of results) expect(GOOD).toContain(result.kind)
      expect(results.map(result => result.kind)).toContain('connected')
      const [row, token] = [await rowOf(world), await world.main.tokens.get(ACCOUNT)]
      expect(row.status).toBe('active')
      expect(subjectOf(world.main.identity, token!.tokens.sub)).toBe(row.subject)
      expect(token?.tokens.epoch).toBe(row.epoch)
    }
  })

  it('a disconnect during a connect: no token is left behind, and nothing is active', async () => {
    for (let seed = 1; seed <= 80; seed++) {
      const world = await createWorld(seed)
      const slow = await world.run(world.process(slowed(world.stores, world.runtime)))
      const started = await world.main.flow.startAuthorization({ account: ACCOUNT, calendar: 'primary' })
      const back = { ...world.google.consent(), binding: started.binding }
      const [result] = await world.run(
        Promise.all([slow.flow.completeAuthorization(back), disconnectSoon(world, 100 + seed * 3)]),
      )
      const row = await rowOf(world)
      if (row.status === 'disconnected') {
        expect(await world.main.tokens.get(ACCOUNT)).toBeUndefined()
        expect(['invalid', 'disconnecting', 'connected']).toContain(result.kind)
      } else expect(row.status).toBe('active')
    }
  })

  const POINTS = Array.from({ length: 14 }, (_, at) => at + 1).flatMap(at =>
    (['before', 'after'] as const).map(when => ({ at, when })),
  )

  it('another connect between any two steps: the row and the token agree', async () => {
    for (const point of POINTS) {
      const world = await createWorld()
      const other = () => world.connect(ACCOUNT, { user: BEN })
      const { flow } = await world.process(interposing(world.stores, point, other))
      const started = await world.main.flow.startAuthorization({ account: ACCOUNT, calendar: 'primary' })
      const back = { ...world.google.consent({ user: ANNA }), binding: started.binding }
      await world.run(flow.completeAuthorization(back))
      const [row, token] = [await rowOf(world), await world.main.tokens.get(ACCOUNT)]
      expect(row.status, JSON.stringify(point)).toBe('active')
      expect(subjectOf(world.main.identity, token!.tokens.sub), JSON.stringify(point)).toBe(row.subject)
      expect(token?.tokens.epoch).toBe(row.epoch)
    }
  })

  it('a refresh between any two steps: a rotated refresh token is not lost to a kept one', async () => {
    for (const point of POINTS) {
      const world = await connectedWorld()
      await world.expire()
      world.google.rotate = true
      const refresh = async () => {
        await world.main.manager.accessToken(ACCOUNT, await world.epoch())
      }
      const { flow } = await world.process(interposing(world.stores, point, refresh))
      const started = await world.main.flow.startAuthorization({ account: ACCOUNT, calendar: 'primary' })
      const back = { ...world.google.consent({ withoutRefreshToken: true }), binding: started.binding }
      expect((await world.run(flow.completeAuthorization(back))).kind).toBe('connected')
      const newest = [...world.google.refreshTokens.keys()].at(-1)
      expect((await world.main.tokens.get(ACCOUNT))?.tokens.refreshToken, JSON.stringify(point)).toBe(newest)
    }
  })

  it('a settings change during a connect is not lost, and does not stop it', async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const world = await connectedWorld(seed)
      const slow = await world.run(world.process(slowed(world.stores, world.runtime)))
      const started = await world.main.flow.startAuthorization({ account: ACCOUNT, calendar: 'primary' })
      const back = { ...world.google.consent(), binding: started.binding }
      const change = async () => {
        await world.runtime.clock.sleep(100 + seed * 5)
        const row = await rowOf(world)
        const settings = { ...row.settings, includeNotes: true }
        await world.stores.state.connections.update(ACCOUNT, row.revision, {
          set: { settings },
          bump: { settings: true },
        })
      }
      const [result] = await world.run(Promise.all([slow.flow.completeAuthorization(back), change()]))
      expect(result.kind).toBe('connected')
      expect(await rowOf(world)).toMatchObject({ status: 'active', settings: { includeNotes: true } })
    }
  })
})

/** As ENGINE D1 and D4 order it: connection first, token last. */
async function disconnectSoon(world: World, ms: number): Promise<void> {
  const { clock } = world.runtime
  const { connections } = world.stores.state
  await clock.sleep(ms)
  for (const status of ['disconnecting', 'disconnected'] as const) {
    for (;;) {
      const row = await connections.get(ACCOUNT)
      if (row === undefined) return
      const change = { set: { status }, bump: { epoch: status === 'disconnecting' } }
      if (await connections.update(ACCOUNT, row.revision, change)) break
    }
    await clock.sleep(5)
    await world.main.tokens.delete(ACCOUNT)
  }
}
