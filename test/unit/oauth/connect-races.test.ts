import { describe, expect, it } from 'vitest'
import { type AuthorizationResult, CONNECTING_TIMEOUT_MS, subjectOf } from '../../../src/oauth/index.ts'
import { ANNA, BEN } from './google-double.ts'
import {
  ACCOUNT,
  connectedWorld,
  crashing,
  createWorld,
  interposing,
  rowOf,
  setRow,
  slowed,
  type World,
} from './world.ts'

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
      await setRow(world, { status: 'connecting', cause: 'again', dueAt: 0 }, true)
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
