import { describe, expect, it } from 'vitest'
import {
  appointment,
  connectedKit,
  DANA,
  DAY,
  dana,
  fill,
  HOUR,
  MINUTE,
  refOf,
  SECOND,
} from './support-rules.ts'

/** Found by reading the engine again, each tried by hand before it was mended. */
describe('what a second reading found', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('The flags are not there yet.')
      },
    ],
    ['answers a promise', () => Promise.resolve(true) as unknown as boolean],
  ])('a switch that %s counts as off, and the loop goes on', async (_, broken) => {
    let enabled = () => true
    const kit = await connectedKit({ sync: { enabled: () => enabled() } })
    await kit.run(() => kit.sync.start())
    enabled = broken
    await kit.runtime.clock.advance(10 * SECOND)
    kit.book.put(refOf('a1'), appointment())
    await kit.sync.appointmentChanged(refOf('a1'))
    await kit.runtime.clock.advance(MINUTE)
    expect(kit.events(DANA)).toEqual([])
    enabled = () => true
    await kit.runtime.clock.advance(MINUTE)
    expect(kit.events(DANA)).toHaveLength(1)
    await kit.run(() => kit.sync.stop())
  })

  it('D4: an account that is forgotten under a pass is revoked, and keeps its events', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 10)
    const changes = kit.book.changes.bind(kit.book)
    Object.assign(kit.book, {
      changes: async (query: Parameters<typeof changes>[0]) => {
        await kit.runtime.clock.sleep(30 * SECOND)
        return changes(query)
      },
    })
    await kit.run(() => kit.sync.start())
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.runtime.clock.advance(2 * SECOND)
    for (const ref of refs) kit.book.delete(ref)
    const forgotten = await kit.run(() => kit.sync.forgetAccount(dana))
    expect(forgotten).toEqual({ status: 'disconnected', revocation: 'revoked' })
    await kit.runtime.clock.advance(HOUR)
    expect(kit.events(DANA)).toHaveLength(10)
    await kit.run(() => kit.sync.stop())
  })

  it('D4: a delete that Google refuses leaves one event behind and not the calendar', async () => {
    const kit = await connectedKit()
    await fill(kit, 60)
    kit.google.control.fault({
      fault: 'forbiddenForNonOrganizer',
      times: 1,
      match: { method: 'events.delete' },
    })
    await kit.run(() => kit.sync.disconnect(dana, { events: 'remove' }))
    await kit.settle()
    await kit.runtime.clock.advance(DAY)
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(1)
    expect(kit.audits.at(-1)).toMatchObject({ details: { removed: 59, leftBehind: true } })
  })

  it('C5: discard keeps what this mass change found, and nothing of days ago', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 60)
    const repair = async (moved: typeof refs, start: string) => {
      for (const ref of moved) kit.book.change(ref, { start })
      await kit.run(() => kit.sync.syncNow(dana))
      await kit.settle()
    }
    await repair(refs.slice(0, 15), '2026-12-01T14:00')
    await kit.runtime.clock.advance(3 * DAY)
    await repair(refs.slice(15, 45), '2026-12-02T14:00')
    const { massChange } = await kit.sync.status(dana)
    await kit.run(() => kit.sync.decideMassChange(dana, massChange?.id ?? '', 'discard'))
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'active', failed: 30 })
    expect(await kit.sync.appointmentStatus(refOf('a0'))).toMatchObject([{ status: 'synced' }])
  })

  it('C3: what a release of the app mends is in step after the next repair', async () => {
    let isBroken = false
    const mapEvent = (_: unknown, draft: object) => {
      if (isBroken) throw new Error('a bug of the release')
      return draft
    }
    const kit = await connectedKit({ sync: { mapping: { mapEvent } } })
    const refs = await fill(kit, 5)
    isBroken = true
    for (const ref of refs) await kit.changed(ref)
    expect(await kit.sync.status(dana)).toMatchObject({ failed: 5 })
    isBroken = false
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ failed: 0, pending: 0 })
  })

  it('a pass that a stop cuts short is nobody’s fault', async () => {
    const kit = await connectedKit()
    await fill(kit, 3)
    kit.google.control.fault({ fault: 'serviceUnavailable', match: { method: 'events.list' }, times: 1_000 })
    await kit.run(() => kit.sync.start())
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.runtime.clock.advance(4 * SECOND)
    await kit.run(() => kit.sync.stop({ drainMs: 100 }))
    expect(kit.issues).toEqual([])
    expect((await kit.sync.status(dana)).lastError).toBeUndefined()
  })
})
