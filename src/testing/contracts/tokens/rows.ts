import { AWKWARD_IDS, AWKWARD_PAIRS } from '../awkward-ids.ts'
import type { Cases } from '../runner.ts'
import { anAccount } from '../samples.ts'
import type { TokenHarness } from './harness.ts'

export const tokenCases: Cases<TokenHarness> = {
  '[1] an account without a token answers undefined': async ({ store, expect }) => {
    expect(await store.get(anAccount())).toBe(undefined)
  },

  '[1] get answers what was put last, at once and to every process': async ({ store, other, expect }) => {
    const first = await store.put(anAccount(), 'one', null)
    expect(typeof first).toBe('string')
    expect(await store.get(anAccount())).toEqual({ value: 'one', version: first })
    expect(await other.get(anAccount())).toEqual({ value: 'one', version: first })
    const second = await other.put(anAccount(), 'two', first)
    expect(await store.get(anAccount())).toEqual({ value: 'two', version: second })
    expect(second).not.toBe(first)
  },

  '[2] null asks for none to be there': async ({ store, expect }) => {
    const first = await store.put(anAccount(), 'one', null)
    expect(await store.put(anAccount(), 'two', null)).toBe(null)
    expect(await store.get(anAccount())).toEqual({ value: 'one', version: first })
  },

  '[2] a version that is not the newest gets null and changes nothing': async ({ store, expect }) => {
    const first = await store.put(anAccount(), 'one', null)
    const second = await store.put(anAccount(), 'two', first)
    for (const wrong of [first, 'no such version', '', '0', '-1', "' OR '1'='1"]) {
      expect(await store.put(anAccount(), 'late', wrong)).toBe(null)
    }
    expect(await store.get(anAccount())).toEqual({ value: 'two', version: second })
    expect(await store.put(anAccount('u2'), 'none there', second)).toBe(null)
    expect(await store.get(anAccount('u2'))).toBe(undefined)
  },

  '[4] delete of nothing is fine, and of something leaves the others': async ({ store, other, expect }) => {
    await store.delete(anAccount())
    await store.put(anAccount(), 'mine', null)
    await store.put(anAccount('u2'), 'theirs', null)
    await other.delete(anAccount())
    await store.delete(anAccount())
    expect(await store.get(anAccount())).toBe(undefined)
    expect((await store.get(anAccount('u2')))?.value).toBe('theirs')
  },

  '[5] values round-trip unchanged': async ({ store, other, expect }) => {
    const values = [
      'gcs1.2026.AAAA_-=+/',
      ' spaces at both ends ',
      `quotes ' " \` and \\ and % and _ and $1 and ? and :name`,
      'line\nbreak\r\nand\ttab',
      'é e\u0301 שלום 日本語 👩‍⚕️',
      '{"json":true}',
      'null',
      '',
      'x'.repeat(16_384),
    ]
    let version: string | null = null
    for (const value of values) {
      version = await store.put(anAccount(), value, version)
      expect(await other.get(anAccount())).toEqual({ value, version })
    }
  },

  '[5] two different accounts never share a row, however alike': async ({ store, other, expect }) => {
    const accounts = [
      ...AWKWARD_IDS.map(id => anAccount(id)),
      ...AWKWARD_IDS.map(id => anAccount('u1', id)),
      ...AWKWARD_PAIRS.map(([workspaceId, userId]) => anAccount(userId, workspaceId)),
    ]
    for (const [index, account] of accounts.entries()) {
      expect(await store.get(account)).toBe(undefined)
      expect(typeof (await store.put(account, `value ${index}`, null))).toBe('string')
    }
    for (const [index, account] of accounts.entries()) {
      expect((await other.get(account))?.value).toBe(`value ${index}`)
    }
    for (const [index, account] of accounts.entries()) if (index % 2) await store.delete(account)
    for (const [index, account] of accounts.entries()) {
      expect((await other.get(account))?.value).toBe(index % 2 ? undefined : `value ${index}`)
    }
  },

  '[7] the store keeps no memory of its own: another process may write in between': async ({
    store,
    other,
    expect,
  }) => {
    let version = await store.put(anAccount(), 'start', null)
    for (let round = 0; round < 6; round++) {
      const [writer, late] = round % 2 ? [store, other] : [other, store]
      const next: string | null = await writer.put(anAccount(), `round ${round}`, version)
      expect(await late.put(anAccount(), 'late', version)).toBe(null)
      expect(await late.get(anAccount())).toEqual({ value: `round ${round}`, version: next })
      version = next
    }
  },
}
