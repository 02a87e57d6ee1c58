import { describe, expect, it } from 'vitest'
import type { TestKit } from '../../../src/testing/index.ts'
import {
  appointment,
  connectedKit,
  DANA,
  dana,
  fill,
  MINUTE,
  methods,
  refOf,
  SECOND,
  twoUsers,
  YAEL,
} from './support-rules.ts'

const journal = { journalSize: 20_000 }

/** The most units of any sliding minute, PATCH counted three. */
function busiestMinute(kit: TestKit, user?: string): number {
  const calls = kit.google.control
    .requests()
    .filter(({ method, user: by }) => /^(events|calendars)\./.test(method) && (!user || by === user))
    .map(({ at, method }) => ({ at, units: method === 'events.patch' ? 3 : 1 }))
  let most = 0
  let sum = 0
  let first = 0
  for (const call of calls) {
    sum += call.units
    while ((calls[first]?.at ?? 0) <= call.at - MINUTE) sum -= calls[first++]?.units ?? 0
    most = Math.max(most, sum)
  }
  return most
}

const refused = (kit: TestKit) => kit.takeRequests().filter(({ status }) => status === 403 || status === 429)

describe('H: limits', () => {
  it('H: 700 appointments of one user, told one by one, never meet a 403', async () => {
    const kit = await connectedKit({ google: journal })
    await kit.sync.start()
    for (let i = 0; i < 700; i++) {
      kit.book.put(refOf(`h${i}`), appointment())
      await kit.sync.appointmentChanged(refOf(`h${i}`))
    }
    await kit.runtime.clock.advance(5 * MINUTE)
    expect(kit.events(DANA)).toHaveLength(700)
    expect(refused(kit)).toEqual([])
    expect(busiestMinute(kit)).toBeLessThanOrEqual(600)
    expect(busiestMinute(kit)).toBeGreaterThan(540)
    expect(kit.issues).toEqual([])
    await kit.run(() => kit.sync.stop())
  })

  it('H: a PATCH counts three', async () => {
    const kit = await connectedKit({ google: journal })
    const refs = await fill(kit, 400)
    await kit.runtime.clock.advance(2 * MINUTE)
    await kit.sync.start()
    for (const ref of refs) {
      kit.book.change(ref, { location: 'moved' })
      await kit.sync.appointmentChanged(ref)
    }
    await kit.runtime.clock.advance(59 * SECOND)
    const early = methods(kit).filter(method => method === 'events.patch').length
    expect(early).toBeLessThanOrEqual(200)
    expect(early).toBeGreaterThan(180)
    await kit.runtime.clock.advance(4 * MINUTE)
    expect(kit.events(DANA).every(event => event.location === 'moved')).toBe(true)
    expect(refused(kit)).toEqual([])
    expect(busiestMinute(kit)).toBeLessThanOrEqual(600)
    await kit.run(() => kit.sync.stop())
  })

  it('H: two workspaces of one Google account share its budget', async () => {
    const kit = await connectedKit({ google: journal })
    const second = { workspaceId: 'w2', userId: 'dana' }
    await kit.connect(second, DANA)
    for (let i = 0; i < 350; i++) {
      for (const workspaceId of ['w1', 'w2']) kit.book.put(refOf(`h${i}`, workspaceId), appointment())
    }
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.sync.start()
    await kit.runtime.clock.advance(5 * MINUTE)
    expect(kit.events(DANA)).toHaveLength(700)
    expect(refused(kit)).toEqual([])
    expect(busiestMinute(kit, DANA)).toBeLessThanOrEqual(600)
    await kit.run(() => kit.sync.stop())
  })

  it('H: a process keeps to its share of the workers', async () => {
    const kit = await connectedKit({ google: journal, sync: { workers: 4 } })
    await kit.runtime.clock.advance(2 * MINUTE)
    await kit.sync.start()
    for (let i = 0; i < 300; i++) {
      kit.book.put(refOf(`h${i}`), appointment())
      await kit.sync.appointmentChanged(refOf(`h${i}`))
    }
    await kit.runtime.clock.advance(59 * SECOND)
    const sent = methods(kit).length
    expect(sent).toBeLessThanOrEqual(150)
    expect(sent).toBeGreaterThan(130)
    await kit.run(() => kit.sync.stop())
  })

  it('H: writes to one calendar go one by one', async () => {
    const kit = await connectedKit({ google: { ...journal, latencyMs: 400 } })
    await kit.sync.start()
    for (let i = 0; i < 50; i++) {
      kit.book.put(refOf(`h${i}`), appointment())
      await kit.sync.appointmentChanged(refOf(`h${i}`))
    }
    const since = kit.runtime.clock.now()
    await kit.runtime.clock.advance(MINUTE)
    const at = kit.google.control
      .requests()
      .filter(entry => entry.method === 'events.insert' && entry.at >= since)
    expect(at).toHaveLength(50)
    for (const [i, entry] of at.entries())
      if (i > 0) expect(entry.at - (at[i - 1]?.at ?? 0)).toBeGreaterThanOrEqual(400)
    await kit.run(() => kit.sync.stop())
  })

  it("H: one tenant's backfill never delays another's edit", async () => {
    const kit = await twoUsers({ google: { ...journal, latencyMs: 50 } })
    await fill(kit, 1, { userIds: ['yael'] }, 'y')
    for (let i = 0; i < 600; i++) kit.book.put(refOf(`h${i}`), appointment())
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.sync.start()
    await kit.runtime.clock.advance(5 * SECOND)
    const done = kit.events(DANA).length
    expect(done).toBeLessThan(500)
    for (let i = 0; i < 10; i++) {
      kit.book.change(refOf('y0'), { location: `edit ${i}` })
      await kit.sync.appointmentChanged(refOf('y0'))
      await kit.runtime.clock.advance(100)
      expect(kit.events(YAEL)).toMatchObject([{ location: `edit ${i}` }])
    }
    await kit.run(() => kit.sync.stop())
  })

  it('H: a calendar that is slower than its quota is found out, and everything arrives', async () => {
    const kit = await connectedKit({
      google: { ...journal, quota: { calendarWrites: { perSecond: 2, burst: 5 } } },
    })
    await kit.sync.start()
    for (let i = 0; i < 100; i++) {
      kit.book.put(refOf(`h${i}`), appointment())
      await kit.sync.appointmentChanged(refOf(`h${i}`))
    }
    await kit.runtime.clock.advance(15 * MINUTE)
    expect(kit.events(DANA)).toHaveLength(100)
    const all = kit.takeRequests()
    const limited = all.filter(({ status }) => status === 403 || status === 429)
    expect(limited.length).toBeLessThanOrEqual(50)
    expect(kit.issues).toEqual([])
    await kit.run(() => kit.sync.stop())
  })
})
