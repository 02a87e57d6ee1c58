import { describe, expect, it } from 'vitest'
import type { TokenManager } from '../../../src/oauth/index.ts'
import { REFRESH_LEASE_MS } from '../../../src/oauth/refresh.ts'
import { ANNA } from './google-double.ts'
import {
  ACCOUNT,
  connectedWorld,
  crashing,
  expectClean,
  expiredWorld,
  slowed,
  statusOf,
  thrownBy,
} from './world.ts'

function fifty(manager: TokenManager, epoch: number) {
  return Array.from({ length: 50 }, () => manager.accessToken(ACCOUNT, epoch))
}

describe('token manager (ENGINE D6)', () => {
  it('answers the stored token while it is good', async () => {
    const world = await connectedWorld()
    const stored = (await world.main.tokens.get(ACCOUNT))!
    expect(await world.main.manager.accessToken(ACCOUNT, await world.epoch())).toEqual({
      accessToken: stored.tokens.accessToken,
      expiresAt: stored.tokens.accessTokenExpiresAt,
      tokenVersion: stored.version,
      sub: ANNA.sub,
      scopes: stored.tokens.scopes,
    })
    expect(world.google.count('refresh')).toBe(0)
  })

  it('row 71: two processes, 50 callers each, exactly one refresh', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const world = await expiredWorld(seed)
      const epoch = await world.epoch()
      const two = await world.run(world.process(slowed(world.stores, world.runtime)))
      const answers = await world.run(
        Promise.all([...fifty(world.main.manager, epoch), ...fifty(two.manager, epoch)]),
      )
      expect(new Set(answers.map(answer => answer.accessToken)).size).toBe(1)
      expect(world.google.count('refresh')).toBe(1)
      expect((await world.main.tokens.get(ACCOUNT))?.version).toBe(answers[0]?.tokenVersion)
    }
  })

  it('one process asks the stores once, however many wait', async () => {
    const world = await expiredWorld()
    const calls: string[] = []
    const noting = crashing(world.stores, call => {
      calls.push(call)
      return undefined
    })
    const { manager } = await world.process(noting)
    await world.run(Promise.all(fifty(manager, await world.epoch())))
    expect(calls.filter(call => call === 'leases.acquire')).toHaveLength(1)
    expect(calls.filter(call => call === 'tokens.put')).toHaveLength(1)
    expect(calls.filter(call => call === 'tokens.get').length).toBeLessThanOrEqual(3)
  })

  it('row 71: four processes, 250 callers each, exactly one refresh', async () => {
    const world = await expiredWorld()
    const epoch = await world.epoch()
    const processes = await Promise.all([1, 2, 3, 4].map(() => world.process()))
    const callers = processes.flatMap(({ manager }) =>
      Array.from({ length: 250 }, () => manager.accessToken(ACCOUNT, epoch)),
    )
    expect(new Set((await world.run(Promise.all(callers))).map(answer => answer.tokenVersion)).size).toBe(1)
    expect(world.google.count('refresh')).toBe(1)
  })

  it('without any lease at all, no newer token is overwritten', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const world = await expiredWorld(seed)
      world.google.rotate = true
      const epoch = await world.epoch()
      const slow = slowed(world.stores, world.runtime)
      const useless = { acquire: async () => true, renew: async () => true, release: async () => {} }
      const lawless = { ...slow, state: { ...slow.state, leases: useless } }
      const processes = await world.run(Promise.all([1, 2, 3].map(() => world.process(lawless))))
      const answers = await world.run(
        Promise.all(processes.map(({ manager }) => manager.accessToken(ACCOUNT, epoch))),
      )
      const { tokens, version } = (await world.main.tokens.get(ACCOUNT))!
      expect(answers.map(answer => answer.tokenVersion)).toContain(version)
      expect(world.google.refreshTokens.get(tokens.refreshToken)?.alive).toBe(true)
    }
  })

  it('a lease lost in the middle costs one refresh more, and both callers get one token', async () => {
    const world = await expiredWorld()
    const epoch = await world.epoch()
    const two = await world.process()
    world.google.latencyMs = REFRESH_LEASE_MS + 5_000
    const [one, other] = await world.run(
      Promise.all([world.main.manager.accessToken(ACCOUNT, epoch), two.manager.accessToken(ACCOUNT, epoch)]),
    )
    expect(world.google.count('refresh')).toBeLessThanOrEqual(2)
    const stored = await world.main.tokens.get(ACCOUNT)
    expect(one.tokenVersion).toBe(stored?.version)
    expect(other.tokenVersion).toBe(stored?.version)
  })

  it('farewell 497396: one process asks once, also for runs of two epochs and with its lease run out', async () => {
    const world = await expiredWorld()
    const { connections } = world.stores.state
    const epoch = await world.epoch()
    world.google.latencyMs = REFRESH_LEASE_MS + 5_000
    const older = world.main.manager.accessToken(ACCOUNT, epoch)
    await world.run(world.runtime.clock.sleep(1_000))
    const { revision } = (await connections.get(ACCOUNT))!
    await connections.update(ACCOUNT, revision, { set: {}, bump: { epoch: true } })
    const newer = world.main.manager.accessToken(ACCOUNT, await world.epoch())
    const [one, other] = await world.run(Promise.all([older, newer]))
    expect(world.google.count('refresh')).toBe(1)
    expect(one.tokenVersion).toBe((await world.main.tokens.get(ACCOUNT))?.version)
    expect(other.tokenVersion).toBe(one.tokenVersion)
  })

  it('a process that died with the lease holds the others up for its time, no longer', async () => {
    const world = await expiredWorld()
    const epoch = await world.epoch()
    const { leases } = world.stores.state
    const names: string[] = []
    const spying = {
      ...world.stores,
      state: {
        ...world.stores.state,
        leases: {
          acquire: async (name: string, holder: string, ttl: number) => {
            names.push(name)
            return leases.acquire(name, holder, ttl)
          },
          renew: leases.renew.bind(leases),
          release: leases.release.bind(leases),
        },
      },
    }
    const { manager } = await world.process(spying)
    await world.run(manager.accessToken(ACCOUNT, epoch))
    expect(names[0]).toMatch(/^refresh:[\w-]{43}$/)
    await world.expire()
    await leases.acquire(names[0]!, 'the dead', REFRESH_LEASE_MS)
    const from = world.runtime.clock.now()
    await world.run(manager.accessToken(ACCOUNT, epoch))
    expect(world.runtime.clock.now() - from).toBeGreaterThanOrEqual(REFRESH_LEASE_MS)
    expect(world.runtime.clock.now() - from).toBeLessThan(REFRESH_LEASE_MS + 2_000)
  })

  it('row 72: the refresh answer is lost, and the next attempt works', async () => {
    const world = await expiredWorld()
    const epoch = await world.epoch()
    world.google.fault = (call, count) => (call === 'refresh' && count === 1 ? 'lost' : undefined)
    const error = await thrownBy(world.run(world.main.manager.accessToken(ACCOUNT, epoch)))
    expect(error).toMatchObject({
      code: 'google-unavailable',
      retryable: true,
      status: 0,
      reason: 'ECONNRESET',
    })
    expect(await statusOf(world)).toBe('active')
    expect((await world.run(world.main.manager.accessToken(ACCOUNT, epoch))).accessToken).toBeDefined()
    expect(world.google.count('refresh')).toBe(2)
    expectClean(world, error, world.audit, world.runtime.logs)
  })

  it('refreshes 60 to 300 s early, not all processes at the same moment', async () => {
    const moments = new Set<number>()
    for (let seed = 1; seed <= 12; seed++) {
      const world = await connectedWorld(seed)
      const { manager } = await world.process()
      const epoch = await world.epoch()
      const expiresAt = (await world.main.tokens.get(ACCOUNT))!.tokens.accessTokenExpiresAt
      await world.runtime.clock.advance(expiresAt - 310_000 - world.runtime.clock.now())
      while (world.google.count('refresh') === 0) {
        await world.run(manager.accessToken(ACCOUNT, epoch))
        await world.runtime.clock.advance(5_000)
      }
      const early = (expiresAt - world.runtime.clock.now()) / 1_000
      expect(early).toBeGreaterThan(50)
      expect(early).toBeLessThan(301)
      moments.add(Math.round(early / 10))
    }
    expect(moments.size).toBeGreaterThan(3)
  })

  it('an early refresh that fails for now leaves the token that is still good', async () => {
    const world = await connectedWorld()
    const expiresAt = (await world.main.tokens.get(ACCOUNT))!.tokens.accessTokenExpiresAt
    await world.runtime.clock.advance(expiresAt - 61_000 - world.runtime.clock.now())
    world.google.fault = () => 'unreachable'
    world.google.latencyMs = 0
    const answer = await world.run(world.main.manager.accessToken(ACCOUNT, await world.epoch()))
    expect(answer.expiresAt).toBe(expiresAt)
    expect(world.google.count('refresh')).toBe(1)
  })

  it('never overwrites a refresh token with nothing, keeps a rotated one', async () => {
    const world = await expiredWorld()
    const before = (await world.main.tokens.get(ACCOUNT))!.tokens
    await world.run(world.main.manager.accessToken(ACCOUNT, await world.epoch()))
    const after = (await world.main.tokens.get(ACCOUNT))!.tokens
    expect(after.refreshToken).toBe(before.refreshToken)
    expect(after.accessToken).not.toBe(before.accessToken)
    expect(after).toMatchObject({ scopes: before.scopes, sub: before.sub, epoch: before.epoch })
    await world.expire()
    world.google.rotate = true
    await world.run(world.main.manager.accessToken(ACCOUNT, await world.epoch()))
    expect((await world.main.tokens.get(ACCOUNT))!.tokens.refreshToken).not.toBe(before.refreshToken)
  })

  it('never overwrites a refresh token with one of fewer scopes', async () => {
    const world = await expiredWorld()
    const before = (await world.main.tokens.get(ACCOUNT))!.tokens
    world.google.rotate = true
    world.google.refreshScopes = ['openid']
    await world.run(world.main.manager.accessToken(ACCOUNT, await world.epoch()))
    const after = (await world.main.tokens.get(ACCOUNT))!.tokens
    expect(after.refreshToken).toBe(before.refreshToken)
    expect(after.scopes).toEqual(before.scopes)
  })

  it('after a 401 one refresh follows, however many saw it', async () => {
    const world = await connectedWorld()
    const epoch = await world.epoch()
    const two = await world.process()
    const { tokenVersion, accessToken } = await world.main.manager.accessToken(ACCOUNT, epoch)
    const both = [world.main.manager, two.manager]
    await Promise.all([...both, ...both].map(manager => manager.invalidate(ACCOUNT, tokenVersion)))
    const answers = await world.run(Promise.all(both.map(manager => manager.accessToken(ACCOUNT, epoch))))
    await Promise.all(both.map(manager => manager.invalidate(ACCOUNT, tokenVersion)))
    const later = await world.run(world.main.manager.accessToken(ACCOUNT, epoch))
    expect(world.google.count('refresh')).toBe(1)
    for (const answer of [...answers, later]) expect(answer.accessToken).not.toBe(accessToken)
  })

  it('a run of an older epoch gets no token of a newer grant', async () => {
    const world = await connectedWorld()
    const old = await world.epoch()
    await world.connect()
    expect(await world.epoch()).toBeGreaterThan(old)
    const error = await thrownBy(world.main.manager.accessToken(ACCOUNT, old))
    expect(error).toMatchObject({ code: 'conflicting-change', retryable: true })
    expect((await world.main.manager.accessToken(ACCOUNT, await world.epoch())).sub).toBe(ANNA.sub)
  })

  it('a run of an older epoch refreshes nothing', async () => {
    const world = await expiredWorld()
    const old = await world.epoch()
    const connection = (await world.stores.state.connections.get(ACCOUNT))!
    await world.stores.state.connections.update(ACCOUNT, connection.revision, {
      set: {},
      bump: { epoch: true },
    })
    const error = await thrownBy(world.run(world.main.manager.accessToken(ACCOUNT, old)))
    expect(error).toMatchObject({ code: 'conflicting-change' })
    expect(world.google.count('refresh')).toBe(0)
  })
})
