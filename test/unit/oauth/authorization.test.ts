import { describe, expect, it } from 'vitest'
import type { NotGranted } from '../../../src/oauth/index.ts'
import { AUTHORIZATION_TTL_MS, newSecret, SCOPE_EVENTS_OWNED, scopesFor } from '../../../src/oauth/index.ts'
import { challengeOf } from '../../../src/oauth/pkce.ts'
import { ANNA, BEN, ok, refusal } from './google-double.ts'
import {
  ACCOUNT,
  connectedWorld,
  createWorld,
  expectClean,
  KEY_B,
  slowed,
  thrownBy,
  type World,
} from './world.ts'

/** Started in a browser and consented to; what the callback brings is the test's to change. */
async function started(world: World, consent = {}) {
  const { flow } = world.main
  const { state, binding } = await flow.startAuthorization({
    account: ACCOUNT,
    calendar: 'primary',
    returnTo: '/settings',
  })
  world.google.secrets.add(binding)
  const back = world.google.consent(consent)
  return { state, code: back.code, binding }
}

type Callback = Parameters<World['main']['flow']['completeAuthorization']>[0]

async function finish(world: World, callback: Callback): Promise<NotGranted> {
  return (await world.run(world.main.flow.completeAuthorization(callback))) as NotGranted
}

/** Nothing was exchanged, nothing stored, and the state is spent. */
async function expectRefused(
  world: World,
  callback: Callback,
  reason: string,
  good: Callback,
): Promise<NotGranted> {
  const outcome = await finish(world, callback)
  expect(outcome).toMatchObject({ kind: 'invalid', reason })
  expect(world.google.count('exchange')).toBe(0)
  expect(await world.stores.state.connections.get(ACCOUNT)).toBeUndefined()
  expect(await finish(world, good)).toMatchObject({ kind: 'invalid', reason: 'state-unknown' })
  expect(world.google.count('exchange')).toBe(0)
  expectClean(world, outcome, world.audit, world.runtime.logs)
  return outcome
}

describe('start', () => {
  it('asks Google for what is needed, and keeps the rest on the server', async () => {
    const world = await createWorld()
    const request = {
      account: ACCOUNT,
      calendar: 'primary',
      loginHint: ANNA.email,
      returnTo: '/settings',
    } as const
    const begun = await world.main.flow.startAuthorization(request)
    expect(begun.expiresAt).toBe(world.runtime.clock.now() + AUTHORIZATION_TTL_MS)
    expect(begun.binding).not.toBe(begun.state)
    const [asked] = world.google.requests
    expect(asked).toMatchObject({ scopes: scopesFor('primary'), state: begun.state, loginHint: ANNA.email })
    expect(asked?.includeGrantedScopes).toBe(false)
    expect(asked?.codeChallenge).toHaveLength(43)
    expect(begun.url).not.toContain(begun.binding)
    expect(world.audit).toMatchObject([{ action: 'authorization-started', account: ACCOUNT }])
    expectClean(world, world.audit)
  })

  it('row 4: only what is named counts', async () => {
    const world = await createWorld()
    const more = {
      scope: 'evil',
      client_id: 'evil',
      redirect_uri: 'https://evil.test',
      prompt: 'none',
      scopes: ['evil'],
    }
    await world.main.flow.startAuthorization({ account: ACCOUNT, calendar: 'primary', ...more })
    expect(JSON.stringify(world.google.requests)).not.toContain('evil')
  })

  it('D3: while an old target lives, both scopes are asked for and granted ones kept', async () => {
    const world = await createWorld()
    const oldScopes = [SCOPE_EVENTS_OWNED]
    await world.main.flow.startAuthorization({ account: ACCOUNT, calendar: 'dedicated', oldScopes })
    const [asked] = world.google.requests
    expect(asked?.scopes).toEqual([...scopesFor('dedicated'), SCOPE_EVENTS_OWNED])
    expect(asked?.includeGrantedScopes).toBe(true)
  })

  it.each([
    { account: { workspaceId: '', userId: 'u' } },
    { account: { workspaceId: 'w', userId: 'u'.repeat(256) } },
    { account: undefined },
    { calendar: 'secondary' },
    { returnTo: 'x'.repeat(2_049) },
    { loginHint: 'x'.repeat(321) },
    { oldScopes: ['two scopes'] },
    { oldScopes: Array.from({ length: 101 }, (_, at) => `s${at}`) },
  ])('refuses %j before anything is stored', async wrong => {
    const world = await createWorld()
    const request = { account: ACCOUNT, calendar: 'primary', ...wrong } as never
    expect(await thrownBy(world.main.flow.startAuthorization(request))).toMatchObject({
      code: 'argument-invalid',
    })
    expect(world.google.requests).toEqual([])
  })

  it('row 5: an account keeps its five newest', async () => {
    const world = await createWorld()
    const all = []
    for (let time = 0; time < 7; time++) all.push(await started(world))
    const outcomes = []
    for (const callback of all) outcomes.push(await finish(world, { ...callback, error: 'access_denied' }))
    expect(outcomes.map(outcome => outcome.reason)).toEqual([
      ...Array.from({ length: 2 }, () => 'state-unknown'),
      ...Array.from({ length: 5 }, () => 'access_denied'),
    ])
  })
})

