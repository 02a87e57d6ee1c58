import { describe, expect, it } from 'vitest'
import { memoryStores } from '../../../src/adapters/memory/index.ts'
import type { BudgetStore } from '../../../src/contracts/budget-store.ts'
import { systemRuntime } from '../../../src/contracts/runtime-default.ts'
import { createLimiter } from '../../../src/google/limiter.ts'
import { flush, ManualClock } from './manual-clock.ts'

const random = { bytes: (n: number) => new Uint8Array(n), float: () => 0 }
const WINDOW_MS = 60_000
const OK = { ok: true, limited: false } as const

interface Sent {
  readonly at: number
  readonly subject: string
  readonly units: number
}

/** Processes on one budget, with as many calls under way each as a worker has. */
function setup(count: number, wrap: (budgets: BudgetStore) => BudgetStore = budgets => budgets) {
  const clock = new ManualClock()
  const { budgets } = memoryStores({ runtime: { ...systemRuntime, clock } }).state
  const limiters = Array.from({ length: count }, () =>
    createLimiter({ clock, random, budgets: wrap(budgets), workers: 7 }),
  )
  const sent: Sent[] = []
  const dead = new Set<number>()
  const work = async (process: number, subject: string, units: number, calls: number) => {
    for (let call = 0; call < calls && !dead.has(process); call++) {
      const admission = await limiters[process]?.acquire({
        subject,
        write: false,
        lane: 'interactive',
        units,
      })
      if (!admission?.admitted) continue
      sent.push({ at: clock.now(), subject, units })
      await clock.sleep(50)
      if (!dead.has(process)) admission.release(OK)
    }
  }
  const used = (from: number, to: number, subject?: string) =>
    sent
      .filter(call => call.at >= from && call.at < to && (subject === undefined || call.subject === subject))
      .reduce((sum, { units }) => sum + units, 0)
  const worst = (subject?: string) => Math.max(0, ...sent.map(({ at }) => used(at, at + WINDOW_MS, subject)))
  return { clock, work, used, worst, dead, sent, start: clock.now() }
}

describe('a budget that processes share', () => {
  it("keeps one user within Google's 600 units a minute from four processes, and uses 95 % of them", async () => {
    const { clock, work, used, worst, start } = setup(4)
    for (let process = 0; process < 4; process++) {
      for (let lane = 0; lane < 4; lane++) void work(process, 'u', lane % 2 ? 3 : 1, 10_000)
    }
    for (let second = 0; second < 300; second++) await clock.advance(1_000)
    expect(worst()).toBeLessThanOrEqual(600)
    expect(used(start + 120_000, start + 300_000)).toBeGreaterThan(0.95 * 3 * 600)
  })

  it('leaves to one process what the others do not use', async () => {
    const { clock, work, used, start } = setup(4)
    for (let lane = 0; lane < 4; lane++) void work(0, 'u', 1, 10_000)
    for (let second = 0; second < 180; second++) await clock.advance(1_000)
    expect(used(start + 60_000, start + 180_000)).toBeGreaterThan(0.95 * 2 * 600)
  })

  it('keeps all users together within the limit of the project', async () => {
    const { clock, work, worst } = setup(3)
    for (let user = 0; user < 60; user++) void work(user % 3, `u${user}`, 3, 10_000)
    for (let second = 0; second < 70; second++) await clock.advance(1_000)
    expect(worst()).toBeLessThanOrEqual(10_000)
    expect(worst()).toBeGreaterThan(9_500)
  }, 60_000)

  it('takes back the share of a process that died, and never before its calls have stopped counting', async () => {
    const { clock, work, used, worst, dead } = setup(2)
    for (let lane = 0; lane < 4; lane++) void work(0, 'u', 1, 10_000)
    for (let second = 0; second < 90; second++) await clock.advance(1_000)
    dead.add(0)
    for (let lane = 0; lane < 4; lane++) void work(1, 'u', 1, 10_000)
    for (let second = 0; second < 240; second++) await clock.advance(1_000)
    expect(worst()).toBeLessThanOrEqual(600)
    const now = clock.now()
    expect(used(now - 60_000, now)).toBeGreaterThan(0.95 * 600)
  })

  it('asks the store about once a second, not for each call', async () => {
    let takes = 0
    const { clock, work, sent } = setup(1, budgets => ({
      take: (...args) => {
        takes++
        return budgets.take(...args)
      },
      settle: (...args) => budgets.settle(...args),
    }))
    for (let lane = 0; lane < 4; lane++) void work(0, 'u', 1, 10_000)
    for (let second = 0; second < 120; second++) await clock.advance(1_000)
    expect(sent.length).toBeGreaterThan(1_000)
    expect(takes).toBeLessThan(sent.length / 3)
  })

  it('spends nothing while the store does not answer, and goes on when it does', async () => {
    let isAway = true
    const { clock, work, sent } = setup(1, budgets => ({
      take: async (...args) => {
        if (isAway) throw new Error('away')
        return budgets.take(...args)
      },
      settle: (...args) => budgets.settle(...args),
    }))
    void work(0, 'u', 1, 5)
    await clock.advance(10_000)
    expect(sent).toEqual([])
    isAway = false
    await clock.advance(2_000)
    await flush()
    expect(sent).toHaveLength(5)
  })
})
