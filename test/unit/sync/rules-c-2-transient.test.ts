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
  SECOND,
  statusOf,
  times,
  twoUsers,
  YAEL,
} from './support-rules.ts'

const ref = refOf('a0')
/** The period of the timer loop at its longest, which a mark may wait beyond its own time. */
const PERIOD = 6.25 * SECOND
const IN_RUN = [1, 2, 4, 8, 16].map(seconds => seconds * SECOND)
const OF_MARK = [
  5 * SECOND,
  25 * SECOND,
  125 * SECOND,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  6 * HOUR,
  6 * HOUR,
]

async function stop(kit: TestKit): Promise<void> {
  await kit.run(() => kit.sync.stop({ drainMs: 60 * SECOND }))
}

describe('C2: transient causes never end', () => {
  it('C2: 1, 2, 4, 8, 16 s in process, then 5, 25, 125 s, then 15 min doubling to 6 h, 25 % more or less', async () => {
    const kit = await connectedKit({ google: { journalSize: 10_000 } })
    // Nothing but the change itself: no pass comes across it.
    kit.book.changes = () => ({ refs: [] })
    await kit.sync.start()
    const since = kit.runtime.clock.now()
    kit.google.control.fault({ fault: 'serviceUnavailable', times: 'always', match: { method: 'events.*' } })
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(40 * HOUR)
    const at = times(kit, since)
    const gaps = at.slice(1).map((time, i) => time - (at[i] ?? 0))
    expect(gaps.length).toBeGreaterThanOrEqual(IN_RUN.length + OF_MARK.length)
    for (const [i, wait] of IN_RUN.entries()) {
      expect(gaps[i]).toBeGreaterThanOrEqual(wait * 0.75)
      expect(gaps[i]).toBeLessThanOrEqual(wait * 1.25)
    }
    for (const [i, wait] of OF_MARK.entries()) {
      const gap = gaps[IN_RUN.length + i]
      expect(gap).toBeGreaterThanOrEqual(wait * 0.75)
      expect(gap).toBeLessThanOrEqual(wait * 1.25 + PERIOD)
    }
    await stop(kit)
  })

  it('C2: failed and one issue after the 125 s wait, and the mark stays', async () => {
    const kit = await connectedKit()
    await kit.sync.start()
    kit.google.control.fault({ fault: 'serviceUnavailable', times: 'always', match: { method: 'events.*' } })
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    const statuses: (string | undefined)[] = []
    const noteFor = async (ms: number) => {
      await kit.runtime.clock.advance(ms)
      statuses.push((await statusOf(kit, ref))?.status)
    }
    // At the latest: 39 s in process, 12.5 s, 37.5 s, and then the wait of 125 s.
    await noteFor(20 * SECOND)
    await noteFor(70 * SECOND)
    expect(kit.issues).toEqual([])
    await noteFor(180 * SECOND)
    expect(statuses).toEqual(['pending', 'pending', 'failed'])
    const failed = { code: 'sync-failed', account: dana, ref }
    expect(kit.issues).toMatchObject([failed])
    await kit.runtime.clock.advance(3 * DAY)
    expect(issueCodes(kit).filter(code => code === 'sync-failed')).toHaveLength(1)
    expect(await marksOf(kit, ref)).toMatchObject([{ cause: 'server', origin: 'host', lane: 'interactive' }])
    expect((await kit.sync.status(dana)).status).toBe('active')
    expect(await statusOf(kit, ref)).toMatchObject({ status: 'failed', cause: 'server' })
    await stop(kit)
  })

  it('C2: after failing for days it succeeds by itself, within 6 h and a quarter', async () => {
    const kit = await connectedKit()
    await kit.sync.start()
    kit.google.control.fault({ fault: 'internalError', times: 'always', match: { method: 'events.*' } })
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(4 * DAY)
    kit.google.control.clearFaults()
    await kit.runtime.clock.advance(7.6 * HOUR)
    expect(kit.events(DANA)).toHaveLength(1)
    expect(await marksOf(kit, ref)).toEqual([])
    expect(await statusOf(kit, ref)).toMatchObject({ status: 'synced', attempts: 0 })
    await stop(kit)
  })

  it('C2: retry brings it forward', async () => {
    const kit = await connectedKit()
    await kit.sync.start()
    kit.google.control.fault({ fault: 'serviceUnavailable', times: 'always', match: { method: 'events.*' } })
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(DAY)
    kit.google.control.clearFaults()
    kit.takeRequests()
    await kit.sync.retry(ref, dana)
    await kit.runtime.clock.advance(2 * SECOND)
    expect(kit.events(DANA)).toHaveLength(1)
    expect(await marksOf(kit, ref)).toEqual([])
    expect((await statusOf(kit, ref))?.status).toBe('synced')
    expect(kit.audits).toContainEqual(expect.objectContaining({ action: 'retry-requested', account: dana }))
    await stop(kit)
  })

  it('C2: an edit of a failing appointment is sent at once, with the retries of a new change', async () => {
    const kit = await connectedKit()
    await kit.sync.start()
    kit.google.control.fault({ fault: 'serviceUnavailable', times: 'always', match: { method: 'events.*' } })
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(DAY)
    kit.google.control.clearFaults()
    kit.book.change(ref, { location: 'edited' })
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(SECOND)
    expect(kit.events(DANA)).toMatchObject([{ location: 'edited' }])
    await stop(kit)
  })

  it('C2: the first success after an outage brings network and rate marks forward', async () => {
    const kit = await connectedKit()
    await kit.sync.start()
    const { control } = kit.google
    control.fault({ fault: 'resetBeforeCommit', times: 'always', match: { user: DANA } })
    const refs = [refOf('o1'), refOf('o2'), refOf('o3')]
    for (const each of refs) {
      kit.book.put(each, appointment())
      await kit.sync.appointmentChanged(each)
    }
    await kit.runtime.clock.advance(3 * HOUR)
    for (const each of refs) expect(await marksOf(kit, each)).toMatchObject([{ cause: 'network' }])
    control.clearFaults()
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(5 * SECOND)
    expect(kit.events(DANA)).toHaveLength(4)
    for (const each of refs) expect(await marksOf(kit, each)).toEqual([])
    await stop(kit)
  })

  it("C2: an event's own repeated 5xx keeps its backoff", async () => {
    const kit = await connectedKit()
    await fill(kit, 2)
    await kit.sync.start()
    const eventId = (await linkOf(kit, ref))?.eventId ?? ''
    kit.google.control.fault({ fault: 'internalError', times: 'always', match: { eventId } })
    kit.book.change(ref, { location: 'poison' })
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(HOUR)
    const [before] = await marksOf(kit, ref)
    expect(before?.cause).toBe('server')
    kit.takeRequests()
    kit.book.change(refOf('a1'), { location: 'fine' })
    await kit.sync.appointmentChanged(refOf('a1'))
    await kit.runtime.clock.advance(5 * SECOND)
    expect(methods(kit)).toEqual(['events.patch'])
    expect(await marksOf(kit, ref)).toEqual([before])
    await stop(kit)
  })

  it.each([
    ['in process', 10, 10 * SECOND],
    ['by the mark', 300, 300 * SECOND],
  ])('C2: Retry-After is honoured, %s', async (_, retryAfter, ms) => {
    const kit = await connectedKit()
    await kit.sync.start()
    const since = kit.runtime.clock.now()
    kit.google.control.fault({ fault: 'rateLimited', retryAfter, match: { method: 'events.insert' } })
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(2 * ms + 30 * SECOND)
    const at = times(kit, since)
    expect(at).toHaveLength(2)
    expect(at[1]).toBeGreaterThanOrEqual(ms)
    expect(at[1]).toBeLessThanOrEqual(ms * 1.25 + 30 * SECOND)
    await stop(kit)
  })

  it.each(['999999999', '-5', 'tomorrow', ''])(
    'C2: a hostile Retry-After (%s) is clamped or ignored',
    async retryAfter => {
      const kit = await connectedKit()
      await kit.sync.start()
      kit.google.control.fault({ fault: 'rateLimited', retryAfter, match: { method: 'events.insert' } })
      kit.book.put(ref, appointment())
      await kit.sync.appointmentChanged(ref)
      await kit.runtime.clock.advance(1.3 * HOUR)
      expect(kit.events(DANA)).toHaveLength(1)
      await stop(kit)
    },
  )

  it("C2: one failing account does not delay another's edits", async () => {
    const kit = await twoUsers()
    const mine = await fill(kit, 40)
    const hers = await fill(kit, 1, { userIds: ['yael'] }, 'y')
    await kit.sync.start()
    kit.google.control.fault({ fault: 'serviceUnavailable', times: 'always', match: { user: DANA } })
    for (const each of mine) {
      kit.book.change(each, { location: 'stuck' })
      await kit.sync.appointmentChanged(each)
    }
    for (let i = 0; i < 20; i++) {
      kit.book.change(hers[0] ?? ref, { location: `edit ${i}` })
      await kit.sync.appointmentChanged(hers[0] ?? ref)
      await kit.runtime.clock.advance(250)
      expect(kit.events(YAEL)).toMatchObject([{ location: `edit ${i}` }])
    }
    await stop(kit)
  })

  it("C2: an account whose every answer is lost delays another's edits by no more than one lost answer", async () => {
    const kit = await twoUsers({ google: { switches: { lostAnswerAfterMs: 'never' } } })
    const mine = await fill(kit, 40)
    const [hers = ref] = await fill(kit, 1, { userIds: ['yael'] }, 'y')
    await kit.sync.start()
    kit.google.control.fault({ fault: 'timeoutBeforeCommit', times: 'always', match: { user: DANA } })
    for (const each of mine) {
      kit.book.change(each, { location: 'stuck' })
      await kit.sync.appointmentChanged(each)
    }
    await kit.runtime.clock.advance(100)
    kit.book.change(hers, { location: 'hers' })
    await kit.sync.appointmentChanged(hers)
    await kit.runtime.clock.advance(31 * SECOND)
    expect(kit.events(YAEL)).toMatchObject([{ location: 'hers' }])
    await stop(kit)
  })
})
