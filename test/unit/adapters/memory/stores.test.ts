import { expect, it } from 'vitest'
import { memoryStores } from '../../../../src/adapters/memory/index.ts'
import { testRuntime } from '../../../../src/testing/virtual-time.ts'

const ref = { workspaceId: 'w1', appointmentId: 'a1' }
const mark = { ref, lane: 'interactive', origin: 'host' } as const
const HOUR_MS = 3_600_000

it('shares nothing with its callers', async () => {
  const { state } = memoryStores()
  const userIds = { workspaceId: 'w1', userId: 'u1' }
  const scopes = ['one']
  const settings = { enabled: true, includeClientNames: false, includeNotes: false, notifyClients: false }
  const fields = { status: 'active', scopes, settings, acknowledgements: [] } as const
  await state.connections.create(userIds, fields)
  scopes.push('two')
  userIds.userId = 'u2'
  const read = await state.connections.get({ workspaceId: 'w1', userId: 'u1' })
  expect(read?.scopes).toEqual(['one'])
  Object.assign(read?.settings ?? {}, { enabled: false })
  expect((await state.connections.get({ workspaceId: 'w1', userId: 'u1' }))?.settings.enabled).toBe(true)
})

it('takes no marks with a transaction that has ended, nor with one of another store', async () => {
  const stores = memoryStores()
  const ended = stores.beginTransaction()
  await ended.commit()
  const refused = { code: 'transaction-unsupported' }
  await expect(stores.state.marks.insert([mark], { transaction: ended })).rejects.toMatchObject(refused)
  await expect(ended.rollback()).rejects.toMatchObject(refused)
  const foreign = memoryStores().beginTransaction()
  await expect(stores.state.marks.insert([mark], { transaction: foreign })).rejects.toMatchObject(refused)
  expect(await stores.state.marks.ofRef(ref)).toEqual([])
})

it('forgets the turns of refs long gone, whose claims are refused all the same', async () => {
  const runtime = testRuntime()
  const { state } = memoryStores({ runtime })
  await state.marks.insert([mark])
  const old = await state.claims.claim(ref, { holdMs: 1 })
  if (!old) throw new Error('no claim')
  await state.claims.finish(old, { deleteMarks: old.marks.map(({ id }) => id), addMarks: [] })
  await runtime.clock.advance(25 * HOUR_MS)
  for (let index = 0; index < 3; index++) {
    const other = { workspaceId: 'w1', appointmentId: `b${index}` }
    await state.marks.insert([{ ...mark, ref: other }])
    await state.claims.claim(other, { holdMs: 1 })
  }
  expect(await state.claims.renew(old, { holdMs: 1, seen: [] })).toBe(null)
  await state.marks.insert([mark])
  const fresh = await state.claims.claim(ref, { holdMs: 1 })
  expect(fresh?.fence).toBeGreaterThan(old.fence)
})

it('refuses a cursor it never gave out', async () => {
  const { state } = memoryStores()
  const call = state.links.page({ workspaceId: 'w1', userId: 'u1' }, { limit: 5, after: 'elsewhere' })
  await expect(call).rejects.toMatchObject({ code: 'argument-invalid' })
})
