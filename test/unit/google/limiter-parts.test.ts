import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FIRST_RATE,
  FLOOR_RATE,
  FREE_RATE,
  PACE_MEMORY_MS,
  Pacer,
} from '../../../src/google/limiter/pacer.ts'
import { SlidingWindow } from '../../../src/google/limiter/sliding-window.ts'
import { type Sleeper, WakeHeap } from '../../../src/google/limiter/wake-heap.ts'

describe('pacer', () => {
  it('halves down to the floor, and grows by steps until it is free', () => {
    const pacer = new Pacer()
    const rates = [FIRST_RATE, 1, 0.5, 0.25, FLOOR_RATE, FLOOR_RATE]
    for (const rate of rates) {
      pacer.limited(0)
      expect(pacer.rate).toBe(rate)
    }
    expect(pacer.readyAt(0)).toBe(1000 / FLOOR_RATE)
    let successes = 0
    for (; pacer.rate !== undefined; successes++) pacer.succeeded()
    expect(successes).toBeGreaterThan(FREE_RATE / 0.2)
    expect(pacer.readyAt(0)).toBe(0)
  })

  it('spaces starts, and forgets a calendar that is left alone', () => {
    const pacer = new Pacer()
    pacer.limited(0)
    expect(pacer.readyAt(500)).toBe(500)
    pacer.started(500)
    expect(pacer.readyAt(500)).toBe(1000)
    expect(pacer.isForgettable(500 + PACE_MEMORY_MS)).toBe(false)
    expect(pacer.isForgettable(501 + PACE_MEMORY_MS)).toBe(true)
  })

  it('waits no longer than one step after the clock was set back', () => {
    const pacer = new Pacer()
    pacer.limited(1_000_000)
    expect(pacer.readyAt(0)).toBe(1000 / FIRST_RATE)
  })
})

describe('sliding window', () => {
  it('agrees with a plain count', () => {
    const step = fc.record({ units: fc.integer({ min: 1, max: 3 }), after: fc.nat(400), open: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), steps => {
        const window = new SlidingWindow(1000)
        const settled: { at: number; units: number }[] = []
        let open = 0
        let now = 0
        for (const { units, after, open: stays } of steps) {
          now += after
          const settle = window.reserve(units)
          if (stays) open += units
          else {
            settle(now)
            settled.push({ at: now, units })
          }
          const used = (at: number) =>
            settled.reduce((sum, entry) => (entry.at + 1000 > at ? sum + entry.units : sum), open)
          const fits = window.fitsAt(1, 20, now)
          if (open + 1 > 20) expect(fits).toBe(Number.POSITIVE_INFINITY)
          else {
            expect(used(fits) + 1).toBeLessThanOrEqual(20)
            if (fits > now) expect(used(fits - 1) + 1).toBeGreaterThan(20)
          }
        }
      }),
    )
  })
})

describe('wake heap', () => {
  it('always has the next to wake in front', () => {
    const action = fc.record({ who: fc.nat(20), wakeAt: fc.nat(50), remove: fc.boolean() })
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), actions => {
        const heap = new WakeHeap<Sleeper>()
        const sleepers = Array.from({ length: 21 }, () => ({ wakeAt: 0, heapIndex: -1 }))
        const inside = new Set<Sleeper>()
        for (const { who, wakeAt, remove } of actions) {
          const sleeper = sleepers[who]
          if (sleeper === undefined) continue
          if (remove) {
            heap.remove(sleeper)
            inside.delete(sleeper)
          } else {
            heap.set(sleeper, wakeAt)
            inside.add(sleeper)
          }
          const least = Math.min(...[...inside].map(item => item.wakeAt))
          expect(heap.first?.wakeAt ?? Number.POSITIVE_INFINITY).toBe(least)
        }
      }),
    )
  })
})
