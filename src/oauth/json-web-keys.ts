import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../contracts/runtime.ts'
import type { OAuthTransport } from '../google/transport.ts'
import { oauthCall, oauthError } from './oauth-call.ts'

/** Google's signing keys. It publishes new ones days before use and drops old ones (OIDC Core §10.1.1). */
export interface JsonWebKeys {
  /** Asks again, once, for a key id that is not known. Throws a retryable error when Google gives no answer. */
  find(kid: string): Promise<KeyObject | undefined>
  /** Reads the keys if need be: before a code is spent on an answer that could not be verified. */
  load(): Promise<void>
}

export const KEYS_MAX_AGE_MS = 3_600_000
/** An id_token with a made-up key id must not make us ask Google each time. */
export const KEYS_MIN_AGE_MS = 10_000
export const MAX_JSON_WEB_KEYS = 20
const MIN_MODULUS_BITS = 2_048

const keySet = z.object({ keys: z.array(z.looseObject({})).max(MAX_JSON_WEB_KEYS) })
const signingKey = z.looseObject({
  kid: z.string().min(1),
  kty: z.literal('RSA'),
  use: z.literal('sig').optional(),
  alg: z.literal('RS256').optional(),
  n: z.string(),
  e: z.string(),
})

interface Cached {
  readonly keys: ReadonlyMap<string, KeyObject>
  readonly at: number
}

export function createJsonWebKeys(transport: OAuthTransport, clock: Clock): JsonWebKeys {
  let cached: Cached | undefined
  let loading: Promise<Cached> | undefined

  const fetchKeys = async (): Promise<Cached> => {
    const result = await oauthCall(() => transport.keys(), readKeySet)
    if (!result.ok)
      throw oauthError({ ...result, kind: 'transient' }, "Google's signing keys could not be read")
    cached = { keys: result.value, at: clock.now() }
    return cached
  }
  const atMost = async (maxAgeMs: number): Promise<Cached> => {
    const age = cached === undefined ? Number.POSITIVE_INFINITY : Math.abs(clock.now() - cached.at)
    if (cached !== undefined && age < maxAgeMs) return cached
    loading ??= fetchKeys().finally(() => {
      loading = undefined
    })
    return loading
  }

  return Object.freeze({
    async find(kid: string) {
      const known = (await atMost(KEYS_MAX_AGE_MS)).keys.get(kid)
      return known ?? (await atMost(KEYS_MIN_AGE_MS)).keys.get(kid)
    },
    async load() {
      await atMost(KEYS_MAX_AGE_MS)
    },
  })
}

function readKeySet(body: unknown): ReadonlyMap<string, KeyObject> | undefined {
  const parsed = keySet.safeParse(body)
  if (!parsed.success) return undefined
  const keys = new Map<string, KeyObject>()
  for (const entry of parsed.data.keys) {
    const jwk = signingKey.safeParse(entry)
    const key = jwk.success ? importKey(jwk.data) : undefined
    if (jwk.success && key !== undefined) keys.set(jwk.data.kid, key)
  }
  return keys.size === 0 ? undefined : keys
}

function importKey({ kty, n, e }: JsonWebKey): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: { kty, n, e } as JsonWebKey, format: 'jwk' })
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_MODULUS_BITS ? undefined : key
  } catch {
    return undefined
  }
}
