import { describe, expect, it } from 'vitest'
import type { AccountRef } from '../../../src/contracts/identity.ts'
import { createKeyring, createSealedTokenStore, resealTokens } from '../../../src/oauth/index.ts'
import {
  ACCOUNT,
  connectedWorld,
  crashing,
  createWorld,
  expectClean,
  KEY_A,
  KEY_B,
  slowed,
  thrownBy,
  type World,
} from './world.ts'

const ROTATED = { current: KEY_B, previous: [KEY_A] }

async function worldOf(count: number, seed = 1) {
  const world = await createWorld(seed)
  const accounts = Array.from({ length: count }, (_, at) => ({ workspaceId: `w${at % 3}`, userId: `u${at}` }))
  for (const account of accounts) expect((await world.connect(account)).kind).toBe('connected')
  return { world, accounts, ...rotation(world) }
}

function rotation(world: World) {
  const keyring = createKeyring(ROTATED, world.runtime)
  const deps = {
    connections: world.stores.state.connections,
    tokenStore: world.stores.tokens,
    keyring,
    runtime: world.runtime,
    audit: (entry: (typeof world.audit)[number]) => void world.audit.push(entry),
  }
  return { deps, keyring, rotated: createSealedTokenStore(world.stores.tokens, keyring) }
}

async function underOldKey(world: World, accounts: readonly AccountRef[]): Promise<number> {
  const { keyring } = rotation(world)
  let count = 0
  for (const account of accounts) {
    const stored = await world.stores.tokens.get(account)
    if (stored && keyring.keyIdOf(stored.value) !== 'b') count++
  }
  return count
}

describe('rotation (ENGINE E, row 70)', () => {
  it('seals every token anew, once', async () => {
    const { world, accounts, deps } = await worldOf(7)
    await world.main.tokens.delete(accounts[3]!)
    const report = await resealTokens(deps, { pageSize: 2 })
    expect(report).toEqual({ resealed: 6, already: 0, missing: 1, failed: 0, complete: true })
    expect(await underOldKey(world, accounts)).toBe(0)
    expect(await resealTokens(deps)).toEqual({
      resealed: 0,
      already: 6,
      missing: 1,
      failed: 0,
      complete: true,
    })
    expect(world.audit.filter(entry => entry.action === 'tokens-resealed')).toHaveLength(6)
    expectClean(world, report, world.audit)
  })

  it('interrupted at any point, every token stays readable and a second run ends it', async () => {
    const { world, accounts } = await worldOf(4)
    const calls = 3 + accounts.length * 2
    for (let at = 1; at <= calls; at++) {
      for (const when of ['before', 'after'] as const) {
        const { deps, rotated } = rotation(world)
        const broken = crashing(world.stores, (_, count) => (count === at ? when : undefined))
        const crashed = { ...deps, tokenStore: broken.tokens, connections: broken.state.connections }
        await resealTokens(crashed, { pageSize: 2 }).catch(() => {})
        for (const account of accounts) expect((await rotated.get(account))?.tokens.sub).toBeDefined()
        expect((await resealTokens(deps)).complete).toBe(true)
        expect(await underOldKey(world, accounts)).toBe(0)
        for (const account of accounts) await sealWithA(world, account)
      }
    }
  })

  it('stops between two accounts when asked, and goes on from there', async () => {
    const { deps, accounts, world } = await worldOf(6)
    const stop = new AbortController()
    let seen = 0
    const counting = {
      ...deps,
      audit: () => {
        if (++seen === 3) stop.abort()
      },
    }
    const first = await resealTokens(counting, { pageSize: 2, signal: stop.signal })
    expect(first).toMatchObject({ resealed: 3, complete: false, next: expect.any(String) })
    const second = await resealTokens(deps, { after: first.next, pageSize: 2 })
    expect(second).toMatchObject({ resealed: 3, already: 1, complete: true })
    expect(await underOldKey(world, accounts)).toBe(0)
  })

  it('two rotators and refreshes in between, over many interleavings', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const { world, accounts } = await worldOf(3, seed)
      const { deps, rotated } = rotation(world)
      const slow = slowed(world.stores, world.runtime)
      const slowDeps = { ...deps, tokenStore: slow.tokens, connections: slow.state.connections }
      // The new key is known everywhere before it is used anywhere.
      const oldProcess = await world.run(world.process(slow, { current: KEY_A, previous: [KEY_B] }))
      await world.expire()
      const refreshes = accounts.map(async account =>
        oldProcess.manager.accessToken(account, await world.epoch(account)),
      )
      const [one, two] = await world.run(
        Promise.all([resealTokens(slowDeps), resealTokens(slowDeps), ...refreshes]),
      )
      for (const report of [one, two]) {
        expect(report.failed).toBe(0)
        expect(report.resealed + report.already).toBe(3)
      }
      // The old process seals with the old key until it is restarted, so one more pass ends the rotation.
      await resealTokens(deps)
      expect(await underOldKey(world, accounts)).toBe(0)
      for (const account of accounts) {
        const now = (await rotated.get(account))!.tokens
        expect(world.google.refreshTokens.get(now.refreshToken)?.alive).toBe(true)
        expect(now.accessTokenExpiresAt).toBeGreaterThan(world.runtime.clock.now())
      }
    }
  })

  it('a write in between is sealed by the same pass', async () => {
    const { world, accounts, deps } = await worldOf(2)
    const { tokens } = world.stores
    let interfered = 0
    const tokenStore = {
      get: tokens.get.bind(tokens),
      delete: tokens.delete.bind(tokens),
      async put(account: AccountRef, value: string, expectedVersion: string | null) {
        if (interfered++ % 2 === 0) await sealWithA(world, account)
        return tokens.put(account, value, expectedVersion)
      },
    }
    expect(await resealTokens({ ...deps, tokenStore })).toMatchObject({ resealed: 2, failed: 0 })
    expect(await underOldKey(world, accounts)).toBe(0)
  })

  it('one that keeps changing is counted as not done', async () => {
    const { world, deps } = await worldOf(1)
    const { tokens } = world.stores
    const tokenStore = {
      get: tokens.get.bind(tokens),
      delete: tokens.delete.bind(tokens),
      put: async () => null,
    }
    expect(await resealTokens({ ...deps, tokenStore })).toMatchObject({
      resealed: 0,
      failed: 1,
      complete: true,
    })
  })

  it('counts what does not open, and leaves it', async () => {
    const world = await connectedWorld()
    const { deps } = rotation(world)
    const before = (await world.stores.tokens.get(ACCOUNT))!
    const onlyB = { ...deps, keyring: createKeyring({ current: KEY_B }, world.runtime) }
    expect(await resealTokens(onlyB)).toMatchObject({ failed: 1, resealed: 0, complete: true })
    expect(await world.stores.tokens.get(ACCOUNT)).toEqual(before)
  })

  it('trouble of the store is passed on, to be tried again', async () => {
    const world = await connectedWorld()
    const { deps } = rotation(world)
    const broken = crashing(world.stores, call => (call === 'tokens.put' ? 'before' : undefined))
    expect(await thrownBy(resealTokens({ ...deps, tokenStore: broken.tokens }))).toBeInstanceOf(Error)
    expect(await resealTokens(deps)).toMatchObject({ resealed: 1 })
  })
})

async function sealWithA(world: World, account: AccountRef): Promise<void> {
  const { rotated } = rotation(world)
  const stored = (await rotated.get(account))!
  await world.main.tokens.put(account, stored.tokens, stored.version)
}
