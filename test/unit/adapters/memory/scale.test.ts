import { expect, it } from 'vitest'
import { memoryStores } from '../../../../src/adapters/memory/index.ts'
import type { NewMark } from '../../../../src/contracts/mark-store.ts'

it('drains 100,000 marks without looking at all of them each time', async () => {
  const { state } = memoryStores()
  const marks: NewMark[] = []
  for (let i = 0; i < 100_000; i++) {
    const ref = { workspaceId: 'w', appointmentId: `a${i}` }
    marks.push({ ref, lane: 'bulk', origin: 'planned', userId: `u${i % 7}` })
  }
  await state.marks.insert(marks)
  const started = performance.now()
  let drained = 0
  while (drained < 20_000) {
    const refs = await state.marks.dueRefs({ limit: 50 })
    for (const { ref } of refs) {
      const claim = await state.claims.claim(ref, { holdMs: 1_000 })
      if (!claim) continue
      await state.claims.finish(claim, { deleteMarks: claim.marks.map(mark => mark.id), addMarks: [] })
      drained++
    }
  }
  expect(await state.marks.countBulk({ workspaceId: 'w', userId: 'u0' }, 1_000_000)).toBeLessThan(14_286)
  expect(performance.now() - started).toBeLessThan(10_000)
})
