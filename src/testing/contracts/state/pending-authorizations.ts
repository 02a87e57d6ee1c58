import type { PendingAuthorization } from '../../../contracts/pending-authorization-store.ts'
import { race } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { anAccount } from '../samples.ts'
import { LONG_MS, SHORT_MS, type StateHarness } from './harness.ts'

const OPTIONS = { expiresInMs: LONG_MS, limit: 5 }

const pending = (id: string, account = anAccount()): PendingAuthorization => ({
  id,
  account,
  sealed: `sealed ${id} "é" ${'x'.repeat(2_000)}`,
})

export const pendingAuthorizationCases: Cases<StateHarness> = {
  '[1] what was put is taken unchanged': async ({ store, other, expect }) => {
    await store.pendingAuthorizations.put(pending('p1'), OPTIONS)
    await store.pendingAuthorizations.put(pending('p2', anAccount('u2')), OPTIONS)
    expect(await other.pendingAuthorizations.take('p1')).toEqual(pending('p1'))
    expect(await other.pendingAuthorizations.take('p2')).toEqual(pending('p2', anAccount('u2')))
  },

  '[1] an account keeps its newest up to the limit, others keep theirs': async ({
    store,
    expect,
    advance,
  }) => {
    const { pendingAuthorizations } = store
    await pendingAuthorizations.put(pending('other user', anAccount('u2')), OPTIONS)
    await pendingAuthorizations.put(pending('other workspace', anAccount('u1', 'w2')), OPTIONS)
    for (let index = 0; index < 5; index++) {
      await pendingAuthorizations.put(pending(`p${index}`), { ...OPTIONS, limit: 3 })
      await advance(2)
    }
    const taken: string[] = []
    for (const id of ['p0', 'p1', 'p2', 'p3', 'p4', 'other user', 'other workspace']) {
      if (await pendingAuthorizations.take(id)) taken.push(id)
    }
    expect(taken).toEqual(['p2', 'p3', 'p4', 'other user', 'other workspace'])
  },

  '[1] each is kept until its own time has passed by the clock of the store': async ({
    store,
    expect,
    advance,
  }) => {
    const { pendingAuthorizations } = store
    await pendingAuthorizations.put(pending('short'), { ...OPTIONS, expiresInMs: SHORT_MS })
    await pendingAuthorizations.put(pending('long'), OPTIONS)
    await advance(SHORT_MS + 20)
    expect(await pendingAuthorizations.take('short')).toBe(undefined)
    expect(await pendingAuthorizations.take('long')).toEqual(pending('long'))
  },

  '[2] it is taken exactly once': async ({ store, other, expect }) => {
    await store.pendingAuthorizations.put(pending('p1'), OPTIONS)
    expect(await store.pendingAuthorizations.take('never put')).toBe(undefined)
    expect(await store.pendingAuthorizations.take('p1')).toEqual(pending('p1'))
    expect(await store.pendingAuthorizations.take('p1')).toBe(undefined)
    expect(await other.pendingAuthorizations.take('p1')).toBe(undefined)
  },

  '[2] of 20 racing takers exactly one gets it': async ({ store, other, expect }) => {
    for (let round = 0; round < 3; round++) {
      const wanted = pending(`p${round}`)
      await store.pendingAuthorizations.put(wanted, OPTIONS)
      const taken = await race(20, index => (index % 2 ? store : other).pendingAuthorizations.take(wanted.id))
      expect(taken.filter(found => found !== undefined)).toEqual([wanted])
      expect(await other.pendingAuthorizations.take(wanted.id)).toBe(undefined)
    }
  },

  '[2] an expired one is gone for every taker': async ({ store, other, expect, advance }) => {
    await store.pendingAuthorizations.put(pending('p1'), { ...OPTIONS, expiresInMs: SHORT_MS })
    await advance(SHORT_MS + 20)
    const taken = await race(6, index => (index % 2 ? store : other).pendingAuthorizations.take('p1'))
    expect(taken.filter(found => found !== undefined)).toEqual([])
  },
}
