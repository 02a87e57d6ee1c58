import { expect, it } from 'vitest'
import { OrderedIndex } from '../../../../src/adapters/memory/ordered-index.ts'

interface Row {
  readonly at: number
}

const byAt = (a: Row, b: Row) => a.at - b.at

it('keeps the order of a sorted array through many additions and deletions', () => {
  const index = new OrderedIndex<Row, Row>(byAt)
  const rows = new Map<number, Row>()
  let state = 7
  for (let step = 0; step < 20_000; step++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    const at = state % 3_000
    const held = rows.get(at)
    if (held) {
      index.delete(held)
      rows.delete(at)
    } else {
      const row = { at }
      rows.set(at, row)
      index.add(row)
    }
  }
  const expected = [...rows.keys()].sort((a, b) => a - b)
  expect([...index.after()].map(row => row.at)).toEqual(expected)
  expect(index.size).toBe(expected.length)
  for (const at of [-1, 0, 1, 1_499, 2_999, 5_000]) {
    expect([...index.after({ at })].map(row => row.at)).toEqual(expected.filter(value => value > at))
  }
  for (const row of rows.values()) index.delete(row)
  expect([...index.after()]).toEqual([])
})

it('leaves the rest alone when asked to delete what it does not hold', () => {
  const index = new OrderedIndex<Row, Row>(byAt)
  index.delete({ at: 1 })
  index.add({ at: 1 })
  index.delete({ at: 1 })
  expect(index.size).toBe(1)
})
