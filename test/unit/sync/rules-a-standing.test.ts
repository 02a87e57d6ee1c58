import { describe, expect, it } from 'vitest'
import type { TestKit } from '../../../src/testing/index.ts'
import {
  appointment,
  connectedKit,
  DANA,
  DAY,
  dana,
  fill,
  issueCodes,
  linkOf,
  MINUTE,
  marksOf,
  methods,
  refOf,
  statusOf,
  twoUsers,
  YAEL,
} from './support-rules.ts'

const known = refOf('a0')
const fresh = refOf('new')

/** What A6 asks while an account cannot be written: no request, no waiting mark, the link behind. */
async function expectNothingWaits(kit: TestKit): Promise<void> {
  kit.takeRequests()
  kit.book.change(known, { location: 'edited meanwhile' })
  kit.book.put(fresh, appointment({ location: 'made meanwhile' }))
  await kit.changed(known)
  await kit.changed(fresh)
  expect(kit.takeRequests()).toEqual([])
  expect(await marksOf(kit, known)).toEqual([])
  expect(await marksOf(kit, fresh)).toEqual([])
  expect(await linkOf(kit, known)).toMatchObject({ behind: true, event: 'live' })
}

async function expectInStep(kit: TestKit): Promise<void> {
  const locations = kit.events(DANA).map(event => event.location)
  expect(locations.sort()).toEqual(['edited meanwhile', 'made meanwhile'])
  expect(await linkOf(kit, known)).toMatchObject({ behind: false, status: 'synced' })
  expect(await linkOf(kit, fresh)).toMatchObject({ behind: false, status: 'synced' })
}

