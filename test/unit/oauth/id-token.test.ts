import { generateKeyPairSync } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { CalendarSyncError } from '../../../src/errors.ts'
import { verifyIdToken } from '../../../src/oauth/id-token.ts'
import { createJsonWebKeys, type JsonWebKeys, KEYS_MAX_AGE_MS } from '../../../src/oauth/json-web-keys.ts'
import { testRuntime } from '../../../src/testing/virtual-time.ts'
import {
  ANNA,
  CLIENT_ID,
  type Consent,
  GoogleDouble,
  jwkOf,
  KEYS,
  ok,
  refusal,
  signToken,
} from './google-double.ts'

const NONCE = 'nonce-of-this-flow'
const OTHER = generateKeyPairSync('rsa', { modulusLength: 2048 })

let google: GoogleDouble
let keys: JsonWebKeys

beforeEach(() => {
  const runtime = testRuntime()
  google = new GoogleDouble(runtime)
  google.latencyMs = 0
  google.runtime.clock.sleep = async () => {}
  keys = createJsonWebKeys(google, runtime.clock)
})

async function verdict(idToken: string): Promise<string> {
  const rules = { clientId: CLIENT_ID, nonce: NONCE, keys, clock: google.runtime.clock }
  try {
    return (await verifyIdToken(idToken, rules)).sub
  } catch (error) {
    if (!CalendarSyncError.is(error)) throw error
    expect(error.message).not.toMatch(/google-sub|canary|eyJ/)
    return error.code === 'id-token-invalid' ? (/\((.+)\)/.exec(error.message)?.[1] ?? '') : error.code
  }
}

function tampered(tamper: Consent['tamper']): Promise<string> {
  return verdict(google.idToken(ANNA, NONCE, tamper === undefined ? {} : { tamper }))
}

const now = () => Math.floor(google.runtime.clock.now() / 1_000)

describe('id_token (row 19)', () => {
  it('a good one tells who signed in', async () => {
    const rules = { clientId: CLIENT_ID, nonce: NONCE, keys, clock: google.runtime.clock }
    const claims = await verifyIdToken(google.idToken(ANNA, NONCE), rules)
    expect(claims).toEqual({ sub: ANNA.sub, email: ANNA.email, hostedDomain: ANNA.hd })
    expect(await tampered(({ claims }) => Object.assign(claims, { iss: 'accounts.google.com' }))).toBe(
      ANNA.sub,
    )
    expect(await tampered(({ claims }) => delete claims.azp)).toBe(ANNA.sub)
  })

  it('an address that Google did not verify is left out', async () => {
    const rules = { clientId: CLIENT_ID, nonce: NONCE, keys, clock: google.runtime.clock }
    const token = google.idToken(ANNA, NONCE, {
      tamper: ({ claims }) => Object.assign(claims, { email_verified: false }),
    })
    expect((await verifyIdToken(token, rules)).email).toBeUndefined()
  })

  it.each([
    ['issuer', { iss: 'https://accounts.google.com.evil.test' }],
    ['issuer', { iss: 'https://accounts.google.com/' }],
    ['audience', { aud: 'another-client' }],
    ['claims', { aud: [CLIENT_ID, 'another-client'] }],
    ['authorized-party', { azp: 'another-client' }],
    ['nonce', { nonce: 'of another flow' }],
    ['claims', { nonce: undefined }],
    ['nonce', { nonce: '' }],
    ['claims', { sub: '' }],
    ['claims', { sub: 7 }],
    ['claims', { exp: 'never' }],
    ['lifetime', { exp: 9_999_999_999 }],
  ] as const)('%s: %j is refused', async (rule, changed) => {
    expect(await tampered(({ claims }) => Object.assign(claims, changed))).toBe(rule)
  })

  it('judges times by our clock, with 300 s of tolerance', async () => {
    const at = (iat: number, exp: number) => tampered(({ claims }) => Object.assign(claims, { iat, exp }))
    expect(await at(now() - 3_600, now() - 299)).toBe(ANNA.sub)
    expect(await at(now() - 3_600, now() - 301)).toBe('expired')
    expect(await at(now() + 299, now() + 3_600)).toBe(ANNA.sub)
    expect(await at(now() + 301, now() + 3_600)).toBe('not-yet-valid')
    expect(await at(now(), now())).toBe('lifetime')
  })

  it.each([
    { alg: 'none' },
    { alg: 'HS256' },
    { alg: 'RS512' },
    { alg: 'rs256' },
    { kid: undefined },
    { crit: ['exp'] },
    { typ: 'at+jwt' },
  ])('header %j is refused', async changed => {
    expect(await tampered(({ header }) => Object.assign(header, changed))).toBe('header')
  })

  it('a signature of another key, a changed one, and none at all are refused', async () => {
    const token = google.idToken(ANNA, NONCE)
    const [head, body, signature] = token.split('.') as [string, string, string]
    const [, otherBody] = google.idToken({ ...ANNA, sub: 'somebody' }, NONCE).split('.') as [
      string,
      string,
      string,
    ]
    expect(await verdict(`${head}.${otherBody}.${signature}`)).toBe('signature')
    expect(await verdict(`${head}.${body}.`)).toBe('signature')
    expect(await verdict(`${head}.${body}`)).toBe('form')
    expect(await verdict(`${token}.x`)).toBe('form')
    expect(await verdict(`${token}=`)).toBe('signature')
    expect(await verdict('')).toBe('form')
    expect(await verdict(`${'a'.repeat(20_000)}.b.c`)).toBe('form')
    const claims: unknown = JSON.parse(Buffer.from(body, 'base64url').toString())
    expect(await verdict(signToken({ alg: 'RS256', kid: google.kid }, claims, OTHER.privateKey))).toBe(
      'signature',
    )
  })
})

