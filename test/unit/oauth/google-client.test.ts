import { describe, expect, it } from 'vitest'
import { memoryStores } from '../../../src/adapters/memory/index.ts'
import { createGoogleClient } from '../../../src/google/client.ts'
import {
  createAuthorizationFlow,
  createKeyring,
  createSealedTokenStore,
  createTokenManager,
  loadIdentityKey,
} from '../../../src/oauth/index.ts'
import { createFakeGoogle, createSigningKey } from '../../../src/testing/fake-google/index.ts'
import { testRuntime } from '../../../src/testing/virtual-time.ts'
import { ACCOUNT, KEY_A, thrownBy } from './world.ts'

const REDIRECT = 'https://app.example/callback'
const signingKey = createSigningKey('kid-of-the-fake')

/** Google's official client on one side, the fake Google on the other: nothing of this file's own between. */
async function setUp() {
  const clock = testRuntime().clock
  const fake = createFakeGoogle({ clock, signingKey })
  const runtime = testRuntime({ fetch: fake.fetch })
  Object.assign(runtime, { clock })
  for (const email of ['anna@clinic.test', 'ben@clinic.test']) fake.control.createUser({ email })
  const { clientId, clientSecret } = fake.control.createClient({ redirectUris: [REDIRECT] })
  const transport = createGoogleClient({ clientId, clientSecret, redirectUri: REDIRECT, runtime }).oauth
  const stores = memoryStores({ runtime })
  const { connections, leases, pendingAuthorizations, identityKey } = stores.state
  const keyring = createKeyring({ current: KEY_A }, runtime)
  const identity = await loadIdentityKey(identityKey, keyring, runtime)
  const tokens = createSealedTokenStore(stores.tokens, keyring)
  const shared = {
    tokens,
    connections,
    transport,
    runtime,
    audit: () => {},
    revocation: 'when-last' as const,
  }
  const flow = createAuthorizationFlow({ ...shared, clientId, keyring, identity, pendingAuthorizations })
  const manager = createTokenManager({ ...shared, leases })
  const connect = async (approval: Parameters<typeof fake.control.approve>[1]) => {
    const { url, binding } = await flow.startAuthorization({ account: ACCOUNT, calendar: 'primary' })
    const back = Object.fromEntries(new URL(fake.control.approve(url, approval)).searchParams)
    return flow.completeAuthorization({ ...back, binding })
  }
  return { fake, clock, connections, tokens, flow, manager, connect }
}

describe("through Google's client, against the fake Google", () => {
  it('connects, refreshes, and takes another account for another', async () => {
    const { clock, connections, manager, connect } = await setUp()
    expect((await connect({ email: 'anna@clinic.test' })).kind).toBe('connected')
    const { epoch } = (await connections.get(ACCOUNT))!
    const first = await manager.accessToken(ACCOUNT, epoch)
    await clock.advance(3_600_000)
    const second = await clock.runUntil(manager.accessToken(ACCOUNT, epoch))
    expect(second.accessToken).not.toBe(first.accessToken)
    expect((await connect({ email: 'ben@clinic.test' })).kind).toBe('different-account')
    expect((await connect({ email: 'anna@clinic.test' })).kind).toBe('connected')
  })

  it('row 15 and 18: denied, and unticked', async () => {
    const { connect } = await setUp()
    expect(await connect({ email: 'anna@clinic.test', deny: true })).toMatchObject({ kind: 'denied' })
    const grantScopes = ['openid', 'https://www.googleapis.com/auth/userinfo.email']
    expect((await connect({ email: 'anna@clinic.test', grantScopes })).kind).toBe('limited')
  })

  it('a grant revoked at Google needs_reauth, and a reconnect mends it', async () => {
    const { fake, clock, connections, manager, connect } = await setUp()
    await connect({ email: 'anna@clinic.test' })
    fake.control.revokeGrant('anna@clinic.test')
    await clock.advance(3_600_000)
    const { epoch } = (await connections.get(ACCOUNT))!
    const error = await thrownBy(clock.runUntil(manager.accessToken(ACCOUNT, epoch)))
    expect(error).toMatchObject({ code: 'reauth-required', reason: 'invalid_grant' })
    expect((await connections.get(ACCOUNT))?.status).toBe('needs_reauth')
    expect((await connect({ email: 'anna@clinic.test' })).kind).toBe('connected')
    expect((await connections.get(ACCOUNT))?.status).toBe('active')
  })
})
