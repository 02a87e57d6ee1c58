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
  linkOf,
  MINUTE,
  marksOf,
  methods,
  refOf,
  SECOND,
  statusOf,
} from './support-rules.ts'

const ref = refOf('a0')

describe('C5: an error is never a deletion', () => {
  it('C5: a source that throws deletes nothing, says so once, and is asked again', async () => {
    const kit = await connectedKit()
    await fill(kit, 3)
    const get = kit.book.get.bind(kit.book)
    kit.book.get = () => {
      throw new Error('Dana Cohen, appointment of 2026')
    }
    await kit.sync.start()
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(40 * MINUTE)
    expect(methods(kit)).toEqual([])
    expect(kit.events(DANA)).toHaveLength(3)
    expect(kit.issues).toEqual([{ code: 'source-failed', ref, cause: 'source-failed' }])
    expect(JSON.stringify([kit.issues, kit.runtime.logs])).not.toContain('Cohen')
    expect(await marksOf(kit, ref)).toHaveLength(1)
    kit.book.get = get
    kit.book.change(ref, { location: 'again' })
    await kit.runtime.clock.advance(8 * HOUR)
    expect(kit.events(DANA)).toContainEqual(expect.objectContaining({ location: 'again' }))
    await kit.run(() => kit.sync.stop())
  })

  it('C5: a source that rejects during a repair deletes nothing, and the repair comes again', async () => {
    const kit = await connectedKit()
    await fill(kit, 5)
    const changes = kit.book.changes.bind(kit.book)
    kit.book.changes = () => {
      throw new Error('connection refused')
    }
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    expect(methods(kit).filter(method => method === 'events.delete')).toEqual([])
    expect(issueCodes(kit)).toEqual(['source-failed'])
    expect((await kit.sync.status(dana)).lastError?.code).toBe('source-failed')
    kit.book.changes = changes
    kit.book.put(refOf('late'), appointment())
    await kit.runtime.clock.advance(10 * MINUTE)
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(6)
  })

  it('C5: a source that failed once is asked again within seconds, one that goes on failing after minutes', async () => {
    const kit = await connectedKit()
    const calls: number[] = []
    const changes = kit.book.changes.bind(kit.book)
    kit.book.changes = () => {
      calls.push(kit.runtime.clock.now())
      throw new Error('too many connections')
    }
    kit.book.put(ref, appointment())
    await kit.sync.start()
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.runtime.clock.advance(20 * SECOND)
    expect(calls).toHaveLength(2)
    await kit.runtime.clock.advance(3 * MINUTE)
    expect(calls).toHaveLength(2)
    await kit.runtime.clock.advance(5 * MINUTE)
    expect(calls).toHaveLength(3)
    kit.book.changes = changes
    await kit.runtime.clock.advance(7 * MINUTE)
    expect(kit.events(DANA)).toHaveLength(1)
    await kit.run(() => kit.sync.stop())
  })

  it('C5: `get` throwing in the middle of a repair deletes nothing', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 5)
    for (const each of refs.slice(0, 2)) kit.book.delete(each)
    const get = kit.book.get.bind(kit.book)
    kit.book.get = asked => {
      if (asked.appointmentId === 'a4') throw new Error('connection refused')
      return get(asked)
    }
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(5)
    expect(issueCodes(kit)).toEqual(['source-failed'])
  })

  it('C5: `changes` that forgets everything deletes nothing: each is confirmed by `get`', async () => {
    const kit = await connectedKit()
    await fill(kit, 5)
    kit.book.changes = () => ({ refs: [] })
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    expect(methods(kit)).toEqual(['events.list'])
    expect(kit.events(DANA)).toHaveLength(5)
    expect(kit.issues).toEqual([])
  })

  it('C5: a source pointed at an empty database trips the guard', async () => {
    const kit = await connectedKit()
    await fill(kit, 5)
    const wrong = kit.anotherProcess({
      appointmentSource: { get: () => undefined, changes: () => ({ refs: [] }) },
    })
    await kit.runtime.clock.advance(2 * DAY)
    await kit.run(() => wrong.runDue({ maxMs: HOUR }))
    expect(kit.events(DANA)).toHaveLength(5)
    expect(issueCodes(kit)).toEqual(['mass-change'])
  })

  it('C5: an appointment that turns invalid keeps its event', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    kit.book.change(ref, { timeZone: 'Mars/Base' })
    await kit.changed(ref)
    expect(kit.takeRequests()).toEqual([])
    expect(kit.events(DANA)).toHaveLength(1)
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(1)
    expect((await statusOf(kit, ref))?.status).toBe('failed')
  })
})

