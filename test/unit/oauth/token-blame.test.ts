import { describe, expect, it } from 'vitest'
import { CalendarSyncError, GoogleApiError, ReauthRequiredError } from '../../../src/errors.ts'
import { ANNA, ok, refusal } from './google-double.ts'
import {
  ACCOUNT,
  connectedWorld,
  expectClean,
  expiredWorld,
  KEY_B,
  PRIMARY_SCOPES,
  slowed,
  statusOf,
  thrownBy,
  type World,
} from './world.ts'

describe('blame (ENGINE C1)', () => {
  it('invalid_grant: the connection needs_reauth, with the cause', async () => {
    const world = await expiredWorld()
    world.google.revokeAll()
    const error = await thrownBy(world.run(world.main.manager.accessToken(ACCOUNT, await world.epoch())))
    expect(error).toBeInstanceOf(ReauthRequiredError)
    expect(error).toMatchObject({ code: 'reauth-required', reason: 'invalid_grant', account: ACCOUNT })
    expect(await statusOf(world)).toBe('needs_reauth: invalid_grant')
    expect(world.audit.at(-1)).toMatchObject({ action: 'needs-reauth', account: ACCOUNT })
    expect(await world.main.tokens.get(ACCOUNT)).toBeDefined()
    expectClean(world, error, world.audit, world.runtime.logs)
  })

  it('a subtype is the better cause', async () => {
    const world = await expiredWorld()
    world.google.fault = () => refusal(400, 'invalid_grant', { error_subtype: 'invalid_rapt' })
    await thrownBy(world.run(world.main.manager.accessToken(ACCOUNT, await world.epoch())))
    expect(await statusOf(world)).toBe('needs_reauth: invalid_rapt')
  })

  it('row 29: of a thousand jobs one asks Google, one transition is made, the others stop', async () => {
    const world = await expiredWorld()
    const epoch = await world.epoch()
    world.google.revokeAll()
    const processes = await Promise.all([1, 2, 3, 4].map(() => world.process()))
    const jobs = processes.flatMap(({ manager }) =>
      Array.from({ length: 250 }, () => thrownBy(manager.accessToken(ACCOUNT, epoch))),
    )
    const errors = await world.run(Promise.all(jobs))
    expect(errors.every(error => error instanceof ReauthRequiredError)).toBe(true)
    expect(world.google.count('refresh')).toBe(1)
    expect(world.audit.filter(entry => entry.action === 'needs-reauth')).toHaveLength(1)
  })

  it('a reconnect during the refresh is not undone by the dead token of before', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const world = await expiredWorld(seed)
      const epoch = await world.epoch()
      const two = await world.run(world.process(slowed(world.stores, world.runtime)))
      world.google.revokeAll()
      const [refresh, reconnect] = await world.run(
        Promise.all([
          two.manager.accessToken(ACCOUNT, epoch).catch((error: unknown) => error),
          reconnectBy(world, two, seed),
        ]),
      )
      expect(reconnect.kind).toBe('connected')
      expect(await statusOf(world)).toBe('active')
      const { tokens } = (await world.main.tokens.get(ACCOUNT))!
      expect(world.google.refreshTokens.get(tokens.refreshToken)?.alive).toBe(true)
      const fair = refresh instanceof CalendarSyncError ? refresh.code : 'answered'
      expect(['reauth-required', 'conflicting-change', 'answered']).toContain(fair)
      const answer = await world.run(world.main.manager.accessToken(ACCOUNT, await world.epoch()))
      expect(answer.accessToken).toBe(tokens.accessToken)
    }
  })

  it('a stale token must not outlive a refresh elsewhere: the stored one is used', async () => {
    const world = await expiredWorld()
    const epoch = await world.epoch()
    const stored = (await world.main.tokens.get(ACCOUNT))!
    world.google.during = async call => {
      if (call !== 'refresh') return
      world.google.during = () => {}
      const refreshToken = world.google.grant(ANNA, PRIMARY_SCOPES)
      const now = world.runtime.clock.now()
      const tokens = {
        ...stored.tokens,
        refreshToken,
        accessToken: 'newer',
        accessTokenExpiresAt: now + 3_600_000,
      }
      await world.main.tokens.put(ACCOUNT, tokens, stored.version)
    }
    world.google.revokeAll()
    const answer = await world.run(world.main.manager.accessToken(ACCOUNT, epoch))
    expect(answer.accessToken).toBe('newer')
    expect(await statusOf(world)).toBe('active')
  })

  it('rotation while a refresh runs: the loser adopts what is stored', async () => {
    const world = await expiredWorld()
    const epoch = await world.epoch()
    world.google.during = async call => {
      if (call !== 'refresh') return
      world.google.during = () => {}
      const stored = (await world.main.tokens.get(ACCOUNT))!
      await world.main.tokens.put(ACCOUNT, stored.tokens, stored.version)
    }
    const answer = await world.run(world.main.manager.accessToken(ACCOUNT, epoch))
    expect(answer.tokenVersion).toBe((await world.main.tokens.get(ACCOUNT))?.version)
    expect(world.google.count('refresh')).toBe(2)
  })

  it.each(['invalid_client', 'unauthorized_client'])(
    '%s: the operator is told, every grant is kept',
    async code => {
      const world = await expiredWorld()
      world.google.fault = () => refusal(401, code)
      const error = await thrownBy(world.run(world.main.manager.accessToken(ACCOUNT, await world.epoch())))
      expect(error).toMatchObject({ code: 'google-misconfigured', retryable: false, reason: code })
      expect(await statusOf(world)).toBe('active')
      expect(await world.main.tokens.get(ACCOUNT)).toBeDefined()
      expectClean(world, error)
    },
  )

  it.each([
    ['google-unavailable', refusal(503, 'backend_error')],
    ['google-unavailable', refusal(500, 'internal_failure')],
    ['google-rate-limited', refusal(429, 'rate_limit_exceeded')],
    ['google-unavailable', { status: 502, headers: {}, body: '<html>canary</html>' }],
    ['google-answer-unusable', ok('<html>canary</html>')],
    ['google-answer-unusable', ok({ access_token: '' })],
    ['google-answer-unusable', ok(undefined)],
  ])('row 57: %s, to be tried again', async (code, answer) => {
    const world = await expiredWorld()
    world.google.fault = () => answer
    const error = await thrownBy(world.run(world.main.manager.accessToken(ACCOUNT, await world.epoch())))
    expect(error).toBeInstanceOf(GoogleApiError)
    expect(error).toMatchObject({ code, retryable: true, account: ACCOUNT })
    expect(await statusOf(world)).toBe('active')
    expectClean(world, error)
  })

  it('a policy that says no is neither the grant nor the operator', async () => {
    const world = await expiredWorld()
    world.google.fault = () => refusal(400, 'admin_policy_enforced')
    const error = await thrownBy(world.run(world.main.manager.accessToken(ACCOUNT, await world.epoch())))
    expect(error).toMatchObject({ code: 'google-refused', retryable: false, reason: 'admin_policy_enforced' })
    expect(await statusOf(world)).toBe('active')
  })

  it('D1: an active connection without token is needs_reauth: token-missing', async () => {
    const world = await connectedWorld()
    await world.main.tokens.delete(ACCOUNT)
    const error = await thrownBy(world.main.manager.accessToken(ACCOUNT, await world.epoch()))
    expect(error).toMatchObject({ code: 'token-missing', account: ACCOUNT })
    expect(await statusOf(world)).toBe('needs_reauth: token-missing')
  })

  it('D1: a grant that does not open is kept, and blames nobody', async () => {
    const world = await connectedWorld()
    const stranger = await world.process(
      { ...world.stores, state: { ...world.stores.state, identityKey: freshIdentity() } },
      { current: KEY_B },
    )
    const error = await thrownBy(stranger.manager.accessToken(ACCOUNT, await world.epoch()))
    expect(error).toMatchObject({ code: 'sealed-with-unknown-key', account: ACCOUNT })
    expect(await statusOf(world)).toBe('active')
    expect((await world.main.manager.accessToken(ACCOUNT, await world.epoch())).sub).toBe(ANNA.sub)
  })

  it('a connection on its way out is blamed for nothing', async () => {
    const world = await expiredWorld()
    const { connections } = world.stores.state
    const connection = (await connections.get(ACCOUNT))!
    await connections.update(ACCOUNT, connection.revision, { set: { status: 'disconnecting' } })
    world.google.revokeAll()
    const error = await thrownBy(world.run(world.main.manager.accessToken(ACCOUNT, connection.epoch)))
    expect(error).toBeInstanceOf(ReauthRequiredError)
    expect(await statusOf(world)).toBe('disconnecting')
  })

  it('an audit that throws or rejects undoes nothing', async () => {
    const world = await expiredWorld()
    world.audit.push = () => {
      throw new Error('the log is full')
    }
    expect((await world.run(world.main.manager.accessToken(ACCOUNT, await world.epoch()))).sub).toBe(ANNA.sub)
    expect(world.runtime.logs.map(line => line.message)).toContain('audit-failed')
  })
})

async function reconnectBy(world: World, process: Awaited<ReturnType<World['process']>>, seed: number) {
  await world.runtime.clock.sleep(seed * 3)
  const started = await process.flow.startAuthorization({ account: ACCOUNT, calendar: 'primary' })
  const back = world.google.consent()
  return process.flow.completeAuthorization({ ...back, binding: started.binding })
}

function freshIdentity() {
  let value: string | undefined
  return {
    get: async () => value,
    putIfAbsent: async (given: string) => (value ??= given),
    replace: async () => false,
  }
}
