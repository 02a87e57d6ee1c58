import { describe, expect, it } from 'vitest'
import {
  allEvents,
  appointment,
  calls,
  connectedKit,
  DANA,
  DAY,
  dana,
  forget,
  issueCodes,
  kitWithEvent,
  linkOf,
  linksOf,
  MINUTE,
  marksOf,
  methods,
  ref,
  skip,
  statusOf,
} from './helpers-scenario.ts'

const DEDICATED = { calendar: 'dedicated' } as const

describe('B10: where the 404 comes from', () => {
  it('B10: a 404 on insert is the calendar: a state of the connection', async () => {
    const kit = await connectedKit()
    kit.google.control.fault({ fault: 'notFound', match: { method: 'events.insert' } })
    kit.google.control.fault({ fault: 'notFound', match: { method: 'events.list' }, times: 'always' })
    kit.book.put(ref(), appointment())
    await kit.changed(ref())
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'error', cause: 'calendar-gone' })
    expect(kit.issues).toEqual([{ code: 'connection-error', account: dana, cause: 'calendar-gone' }])
    expect(methods(kit).filter(method => method !== 'events.list')).toEqual(['events.insert'])
    // Nothing was written, and nothing is in doubt.
    expect((await linksOf(kit)).flatMap(({ intents }) => intents)).toEqual([])
  })

  it('B10: a 404 on patch counts as "event gone" only after the calendar answered', async () => {
    const { kit, eventId } = await kitWithEvent()
    kit.google.control.deleteEvent(DANA, eventId)
    kit.google.control.emptyBin(DANA, 'purge')
    kit.book.change(ref(), { title: 'Changed' })
    await kit.changed(ref())
    expect(calls(kit).map(({ method, status }) => [method, status])).toEqual([
      ['events.patch', 404],
      ['events.list', 200],
      ['events.insert', 200],
    ])
    expect(calls(kit)[1]?.query.get('maxResults')).toBe('1')
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Changed' }])
  })

  it('B10: a 404 on delete likewise', async () => {
    const { kit, eventId } = await kitWithEvent()
    kit.google.control.deleteEvent(DANA, eventId)
    kit.google.control.emptyBin(DANA, 'purge')
    kit.book.delete(ref())
    await kit.changed(ref())
    expect(methods(kit)).toEqual(['events.delete', 'events.list'])
    expect(await linksOf(kit)).toEqual([])
  })

  it('B10: the probe’s answer counts for 60 s', async () => {
    const kit = await connectedKit()
    for (const id of ['a1', 'a2', 'a3']) {
      kit.book.put(ref(id), appointment())
      await kit.changed(ref(id))
    }
    const ids = kit.events(DANA).map(({ id }) => String(id))
    for (const id of ids) kit.google.control.deleteEvent(DANA, id)
    kit.google.control.emptyBin(DANA, 'purge')
    forget(kit)
    kit.book.change(ref('a1'), { title: 'One' })
    await kit.changed(ref('a1'))
    kit.book.change(ref('a2'), { title: 'Two' })
    await kit.changed(ref('a2'))
    expect(methods(kit).filter(method => method === 'events.list')).toHaveLength(1)
    await kit.runtime.clock.advance(61_000)
    kit.book.change(ref('a3'), { title: 'Three' })
    await kit.changed(ref('a3'))
    expect(methods(kit).filter(method => method === 'events.list')).toHaveLength(2)
  })

  it.each(['patch', 'delete'])(
    'B10: a 404 on %s and on the probe: the calendar, and the link stays',
    async what => {
      const { kit } = await kitWithEvent()
      kit.google.control.fault({ fault: 'notFound', match: { method: 'events.*' }, times: 'always' })
      if (what === 'patch') kit.book.change(ref(), { title: 'Changed' })
      else kit.book.delete(ref())
      await kit.changed(ref())
      expect(await kit.sync.status(dana)).toMatchObject({ status: 'error', cause: 'calendar-gone' })
      expect(await linkOf(kit)).toMatchObject({ event: 'live', behind: true })
      expect(issueCodes(kit)).toEqual(['connection-error'])
      expect(await marksOf(kit)).toEqual([])
      // The calendar is back: everything is brought in step.
      kit.google.control.clearFaults()
      await skip(kit, 10 * MINUTE)
      expect(await kit.sync.status(dana)).toMatchObject({ status: 'active' })
      expect(kit.events(DANA).map(({ summary }) => summary)).toEqual(what === 'patch' ? ['Changed'] : [])
    },
  )

  it('B10: a deleted calendar with fifty appointments is one issue', async () => {
    const kit = await connectedKit()
    await kit.connect(dana, DANA, DEDICATED)
    await kit.settle()
    for (let i = 0; i < 50; i++) kit.book.put(ref(`a${i}`), appointment())
    await kit.sync.syncNow(dana)
    await kit.settle()
    const calendar = kit.google.control.calendars().find(({ summary }) => summary === 'Appointments')
    expect(kit.events(String(calendar?.id))).toHaveLength(50)
    kit.google.control.deleteCalendar(String(calendar?.id))
    forget(kit)
    for (let i = 0; i < 50; i++) {
      kit.book.change(ref(`a${i}`), { title: 'Changed' })
      await kit.run(() => kit.sync.appointmentChanged(ref(`a${i}`)))
    }
    await kit.settle()
    expect(kit.issues).toEqual([{ code: 'connection-error', account: dana, cause: 'calendar-gone' }])
    expect(methods(kit).length).toBeLessThan(20)
    expect(await statusOf(kit, ref('a7'))).toMatchObject({ status: 'pending', cause: 'calendar-gone' })
  })
})

