import { describe, expect, it } from 'vitest'
import { memoryStores } from '../../../src/adapters/memory/index.ts'
import type { IdentityKeyStore } from '../../../src/contracts/identity-key-store.ts'
import { ConfigError } from '../../../src/errors.ts'
import {
  createKeyring,
  loadIdentityKey,
  resetIdentity,
  resetIdentityKey,
  subjectOf,
  targetKey,
} from '../../../src/oauth/index.ts'
import { testRuntime } from '../../../src/testing/virtual-time.ts'
import { ANNA } from './google-double.ts'
import { ACCOUNT, connectedWorld, KEY_A, KEY_B, thrownBy } from './world.ts'

const runtime = testRuntime()
const ringA = createKeyring({ current: KEY_A }, runtime)
const ringB = createKeyring({ current: KEY_B, previous: [KEY_A] }, runtime)
const onlyB = createKeyring({ current: KEY_B }, runtime)

function storeOf(): IdentityKeyStore {
  return memoryStores({ runtime }).state.identityKey
}

describe('identity key (ENGINE E)', () => {
  it('is made once, whoever is first, and derives one key a purpose', async () => {
    const store = storeOf()
    const loaded = await Promise.all(Array.from({ length: 20 }, () => loadIdentityKey(store, ringA, runtime)))
    expect(new Set(loaded.map(key => Buffer.from(key.derive('event-id')).toString('hex'))).size).toBe(1)
    const [key] = loaded
    const purposes = ['event-id', 'marker', 'fingerprint', 'account-tag', 'subject', 'target'] as const
    const derived = new Set(purposes.map(purpose => Buffer.from(key!.derive(purpose)).toString('hex')))
    expect(derived.size).toBe(purposes.length)
    expect(key!.derive('marker')).toHaveLength(32)
  })

  it('stays the same through a rotation, and is sealed anew by it', async () => {
    const store = storeOf()
    const before = await loadIdentityKey(store, ringA, runtime)
    const after = await loadIdentityKey(store, ringB, runtime)
    expect(after.derive('event-id')).toEqual(before.derive('event-id'))
    expect(ringB.keyIdOf((await store.get())!)).toBe('b')
    expect((await loadIdentityKey(store, onlyB, runtime)).derive('marker')).toEqual(before.derive('marker'))
  })

  it('row 70: two processes rotate at once', async () => {
    const store = storeOf()
    const before = await loadIdentityKey(store, ringA, runtime)
    const both = await Promise.all([ringB, ringB, ringB].map(ring => loadIdentityKey(store, ring, runtime)))
    for (const key of both) expect(key.derive('marker')).toEqual(before.derive('marker'))
    expect(ringB.keyIdOf((await store.get())!)).toBe('b')
  })

  it('row 70: a rotation that loses its race reads the winner', async () => {
    const store = storeOf()
    const before = await loadIdentityKey(store, ringA, runtime)
    let first = true
    const racing: IdentityKeyStore = {
      ...store,
      get: () => store.get(),
      putIfAbsent: value => store.putIfAbsent(value),
      async replace(expected, value) {
        if (first) {
          first = false
          await loadIdentityKey(store, ringB, runtime)
        }
        return store.replace(expected, value)
      },
    }
    expect((await loadIdentityKey(racing, ringB, runtime)).derive('target')).toEqual(before.derive('target'))
  })

  it('row 67: one that cannot be unsealed stops the start and names the key', async () => {
    const store = storeOf()
    await loadIdentityKey(store, ringA, runtime)
    const error = await thrownBy(loadIdentityKey(store, onlyB, runtime))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error).toMatchObject({ code: 'identity-key-unreadable' })
    expect(String(error)).toContain('key "a"')
  })

  it('row 65: a damaged one stops the start', async () => {
    const store = storeOf()
    await store.putIfAbsent('gcs1.a.nonsense')
    const error = await thrownBy(loadIdentityKey(store, ringA, runtime))
    expect(error).toMatchObject({ code: 'identity-key-unreadable' })
    const short = storeOf()
    await short.putIfAbsent(ringA.seal('too short', { purpose: 'identity-key' }))
    expect(await thrownBy(loadIdentityKey(short, ringA, runtime))).toMatchObject({
      code: 'identity-key-unreadable',
    })
  })

  it('a reset gives every process one new key', async () => {
    const store = storeOf()
    const before = await loadIdentityKey(store, ringA, runtime)
    const fresh = await resetIdentityKey(store, onlyB, runtime)
    expect(fresh.derive('marker')).not.toEqual(before.derive('marker'))
    expect((await loadIdentityKey(store, onlyB, runtime)).derive('marker')).toEqual(fresh.derive('marker'))
    expect(await resetIdentityKey(storeOf(), ringA, runtime)).toBeDefined()
  })

  it('a reset indexes the subjects anew, and unties what it cannot read', async () => {
    const world = await connectedWorld()
    const other = { workspaceId: 'w2', userId: 'u2' }
    await world.connect(other, { user: ANNA })
    await world.main.tokens.delete(other)
    const { connections, identityKey } = world.stores.state
    const before = await connections.get(ACCOUNT)
    const deps = { ...world.main, connections, identityKey, runtime: world.runtime, audit: () => {} }
    const identity = await resetIdentity(deps)
    const after = await connections.get(ACCOUNT)
    expect(after?.subject).toBe(subjectOf(identity, ANNA.sub))
    expect(after?.subject).not.toBe(before?.subject)
    expect(after?.target).toEqual(before?.target)
    expect((await connections.get(other))?.subject).toBeUndefined()
  })
})

describe('subjects and targets', () => {
  it('are stable, differ by account and calendar, and show neither', async () => {
    const identity = await loadIdentityKey(storeOf(), ringA, runtime)
    expect(subjectOf(identity, ANNA.sub)).toBe(subjectOf(identity, ANNA.sub))
    expect(subjectOf(identity, ANNA.sub)).toMatch(/^[\w-]{22}$/)
    expect(subjectOf(identity, ANNA.sub)).not.toBe(subjectOf(identity, 'other'))
    expect(targetKey(identity, 'ab', 'c')).not.toBe(targetKey(identity, 'a', 'bc'))
    expect(targetKey(identity, ANNA.sub, 'primary')).not.toContain(ANNA.sub)
  })
})
