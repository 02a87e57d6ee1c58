import { describe, expect, it } from 'vitest'
import type { TestKit } from '../../../src/testing/index.ts'
import {
  appointment,
  connectedKit,
  DANA,
  DAY,
  dana,
  fill,
  HOUR,
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

const ref = refOf('a0')

/** One appointment of two, refused by Google once. */
async function parkedKit(): Promise<TestKit> {
  const kit = await connectedKit()
  kit.google.control.fault({ fault: 'forbidden', match: { method: 'events.insert' } })
  kit.book.put(ref, appointment({ location: 'refused' }))
  await kit.changed(ref)
  expect(methods(kit)).toEqual(['events.insert'])
  return kit
}

describe('C3: permanent causes park that appointment alone', () => {
  it('C3: refused once: failed, told once, no mark, no further request', async () => {
    const kit = await parkedKit()
    expect(kit.issues).toEqual([{ code: 'appointment-refused', account: dana, ref, cause: 'forbidden' }])
    expect(await marksOf(kit, ref)).toEqual([])
    expect(await statusOf(kit, ref)).toMatchObject({ status: 'failed', cause: 'forbidden' })
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'active', failed: 1 })
    for (let i = 0; i < 3; i++) await kit.changed(ref)
    expect(kit.takeRequests()).toEqual([])
    await kit.runtime.clock.advance(2 * DAY)
    await kit.settle()
    expect(methods(kit).filter(method => method !== 'events.list')).toEqual([])
    expect(kit.issues).toHaveLength(1)
  })

  it('C3: others go on', async () => {
    const kit = await parkedKit()
    kit.book.put(refOf('a1'), appointment())
    await kit.changed(refOf('a1'))
    expect(methods(kit)).toEqual(['events.insert'])
    expect((await statusOf(kit, refOf('a1')))?.status).toBe('synced')
  })

  it('C3: until the appointment changes', async () => {
    const kit = await parkedKit()
    kit.book.change(ref, { location: 'other' })
    await kit.changed(ref)
    expect(methods(kit)).toEqual(['events.insert'])
    expect(kit.events(DANA)).toMatchObject([{ location: 'other' }])
    const link = await linkOf(kit, ref)
    expect(link?.status).toBe('synced')
    expect(link?.problem).toBeUndefined()
  })

  it('C3: until the settings change', async () => {
    const kit = await parkedKit()
    await kit.run(() =>
      kit.sync.updateSettings(
        dana,
        { includeNotes: true },
        { acknowledgements: [{ setting: 'includeNotes', textId: 'notes-1' }] },
      ),
    )
    await kit.settle()
    expect(methods(kit).filter(method => method === 'events.insert')).toHaveLength(1)
    expect(kit.events(DANA)).toHaveLength(1)
  })

  it('C3: until the mapping changes, by the next repair', async () => {
    const kit = await parkedKit()
    const next = kit.anotherProcess({ defaultSettings: { title: 'Busy' } })
    await kit.runtime.clock.advance(2 * DAY)
    await kit.run(() => next.runDue({ maxMs: HOUR }))
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Busy' }])
  })

  it('C3: until somebody retries', async () => {
    const kit = await parkedKit()
    await kit.sync.retry(ref)
    await kit.settle()
    expect(methods(kit).filter(method => method === 'events.insert')).toHaveLength(1)
    expect(kit.events(DANA)).toMatchObject([{ location: 'refused' }])
    expect((await statusOf(kit, ref))?.status).toBe('synced')
  })

  it('C3: until it is deleted: then nothing is left', async () => {
    const kit = await parkedKit()
    kit.book.delete(ref)
    await kit.changed(ref)
    expect(kit.takeRequests().filter(request => request.status < 300)).toEqual([])
    expect(await kit.stores.state.links.ofRef(ref)).toEqual([])
  })

  it('C3: a parked update is told again when another edit is refused', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    kit.google.control.fault({ fault: 'forbiddenForNonOrganizer', times: 2 })
    for (const location of ['one', 'two']) {
      kit.book.change(ref, { location })
      await kit.changed(ref)
    }
    expect(methods(kit)).toEqual(['events.patch', 'events.patch'])
    expect(issueCodes(kit)).toEqual(['appointment-refused', 'appointment-refused'])
    expect((await statusOf(kit, ref))?.cause).toBe('forbiddenForNonOrganizer')
  })
})