describe('B11: the window', () => {
  it('B11: an appointment outside is not created and costs nothing', async () => {
    const kit = await connectedKit()
    kit.book.put(ref(), appointment({ start: '2026-10-20T15:00' }))
    await kit.changed(ref())
    expect(methods(kit)).toEqual([])
    expect(allEvents(kit)).toEqual([])
    expect(await statusOf(kit)).toMatchObject({ status: 'out-of-window' })
  })

  it('B11: one that ended yesterday is inside', async () => {
    const kit = await connectedKit()
    kit.book.put(ref(), appointment({ start: '2026-11-22T15:00' }))
    await kit.changed(ref())
    expect(methods(kit)).toEqual(['events.insert'])
  })

  it.each([
    ['just inside', '2026-10-24T09:30', 1],
    ['just outside', '2026-10-24T07:00', 0],
  ])('B11: thirty days back, %s', async (_name, start, count) => {
    const kit = await connectedKit()
    kit.book.put(ref(), appointment({ start }))
    await kit.changed(ref())
    expect(kit.events(DANA)).toHaveLength(count)
  })

  it('B11: window.pastDays moves it', async () => {
    const kit = await connectedKit({ sync: { window: { pastDays: 90 } } })
    kit.book.put(ref(), appointment({ start: '2026-10-01T15:00' }))
    await kit.changed(ref())
    expect(kit.events(DANA)).toHaveLength(1)
  })

  it('B11: an old series that goes on is inside', async () => {
    const kit = await connectedKit()
    kit.book.put(ref(), appointment({ start: '2026-01-05T15:00', recurrence: ['RRULE:FREQ=WEEKLY'] }))
    await kit.changed(ref())
    expect(kit.events(DANA)).toHaveLength(1)
  })

  it('B11: an old series that goes on is there after a first repair', async () => {
    const kit = await connectedKit()
    kit.book.put(ref(), appointment({ start: '2026-01-05T15:00', recurrence: ['RRULE:FREQ=WEEKLY'] }))
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.run(() => kit.sync.start())
    await kit.runtime.clock.advance(10 * MINUTE)
    expect(kit.events(DANA)).toHaveLength(1)
    await kit.run(() => kit.sync.stop())
  })

  it('B11: one already linked is kept in step outside the window', async () => {
    const { kit } = await kitWithEvent()
    await skip(kit, 60 * DAY)
    forget(kit)
    kit.book.change(ref(), { title: 'Renamed in the archive' })
    await kit.changed(ref())
    expect(methods(kit)).toEqual(['events.patch'])
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Renamed in the archive' }])
    kit.book.delete(ref())
    await kit.changed(ref())
    expect(kit.events(DANA)).toEqual([])
  })

  it('B11: moved into the window it is created, moved out of it the event moves along', async () => {
    const kit = await connectedKit()
    kit.book.put(ref(), appointment({ start: '2026-10-20T15:00' }))
    await kit.changed(ref())
    kit.book.put(ref(), appointment({ start: '2026-11-26T15:00' }))
    await kit.changed(ref())
    kit.book.put(ref(), appointment({ start: '2026-10-20T15:00' }))
    await kit.changed(ref())
    expect(methods(kit)).toEqual(['events.insert', 'events.patch'])
    expect(kit.events(DANA)).toMatchObject([{ start: { dateTime: '2026-10-20T15:00:00+02:00' } }])
    expect(await statusOf(kit)).toMatchObject({ status: 'synced' })
  })

  it('B11: deleted in doubt and re-created outside the window: not revived', async () => {
    const { kit } = await kitWithEvent()
    kit.google.control.fault({ fault: 'timeoutAfterCommit', match: { method: 'events.delete' } })
    kit.book.delete(ref())
    await kit.changed(ref())
    await skip(kit, DAY)
    kit.book.put(ref(), appointment({ start: '2026-09-20T15:00' }))
    await kit.changed(ref())
    expect(kit.events(DANA)).toEqual([])
    expect(await statusOf(kit)).toMatchObject({ status: 'out-of-window' })
  })
})

