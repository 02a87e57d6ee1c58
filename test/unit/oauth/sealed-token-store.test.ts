import { describe, expect, it } from 'vitest'
import { memoryStores } from '../../../src/adapters/memory/index.ts'
import { createKeyring, createSealedTokenStore, type GrantTokens } from '../../../src/oauth/index.ts'
import { testRuntime } from '../../../src/testing/virtual-time.ts'
import { ACCOUNT, KEY_A, KEY_B, thrownBy } from './world.ts'

const GRANT: GrantTokens = {
  refreshToken: '1//refresh-canary',
  accessToken: 'ya29.access-canary',
  accessTokenExpiresAt: 1,
  scopes: ['openid'],
  sub: 'google-sub',
  email: 'anna.canary@clinic.test',
  hostedDomain: 'clinic.test',
  grantedAt: 2,
  epoch: 3,
}

function setUp() {
  const runtime = testRuntime()
  const { tokens } = memoryStores({ runtime })
  const keyring = createKeyring({ current: KEY_A }, runtime)
  return { raw: tokens, keyring, sealed: createSealedTokenStore(tokens, keyring), runtime }
}

describe('sealed token store', () => {
  it('keeps grants, versions and races of the store beneath', async () => {
    const { sealed } = setUp()
    expect(await sealed.get(ACCOUNT)).toBeUndefined()
    expect(await sealed.version(ACCOUNT)).toBeNull()
    const first = await sealed.put(ACCOUNT, GRANT, null)
    expect(await sealed.get(ACCOUNT)).toEqual({ tokens: GRANT, version: first })
    expect(await sealed.put(ACCOUNT, GRANT, null)).toBeNull()
    const second = await sealed.put(ACCOUNT, { ...GRANT, email: undefined }, first)
    expect(second).not.toBe(first)
    expect(await sealed.put(ACCOUNT, GRANT, first)).toBeNull()
    await sealed.delete(ACCOUNT)
    expect(await sealed.put(ACCOUNT, GRANT, second)).toBeNull()
  })

  it('row 69, 74: nothing of a grant is readable in the store', async () => {
    const { sealed, raw } = setUp()
    await sealed.put(ACCOUNT, GRANT, null)
    const { value } = (await raw.get(ACCOUNT))!
    expect(value).toMatch(/^gcs1\./)
    expect(Buffer.from(value, 'base64url').toString('latin1') + value).not.toMatch(/canary|google-sub|clinic/)
    await raw.put(ACCOUNT, JSON.stringify(GRANT), (await raw.get(ACCOUNT))!.version)
    expect(await thrownBy(sealed.get(ACCOUNT))).toMatchObject({
      code: 'sealed-value-damaged',
      account: ACCOUNT,
    })
  })

  it('row 66: a grant moved to another account does not open', async () => {
    const { sealed, raw } = setUp()
    await sealed.put(ACCOUNT, GRANT, null)
    const { value } = (await raw.get(ACCOUNT))!
    for (const thief of [
      { ...ACCOUNT, userId: 'thief' },
      { ...ACCOUNT, workspaceId: 'thief' },
      { workspaceId: ACCOUNT.userId, userId: ACCOUNT.workspaceId },
    ]) {
      await raw.put(thief, value, null)
      expect(await thrownBy(sealed.get(thief))).toMatchObject({
        code: 'sealed-value-damaged',
        account: thief,
      })
    }
  })

  it('row 67: a grant under a key that is gone is an error of its own, and still there', async () => {
    const { sealed, raw, runtime } = setUp()
    const version = await sealed.put(ACCOUNT, GRANT, null)
    const other = createSealedTokenStore(raw, createKeyring({ current: KEY_B }, runtime))
    expect(await thrownBy(other.get(ACCOUNT))).toMatchObject({
      code: 'sealed-with-unknown-key',
      retryable: false,
    })
    expect(await other.version(ACCOUNT)).toBe(version)
    expect((await sealed.get(ACCOUNT))?.tokens).toEqual(GRANT)
  })

  it('a record of another form is refused', async () => {
    const { sealed, raw, keyring } = setUp()
    const texts = ['', '[]', '{"v":2}', JSON.stringify({ ...GRANT, v: 1, kind: 'grant', refreshToken: '' })]
    for (const text of texts) {
      const value = keyring.seal(text, { purpose: 'tokens', ...ACCOUNT })
      await raw.put(ACCOUNT, value, await sealed.version(ACCOUNT))
      expect(await thrownBy(sealed.get(ACCOUNT))).toMatchObject({ code: 'sealed-value-damaged' })
    }
  })

  it('an incomplete grant is not stored, and not repeated', async () => {
    const { sealed } = setUp()
    const put = async () => sealed.put(ACCOUNT, { ...GRANT, refreshToken: '' }, null)
    const error = await thrownBy(put())
    expect(error).toMatchObject({ code: 'argument-invalid' })
    expect(JSON.stringify(error) + String(error)).not.toContain('canary')
  })

  it('a grant can be taken out without hitting a later one', async () => {
    const { sealed } = setUp()
    const first = (await sealed.put(ACCOUNT, GRANT, null))!
    const second = (await sealed.put(ACCOUNT, GRANT, first))!
    expect(await sealed.vacate(ACCOUNT, first)).toBe(false)
    expect(await sealed.get(ACCOUNT)).toBeDefined()
    expect(await sealed.vacate(ACCOUNT, second)).toBe(true)
    expect(await sealed.get(ACCOUNT)).toBeUndefined()
    const version = await sealed.version(ACCOUNT)
    expect(await sealed.put(ACCOUNT, GRANT, version)).not.toBeNull()
  })

  it("trouble of the host's store is a StoreError that names the account", async () => {
    const { keyring } = setUp()
    const cause = new Error('connection refused')
    const fail = async () => Promise.reject(cause)
    const sealed = createSealedTokenStore({ get: fail, put: fail, delete: fail }, keyring)
    for (const call of [sealed.get(ACCOUNT), sealed.put(ACCOUNT, GRANT, null), sealed.delete(ACCOUNT)])
      expect(await thrownBy(call)).toMatchObject({
        code: 'store-failed',
        retryable: true,
        account: ACCOUNT,
        cause,
      })
  })
})
