import { createHash, timingSafeEqual } from 'node:crypto'
import type { Runtime } from '../contracts/runtime.ts'

/**
 * What a one-time secret is for. It goes into the hash, so that a secret of one kind is none of another, whatever
 * table or cookie it is found in.
 */
export type SecretPurpose = 'oauth-state' | 'oauth-binding' | 'channel-token'

const SECRET_BYTES = 32
const SECRET_TEXT = /^[A-Za-z0-9_-]{43}$/

/** 256 random bits as 43 characters. */
export function newSecret(runtime: Pick<Runtime, 'random'>): string {
  return Buffer.from(runtime.random.bytes(SECRET_BYTES)).toString('base64url')
}

/** Says whether a value could be one of ours, before anything is looked up by it. */
export function isSecret(value: unknown): value is string {
  return typeof value === 'string' && SECRET_TEXT.test(value)
}

/** SHA-256 is enough: there is nothing to guess in 256 random bits. */
export function secretHash(purpose: SecretPurpose, secret: string): string {
  return createHash('sha256').update(`gcs1/${purpose}/${secret}`).digest('base64url')
}

/** In constant time. What is missing, malformed or empty on either side is a mismatch, also when both are. */
export function matchesHash(purpose: SecretPurpose, secret: unknown, hash: unknown): boolean {
  if (!isSecret(secret) || !isSecret(hash)) return false
  return timingSafeEqual(Buffer.from(secretHash(purpose, secret)), Buffer.from(hash))
}

/** Names the browser's cookie for one authorization, so that two tabs do not overwrite each other's. */
export function stateTag(state: string): string {
  return createHash('sha256').update(state).digest('hex').slice(0, 8)
}
