import { memoryStores } from '../../src/adapters/memory/index.ts'
import { createLimiter } from '../../src/google/limiter.ts'
import { testRuntime } from '../../src/testing/index.ts'
import type { Figure } from './figures.ts'

const PROCESSES = 4
const CAP = 600
const WINDOW_MS = 60_000
const MINUTES = 5

/** Four processes with more to do than one user's quota allows, in virtual time: what they use of it, and over it. */
export async function quotaUse(quota: 'on' | 'shared'): Promise<Figure[]> {
  const runtime = testRuntime()
  const { clock } = runtime
  const { budgets } = memoryStores({ runtime }).state
  const limiters = Array.from({ length: PROCESSES }, () =>
    createLimiter({ ...runtime, workers: PROCESSES, ...(quota === 'shared' && { budgets }) }),
  )
  const sent: { readonly at: number; readonly units: number }[] = []
  const start = clock.now()
  const end = start + MINUTES * WINDOW_MS
  for (const limiter of limiters) {
    for (const units of [1, 3, 1, 3]) void work(limiter, units)
  }
  async function work(limiter: (typeof limiters)[number], units: number): Promise<void> {
    while (clock.now() < end) {
      const admission = await limiter.acquire({ subject: 'u', write: false, lane: 'interactive', units })
      if (!admission.admitted) continue
      sent.push({ at: clock.now(), units })
      await clock.sleep(50)
      admission.release({ ok: true, limited: false })
    }
  }
  await clock.advance(MINUTES * WINDOW_MS)
  const within = (from: number) =>
    sent.filter(({ at }) => at >= from && at < from + WINDOW_MS).reduce((sum, { units }) => sum + units, 0)
  const steady = [1, 2, 3, 4].map(minute => within(start + minute * WINDOW_MS))
  const used = steady.reduce((sum, units) => sum + units, 0) / (steady.length * CAP)
  const worst = Math.max(...sent.map(({ at }) => within(at)))
  const of = quota === 'on' ? 'equal shares' : 'shared budget'
  return [
    { name: `quota used, ${of}`, value: used * 100, unit: '%', atLeast: 95, note: 'virtual time' },
    { name: `most in any minute, ${of}`, value: worst, unit: 'units', atMost: CAP, note: 'virtual time' },
  ]
}
