import { hkdfSync } from 'node:crypto'
import type { IdentityKeyStore } from '../contracts/identity-key-store.ts'
import type { Runtime } from '../contracts/runtime.ts'
import { CalendarSyncError, ConfigError } from '../errors.ts'
import type { Keyring } from './keyring.ts'

/**
 * What must stay comparable for years (event ids, markers, fingerprints, the subject index) hangs on this key,
 * not on `secrets`: 32 random bytes made once, sealed in the state store, never changed (ENGINE E).
 */
export interface IdentityKey {
  /** 32 bytes, by HKDF-SHA-256 (RFC 5869). One purpose's key tells nothing of another's. */
  derive(purpose: IdentityPurpose): Uint8Array
}

export type IdentityPurpose = 'event-id' | 'marker' | 'fingerprint' | 'account-tag' | 'subject' | 'target'

export const IDENTITY_KEY_BYTES = 32
const CONTEXT = { purpose: 'identity-key' } as const
const MAX_TRIES = 8

/** Reads the key, makes it on the first start, and seals it anew when it is under an old key of `secrets`. */
export async function loadIdentityKey(
  store: IdentityKeyStore,
  keyring: Keyring,
  runtime: Pick<Runtime, 'random'>,
): Promise<IdentityKey> {
  let sealed = (await store.get()) ?? (await store.putIfAbsent(freshKey(keyring, runtime)))
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const bytes = unseal(sealed, keyring)
    if (keyring.keyIdOf(sealed) === keyring.currentKeyId) return identityOf(bytes)
    if (await store.replace(sealed, keyring.seal(bytes, CONTEXT))) return identityOf(bytes)
    const now = await store.get()
    // Another process sealed it anew. Its word is read again, since it may even have been a reset.
    if (now === undefined) throw unreadable('it vanished from the state store while it was being read')
    sealed = now
  }
  return identityOf(unseal(sealed, keyring))
}

/**
 * A new key in place of one that cannot be read any more. Events of the old one are then known by their links
 * alone; see `resetIdentity`, which also brings the subject index up to date.
 */
export async function resetIdentityKey(
  store: IdentityKeyStore,
  keyring: Keyring,
  runtime: Pick<Runtime, 'random'>,
): Promise<IdentityKey> {
  const fresh = freshKey(keyring, runtime)
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const stored = await store.get()
    const done =
      stored === undefined
        ? (await store.putIfAbsent(fresh)) === fresh
        : stored === fresh || (await store.replace(stored, fresh))
    if (done) return identityOf(unseal(fresh, keyring))
  }
  throw unreadable('several processes are resetting it at once')
}

function freshKey(keyring: Keyring, runtime: Pick<Runtime, 'random'>): string {
  return keyring.seal(runtime.random.bytes(IDENTITY_KEY_BYTES), CONTEXT)
}

function unseal(sealed: string, keyring: Keyring): Uint8Array {
  try {
    const bytes = keyring.open(sealed, CONTEXT)
    if (bytes.length === IDENTITY_KEY_BYTES) return bytes
  } catch (error) {
    if (!CalendarSyncError.is(error) || error.code !== 'sealed-with-unknown-key')
      throw unreadable('it is damaged')
    throw unreadable(`it is sealed with the key "${keyring.keyIdOf(sealed)}", which is not among \`secrets\``)
  }
  throw unreadable('it is damaged')
}

function unreadable(why: string): ConfigError {
  const issue = `The identity key in the state store cannot be read: ${why}. Put the key that sealed it into \`secrets.previous\`. Only if that key is lost for good: resetIdentity(), after which existing events are known by their links alone.`
  return new ConfigError([issue], 'identity-key-unreadable')
}

function identityOf(bytes: Uint8Array): IdentityKey {
  const derived = new Map<IdentityPurpose, Uint8Array>()
  return Object.freeze({
    derive(purpose: IdentityPurpose): Uint8Array {
      const known = derived.get(purpose)
      if (known !== undefined) return known
      const key = new Uint8Array(hkdfSync('sha256', bytes, '', `gcs1/${purpose}`, IDENTITY_KEY_BYTES))
      derived.set(purpose, key)
      return key
    },
  })
}
