import type { BudgetAnswer } from '../../../contracts/budget-store.ts'
import { race } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { LONG_MS, type StateHarness } from './harness.ts'

/** Far more than what times may be rounded up by. */
const BRIEF_MS = 400
const ROUNDED_MS = 300

const isGrant = (answer: BudgetAnswer): answer is { readonly grant: string } => 'grant' in answer

export const budgetCases: Cases<StateHarness> = {
  '[1] grants up to the limit and no further, and says when more would fit': async ({
    store: { budgets },
    other,
    expect,
  }) => {
    expect(isGrant(await budgets.take('b', { units: 60, limit: 100, forMs: LONG_MS }))).toBe(true)
    const refused = await other.budgets.take('b', { units: 41, limit: 100, forMs: LONG_MS })
    const retryAfterMs = 'retryAfterMs' in refused ? refused.retryAfterMs : -1
    expect(retryAfterMs > LONG_MS - 60_000 && retryAfterMs <= LONG_MS + ROUNDED_MS).toBe(true)
    expect(isGrant(await other.budgets.take('b', { units: 40, limit: 100, forMs: LONG_MS }))).toBe(true)
    expect(isGrant(await budgets.take('b', { units: 1, limit: 100, forMs: LONG_MS }))).toBe(false)
    expect(isGrant(await budgets.take('b', { units: 1, limit: 101, forMs: LONG_MS }))).toBe(true)
  },

  '[1] of 20 that take at once exactly as many get it as there is room for': async ({
    store,
    other,
    expect,
  }) => {
    const answers = await race(20, index =>
      (index % 2 ? store : other).budgets.take('b', { units: 9, limit: 100, forMs: LONG_MS }),
    )
    expect(answers.filter(isGrant).length).toBe(11)
    expect(new Set(answers.filter(isGrant).map(({ grant }) => grant)).size).toBe(11)
  },

  '[1] more than the limit never fits': async ({ store: { budgets }, expect }) => {
    const answer = await budgets.take('b', { units: 5, limit: 4, forMs: LONG_MS })
    expect('retryAfterMs' in answer && answer.retryAfterMs > 0).toBe(true)
  },

  '[2] what nobody settles comes back by itself, as after a crash': async ({
    store: { budgets },
    other,
    expect,
    advance,
  }) => {
    await budgets.take('b', { units: 100, limit: 100, forMs: BRIEF_MS })
    expect(isGrant(await other.budgets.take('b', { units: 1, limit: 100, forMs: LONG_MS }))).toBe(false)
    await advance(BRIEF_MS + ROUNDED_MS)
    expect(isGrant(await other.budgets.take('b', { units: 100, limit: 100, forMs: LONG_MS }))).toBe(true)
  },

  '[3] settling frees the rest at once, and what was spent after its time': async ({
    store: { budgets },
    other,
    expect,
    advance,
  }) => {
    const first = await budgets.take('b', { units: 100, limit: 100, forMs: LONG_MS })
    if (!isGrant(first)) throw new Error('The first take was refused.')
    await budgets.settle('b', first.grant, { units: 30, forMs: BRIEF_MS })
    expect(isGrant(await other.budgets.take('b', { units: 71, limit: 100, forMs: LONG_MS }))).toBe(false)
    expect(isGrant(await other.budgets.take('b', { units: 70, limit: 100, forMs: LONG_MS }))).toBe(true)
    await advance(BRIEF_MS + ROUNDED_MS)
    expect(isGrant(await budgets.take('b', { units: 31, limit: 100, forMs: LONG_MS }))).toBe(false)
    expect(isGrant(await budgets.take('b', { units: 30, limit: 100, forMs: LONG_MS }))).toBe(true)
  },

  '[3] settling twice, late, or what was never granted changes nothing': async ({
    store: { budgets },
    expect,
    advance,
  }) => {
    const first = await budgets.take('b', { units: 50, limit: 100, forMs: LONG_MS })
    const late = await budgets.take('b', { units: 50, limit: 100, forMs: BRIEF_MS })
    if (!isGrant(first) || !isGrant(late)) throw new Error('A take was refused.')
    await budgets.settle('b', first.grant, { units: 50, forMs: LONG_MS })
    await budgets.settle('b', first.grant, { units: 0, forMs: 0 })
    await budgets.settle('b', 'none', { units: 0, forMs: 0 })
    await advance(BRIEF_MS + ROUNDED_MS)
    await budgets.settle('b', late.grant, { units: 50, forMs: LONG_MS })
    expect(isGrant(await budgets.take('b', { units: 51, limit: 100, forMs: LONG_MS }))).toBe(false)
    expect(isGrant(await budgets.take('b', { units: 50, limit: 100, forMs: LONG_MS }))).toBe(true)
  },

  '[4] budgets of other names are their own, however alike': async ({ store: { budgets }, expect }) => {
    for (const name of ['b', 'B', 'b ', 'b/', 'ḅ']) {
      expect(isGrant(await budgets.take(name, { units: 4, limit: 4, forMs: LONG_MS }))).toBe(true)
      expect(isGrant(await budgets.take(name, { units: 1, limit: 4, forMs: LONG_MS }))).toBe(false)
    }
  },
}
