import { describe, expect, it } from 'vitest'
import {
  appointment,
  connectedKit,
  DANA,
  DAY,
  dana,
  fill,
  HOUR,
  issueCodes,
  MINUTE,
  refOf,
} from './support-rules.ts'

describe('C5: what the host told of is no finding', () => {
  const blocked = ['disabled', 'needs_reauth'] as const
  it.each(blocked)('C5: told while the account was %s, it happens once the account is back', async how => {
    const kit = await connectedKit()
    const refs = await fill(kit, 60)
    if (how === 'disabled') await kit.run(() => kit.sync.updateSettings(dana, { enabled: false }))
    else {
      kit.google.control.revokeGrant(DANA)
      await kit.runtime.clock.advance(2 * HOUR)
    }
    for (const ref of refs.slice(0, 25)) kit.book.delete(ref)
    for (const ref of refs.slice(25, 50)) kit.book.change(ref, { start: '2026-12-24T09:00' })
    for (const ref of refs.slice(0, 50)) await kit.sync.appointmentChanged(ref)
    await kit.settle()
    expect((await kit.sync.status(dana)).status).toBe(how)
    await kit.runtime.clock.advance(3 * DAY)
    if (how === 'disabled') await kit.run(() => kit.sync.updateSettings(dana, { enabled: true }))
    else await kit.connect(dana, DANA)
    await kit.run(() => kit.sync.start())
    await kit.runtime.clock.advance(HOUR)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'active', pending: 0, failed: 0 })
    expect(kit.events(DANA)).toHaveLength(35)
    expect(issueCodes(kit)).not.toContain('mass-change')
    await kit.run(() => kit.sync.stop())
  })

  it('C5: told and still waiting when Sync Now comes by', async () => {
    const kit = await connectedKit({ google: { latencyMs: 100 } })
    const refs = await fill(kit, 60)
    for (const ref of refs.slice(0, 25)) kit.book.delete(ref)
    for (const ref of refs.slice(25, 50)) kit.book.change(ref, { start: '2026-12-24T09:00' })
    for (const ref of refs.slice(0, 50)) await kit.sync.appointmentChanged(ref)
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.run(() => kit.sync.start())
    await kit.runtime.clock.advance(10 * MINUTE)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'active', pending: 0, failed: 0 })
    expect(kit.events(DANA)).toHaveLength(35)
    await kit.run(() => kit.sync.stop())
  })

  it('C5: what nobody told of is counted all the same after a time of being blocked', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 60)
    await kit.run(() => kit.sync.updateSettings(dana, { enabled: false }))
    for (const ref of refs.slice(0, 25)) kit.book.delete(ref)
    kit.book.put(refOf('new'), appointment())
    await kit.sync.appointmentChanged(refOf('new'))
    await kit.settle()
    await kit.run(() => kit.sync.updateSettings(dana, { enabled: true }))
    await kit.run(() => kit.sync.start())
    await kit.runtime.clock.advance(HOUR)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'paused', cause: 'mass-change' })
    expect(kit.events(DANA).length).toBeGreaterThanOrEqual(60)
    await kit.run(() => kit.sync.stop())
  })
})
