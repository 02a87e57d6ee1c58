import { race } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { anAccount } from '../samples.ts'
import type { StateHarness } from './harness.ts'

export const pullHintCases: Cases<StateHarness> = {
  '[1] the first hint makes the account pending, the others find it so': async ({ store, other, expect }) => {
    expect(await store.pullHints.add(anAccount('u1'))).toBe(true)
    expect(await other.pullHints.add(anAccount('u1'))).toBe(false)
    expect(await store.pullHints.add(anAccount('u2'))).toBe(true)
    expect(await store.pullHints.add(anAccount('u1', 'w2'))).toBe(true)
    expect((await other.pullHints.due(10)).length).toBe(3)
  },

  '[1] of 20 racing hints exactly one makes it pending': async ({ store, other, expect }) => {
    const made = await race(20, index => (index % 2 ? store : other).pullHints.add(anAccount('u1')))
    expect(made.filter(Boolean).length).toBe(1)
    expect(await store.pullHints.due(10)).toEqual([anAccount('u1')])
  },

  '[2] those that wait longest come first, up to the limit': async ({ store, other, expect, advance }) => {
    for (const userId of ['u3', 'u1', 'u2']) {
      await store.pullHints.add(anAccount(userId))
      await advance(20)
    }
    // Hinting again gives no new place.
    await store.pullHints.add(anAccount('u3'))
    expect(await other.pullHints.due(10)).toEqual([anAccount('u3'), anAccount('u1'), anAccount('u2')])
    expect(await other.pullHints.due(2)).toEqual([anAccount('u3'), anAccount('u1')])
  },

  '[3] take ends it, and a hint after that stands': async ({ store, other, expect }) => {
    await store.pullHints.add(anAccount('u1'))
    await store.pullHints.add(anAccount('u2'))
    expect(await other.pullHints.take(anAccount('u1'))).toBe(true)
    expect(await store.pullHints.take(anAccount('u1'))).toBe(false)
    expect(await store.pullHints.due(10)).toEqual([anAccount('u2')])
    expect(await other.pullHints.add(anAccount('u1'))).toBe(true)
    expect((await store.pullHints.due(10)).length).toBe(2)
    expect(await store.pullHints.take(anAccount('nobody'))).toBe(false)
  },

  '[3] of 20 racing takers exactly one gets it': async ({ store, other, expect }) => {
    await store.pullHints.add(anAccount('u1'))
    const got = await race(20, index => (index % 2 ? store : other).pullHints.take(anAccount('u1')))
    expect(got.filter(Boolean).length).toBe(1)
  },

  '[3] while hints and takes race, no hint after the last take is lost': async ({ store, other, expect }) => {
    for (let round = 0; round < 10; round++) {
      await race(10, index =>
        index % 3 ? store.pullHints.add(anAccount('u1')) : other.pullHints.take(anAccount('u1')),
      )
      await store.pullHints.add(anAccount('u1'))
      expect(await other.pullHints.take(anAccount('u1'))).toBe(true)
      expect(await store.pullHints.take(anAccount('u1'))).toBe(false)
    }
  },
}
