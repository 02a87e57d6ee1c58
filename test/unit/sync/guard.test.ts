import { describe, expect, it } from 'vitest'
import { guardTrips, isClear } from '../../../src/sync/guard.ts'

describe('C5: when the guard trips', () => {
  it.each([
    ['20 of 100', { removals: 20, moves: 0 }, { live: 100, others: 0 }, false],
    ['21 of 100', { removals: 11, moves: 10 }, { live: 100, others: 0 }, true],
    ['40 of 400, half done', { removals: 40, moves: 0 }, { live: 380, others: 20 }, false],
    ['41 of 400, half done', { removals: 41, moves: 0 }, { live: 380, others: 20 }, true],
    ['2 of 2', { removals: 2, moves: 0 }, { live: 2, others: 0 }, false],
    ['3 of 3', { removals: 3, moves: 0 }, { live: 3, others: 0 }, true],
    ['the last of 3', { removals: 3, moves: 0 }, { live: 1, others: 2 }, true],
    ['one of the last two of 3', { removals: 2, moves: 0 }, { live: 2, others: 1 }, false],
    ['none left to do', { removals: 3, moves: 0 }, { live: 4, others: 3 }, false],
  ])('%s', (_name, found, links, trips) => {
    expect(guardTrips(found, links)).toBe(trips)
  })

  it('is clear only when the number of removals without a live link makes no difference', () => {
    for (const live of [0, 1, 2, 3, 5, 18, 20, 22, 200, 210, 230, 1_000]) {
      for (const removals of [0, 1, 2, 3, 4, 19, 20, 21, 22, 25, 100, 110, 130]) {
        for (const moves of [0, 1, 20]) {
          const found = { removals, moves }
          const answers = Array.from({ length: removals + 1 }, (_, others) =>
            guardTrips(found, { live, others }),
          )
          if (isClear(found, live)) expect(new Set(answers).size, JSON.stringify({ found, live })).toBe(1)
        }
      }
    }
    expect(isClear({ removals: 50, moves: 0 }, 100)).toBe(true)
    expect(isClear({ removals: 5, moves: 0 }, 100)).toBe(true)
    expect(isClear({ removals: 1, moves: 0 }, 1)).toBe(false)
  })
})
