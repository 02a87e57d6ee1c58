import { describe, expect, it } from 'vitest'
import {
  type ConnectedResult,
  SCOPE_APP_CREATED,
  SCOPE_CALENDAR,
  SCOPE_EVENTS_OWNED,
  subjectOf,
  targetKey,
} from '../../../src/oauth/index.ts'
import { ANNA, BEN } from './google-double.ts'
import {
  ACCOUNT,
  connectedWorld,
  connectWith,
  crashing,
  createWorld,
  expectClean,
  rowOf,
  setRow,
} from './world.ts'

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
    await setRow(world, { target })
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
    await setRow(world, {
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
    await setRow(world, {
      status: 'disabled',
      settings: { ...(await rowOf(world)).settings, enabled: false },
    })
    expect((await world.connect()).kind).toBe('connected')
    expect((await rowOf(world)).status).toBe('disabled')
    const massChange = { id: 'm', at: 1, found: 30, links: 40 }
    await setRow(world, { status: 'needs_reauth', massChange })
    await world.connect()
    expect(await rowOf(world)).toMatchObject({ status: 'paused', cause: 'mass-change', massChange })
    await setRow(world, { status: 'paused', cause: 'moved-installation', massChange: undefined })
    await world.connect()
    expect(await rowOf(world)).toMatchObject({ status: 'paused', cause: 'moved-installation' })
  })

  it('row 20, D2: another Google account is its own answer, nothing is stored, and its new grant goes', async () => {
    const world = await connectedWorld()
    let refused = 0
    for (const status of ['active', 'limited', 'needs_reauth', 'error', 'paused', 'disabled'] as const) {
      await setRow(world, { status })
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
    await setRow(
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
    await setRow(world, { status: 'disconnected', settings }, true)
    expect((await world.connect()).kind).toBe('connected')
    expect((await rowOf(world)).settings).toEqual(settings)
  })

  it('D4: connecting while a disconnect runs', async () => {
    const world = await connectedWorld()
    await setRow(world, { status: 'disconnecting' }, true)
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
    await setRow(world, { status: 'needs_reauth', cause: 'invalid_grant' })
    expect((await world.connect(ACCOUNT, { withoutRefreshToken: true })).kind).toBe('no-refresh-token')
    const limited = await createWorld()
    await limited.connect(ACCOUNT, { scopes: ['openid', 'email'] })
    expect((await limited.connect(ACCOUNT, { withoutRefreshToken: true })).kind).toBe('no-refresh-token')
  })

  it('does not keep one that a crashed reconnect left in doubt', async () => {
    const world = await connectedWorld()
    await setRow(world, { status: 'connecting', cause: 'again' }, true)
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
    await setRow(world, { status: 'needs_reauth', cause: 'invalid_grant' })
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