describe('C5: a lost calendar is never a deletion', () => {
  it.each(['events.insert', 'events.patch', 'events.delete'])(
    'C5: found by %s: one state of the connection, no event errors, and it recovers',
    async method => {
      const kit = await connectedKit()
      const refs = await fill(kit, 20)
      kit.google.control.fault({ fault: 'notFound', times: 'always' })
      for (const [i, each] of refs.entries()) {
        if (method === 'events.delete' && i === 0) kit.book.delete(each)
        else if (method === 'events.patch') kit.book.change(each, { location: 'moved' })
        if (method !== 'events.insert') await kit.sync.appointmentChanged(each)
      }
      kit.book.put(refOf('extra'), appointment())
      if (method === 'events.insert') await kit.sync.appointmentChanged(refOf('extra'))
      await kit.settle()
      expect(kit.issues).toEqual([{ code: 'connection-error', account: dana, cause: 'calendar-gone' }])
      expect(await kit.sync.status(dana)).toMatchObject({ status: 'error', cause: 'calendar-gone' })
      expect(await linkOf(kit, refs[1] ?? ref)).toMatchObject({ event: 'live' })
      await kit.runtime.clock.advance(2 * DAY)
      await kit.settle()
      expect(issueCodes(kit)).toEqual(['connection-error'])
      kit.google.control.clearFaults()
      await kit.runtime.clock.advance(8 * HOUR)
      await kit.settle()
      expect((await kit.sync.status(dana)).status).toBe('active')
      const expected = 20 + 1 - (method === 'events.delete' ? 1 : 0)
      expect(kit.events(DANA)).toHaveLength(expected)
      const everything = kit.google.control.readCalendar(DANA).events.length
      expect(everything).toBe(21)
    },
  )

  it('C5: found by a repair: nothing is created anew elsewhere', async () => {
    const kit = await connectedKit()
    await fill(kit, 5)
    kit.google.control.fault({ fault: 'notFound', times: 'always' })
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'error', cause: 'calendar-gone' })
    expect(methods(kit)).toEqual(['events.list'])
    kit.google.control.clearFaults()
    await kit.runtime.clock.advance(10 * MINUTE)
    await kit.settle()
    expect(methods(kit).filter(method => method !== 'events.list')).toEqual([])
    expect((await kit.sync.status(dana)).status).toBe('active')
  })

  it('C5: a dedicated calendar deleted by its user stays an error, and links stay', async () => {
    const kit = await connectedKit()
    await kit.connect(dana, DANA, { calendar: 'dedicated' })
    await kit.settle()
    const refs = await fill(kit, 5)
    const { target } = (await kit.stores.state.connections.get(dana)) ?? {}
    kit.google.control.deleteCalendar(target?.calendarId ?? '')
    for (const each of refs) {
      kit.book.change(each, { location: 'moved' })
      await kit.sync.appointmentChanged(each)
    }
    await kit.settle()
    await kit.runtime.clock.advance(DAY)
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'error', cause: 'calendar-gone' })
    expect(issueCodes(kit)).toEqual(['connection-error'])
    expect(await linkOf(kit, ref)).toMatchObject({ event: 'live', behind: true })
    expect(kit.google.control.calendars()).toHaveLength(2)
  })
})

