import { must, race } from '../helpers.ts'
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

export const takeOverCases: Cases<StateHarness> = {
  '[1] a crash after the claim costs the time it hides: then it is taken over with the same marks': async ({
    store,
    other,
    expect,
    advance,
  }) => {
    const abandoned = await takeTurn(store, aRef(), SHORT_MS)
    await advance(SHORT_MS + 20)
    const claims = await race(20, index => (index % 2 ? store : other).claims.claim(aRef(), HOLD))
    const won = claims.filter(claim => claim !== undefined)
    expect(won.length).toBe(1)
    const next = must(won[0], 'the claim that took over')
    expect(next.fence).toBeGreaterThan(abandoned.fence)
    expect(next.marks).toEqual(abandoned.marks)
  },

  '[1] a crash after an intent leaves it open for whoever takes over': async ({
    store,
    other,
    expect,
    advance,
  }) => {
    const connection = await connect(store, anAccount())
    const abandoned = await takeTurn(store, aRef(), SHORT_MS)
    const set = someLink({ event: 'none', status: 'pending' })
    const link = await writeLink(
      store,
      abandoned,
      firstWrite(connection, { set, intent: { kind: 'insert' } }),
    )
    await advance(SHORT_MS + 20)
    const next = must(await other.claims.claim(aRef(), HOLD), 'the claim that took over')
    expect(next.links).toEqual([link])
    expect(next.links[0]?.intents[0]?.number).toBe(link.version)
  },

  '[3] renew answers null to one whose turn was taken over, and does not hide': async ({
    store,
    other,
    expect,
    advance,
  }) => {
    const zombie = await takeTurn(store, aRef(), SHORT_MS)
    await advance(SHORT_MS + 20)
    const next = must(await other.claims.claim(aRef(), HOLD), 'the claim that took over')
    expect(await store.claims.renew(zombie, { ...HOLD, seen: [] })).toBe(null)
    expect(await other.claims.finish(next, { deleteMarks: [], addMarks: [] })).toEqual({ more: true })
    expect(await store.claims.renew(zombie, { ...HOLD, seen: [] })).toBe(null)
    expect((await store.marks.dueRefs({ limit: 10 })).length).toBe(1)
  },

  '[4] finish answers null to one whose turn was taken over, and changes nothing': async ({
    store,
    other,
    expect,
    advance,
  }) => {
    const zombie = await takeTurn(store, aRef(), SHORT_MS)
    await advance(SHORT_MS + 20)
    const next = must(await other.claims.claim(aRef(), HOLD), 'the claim that took over')
    const outcome = { deleteMarks: zombie.marks.map(mark => mark.id), addMarks: [aMark(aRef('a2')), aMark()] }
    expect(await store.claims.finish(zombie, outcome)).toBe(null)
    expect(await store.marks.ofRef(aRef())).toEqual(next.marks)
    expect(await store.marks.ofRef(aRef('a2'))).toEqual([])
    expect(await store.claims.claim(aRef(), HOLD)).toBe(undefined)
    expect(await endTurn(other, next)).toEqual({ more: false })
    expect(await store.claims.finish(zombie, outcome)).toBe(null)
    expect(await store.marks.ofRef(aRef())).toEqual([])
  },

  '[4] a fence that was never given out is refused': async ({ store, expect }) => {
    const claim = await takeTurn(store, aRef())
    const elsewhere = await takeTurn(store, aRef('a2'))
    const forged = [
      { ref: aRef(), fence: claim.fence + 1 },
      { ref: aRef(), fence: elsewhere.fence },
      { ref: aRef('a3'), fence: claim.fence },
      { ref: aRef('a1', 'w2'), fence: claim.fence },
    ]
    for (const key of forged) {
      expect(await store.claims.renew(key, { ...HOLD, seen: [] })).toBe(null)
      expect(await store.claims.finish(key, { deleteMarks: [], addMarks: [aMark(key.ref)] })).toBe(null)
    }
    expect((await store.marks.ofRef(aRef())).length).toBe(1)
    expect(await store.marks.ofRef(aRef('a3'))).toEqual([])
  },

  '[5] a claim whose hiding ran out is good until another claim raises the fence': async ({
    store,
    other,
    expect,
    advance,
  }) => {
    const connection = await connect(store, anAccount())
    const slow = await takeTurn(store, aRef(), SHORT_MS)
    await advance(SHORT_MS + 20)
    const link = await writeLink(store, slow, firstWrite(connection))
    const seen = slow.marks.map(mark => mark.id)
    expect(await store.claims.renew(slow, { holdMs: SHORT_MS, seen })).toEqual({ newMarks: false })
    await advance(SHORT_MS + 20)
    expect(await endTurn(store, slow)).toEqual({ more: false })
    const next = await takeTurn(other, aRef())
    const again = { ...firstWrite(connection), expectedVersion: link.version }
    expect(await store.links.write(slow, again)).toEqual({ ok: false, reason: 'fence' })
    expect(await store.links.remove(slow, again)).toEqual({ ok: false, reason: 'fence' })
    expect(await store.links.ofRef(aRef())).toEqual(next.links)
  },

  '[2] after an erasure a claim of before is refused and fences go on growing': async ({ store, expect }) => {
    const before = await takeTurn(store, aRef())
    await store.erase({ workspaceId: 'w1' })
    expect(await store.claims.finish(before, { deleteMarks: [], addMarks: [aMark()] })).toBe(null)
    const after = await takeTurn(store, aRef())
    expect(after.fence).toBeGreaterThan(before.fence)
    expect(await store.claims.finish(before, { deleteMarks: [], addMarks: [aMark()] })).toBe(null)
    expect(await store.claims.renew(before, { ...HOLD, seen: [] })).toBe(null)
    expect((await store.marks.ofRef(aRef())).length).toBe(1)
  },
}
