import { expect, it } from 'vitest'
import { freeSlots, laneShares, mayStart } from '../../../../src/adapters/job-queue/lanes.ts'

it('keeps a slot from bulk for pull and one from both for interactive, at any concurrency', () => {
  for (let concurrency = 1; concurrency <= 12; concurrency++) {
    const running = { interactive: 0, pull: 0, bulk: 0 }
    while (mayStart('bulk', running, concurrency)) running.bulk++
    expect(running.bulk).toBe(Math.max(1, concurrency - 2))
    expect(mayStart('pull', running, concurrency)).toBe(true)
    while (mayStart('pull', running, concurrency)) running.pull++
    expect(mayStart('interactive', running, concurrency)).toBe(true)
    while (mayStart('interactive', running, concurrency)) running.interactive++
    expect(running.interactive + running.pull + running.bulk).toBe(Math.max(3, concurrency))
  }
})

it('lets interactive work use every slot', () => {
  expect(mayStart('interactive', { interactive: 7, pull: 0, bulk: 0 }, 8)).toBe(true)
  expect(mayStart('interactive', { interactive: 8, pull: 0, bulk: 0 }, 8)).toBe(false)
})

it('fetches so many of the worst lane that has room, and never past what may start', () => {
  for (let concurrency = 1; concurrency <= 12; concurrency++) {
    const running = { interactive: 0, pull: 0, bulk: 0 }
    const lanes: string[] = []
    for (let free = freeSlots(running, concurrency); free; free = freeSlots(running, concurrency)) {
      const { lane, count } = free
      lanes.push(lane)
      for (let each = 0; each < count; each++) {
        expect(mayStart(lane, running, concurrency)).toBe(true)
        running[lane]++
      }
      expect(mayStart(lane, running, concurrency)).toBe(false)
    }
    expect(lanes).toEqual(['bulk', 'pull', 'interactive'])
    expect(running.interactive + running.pull + running.bulk).toBe(Math.max(3, concurrency))
  }
})

it('deals out each slot once, and at least one to each lane', () => {
  for (let concurrency = 1; concurrency <= 30; concurrency++) {
    const { interactive, pull, bulk } = laneShares(concurrency)
    expect(interactive + pull + bulk).toBe(Math.max(3, concurrency))
    expect(Math.min(interactive, pull, bulk)).toBeGreaterThanOrEqual(1)
    expect(interactive).toBeGreaterThanOrEqual(Math.max(pull, bulk))
  }
})