describe('fault-free: requests per change', () => {
  it('exactly 1.00 per create, update and delete; 0 for a save that changes nothing we send', async () => {
    const kit = await connectedKit()
    const refs = Array.from({ length: 40 }, (_, i) => ref(`a${i}`))
    const each = async (change: (i: number) => void): Promise<Record<string, number>> => {
      for (const [i, one] of refs.entries()) {
        change(i)
        await kit.run(() => kit.sync.appointmentChanged(one))
      }
      await kit.settle()
      const counted: Record<string, number> = {}
      for (const { method } of kit.takeRequests()) counted[method] = (counted[method] ?? 0) + 1
      return counted
    }
    expect(await each(i => kit.book.put(ref(`a${i}`), appointment({ title: `One ${i}` })))).toEqual({
      'events.insert': 40,
    })
    expect(await each(i => kit.book.change(ref(`a${i}`), { title: `Two ${i}`, location: 'Room' }))).toEqual({
      'events.patch': 40,
    })
    // Nothing of this is sent: no user but Dana, a new version, withheld notes and client.
    const unsent = { version: 'next', notes: 'private', client: { name: 'Somebody', email: 'c@example.com' } }
    expect(await each(i => kit.book.change(ref(`a${i}`), unsent))).toEqual({})
    expect(await each(() => {})).toEqual({})
    expect(await each(i => kit.book.delete(ref(`a${i}`)))).toEqual({ 'events.delete': 40 })
    expect(kit.events(DANA)).toEqual([])
    expect(kit.google.control.report().rows.every(({ status }) => status < 300)).toBe(true)
  })

  it('0 for an unchanged save after a restart, and 1 for a change', async () => {
    const { kit } = await kitWithEvent()
    const restarted = kit.anotherProcess()
    await kit.run(() => restarted.appointmentChanged(ref()))
    await kit.run(() => restarted.runDue())
    expect(methods(kit)).toEqual([])
    kit.book.change(ref(), { title: 'Changed' })
    await kit.run(() => restarted.appointmentChanged(ref()))
    await kit.run(() => restarted.runDue())
    expect(methods(kit)).toEqual(['events.patch'])
  })

  it('0 for the delete of what was never created', async () => {
    const kit = await connectedKit()
    await kit.changed(ref('never'))
    expect(methods(kit)).toEqual([])
  })
})