describe('C4: quotaExceeded pauses that user, for an hour and growing', () => {
  it('C4: one request, then silence for an hour, and others go on', async () => {
    const kit = await twoUsers()
    const mine = await fill(kit, 10)
    const [hers = ref] = await fill(kit, 1, { userIds: ['yael'] }, 'y')
    const now = kit.runtime.clock.now()
    kit.google.control.freezeWrites(DANA, 30 * MINUTE)
    kit.book.change(ref, { location: 'first' })
    await kit.changed(ref)
    for (const each of mine) {
      kit.book.change(each, { location: 'later' })
      await kit.changed(each)
    }
    expect(methods(kit)).toEqual(['events.patch'])
    kit.book.change(hers, { location: 'hers' })
    await kit.changed(hers)
    expect(methods(kit)).toEqual(['events.patch'])
    expect(kit.events(YAEL)).toMatchObject([{ location: 'hers' }])
    expect(kit.issues).toEqual([{ code: 'quota-paused', account: dana, cause: 'quota' }])
    const { quotaPausedUntil = 0, status } = await kit.sync.status(dana)
    expect(status).toBe('active')
    expect((await statusOf(kit, ref))?.status).toBe('pending')
    expect(quotaPausedUntil - now).toBeGreaterThanOrEqual(HOUR)
    expect(quotaPausedUntil - now).toBeLessThanOrEqual(HOUR + MINUTE)
    await kit.runtime.clock.advance(quotaPausedUntil - kit.runtime.clock.now() - 1)
    await kit.settle()
    expect(methods(kit).filter(method => method === 'events.patch')).toEqual([])
    await kit.runtime.clock.advance(2_000)
    await kit.settle()
    const locations = kit.events(DANA).map(event => event.location)
    expect(locations).toEqual(mine.map(() => 'later'))
    expect((await kit.sync.status(dana)).quotaPausedUntil).toBeUndefined()
  })

  it('C4: the pause grows: 1, 2, 4, 8, 16 hours, at most a day', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    kit.google.control.freezeWrites(DANA, 30 * DAY)
    kit.book.change(ref, { location: 'stuck' })
    await kit.changed(ref)
    const pauses: number[] = []
    for (let i = 0; i < 7; i++) {
      const now = kit.runtime.clock.now()
      const { quotaPausedUntil = 0 } = await kit.sync.status(dana)
      pauses.push(Math.round((quotaPausedUntil - now) / HOUR))
      await kit.runtime.clock.advance(quotaPausedUntil - now + 2_000)
      await kit.settle()
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 24, 24])
  })

  it('C4: the limit on invitations has a breaker of its own: other writes go on', async () => {
    const kit = await connectedKit()
    await kit.run(() =>
      kit.sync.updateSettings(
        dana,
        { notifyClients: true },
        { acknowledgements: [{ setting: 'notifyClients', textId: 'mail-1' }] },
      ),
    )
    await kit.settle()
    const client = { name: 'C', email: 'client@example.org', mayBeInvited: true }
    kit.google.control.fault({ fault: 'quotaExceeded', match: { method: 'events.insert' } })
    kit.takeRequests()
    kit.book.put(ref, appointment({ client }))
    await kit.changed(ref)
    expect(methods(kit)).toEqual(['events.insert'])
    expect(kit.issues).toEqual([{ code: 'quota-paused', account: dana, cause: 'guest-quota' }])
    expect((await kit.sync.status(dana)).quotaPausedUntil).toBeUndefined()
    kit.book.put(refOf('plain'), appointment())
    await kit.changed(refOf('plain'))
    kit.book.put(refOf('invites'), appointment({ client }))
    await kit.changed(refOf('invites'))
    expect(methods(kit)).toEqual(['events.insert'])
    await kit.runtime.clock.advance(5 * HOUR)
    await kit.settle()
    expect(methods(kit).filter(method => method === 'events.insert')).toEqual([])
    await kit.runtime.clock.advance(1.1 * HOUR)
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(3)
    const invited = kit.google.control.requests().filter(({ url, status }) => {
      return status === 200 && url.includes('sendUpdates=all')
    })
    expect(invited).toHaveLength(2)
  })
})