describe('A6: a mark never waits on an account that cannot be written', () => {
  it('A6: needs_reauth, by a revoked grant; connecting again repairs', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    kit.google.control.revokeGrant(DANA)
    kit.book.change(known, { location: 'first' })
    await kit.changed(known)
    expect(methods(kit)).toEqual(['events.patch'])
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'needs_reauth', cause: 'invalid_grant' })
    expect(await marksOf(kit, known)).toEqual([])
    expect(await linkOf(kit, known)).toMatchObject({ behind: true, event: 'live' })
    await expectNothingWaits(kit)
    expect(await statusOf(kit, known)).toMatchObject({ status: 'pending', cause: 'invalid_grant' })
    expect((await kit.connect(dana, DANA)).kind).toBe('connected')
    await kit.settle()
    await expectInStep(kit)
    expect(kit.issues).toEqual([{ code: 'needs-reauth', account: dana, cause: 'invalid_grant' }])
  })

  it('A6: disabled by its user; switching it on again repairs', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    await kit.run(() => kit.sync.updateSettings(dana, { enabled: false }))
    await kit.settle()
    await expectNothingWaits(kit)
    expect((await statusOf(kit, known))?.status).toBe('disabled')
    await kit.run(() => kit.sync.updateSettings(dana, { enabled: true }))
    await kit.settle()
    await expectInStep(kit)
    expect(kit.issues).toEqual([])
  })

  it('A6: limited, by a scope taken back; consenting repairs', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    kit.google.control.fault({ fault: 'insufficientPermissions', match: { method: 'events.patch' } })
    kit.book.change(known, { location: 'first' })
    await kit.changed(known)
    expect((await kit.sync.status(dana)).status).toBe('limited')
    await expectNothingWaits(kit)
    expect((await kit.connect(dana, DANA)).kind).toBe('connected')
    await kit.settle()
    await expectInStep(kit)
  })

  it('A6: connecting, left by a crash: it is finished when due, and repairs', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    const { connections } = kit.stores.state
    const before = await connections.get(dana)
    const dueAt = kit.runtime.clock.now() + 2 * MINUTE
    await connections.update(dana, before?.revision ?? 0, {
      set: { status: 'connecting', cause: 'again', dueAt },
    })
    await expectNothingWaits(kit)
    await kit.runtime.clock.advance(2 * MINUTE)
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'active' })
    await expectInStep(kit)
  })

  it('A6: error, by a lost calendar; finding it again repairs', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    kit.google.control.fault({ fault: 'notFound', times: 'always' })
    kit.book.change(known, { location: 'first' })
    await kit.changed(known)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'error', cause: 'calendar-gone' })
    await expectNothingWaits(kit)
    kit.google.control.clearFaults()
    await kit.runtime.clock.advance(7 * MINUTE)
    await kit.settle()
    await expectInStep(kit)
    expect(kit.google.control.readCalendar(DANA).events).toHaveLength(2)
  })

  it('A6: paused by the mass-change guard; deciding repairs', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 4)
    for (const ref of refs) kit.book.delete(ref)
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    const { massChange } = await kit.sync.status(dana)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'paused', cause: 'mass-change' })
    for (const ref of refs) kit.book.put(ref, appointment())
    await expectNothingWaits(kit)
    expect(kit.events(DANA)).toHaveLength(4)
    await kit.run(() => kit.sync.decideMassChange(dana, massChange?.id ?? '', 'apply'))
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(5)
    expect(await linkOf(kit, known)).toMatchObject({ behind: false, status: 'synced' })
  })

  it('A6: a delete while the account cannot be written is done by the repair', async () => {
    const kit = await connectedKit()
    await fill(kit, 5)
    await kit.run(() => kit.sync.updateSettings(dana, { enabled: false }))
    await kit.settle()
    kit.book.delete(known)
    await kit.changed(known)
    expect(kit.takeRequests()).toEqual([])
    await kit.run(() => kit.sync.updateSettings(dana, { enabled: true }))
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(4)
    expect((await kit.sync.status(dana)).status).toBe('active')
  })

  it('A6: re-assigned away from a dead grant is reported once, and done after connecting again', async () => {
    const kit = await twoUsers()
    await fill(kit, 1)
    kit.google.control.revokeGrant(DANA)
    kit.book.change(known, { userIds: ['yael'] })
    await kit.changed(known)
    const stuck = { code: 'cannot-remove', account: dana, ref: known }
    expect(kit.issues.filter(issue => issue.code === 'cannot-remove')).toEqual([stuck])
    expect(kit.events(YAEL)).toHaveLength(1)
    expect(await marksOf(kit, known)).toEqual([])
    for (let i = 0; i < 3; i++) {
      kit.book.change(known, { location: `edit ${i}` })
      await kit.changed(known)
    }
    expect(issueCodes(kit).filter(code => code === 'cannot-remove')).toHaveLength(1)
    expect((await statusOf(kit, known))?.notes).toContain('cannot-remove')
    await kit.connect(dana, DANA)
    await kit.settle()
    expect(kit.events(DANA)).toEqual([])
    expect(kit.events(YAEL)).toMatchObject([{ location: 'edit 2' }])
  })

  it('A6: a grant known to be dead: the re-assignment is reported once too', async () => {
    const kit = await twoUsers()
    await fill(kit, 2)
    kit.google.control.revokeGrant(DANA)
    await kit.changed(refOf('a1'))
    kit.book.change(refOf('a1'), { location: 'finds it dead' })
    await kit.changed(refOf('a1'))
    expect((await kit.sync.status(dana)).status).toBe('needs_reauth')
    for (const userIds of [['yael'], ['yael'], []]) {
      kit.book.change(known, { userIds })
      await kit.changed(known)
    }
    expect(issueCodes(kit).filter(code => code === 'cannot-remove')).toHaveLength(1)
  })

  it('A6: a pause with a known end keeps the mark, due at that end', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    kit.google.control.freezeWrites(DANA, DAY)
    kit.book.change(known, { location: 'later' })
    await kit.changed(known)
    const marks = await marksOf(kit, known)
    const { quotaPausedUntil } = await kit.sync.status(dana)
    expect(marks).toMatchObject([{ cause: 'paused', attempts: 0 }])
    expect(quotaPausedUntil).toBeDefined()
    expect(Math.abs((marks[0]?.dueAt ?? 0) - (quotaPausedUntil ?? 0))).toBeLessThanOrEqual(1_000)
  })
})
