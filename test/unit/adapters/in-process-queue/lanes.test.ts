import { expect, it } from 'vitest'
import { mayStart } from '../../../../src/adapters/in-process-queue/lanes.ts'

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
