import { describe, expect, it } from 'vitest'
import { CalendarSyncError } from '../../../src/errors.ts'
import { createKeyring, createSealedTokenStore, type GrantTokens } from '../../../src/oauth/index.ts'
import { MAX_SEALED_LENGTH } from '../../../src/oauth/keyring.ts'
import { seededRandom, testRuntime } from '../../../src/testing/virtual-time.ts'
import { KEY_A, KEY_B } from './world.ts'

const MUTATIONS = 10_000
const account = { workspaceId: 'w', userId: 'u' }
const other = { workspaceId: 'w', userId: 'v' }
const CANARY = 'refresh-token-canary'

const grant: GrantTokens = {
  refreshToken: CANARY,
  accessToken: 'access-token-canary',
  accessTokenExpiresAt: 1,
  scopes: ['openid'],
  sub: '1',
  grantedAt: 1,
  epoch: 1,
}

/** One row, that a test damages. */
function rowStore() {
  let value = ''
  return {
    set(sealed: string) {
      value = sealed
    },
    value: () => value,
    get: async () => ({ value, version: '1' }),
    async put(_account: unknown, sealed: string) {
      value = sealed
      return '1'
    },
    async delete() {},
  }
}

describe('row 65: sealed tokens that were damaged', () => {
  it(`${MUTATIONS} of them give typed errors only, and nothing of what was sealed`, async () => {
    const random = seededRandom(65)
    const below = (n: number) => Math.floor(random.float() * n)
    const keyring = createKeyring({ current: KEY_A, previous: [KEY_B] }, testRuntime())
    const store = rowStore()
    const tokens = createSealedTokenStore(store, keyring)
    const seal = async (of: typeof account, change: Partial<GrantTokens> = {}) => {
      await tokens.put(of, { ...grant, ...change }, null)
      return store.value()
    }
    const good = await seal(account)
    const spare = [
      await seal(account, { sub: '2' }),
      await seal(other),
      keyring.seal('{}', { purpose: 'pending-authorization/x', ...account }),
      createKeyring({ current: KEY_B }, testRuntime()).seal(JSON.stringify(grant), {
        purpose: 'tokens',
        ...other,
      }),
    ]
    const alphabet = 'ABab01-_.=+/ \n\0é😀'
    const splice = (text: string, at: number, cut: number, put: string) =>
      text.slice(0, at) + put + text.slice(at + cut)
    const part = (text: string, at: number, put: string) =>
      text
        .split('.')
        .map((each, i) => (i === at ? put : each))
        .join('.')
    const mutators: readonly ((text: string) => string)[] = [
      text => splice(text, below(text.length), 1, alphabet[below(alphabet.length)] ?? ''),
      text => splice(text, below(text.length), below(8), ''),
      text => splice(text, below(text.length + 1), 0, String.fromCharCode(below(0x1_0000))),
      text => text.slice(0, below(text.length)),
      text => text + text.slice(0, below(text.length)),
      text => part(text, below(5), (spare[below(spare.length)] ?? '').split('.')[below(5)] ?? ''),
      text => part(text, 1, ['a', 'b', 'c', '', '__proto__', 'a'.repeat(300)][below(6)] ?? ''),
      text => part(text, 0, ['gcs0', 'gcs2', 'GCS1', ''][below(4)] ?? ''),
      text => text.split('.').reverse().join('.'),
      text => Buffer.from(text).toString(below(2) === 0 ? 'hex' : 'base64'),
      () => spare[1 + below(3)] ?? '',
      () =>
        [
          '',
          '.',
          '....',
          'null',
          '{}',
          JSON.stringify(grant),
          'gcs1.a...',
          'x'.repeat(MAX_SEALED_LENGTH + 1),
        ][below(8)] ?? '',
    ]
    const codes = new Map<string, number>()
    let tried = 0
    while (tried < MUTATIONS) {
      let sealed = good
      for (let i = 0; i <= below(3); i++) sealed = mutators[below(mutators.length)]?.(sealed) ?? ''
      // What is whole again, or the same account's other grant, opens rightly.
      if (sealed === good || sealed === spare[0]) continue
      tried++
      store.set(sealed)
      const error: unknown = await tokens.get(account).then(
        () => `opened: ${sealed.slice(0, 200)}`,
        thrown => thrown,
      )
      if (!CalendarSyncError.is(error)) throw new Error(String(error))
      expect(error.retryable).toBe(false)
      expect(`${error.message} ${JSON.stringify(error)} ${error.stack} ${String(error.cause)}`).not.toContain(
        'canary',
      )
      codes.set(error.code, (codes.get(error.code) ?? 0) + 1)
    }
    expect([...codes.keys()].sort()).toEqual(['sealed-value-damaged', 'sealed-with-unknown-key'])
    store.set(good)
    expect((await tokens.get(account))?.tokens.refreshToken).toBe(CANARY)
  })
})
