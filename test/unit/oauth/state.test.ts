import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isSecret, matchesHash, newSecret, secretHash, stateTag } from '../../../src/oauth/index.ts'
import { challengeOf, newPkce } from '../../../src/oauth/pkce.ts'
import { testRuntime } from '../../../src/testing/virtual-time.ts'

const runtime = testRuntime()

describe('one-time secrets', () => {
  it('are 256 bits and never the same', () => {
    const secrets = Array.from({ length: 1_000 }, () => newSecret(runtime))
    expect(new Set(secrets).size).toBe(1_000)
    expect(Buffer.from(secrets[0]!, 'base64url')).toHaveLength(32)
    expect(secrets.every(isSecret)).toBe(true)
  })

  it('row 13: a secret of one purpose is none of another', () => {
    const secret = newSecret(runtime)
    const hash = secretHash('oauth-state', secret)
    expect(matchesHash('oauth-state', secret, hash)).toBe(true)
    expect(matchesHash('oauth-binding', secret, hash)).toBe(false)
    expect(matchesHash('channel-token', secret, hash)).toBe(false)
  })

  it('row 7: absent on both sides is a mismatch', () => {
    const secret = newSecret(runtime)
    const hash = secretHash('oauth-binding', secret)
    for (const nothing of [undefined, null, '', [], {}, 0, secret.slice(1), `${secret}a`]) {
      expect(matchesHash('oauth-binding', nothing, nothing)).toBe(false)
      expect(matchesHash('oauth-binding', nothing, hash)).toBe(false)
      expect(matchesHash('oauth-binding', secret, nothing)).toBe(false)
    }
  })

  it('row 12: what could not be ours is known before any lookup', () => {
    for (const value of [
      [newSecret(runtime)],
      'x'.repeat(10_000_000),
      '%00',
      `${newSecret(runtime)}\n`,
      'ü'.repeat(43),
    ])
      expect(isSecret(value)).toBe(false)
  })

  it('names a cookie by the state', () => {
    const state = newSecret(runtime)
    expect(stateTag(state)).toBe(createHash('sha256').update(state).digest('hex').slice(0, 8))
  })
})

describe('PKCE', () => {
  it('gives the challenge of RFC 7636, appendix B', () => {
    expect(challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    )
    const { verifier, challenge } = newPkce(runtime)
    expect(challengeOf(verifier)).toBe(challenge)
  })
})