describe('callback', () => {
  it('row 7: no state and no cookie', async () => {
    const world = await createWorld()
    expect(await finish(world, {})).toEqual({ kind: 'invalid', reason: 'state-missing' })
    expect(await finish(world, { code: 'x', state: '', binding: '' })).toMatchObject({
      reason: 'state-missing',
    })
  })

  it('row 8: a state without the cookie, and the cookie without a state', async () => {
    const world = await createWorld()
    const good = await started(world)
    for (const binding of [undefined, '']) {
      const again = await started(world)
      const outcome = await expectRefused(world, { ...again, binding }, 'binding-missing', again)
      expect(outcome.account).toBeUndefined()
      expect(outcome.returnTo).toBeUndefined()
    }
    expect(await finish(world, { ...good, state: undefined })).toMatchObject({ reason: 'state-missing' })
  })

  it("row 9: the attacker's state in the victim's browser", async () => {
    const world = await createWorld()
    const victim = await started(world)
    const attacker = await started(world, { user: BEN })
    await expectRefused(world, { ...attacker, binding: victim.binding }, 'binding-mismatch', attacker)
    expect(world.audit.at(-1)).toMatchObject({ outcome: 'invalid: binding-mismatch', account: ACCOUNT })
  })

  it('row 9: somebody else is signed in by now', async () => {
    const world = await createWorld()
    const good = await started(world)
    const account = { ...ACCOUNT, userId: 'somebody else' }
    const outcome = await expectRefused(world, { ...good, account }, 'account-mismatch', good)
    expect(outcome.account).toBeUndefined()
    const again = await started(world)
    expect((await finish(world, { ...again, account: ACCOUNT })).kind).toBe('connected')
  })

  it('row 10: replayed after success, and replayed at once', async () => {
    const world = await createWorld()
    const good = await started(world)
    expect((await finish(world, good)).kind).toBe('connected')
    expect(await finish(world, good)).toMatchObject({ kind: 'invalid', reason: 'state-unknown' })
    const { flow } = await world.run(world.process(slowed(world.stores, world.runtime)))
    const next = await started(world)
    const kinds = await world.run(Promise.all([1, 2, 3].map(() => flow.completeAuthorization(next))))
    expect(kinds.map(outcome => outcome.kind).sort()).toEqual(['connected', 'invalid', 'invalid'])
    expect(world.google.count('exchange')).toBe(2)
  })

  it('row 11: too old, by the store and by our clock', async () => {
    const world = await createWorld()
    const good = await started(world)
    await world.runtime.clock.advance(AUTHORIZATION_TTL_MS + 1)
    expect(await finish(world, good)).toMatchObject({ kind: 'invalid', reason: 'state-unknown' })
    const lax = { ...world.stores.state.pendingAuthorizations }
    const kept = new Map<string, never>()
    const forgetful = {
      ...lax,
      put: async (pending: { id: string }) => void kept.set(pending.id, pending as never),
      take: async (id: string) => kept.get(id),
    }
    const state = { ...world.stores.state, pendingAuthorizations: forgetful }
    const { flow } = await world.process({ ...world.stores, state })
    for (const drift of [AUTHORIZATION_TTL_MS + 1, -600_000]) {
      const begun = await flow.startAuthorization({ account: ACCOUNT, calendar: 'primary' })
      const back = world.google.consent()
      const now = world.runtime.clock.now()
      world.runtime.clock.now = () => now + drift
      expect(await flow.completeAuthorization({ ...back, binding: begun.binding })).toMatchObject({
        reason: 'expired',
      })
      world.runtime.clock.now = () => now
    }
  })

  it('row 12: a state given twice, huge, or of no form', async () => {
    const world = await createWorld()
    const good = await started(world)
    const wrong = [
      [good.state, good.state],
      [good.state],
      'x'.repeat(10_000_000),
      `${good.state}%`,
      '\ud800',
      good.state.slice(1),
    ]
    for (const state of wrong)
      expect(await finish(world, { ...good, state })).toEqual({ kind: 'invalid', reason: 'state-missing' })
    expect((await finish(world, good)).kind).toBe('connected')
  })

  it.each(['code', 'iss', 'error', 'scope'])('row 12: %s given twice', async name => {
    const world = await createWorld()
    const good = await started(world)
    await expectRefused(world, { ...good, [name]: ['a', 'b'] }, 'duplicate-parameter', good)
  })

  it('row 13: the cookie is no state', async () => {
    const world = await createWorld()
    const good = await started(world)
    expect(await finish(world, { ...good, state: good.binding })).toMatchObject({ reason: 'state-unknown' })
    expect(await finish(world, { ...good, state: newSecret(world.runtime) })).toMatchObject({
      reason: 'state-unknown',
    })
    await expectRefused(world, { ...good, binding: good.state }, 'binding-mismatch', good)
  })

  it('row 14: an issuer that is not Google', async () => {
    const world = await createWorld()
    for (const iss of ['https://evil.test', '', 'accounts.google.com', 'https://accounts.google.com/']) {
      const good = await started(world)
      await expectRefused(world, { ...good, iss }, 'issuer-mismatch', good)
    }
    const good = await started(world)
    expect((await finish(world, { ...good, iss: 'https://accounts.google.com' })).kind).toBe('connected')
  })

  it('row 15: access_denied, and errors made up in the URL', async () => {
    const world = await createWorld()
    const good = await started(world)
    const denied = await finish(world, { ...good, error: 'access_denied' })
    expect(denied).toEqual({
      kind: 'denied',
      reason: 'access_denied',
      account: ACCOUNT,
      returnTo: '/settings',
    })
    expect(await finish(world, good)).toMatchObject({ reason: 'state-unknown' })
    for (const error of ['<script>', '', 'x'.repeat(100_000), '__proto__', 'constructor']) {
      const next = await started(world)
      const outcome = await expectRefused(world, { ...next, error }, 'google-refused', next)
      expect(JSON.stringify([outcome, world.audit])).not.toMatch(/script|proto|xxx/)
    }
  })

  it('row 16: a stolen code in another flow', async () => {
    const world = await createWorld()
    const victim = await started(world, { user: ANNA })
    const attacker = await started(world, { user: BEN })
    expect(await finish(world, { ...attacker, code: victim.code })).toMatchObject({ reason: 'code-refused' })
    expect(await world.main.tokens.get(ACCOUNT)).toBeUndefined()
    expect(await finish(world, victim)).toMatchObject({ reason: 'code-refused' })
    expectClean(world, world.audit)
  })

  it('PKCE: the verifier sent is the one whose challenge was shown', async () => {
    const world = await createWorld()
    const good = await started(world)
    const verifiers: string[] = []
    const exchange = world.google.exchangeCode.bind(world.google)
    world.google.exchangeCode = request => {
      verifiers.push(request.codeVerifier)
      return exchange(request)
    }
    await finish(world, good)
    expect(verifiers.map(challengeOf)).toEqual([world.google.requests[0]?.codeChallenge])
  })

  it('row 16: a missing, empty or endless code', async () => {
    const world = await createWorld()
    for (const code of [undefined, '', 'x'.repeat(2_049)]) {
      const good = await started(world)
      await expectRefused(world, { ...good, code }, 'code-missing', good)
    }
  })

  it('row 19: an id_token of another flow, or none', async () => {
    const world = await createWorld()
    const wrong = { tamper: ({ claims }: { claims: object }) => Object.assign(claims, { nonce: 'other' }) }
    expect(await finish(world, await started(world, wrong))).toMatchObject({ reason: 'id-token-invalid' })
    expect(await finish(world, await started(world, { withoutIdToken: true }))).toMatchObject({
      reason: 'id-token-missing',
    })
    expect(await world.stores.state.connections.get(ACCOUNT)).toBeUndefined()
  })

  it('row 23: who may no longer connect is asked before the code is spent', async () => {
    const world = await createWorld()
    const good = await started(world)
    await expectRefused(world, { ...good, mayConnect: async () => false }, 'not-allowed', good)
    const again = await started(world)
    expect((await finish(world, { ...again, mayConnect: () => true })).kind).toBe('connected')
  })

  it('row 66: a pending authorization moved to another account or state does not open', async () => {
    const world = await createWorld()
    const { pendingAuthorizations } = world.stores.state
    const put = pendingAuthorizations.put.bind(pendingAuthorizations)
    pendingAuthorizations.put = (pending, options) =>
      put({ ...pending, account: { ...ACCOUNT, userId: 'thief' } }, options)
    const good = await started(world)
    expect(await finish(world, good)).toEqual({ kind: 'invalid', reason: 'pending-unreadable' })
    expect(world.google.count('exchange')).toBe(0)
  })

  it('row 66: nor does one moved to another state of the same account', async () => {
    const world = await createWorld()
    const { pendingAuthorizations } = world.stores.state
    const put = pendingAuthorizations.put.bind(pendingAuthorizations)
    let first: string | undefined
    pendingAuthorizations.put = (pending, options) => {
      first ??= pending.sealed
      return put({ ...pending, sealed: first }, options)
    }
    const attacker = await started(world)
    const victim = await started(world)
    expect(await finish(world, { ...victim, binding: attacker.binding })).toMatchObject({
      reason: 'pending-unreadable',
    })
  })

  it('row 67: a pending authorization under a key that is gone', async () => {
    const world = await createWorld()
    const good = await started(world)
    const { flow } = await world.process(
      { ...world.stores, state: { ...world.stores.state, identityKey: anyIdentity() } },
      { current: KEY_B },
    )
    expect(await flow.completeAuthorization(good)).toEqual({ kind: 'invalid', reason: 'pending-unreadable' })
  })

  it.each([
    ['google-unavailable', 'unreachable'],
    ['google-unavailable', 'lost'],
    ['google-unavailable', refusal(503, 'x')],
    ['google-answer-unusable', ok('<html>')],
    ['google-misconfigured', refusal(401, 'invalid_client')],
    ['google-misconfigured', refusal(400, 'redirect_uri_mismatch')],
  ] as const)('%s: %j is thrown, and the state is spent', async (code, fault) => {
    const world = await createWorld()
    const good = await started(world)
    world.google.fault = call => (call === 'exchange' ? fault : undefined)
    const error = await thrownBy(world.run(world.main.flow.completeAuthorization(good)))
    expect(error).toMatchObject({ code, retryable: code !== 'google-misconfigured' })
    expect(String(error)).toContain('started again')
    world.google.fault = () => undefined
    expect(await finish(world, good)).toMatchObject({ reason: 'state-unknown' })
    expect(world.audit.at(-1)).toMatchObject({ outcome: `failed: ${code}` })
    expectClean(world, error, world.audit, world.runtime.logs)
  })

  it('keys that cannot be read are found out before the code is spent', async () => {
    const world = await createWorld()
    const good = await started(world)
    world.google.fault = call => (call === 'keys' ? 'unreachable' : undefined)
    const error = await thrownBy(world.run(world.main.flow.completeAuthorization(good)))
    expect(error).toMatchObject({ code: 'google-unavailable', retryable: true })
    expect(world.google.count('exchange')).toBe(0)
    expectClean(world, error)
  })

  it('row 22, 74: a good one goes through, and leaves nothing readable behind', async () => {
    const world = await connectedWorld()
    const { connections } = world.stores.state
    expectClean(world, world.audit, world.runtime.logs, await connections.get(ACCOUNT))
    expectClean(world, world.main, await world.stores.tokens.get(ACCOUNT))
  })
})

function anyIdentity() {
  let value: string | undefined
  return {
    get: async () => value,
    putIfAbsent: async (given: string) => (value ??= given),
    replace: async () => false,
  }
}
