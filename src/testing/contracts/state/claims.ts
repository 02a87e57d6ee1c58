import { must, race, sorted } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { aMark, anAccount, aRef, someLink } from '../samples.ts'
import {
  connect,
  endTurn,
  firstWrite,
  LONG_MS,
  SHORT_MS,
  type StateHarness,
  takeTurn,
  writeLink,
} from './harness.ts'

const HOLD = { holdMs: LONG_MS }

export const claimCases: Cases<StateHarness> = {
  '[1] a ref without a due mark cannot be claimed': async ({ store, expect }) => {
    expect(await store.claims.claim(aRef(), HOLD)).toBe(undefined)
    await store.marks.insert([aMark(aRef(), { delayMs: LONG_MS }), aMark(aRef('a2'))])
    expect(await store.claims.claim(aRef(), HOLD)).toBe(undefined)
  },

  '[1] a claim that finds no due mark does not raise the fence': async ({ store, other, expect }) => {
    const connection = await connect(store, anAccount())
    const claim = await takeTurn(store, aRef())
    const late = aMark(aRef(), { delayMs: LONG_MS })
    const outcome = { deleteMarks: claim.marks.map(mark => mark.id), addMarks: [late] }
    expect(await store.claims.finish(claim, outcome)).toEqual({ more: false })
    await race(5, () => other.claims.claim(aRef(), HOLD))
    const written = await store.links.write(claim, firstWrite(connection))
    expect(written.ok).toBe(true)
    expect(await store.claims.renew(claim, { holdMs: 0, seen: [] })).toEqual({ newMarks: false })
  },

  '[1] a claim on a ref hidden by a live claim changes nothing': async ({ store, other, expect }) => {
    const connection = await connect(store, anAccount())
    const claim = await takeTurn(store, aRef())
    await store.marks.insert([aMark()])
    await race(5, index => (index % 2 ? store : other).claims.claim(aRef(), HOLD)).then(others =>
      expect(others.filter(found => found !== undefined)).toEqual([]),
    )
    expect((await store.links.write(claim, firstWrite(connection))).ok).toBe(true)
    expect(await endTurn(store, claim)).toEqual({ more: true })
  },

  '[1] of 20 racing claimers exactly one gets the turn': async ({ store, other, expect }) => {
    await store.marks.insert([aMark(), aMark()])
    const claims = await race(20, index => (index % 2 ? store : other).claims.claim(aRef(), HOLD))
    const won = claims.filter(claim => claim !== undefined)
    expect(won.length).toBe(1)
    expect(await endTurn(store, must(won[0], 'the winner'))).toEqual({ more: false })
  },

  '[1] a claim answers all marks, due or not, and all links of exactly its ref': async ({
    store,
    expect,
  }) => {
    const first = await connect(store, anAccount('u1'))
    const second = await connect(store, anAccount('u2'))
    const before = await takeTurn(store, aRef())
    await writeLink(store, before, firstWrite(first, { set: someLink({ eventId: 'e1' }) }))
    await writeLink(store, before, firstWrite(first, { target: 't2', set: someLink({ eventId: 'e2' }) }))
    await writeLink(store, before, firstWrite(second, { set: someLink({ eventId: 'e3' }) }))
    await endTurn(store, before)
    const elsewhere = await takeTurn(store, aRef('a2'))
    await writeLink(store, elsewhere, firstWrite(first, { set: someLink({ eventId: 'e4' }) }))
    await store.marks.insert([aMark(aRef(), { delayMs: LONG_MS }), aMark(), aMark(aRef('a3'))])
    const claim = must(await store.claims.claim(aRef(), HOLD), 'a claim')
    expect(claim.ref).toEqual(aRef())
    expect(sorted(claim.links.map(link => link.eventId))).toEqual(['e1', 'e2', 'e3'])
    const ids = (marks: typeof claim.marks) => sorted(marks.map(mark => mark.id))
    expect(claim.marks.length).toBe(2)
    expect(ids(claim.marks)).toEqual(ids(await store.marks.ofRef(aRef())))
    const dues = claim.marks.map(mark => mark.dueAt - claim.now).sort((a, b) => a - b)
    expect(must(dues[0], 'the due mark')).toBeLessThanOrEqual(0)
    expect(must(dues[1], 'the delayed mark')).toBeGreaterThan(0)
  },

  '[2] each claim of a ref has a greater fence': async ({ store, other, expect }) => {
    let fence = -1
    for (let round = 0; round < 10; round++) {
      const claim = await takeTurn(round % 2 ? store : other, aRef())
      expect(claim.fence).toBeGreaterThan(fence)
      fence = claim.fence
      await endTurn(store, claim)
    }
  },

  "[2] a new ref's fence starts above every fence given out before": async ({ store, expect }) => {
    let highest = -1
    for (let round = 0; round < 8; round++) {
      const claim = await takeTurn(store, aRef(`a${round % 3}`))
      highest = Math.max(highest, claim.fence)
      await endTurn(store, claim)
    }
    const fresh = await takeTurn(store, aRef('fresh', 'w2'))
    expect(fresh.fence).toBeGreaterThan(highest)
  },

  '[3] renew hides for longer and says whether an unseen mark is due': async ({ store, expect, advance }) => {
    const claim = await takeTurn(store, aRef(), SHORT_MS)
    const seen = claim.marks.map(mark => mark.id)
    expect(await store.claims.renew(claim, { ...HOLD, seen })).toEqual({ newMarks: false })
    await advance(SHORT_MS + 20)
    expect(await store.claims.claim(aRef(), HOLD)).toBe(undefined)
    expect(await store.marks.dueRefs({ limit: 10 })).toEqual([])
    await store.marks.insert([aMark(aRef(), { delayMs: LONG_MS }), aMark(aRef('other'))])
    expect(await store.claims.renew(claim, { ...HOLD, seen })).toEqual({ newMarks: false })
    await store.marks.insert([aMark()])
    expect(await store.claims.renew(claim, { ...HOLD, seen })).toEqual({ newMarks: true })
    const all = (await store.marks.ofRef(aRef())).map(mark => mark.id)
    expect(await store.claims.renew(claim, { ...HOLD, seen: all })).toEqual({ newMarks: false })
    expect(await store.claims.renew(claim, { ...HOLD, seen: [] })).toEqual({ newMarks: true })
  },

  '[3] a new mark does not void a claim': async ({ store, other, expect }) => {
    const connection = await connect(store, anAccount())
    const claim = await takeTurn(store, aRef())
    await other.marks.insert([aMark()])
    expect((await store.links.write(claim, firstWrite(connection))).ok).toBe(true)
    expect(await endTurn(store, claim)).toEqual({ more: true })
    expect((await store.marks.ofRef(aRef())).length).toBe(1)
  },

  '[4] finish deletes exactly the marks named, inserts those given, and ends the hiding': async ({
    store,
    expect,
  }) => {
    await store.marks.insert([aMark(), aMark(), aMark(aRef('a2'))])
    const claim = await takeTurn(store, aRef())
    await store.marks.insert([aMark(aRef(), { lane: 'pull' })])
    const [kept, ...named] = claim.marks.map(mark => mark.id)
    const retry = aMark(aRef(), { userId: 'u1', cause: 'server', attempts: 1, delayMs: LONG_MS })
    expect(await store.claims.finish(claim, { deleteMarks: named, addMarks: [retry] })).toEqual({
      more: true,
    })
    const left = await store.marks.ofRef(aRef())
    expect(left.length).toBe(3)
    expect(left.some(mark => mark.id === kept)).toBe(true)
    expect(left.some(mark => mark.lane === 'pull')).toBe(true)
    const added = must(
      left.find(mark => mark.cause === 'server'),
      'the mark that was given',
    )
    expect([added.userId, added.attempts, claim.marks.some(mark => mark.id === added.id)]).toEqual([
      'u1',
      1,
      false,
    ])
    expect(added.dueAt).toBeGreaterThan(claim.now + LONG_MS - 1)
    expect((await store.marks.ofRef(aRef('a2'))).length).toBe(1)
    const next = must(await store.claims.claim(aRef(), HOLD), 'the next turn')
    expect(next.fence).toBeGreaterThan(claim.fence)
  },

  '[4] finish says whether a due mark is left': async ({ store, expect }) => {
    const only = await takeTurn(store, aRef())
    expect(await endTurn(store, only)).toEqual({ more: false })
    const delayed = await takeTurn(store, aRef())
    const deleteMarks = delayed.marks.map(mark => mark.id)
    const late = [aMark(aRef(), { delayMs: LONG_MS })]
    expect(await store.claims.finish(delayed, { deleteMarks, addMarks: late })).toEqual({ more: false })
    const kept = await takeTurn(store, aRef())
    expect(await store.claims.finish(kept, { deleteMarks: [], addMarks: [] })).toEqual({ more: true })
  },
}
