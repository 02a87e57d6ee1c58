import type { Finding } from '../../../contracts/finding-store.ts'
import type { SyncStateStore } from '../../../contracts/state-store.ts'
import { allPages, race, sorted } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { anAccount, aRef } from '../samples.ts'
import { LONG_MS, SHORT_MS, type StateHarness } from './harness.ts'

const removal = (id: string): Finding => ({ ref: aRef(id), kind: 'removal' })
const move = (id: string): Finding => ({ ref: aRef(id), kind: 'move' })

const listed = (store: SyncStateStore, limit = 100, account = anAccount()) =>
  allPages(
    after => store.findings.list(account, { limit, ...(after === undefined ? {} : { after }) }),
    page => page.findings,
    limit,
  )

const names = (findings: readonly Finding[]) =>
  sorted(findings.map(({ ref, kind }) => `${ref.appointmentId} ${kind}`))

export const findingCases: Cases<StateHarness> = {
  '[1] one finding for each account and ref, however often it is added': async ({ store, other, expect }) => {
    const { findings } = store
    await findings.add(anAccount(), [removal('a1'), removal('a2'), move('a3')])
    await other.findings.add(anAccount(), [removal('a1')])
    await race(20, index => (index % 2 ? store : other).findings.add(anAccount(), [removal('a2')]))
    await findings.add(anAccount('u2'), [removal('a1')])
    await findings.add(anAccount(), [])
    expect(await findings.count(anAccount(), LONG_MS)).toEqual({ removals: 2, moves: 1 })
    expect(await other.findings.count(anAccount('u2'), LONG_MS)).toEqual({ removals: 1, moves: 0 })
    expect(await findings.count(anAccount('u3'), LONG_MS)).toEqual({ removals: 0, moves: 0 })
  },

  '[1] adding it again refreshes its time and takes the newer kind': async ({ store, expect, advance }) => {
    const { findings } = store
    await findings.add(anAccount(), [removal('a1'), removal('a2')])
    await advance(400)
    await findings.add(anAccount(), [move('a1')])
    expect(await findings.count(anAccount(), 300)).toEqual({ removals: 0, moves: 1 })
    expect(await findings.count(anAccount(), LONG_MS)).toEqual({ removals: 1, moves: 1 })
  },

  '[2] count leaves out what is older, and counts removals and moves apart': async ({
    store,
    expect,
    advance,
  }) => {
    const { findings } = store
    await findings.add(anAccount(), [removal('a1'), move('a2'), move('a3')])
    expect(await findings.count(anAccount(), LONG_MS)).toEqual({ removals: 1, moves: 2 })
    await advance(2 * SHORT_MS)
    expect(await findings.count(anAccount(), SHORT_MS)).toEqual({ removals: 0, moves: 0 })
    expect(await findings.count(anAccount(), LONG_MS)).toEqual({ removals: 1, moves: 2 })
  },

  '[3] list pages the findings of exactly this account, each once': async ({ store, other, expect }) => {
    const made = Array.from({ length: 10 }, (_, index) => (index % 2 ? removal : move)(`a${index}`))
    await store.findings.add(anAccount(), made)
    await store.findings.add(anAccount('u2'), [removal('theirs')])
    for (const limit of [1, 3, 5, 10, 100]) expect(names(await listed(other, limit))).toEqual(names(made))
    expect(await store.findings.list(anAccount('u3'), { limit: 5 })).toEqual({ findings: [] })
  },

  '[3] list with withinMs leaves out what is older, also from its pages': async ({
    store,
    expect,
    advance,
  }) => {
    const { findings } = store
    await findings.add(anAccount(), [removal('a1'), move('a2'), removal('a3')])
    await advance(2 * SHORT_MS)
    await findings.add(anAccount(), [removal('a2'), move('a4')])
    const within = (withinMs: number, limit: number) =>
      allPages(
        after => findings.list(anAccount(), { limit, withinMs, ...(after !== undefined && { after }) }),
        page => page.findings,
        limit,
      )
    for (const limit of [1, 3, 10]) {
      // Where time is real, the younger ones may have become old too by now.
      const young = names(await within(SHORT_MS, limit))
      expect(young.filter(name => name !== 'a2 removal' && name !== 'a4 move')).toEqual([])
      const all = names(await within(LONG_MS, limit))
      expect(all).toEqual(['a1 removal', 'a2 removal', 'a3 removal', 'a4 move'])
    }
  },

  '[3] clear forgets one ref, or all of exactly this account': async ({ store, other, expect }) => {
    await store.findings.add(anAccount(), [removal('a1'), removal('a2'), move('a3')])
    await store.findings.add(anAccount('u2'), [removal('a1')])
    await other.findings.clear(anAccount(), aRef('a1'))
    await other.findings.clear(anAccount(), aRef('never found'))
    expect(names(await listed(store))).toEqual(['a2 removal', 'a3 move'])
    await store.findings.clear(anAccount())
    expect(await listed(store)).toEqual([])
    expect(await store.findings.count(anAccount(), LONG_MS)).toEqual({ removals: 0, moves: 0 })
    expect(names(await listed(store, 10, anAccount('u2')))).toEqual(['a1 removal'])
    await store.findings.clear(anAccount())
  },
}