describe('the global switch and stop', () => {
  it('A2: `enabled: () => false` stops everything at once and loses nothing', async () => {
    let on = true
    const kit = await connectedKit({ sync: { enabled: () => on } })
    await fill(kit, 3)
    await kit.sync.start()
    on = false
    kit.book.change(ref, { location: 'while off' })
    kit.book.put(refOf('new'), appointment())
    expect(await kit.sync.appointmentChanged(ref)).toEqual({ marked: true })
    expect(await kit.sync.appointmentChanged(refOf('new'))).toEqual({ marked: true })
    await kit.runtime.clock.advance(2 * DAY)
    expect(kit.takeRequests()).toEqual([])
    expect(kit.google.control.report().rows.filter(row => row.method === 'oauth.token')).toHaveLength(1)
    expect(kit.issues).toEqual([])
    on = true
    await kit.runtime.clock.advance(10 * SECOND)
    expect(kit.events(DANA)).toHaveLength(4)
    expect(kit.events(DANA)).toContainEqual(expect.objectContaining({ location: 'while off' }))
    await kit.run(() => kit.sync.stop())
  })

  it('A2: switched off during a retry wait: not one more request, and the change is kept', async () => {
    let on = true
    const kit = await connectedKit({ sync: { enabled: () => on } })
    await kit.sync.start()
    kit.google.control.fault({ fault: 'serviceUnavailable', times: 2, match: { method: 'events.insert' } })
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(500)
    expect(methods(kit)).toHaveLength(1)
    on = false
    await kit.runtime.clock.advance(HOUR)
    expect(kit.takeRequests()).toEqual([])
    expect(kit.issues).toEqual([])
    on = true
    await kit.runtime.clock.advance(MINUTE)
    expect(kit.events(DANA)).toHaveLength(1)
    await kit.run(() => kit.sync.stop())
  })

  it('A2: switched off in the middle of a backfill, and on again', async () => {
    let on = true
    const kit = await connectedKit({ sync: { enabled: () => on }, google: { latencyMs: 100 } })
    for (let i = 0; i < 100; i++) kit.book.put(refOf(`b${i}`), appointment())
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.sync.start()
    await kit.runtime.clock.advance(3 * SECOND)
    const before = kit.events(DANA).length
    on = false
    await kit.runtime.clock.advance(200)
    const after = kit.events(DANA).length
    expect(after - before).toBeLessThanOrEqual(4)
    await kit.runtime.clock.advance(HOUR)
    expect(kit.events(DANA)).toHaveLength(after)
    on = true
    await kit.runtime.clock.advance(2 * MINUTE)
    expect(kit.events(DANA)).toHaveLength(100)
    expect(methods(kit).filter(method => method === 'events.insert')).toHaveLength(100)
    await kit.run(() => kit.sync.stop())
  })

  it('A2: stop lets what runs end within its time', async () => {
    const kit = await connectedKit()
    await kit.sync.start()
    kit.google.control.fault({ fault: 'slow', delayMs: 5 * SECOND, match: { method: 'events.insert' } })
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(SECOND)
    await kit.run(() => kit.sync.stop({ drainMs: 10 * SECOND }))
    expect(await linkOf(kit, ref)).toMatchObject({ status: 'synced', intents: [] })
    expect(await marksOf(kit, ref)).toEqual([])
    expect(methods(kit)).toEqual(['events.insert'])
  })

  it('A2: stop cuts short what does not end, and what is left stays due', async () => {
    const kit = await connectedKit()
    await kit.sync.start()
    kit.google.control.fault({ fault: 'serviceUnavailable', times: 3, match: { method: 'events.insert' } })
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(3.5 * SECOND)
    const asked = methods(kit).length
    await kit.run(() => kit.sync.stop({ drainMs: 100 }))
    await kit.runtime.clock.advance(HOUR)
    expect(kit.takeRequests()).toEqual([])
    expect(await marksOf(kit, ref)).not.toEqual([])
    expect(asked).toBeLessThan(4)
    const next = kit.anotherProcess()
    await next.start()
    await kit.runtime.clock.advance(3 * MINUTE)
    expect(kit.events(DANA)).toHaveLength(1)
    expect(kit.google.control.readCalendar(DANA).events).toHaveLength(1)
    await kit.run(() => next.stop())
  })

  it('A2: stop with a request on its way: it lands, and nothing is doubled', async () => {
    const kit = await connectedKit()
    await kit.sync.start()
    kit.google.control.fault({ fault: 'slow', delayMs: 20 * SECOND, match: { method: 'events.insert' } })
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(SECOND)
    await kit.run(() => kit.sync.stop({ drainMs: 0 }))
    await kit.runtime.clock.advance(MINUTE)
    const next = kit.anotherProcess()
    await next.start()
    await kit.runtime.clock.advance(MINUTE)
    expect(kit.google.control.readCalendar(DANA).events).toHaveLength(1)
    expect(await linkOf(kit, ref)).toMatchObject({ status: 'synced', intents: [] })
    await kit.run(() => next.stop())
  })

  it('A2: stop without start, twice, and start again', async () => {
    const kit = await connectedKit()
    await kit.run(() => kit.sync.stop())
    await kit.sync.start()
    await kit.run(() => kit.sync.stop())
    await kit.run(() => kit.sync.stop())
    await kit.sync.start()
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(0)
    expect(kit.events(DANA)).toHaveLength(1)
    await kit.run(() => kit.sync.stop())
  })
})
