import type { NewMark } from '../../../contracts/mark-store.ts'
import { inTurn, must, outcomeOf, race, sorted } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { aBulkMark, aMark, anAccount, aRef } from '../samples.ts'
import { endTurn, LONG_MS, SHORT_MS, type StateHarness, takeTurn } from './harness.ts'

export const markCases: Cases<StateHarness> = {
  '[1] every insert makes a row of its own, equal ones too': async ({ store, other, expect }) => {
    await store.marks.insert([aMark(), aMark()])
    await other.marks.insert([aMark()])
    await race(20, index => (index % 2 ? store : other).marks.insert([aMark()]))
    const marks = await store.marks.ofRef(aRef())
    expect(marks.length).toBe(23)
    expect(new Set(marks.map(mark => mark.id)).size).toBe(23)
  },

  '[1] inserting nothing is fine, and a thousand at once too': async ({ store, expect }) => {
    await store.marks.insert([])
    await store.marks.insert(Array.from({ length: 1_000 }, (_, index) => aMark(aRef(`a${index % 500}`))))
    expect((await store.marks.ofRef(aRef('a499'))).length).toBe(2)
    expect((await store.marks.dueRefs({ limit: 1_000 })).length).toBe(500)
  },

  '[1] marks of an open transaction are seen by nobody, and by all after its commit': async ({
    store,
    other,
    expect,
    beginTransaction,
  }) => {
    const host = await beginTransaction()
    await store.marks.insert([aMark(), aMark(aRef('a2'))], { transaction: host.transaction })
    await store.marks.insert([aMark(aRef('a3'))], { transaction: host.transaction })
    expect(await other.marks.ofRef(aRef())).toEqual([])
    expect(await other.marks.dueRefs({ limit: 10 })).toEqual([])
    expect(await other.claims.claim(aRef(), { holdMs: LONG_MS })).toBe(undefined)
    await host.commit()
    expect((await store.marks.ofRef(aRef())).length).toBe(1)
    expect(sorted((await other.marks.dueRefs({ limit: 10 })).map(due => due.ref.appointmentId))).toEqual([
      'a1',
      'a2',
      'a3',
    ])
  },

  '[1] marks of a transaction that was rolled back never were': async ({
    store,
    expect,
    beginTransaction,
  }) => {
    const host = await beginTransaction()
    await store.marks.insert([aMark()], { transaction: host.transaction })
    await host.rollback()
    expect(await store.marks.ofRef(aRef())).toEqual([])
    await store.marks.insert([aMark()])
    expect((await store.marks.ofRef(aRef())).length).toBe(1)
  },

  '[1] a transaction that is not one of this store is refused, and nothing is inserted': async ({
    store,
    expect,
  }) => {
    for (const transaction of [{}, 'trx', 7, null]) {
      const call = store.marks.insert([aMark()], { transaction })
      expect(await outcomeOf(call)).toBe('transaction-unsupported')
    }
    expect(await store.marks.ofRef(aRef())).toEqual([])
  },

  '[2] a mark id is never used twice, not even after its mark was deleted': async ({ store, expect }) => {
    const ids: string[] = []
    for (let round = 0; round < 10; round++) {
      const claim = await takeTurn(store, aRef())
      ids.push(...claim.marks.map(mark => mark.id))
      await endTurn(store, claim)
    }
    expect(ids.length).toBe(10)
    expect(new Set(ids).size).toBe(10)
  },

  '[5] bringForward makes due now the retries of this account with one of these causes, no others': async ({
    store,
    expect,
  }) => {
    const retry = (appointmentId: string, more: Partial<NewMark>) =>
      aMark(aRef(appointmentId), { userId: 'u1', attempts: 2, delayMs: LONG_MS, ...more })
    await store.marks.insert([
      retry('network', { cause: 'network' }),
      retry('rate', { cause: 'rate', lane: 'bulk', origin: 'planned' }),
      retry('server', { cause: 'server' }),
      retry('no-cause', {}),
      retry('other-user', { cause: 'network', userId: 'u2' }),
      aMark(aRef('other-workspace', 'w2'), { userId: 'u1', cause: 'network', delayMs: LONG_MS }),
    ])
    const before = must((await store.marks.ofRef(aRef('server')))[0], 'the mark')
    await store.marks.bringForward(anAccount('u1'), ['network', 'rate'])
    const due = await store.marks.dueRefs({ limit: 10 })
    expect(due.map(found => found.ref.appointmentId)).toEqual(['network', 'rate'])
    const claim = must(await store.claims.claim(aRef('network'), { holdMs: LONG_MS }), 'a claim')
    const mark = must(claim.marks[0], 'the mark')
    expect([mark.attempts, mark.cause, mark.userId]).toEqual([2, 'network', 'u1'])
    expect(mark.dueAt).toBeLessThanOrEqual(claim.now)
    expect(await store.marks.ofRef(aRef('server'))).toEqual([before])
    await store.marks.bringForward(anAccount('u1'), [])
    expect((await store.marks.dueRefs({ limit: 10 })).length).toBe(1)
  },

  '[5] bringForward never delays a mark that is due already': async ({ store, expect, advance }) => {
    await store.marks.insert([aMark(aRef(), { userId: 'u1', cause: 'network' })])
    const before = await store.marks.ofRef(aRef())
    await advance(SHORT_MS)
    await store.marks.bringForward(anAccount('u1'), ['network'])
    expect(await store.marks.ofRef(aRef())).toEqual(before)
  },

  '[6] ofRef answers all marks of exactly this ref as they were given, due or not': async ({
    store,
    other,
    expect,
  }) => {
    await store.marks.insert([
      aMark(aRef(), { delayMs: LONG_MS }),
      aMark(aRef(), {
        lane: 'bulk',
        origin: 'planned',
        userId: 'u1',
        verify: true,
        attempts: 4,
        cause: 'late-write',
      }),
      aMark(aRef(), { lane: 'pull', origin: 'found' }),
      aMark(aRef('a1', 'w2')),
      aMark(aRef('a11')),
    ])
    const marks = await other.marks.ofRef(aRef())
    const plain = { ref: aRef(), verify: false, attempts: 0 }
    const read = marks.map(({ id, dueAt, ...mark }) => mark)
    const byLane = [...read].sort((a, b) => a.lane.localeCompare(b.lane))
    expect(byLane).toEqual([
      {
        ref: aRef(),
        lane: 'bulk',
        origin: 'planned',
        userId: 'u1',
        verify: true,
        attempts: 4,
        cause: 'late-write',
      },
      { ...plain, lane: 'interactive', origin: 'host' },
      { ...plain, lane: 'pull', origin: 'found' },
    ])
    const delayed = must(
      marks.find(mark => mark.lane === 'interactive'),
      'the delayed mark',
    )
    const due = must(
      marks.find(mark => mark.lane === 'pull'),
      'the due mark',
    )
    expect(delayed.dueAt - due.dueAt).toBe(LONG_MS)
  },

  'countBulk counts the bulk marks aimed at this account, up to the cap': async ({ store, expect }) => {
    await inTurn(7, index => store.marks.insert([aBulkMark(aRef(`a${index}`), 'u1')]))
    await store.marks.insert([
      aBulkMark(aRef('later'), 'u1', { delayMs: LONG_MS }),
      aBulkMark(aRef('b'), 'u2'),
      aBulkMark(aRef('c', 'w2'), 'u1'),
      aMark(aRef('d'), { userId: 'u1' }),
      aMark(aRef('e'), { userId: 'u1', lane: 'pull' }),
    ])
    const { marks } = store
    expect(await marks.countBulk(anAccount('u1'), 100)).toBe(8)
    expect(await marks.countBulk(anAccount('u1'), 8)).toBe(8)
    expect(await marks.countBulk(anAccount('u1'), 3)).toBe(3)
    expect(await marks.countBulk(anAccount('u2'), 100)).toBe(1)
    expect(await marks.countBulk(anAccount('u3'), 100)).toBe(0)
    const claim = must(await store.claims.claim(aRef('a0'), { holdMs: LONG_MS }), 'a claim')
    await endTurn(store, claim)
    expect(await marks.countBulk(anAccount('u1'), 100)).toBe(7)
  },
}