describe("Google's keys", () => {
  it('are asked for once, by all that wait, and again after an hour', async () => {
    const verified = await Promise.all(Array.from({ length: 10 }, () => verdict(google.idToken(ANNA, NONCE))))
    expect(new Set(verified)).toEqual(new Set([ANNA.sub]))
    expect(google.count('keys')).toBe(1)
    await google.runtime.clock.sleep(0)
    await testAdvance(KEYS_MAX_AGE_MS)
    expect(await verdict(google.idToken(ANNA, NONCE))).toBe(ANNA.sub)
    expect(google.count('keys')).toBe(2)
  })

  it('are asked for again when a new one signs, and no more than that', async () => {
    await verdict(google.idToken(ANNA, NONCE))
    await testAdvance(60_000)
    google.kid = 'kid-2'
    expect(await verdict(google.idToken(ANNA, NONCE))).toBe(ANNA.sub)
    expect(google.count('keys')).toBe(2)
    const unknown = google.idToken(ANNA, NONCE, {
      tamper: ({ header }) => Object.assign(header, { kid: 'made-up' }),
    })
    for (let time = 0; time < 50; time++) expect(await verdict(unknown)).toBe('key')
    expect(google.count('keys')).toBe(2)
  })

  it('are not taken when weak, for encryption, or of another kind', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const sets = [
      [jwkOf(weak.publicKey, google.kid)],
      [{ ...jwkOf(KEYS.publicKey, google.kid), use: 'enc' }],
      [{ ...jwkOf(KEYS.publicKey, google.kid), alg: 'RS512' }],
      [{ ...ec.publicKey.export({ format: 'jwk' }), kid: google.kid }],
      [{ kid: google.kid, kty: 'RSA', n: '!', e: '' }],
      [],
    ]
    for (const set of sets) {
      google.fault = call => (call === 'keys' ? ok({ keys: set }) : undefined)
      keys = createJsonWebKeys(google, google.runtime.clock)
      expect(await verdict(google.idToken(ANNA, NONCE))).toBe('google-unavailable')
    }
  })

  it('row 57: an unusable answer is trouble to come back to, never a verdict', async () => {
    for (const answer of [
      ok('<html>'),
      ok(undefined),
      ok({ keys: 'no' }),
      refusal(503, 'backend'),
      refusal(404, 'x'),
    ]) {
      google.fault = call => (call === 'keys' ? answer : undefined)
      keys = createJsonWebKeys(google, google.runtime.clock)
      expect(await verdict(google.idToken(ANNA, NONCE))).toBe('google-unavailable')
    }
    google.fault = () => undefined
    expect(await verdict(google.idToken(ANNA, NONCE))).toBe(ANNA.sub)
  })
})

async function testAdvance(ms: number): Promise<void> {
  const { clock } = google.runtime as ReturnType<typeof testRuntime>
  await clock.advance(ms)
}
