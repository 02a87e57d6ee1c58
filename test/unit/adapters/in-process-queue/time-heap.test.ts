import { expect, it } from 'vitest'
import { TimeHeap } from '../../../../src/adapters/in-process-queue/time-heap.ts'
import { seededRandom } from '../../../../src/testing/virtual-time.ts'

it('gives back the earliest first, and equal times in the order they came', () => {
  const { float } = seededRandom(5)
  const heap = new TimeHeap<{ at: number; order: number }>()
  const items = Array.from({ length: 2_000 }, (_, order) => ({ at: Math.floor(float() * 50), order }))
  for (const item of items) heap.push(item)
  const taken = []
  for (let item = heap.pop(); item; item = heap.pop()) taken.push(item)
  expect(taken).toEqual([...items].sort((a, b) => a.at - b.at || a.order - b.order))
  expect(heap.peek()).toBe(undefined)
})
