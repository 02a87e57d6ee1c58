import { must, sorted } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { aBulkMark, aMark, anAccount, aRef } from '../samples.ts'
import { endTurn, LONG_MS, SHORT_MS, type StateHarness, takeTurn } from './harness.ts'

const LIMIT = { limit: 100 }

export const dueMarkCases: Cases<StateHarness> = {
  '[3] a ref is due once its mark is due by the clock of the store': async ({ store, expect, advance }) => {
    await store.marks.insert([aMark(aRef('soon'), { delayMs: SHORT_MS })])
    await store.marks.insert([aMark(aRef('late'), { delayMs: LONG_MS }), aMark(aRef('now'))])
    const names = async () => (await store.marks.dueRefs(LIMIT)).map(due => due.ref.appointmentId)
    expect((await names()).includes('now')).toBe(true)
    expect((await names()).includes('late')).toBe(false)
    await advance(SHORT_MS + 20)
    expect(sorted(await names())).toEqual(['now', 'soon'])
  },

  '[3] better lanes come first, then what waits longest': async ({ store, expect, advance }) => {
    await store.marks.insert([aBulkMark(aRef('bulk 1'), 'u1')])
    await advance(5)
    await store.marks.insert([aMark(aRef('pull 1'), { lane: 'pull' })])
    await advance(5)
    await store.marks.insert([aMark(aRef('interactive 1'))])
    await advance(5)
    await store.marks.insert([aMark(aRef('interactive 2'))])
    await store.marks.insert([aMark(aRef('pull 2'), { lane: 'pull' })])
    await store.marks.insert([aBulkMark(aRef('bulk 2'), 'u1')])
    const due = await store.marks.dueRefs(LIMIT)
    expect(due.map(found => found.ref.appointmentId)).toEqual([
      'interactive 1',
      'interactive 2',
      'pull 1',
      'pull 2',
      'bulk 1',
      'bulk 2',
    ])
    expect(due.map(found => found.lane)).toEqual([
      'interactive',
      'interactive',
      'pull',
      'pull',
      'bulk',
      'bulk',
    ])
    expect(await store.marks.dueRefs({ limit: 4 })).toEqual(due.slice(0, 4))
  },

  '[3] a ref is answered once, with its best due lane': async ({ store, expect }) => {
    await store.marks.insert([
      aBulkMark(aRef(), 'u1'),
      aMark(aRef(), { lane: 'pull' }),
      aMark(aRef(), { lane: 'pull' }),
      aMark(aRef(), { delayMs: LONG_MS }),
    ])
    expect(await store.marks.dueRefs(LIMIT)).toEqual([{ ref: aRef(), lane: 'pull' }])
    await store.marks.insert([aMark(aRef())])
    expect(await store.marks.dueRefs(LIMIT)).toEqual([{ ref: aRef(), lane: 'interactive' }])
  },

  '[3] only the lanes asked for': async ({ store, expect }) => {
    await store.marks.insert([
      aMark(aRef('interactive')),
      aMark(aRef('pull'), { lane: 'pull' }),
      aBulkMark(aRef('bulk'), 'u1'),
    ])
    const names = async (lanes: readonly ('interactive' | 'pull' | 'bulk')[]) =>
      (await store.marks.dueRefs({ limit: 10, lanes })).map(due => due.ref.appointmentId)
    expect(await names(['bulk'])).toEqual(['bulk'])
    expect(await names(['pull', 'interactive'])).toEqual(['interactive', 'pull'])
    expect(await names([])).toEqual([])
  },

  '[3] a ref hidden by a live claim is not due, and is again when the hiding ran out': async ({
    store,
    other,
    expect,
    advance,
  }) => {
    await takeTurn(store, aRef('held'))
    await takeTurn(store, aRef('abandoned'), SHORT_MS)
    const names = async () => (await other.marks.dueRefs(LIMIT)).map(due => due.ref.appointmentId)
    expect((await names()).includes('held')).toBe(false)
    await store.marks.insert([aMark(aRef('held'))])
    expect((await names()).includes('held')).toBe(false)
    await advance(SHORT_MS + 20)
    expect(await names()).toEqual(['abandoned'])
  },

  '[3] hidden refs do not use up the limit': async ({ store, expect, advance }) => {
    for (let index = 0; index < 6; index++) await takeTurn(store, aRef(`hidden ${index}`))
    await advance(5)
    await store.marks.insert([aMark(aRef('open'))])
    expect(await store.marks.dueRefs({ limit: 1 })).toEqual([{ ref: aRef('open'), lane: 'interactive' }])
  },

  '[3] due refs are answered to every process that asks': async ({ store, other, expect }) => {
    await store.marks.insert([aMark()])
    expect(await store.marks.dueRefs(LIMIT)).toEqual(await other.marks.dueRefs(LIMIT))
    expect((await other.marks.dueRefs(LIMIT)).length).toBe(1)
  },

  '[4] dueBulk answers the refs with a due bulk mark of exactly this account, longest due first': async ({
    store,
    other,
    expect,
    advance,
  }) => {
    await store.marks.insert([aBulkMark(aRef('first'), 'u1')])
    await advance(5)
    await store.marks.insert([aBulkMark(aRef('second'), 'u1'), aBulkMark(aRef('first'), 'u1')])
    await advance(5)
    await store.marks.insert([
      aBulkMark(aRef('third'), 'u1'),
      aBulkMark(aRef('late'), 'u1', { delayMs: LONG_MS }),
      aBulkMark(aRef('theirs'), 'u2'),
      aBulkMark(aRef('elsewhere', 'w2'), 'u1'),
      aMark(aRef('interactive'), { userId: 'u1' }),
      aMark(aRef('everyone')),
    ])
    expect(await other.marks.dueBulk(anAccount(), 10)).toEqual([aRef('first'), aRef('second'), aRef('third')])
    expect(await store.marks.dueBulk(anAccount(), 2)).toEqual([aRef('first'), aRef('second')])
    expect(await store.marks.dueBulk(anAccount('u3'), 10)).toEqual([])
  },

  '[4] dueBulk leaves out hidden refs, which do not use up its limit': async ({ store, expect, advance }) => {
    await store.marks.insert([aBulkMark(aRef('hidden'), 'u1')])
    must(await store.claims.claim(aRef('hidden'), { holdMs: LONG_MS }), 'a claim')
    await advance(5)
    await store.marks.insert([aBulkMark(aRef('open'), 'u1')])
    expect(await store.marks.dueBulk(anAccount(), 1)).toEqual([aRef('open')])
  },

  '[4] dueBulkAccounts answers each account with due bulk marks once': async ({ store, other, expect }) => {
    await store.marks.insert([
      ...Array.from({ length: 30 }, (_, index) => aBulkMark(aRef(`a${index}`), 'u1')),
      aBulkMark(aRef('b'), 'u2'),
      aBulkMark(aRef('c', 'w2'), 'u1'),
      aBulkMark(aRef('late'), 'u3', { delayMs: LONG_MS }),
      aMark(aRef('d'), { userId: 'u4' }),
    ])
    const names = async (limit: number) =>
      (await other.marks.dueBulkAccounts(limit)).map(account => `${account.workspaceId} ${account.userId}`)
    expect(sorted(await names(10))).toEqual(['w1 u1', 'w1 u2', 'w2 u1'])
    expect((await names(2)).length).toBe(2)
    const claim = must(await store.claims.claim(aRef('b'), { holdMs: LONG_MS }), 'a claim')
    await endTurn(store, claim)
    expect(sorted(await names(10))).toEqual(['w1 u1', 'w2 u1'])
  },
}
