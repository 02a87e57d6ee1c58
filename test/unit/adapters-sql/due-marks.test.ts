import { describe, expect, it } from 'vitest'
import { sqliteStores } from '../../../src/adapters/sqlite/index.ts'
import { aBulkMark, aMark, aRef } from '../../../src/testing/contracts/samples.ts'
import { movedClock } from './fixtures.ts'

describe('due marks', () => {
  it('finds other refs behind thousands of marks of one', async () => {
    const stores = sqliteStores(':memory:')
    await stores.state.marks.insert(Array.from({ length: 3_000 }, () => aMark(aRef('hot'))))
    await stores.state.marks.insert([aMark(aRef('cold')), aMark(aRef('pulled'), { lane: 'pull' })])
    const due = await stores.state.marks.dueRefs({ limit: 5 })
    expect(due.map(({ ref, lane }) => [ref.appointmentId, lane])).toEqual([
      ['hot', 'interactive'],
      ['cold', 'interactive'],
      ['pulled', 'pull'],
    ])
    await stores.close()
  })

  it('gives every account its turn when there are more than asked for', async () => {
    const stores = sqliteStores(':memory:')
    const users = Array.from({ length: 10 }, (_, index) => `u${index}`)
    await stores.state.marks.insert(
      users.flatMap(user => [aBulkMark(aRef(`${user}-1`), user), aBulkMark(aRef(`${user}-2`), user)]),
    )
    const seen: string[] = []
    for (let round = 0; round < 4; round++) {
      const accounts = await stores.state.marks.dueBulkAccounts(3)
      expect(accounts.length).toBe(3)
      seen.push(...accounts.map(({ userId }) => userId))
    }
    expect(new Set(seen).size).toBe(10)
    await stores.close()
  })
})

describe('prune', () => {
  it('drops fences of refs long gone and no others, and fences go on growing', async () => {
    const { runtime, advance } = movedClock()
    const stores = sqliteStores(':memory:', { runtime })
    const { marks, claims } = stores.state
    const turn = async (id: string) => {
      await marks.insert([aMark(aRef(id))])
      const claim = await claims.claim(aRef(id), { holdMs: 1_000 })
      if (!claim) throw new Error('Expected a claim.')
      await claims.finish(claim, { deleteMarks: claim.marks.map(mark => mark.id), addMarks: [] })
      return claim
    }
    const old = await turn('gone')
    await turn('marked')
    await marks.insert([aMark(aRef('marked'))])
    advance(25 * 60 * 60 * 1_000)
    await turn('recent')
    expect(await stores.state.prune()).toBe(1)
    expect(await claims.renew(old, { holdMs: 1_000, seen: [] })).toBe(null)
    expect((await turn('gone')).fence).toBeGreaterThan(old.fence)
    await stores.close()
  })
})
