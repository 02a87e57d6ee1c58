import { describe, expect, it } from 'vitest'
import type { GoogleCalendarSync } from '../../../src/index.ts'
import type { TestKit } from '../../../src/testing/index.ts'
import {
  allEvents,
  appointment,
  calls,
  connectedKit,
  DANA,
  dana,
  elapse,
  forget,
  HOUR,
  issueCodes,
  kitWithEvent,
  linkOf,
  loseLink,
  MINUTE,
  methods,
  only,
  ref,
  SECOND,
  statusOf,
  takeMethods,
} from './helpers-scenario.ts'

describe('B4: own event ids', () => {
  it('B4: base32hex, and the same for the same account, target, ref and generation', async () => {
    const first = await kitWithEvent()
    const again = await kitWithEvent()
    expect(first.eventId).toMatch(/^[0-9a-v]{5,1024}$/)
    expect(again.eventId).toBe(first.eventId)
    expect((await linkOf(first.kit)).eventId).toBe(first.eventId)
  })

  it('B4: another ref, and another user of the same ref, have other ids', async () => {
    const kit = await connectedKit()
    await kit.connect({ workspaceId: 'w1', userId: 'noa' }, 'noa@example.com')
    for (const id of ['a1', 'a2']) {
      kit.book.put(ref(id), appointment({ userIds: ['dana', 'noa'] }))
      await kit.changed(ref(id))
    }
    const ids = [...kit.events(DANA), ...kit.events('noa@example.com')].map(({ id }) => id)
    expect(new Set(ids).size).toBe(4)
  })

  it('B4: 409 on insert: read back, verified by its marker and adopted', async () => {
    const kit = await connectedKit()
    kit.google.control.fault({ fault: 'timeoutAfterCommit', match: { method: 'events.insert' } })
    kit.book.put(ref(), appointment())
    await kit.changed(ref())
    expect(calls(kit).map(({ method, status }) => [method, status])).toEqual([
      ['events.insert', 200],
      ['events.insert', 409],
      ['events.get', 200],
      // The intent of the first insert is still open, so it is written once more (B2).
      ['events.patch', 200],
    ])
    expect(kit.events(DANA)).toHaveLength(1)
    expect(await linkOf(kit)).toMatchObject({ event: 'live', generation: 0, intents: [], status: 'synced' })
    expect(kit.issues).toEqual([])
  })

  it('B4: a tombstone is revived by PUT of the whole body with status confirmed', async () => {
    const { kit, eventId } = await kitWithEvent()
    kit.google.control.setSwitches({ tombstoneDetails: 'idOnly' })
    kit.book.delete(ref())
    await kit.changed(ref())
    forget(kit)
    kit.book.put(ref(), appointment({ location: 'Room 2' }))
    await kit.changed(ref())
    const put = only(calls(kit).filter(({ method }) => method === 'events.update'))
    expect(put.body).toEqual({
      status: 'confirmed',
      summary: 'Session',
      location: 'Room 2',
      start: { dateTime: '2026-11-24T15:00:00+01:00', timeZone: 'Europe/Berlin' },
      end: { dateTime: '2026-11-24T15:50:00+01:00', timeZone: 'Europe/Berlin' },
      visibility: 'private',
      transparency: 'opaque',
      extendedProperties: { private: { gcs: expect.any(String), gcsm: expect.any(String) } },
    })
    expect(kit.events(DANA)).toMatchObject([{ id: eventId, status: 'confirmed', summary: 'Session' }])
    expect(await linkOf(kit)).toMatchObject({ generation: 0, event: 'live' })
  })

  it('B4: a tentative appointment comes back tentative', async () => {
    const { kit } = await kitWithEvent({ status: 'tentative' })
    kit.book.delete(ref())
    await kit.changed(ref())
    kit.book.put(ref(), appointment({ status: 'tentative' }))
    await kit.changed(ref())
    expect(kit.events(DANA)).toMatchObject([{ status: 'tentative' }])
  })

  it('B4: when Google refuses to revive, the generation goes up', async () => {
    const { kit, eventId } = await kitWithEvent()
    kit.book.delete(ref())
    await kit.changed(ref())
    kit.google.control.setSwitches({ revive: 'forbidden' })
    forget(kit)
    kit.book.put(ref(), appointment({ title: 'Again' }))
    await kit.changed(ref())
    expect(calls(kit).map(({ method, status }) => [method, status])).toEqual([
      ['events.get', 200],
      ['events.update', 403],
      ['events.insert', 200],
    ])
    const event = only(kit.events(DANA))
    expect(event.id).not.toBe(eventId)
    expect(await linkOf(kit)).toMatchObject({ generation: 1, eventId: event.id, event: 'live' })
    // The new id is the one that is kept in step.
    forget(kit)
    kit.book.change(ref(), { title: 'And again' })
    await kit.changed(ref())
    expect(takeMethods(kit)).toEqual(['events.patch'])
    expect(kit.issues).toEqual([])
  })

  it('B4: an emptied bin that forbids revival is the same', async () => {
    const { kit, eventId } = await kitWithEvent()
    kit.google.control.deleteEvent(DANA, eventId)
    kit.google.control.emptyBin(DANA, 'forbid')
    kit.book.change(ref(), { title: 'Other' })
    await kit.changed(ref())
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Other' }])
    expect(await linkOf(kit)).toMatchObject({ generation: 1 })
  })

  it('B4: a purged tombstone frees the id: inserted again under it', async () => {
    const { kit, eventId } = await kitWithEvent()
    kit.google.control.deleteEvent(DANA, eventId)
    kit.google.control.emptyBin(DANA, 'purge')
    kit.book.change(ref(), { title: 'Other' })
    await kit.changed(ref())
    expect(kit.events(DANA)).toMatchObject([{ id: eventId, summary: 'Other' }])
    expect(await linkOf(kit)).toMatchObject({ generation: 0 })
  })

  it('B4: a tombstone whose PUT answers 404 while its id stays taken: the generation goes up', async () => {
    const { kit, eventId } = await kitWithEvent()
    kit.google.control.deleteEvent(DANA, eventId)
    kit.google.control.fault({ fault: 'notFound', match: { method: 'events.update' }, times: 'always' })
    kit.book.change(ref(), { title: 'Other' })
    await kit.sync.appointmentChanged(ref())
    await elapse(kit, 20 * MINUTE)
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Other' }])
    expect(await linkOf(kit)).toMatchObject({ generation: 1 })
  })

  it('B4: an old generation that lives again is removed by repair', async () => {
    const { kit, eventId } = await kitWithEvent()
    kit.google.control.deleteEvent(DANA, eventId)
    kit.google.control.setSwitches({ revive: 'forbidden' })
    kit.book.change(ref(), { title: 'Other' })
    await kit.changed(ref())
    kit.google.control.setSwitches({ revive: 'allowed' })
    kit.google.control.restoreEvent(DANA, eventId)
    expect(kit.events(DANA)).toHaveLength(2)
    forget(kit)
    await kit.sync.syncNow({ workspaceId: 'w1', userId: 'dana' })
    await kit.settle()
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Other' }])
    expect(methods(kit)).toEqual(['events.list', 'events.delete'])
    expect(issueCodes(kit)).toEqual(['restored'])
  })

  it('B4: a live event that is not ours at our own id is left alone, and the generation goes up', async () => {
    const { eventId } = await kitWithEvent()
    const kit = await connectedKit()
    const foreign = kit.google.control.createEvent(DANA, {
      id: eventId,
      summary: 'Somebody else’s',
      start: { dateTime: '2026-11-24T15:00:00+01:00' },
      end: { dateTime: '2026-11-24T16:00:00+01:00' },
    })
    kit.book.put(ref(), appointment())
    await kit.changed(ref())
    expect(allEvents(kit).find(({ id }) => id === eventId)).toEqual(foreign)
    expect(kit.events(DANA).map(({ summary }) => summary)).toEqual(['Somebody else’s', 'Session'])
    expect(await linkOf(kit)).toMatchObject({ generation: 1, event: 'live' })
    expect(kit.issues).toMatchObject([{ code: 'foreign-event', ref: ref() }])
    expect(await statusOf(kit)).toMatchObject({ status: 'synced' })
  })

  describe('B4: an id that Google refuses while it shows nothing there', () => {
    /** Another process; inserts of these ids are answered 409. */
    function refusing(kit: TestKit, ids: ReadonlySet<string> | 'every') {
      const { fetch } = kit.runtime
      const error = {
        errors: [
          { domain: 'global', reason: 'duplicate', message: 'The requested identifier already exists.' },
        ],
        code: 409,
        message: 'The requested identifier already exists.',
      }
      const wrapped: typeof fetch = async (input, init) => {
        const isInsert = init?.method === 'POST' && /\/events(\?|$)/.test(String(input))
        const id = isInsert ? (JSON.parse(String(init.body)) as { id: string }).id : ''
        const isRefused = isInsert && (ids === 'every' || ids.has(id))
        return isRefused ? Response.json({ error }, { status: 409 }) : fetch(input, init)
      }
      return kit.anotherProcess({ runtime: { ...kit.runtime, fetch: wrapped } })
    }

    const pass = async (kit: TestKit, sync: GoogleCalendarSync, ms: number) => {
      await kit.run(() => sync.start())
      await kit.runtime.clock.advance(ms)
      await kit.run(() => sync.stop({ drainMs: MINUTE }))
    }

    async function refusedKit() {
      const { eventId } = await kitWithEvent()
      const kit = await connectedKit()
      const ids = new Set([eventId])
      kit.book.put(ref(), appointment())
      return { kit, eventId, ids, sync: refusing(kit, ids) }
    }

    it('B4: gets the next generation after five minutes of 409 and 404, and no sooner', async () => {
      const { kit, eventId, sync } = await refusedKit()
      await kit.run(() => sync.appointmentChanged(ref()))
      await pass(kit, sync, 4.9 * MINUTE)
      expect(kit.events(DANA)).toEqual([])
      expect(await linkOf(kit)).toMatchObject({ eventId, generation: 0, takenSince: expect.any(Number) })
      await pass(kit, sync, 30 * MINUTE)
      const event = only(kit.events(DANA))
      expect(event.id).not.toBe(eventId)
      const link = await linkOf(kit)
      expect(link).toMatchObject({
        eventId: event.id,
        generation: 1,
        event: 'live',
        status: 'synced',
        intents: [],
      })
      expect(link.takenSince).toBe(undefined)
      expect(await statusOf(kit)).toMatchObject({ status: 'synced' })
    })

    it('B4: keeps its id when a read finds the event before that', async () => {
      const { kit, eventId, ids, sync } = await refusedKit()
      await kit.run(() => sync.appointmentChanged(ref()))
      await pass(kit, sync, MINUTE)
      expect((await linkOf(kit)).takenSince).toEqual(expect.any(Number))
      ids.clear()
      await pass(kit, sync, 5 * MINUTE)
      expect(only(kit.events(DANA)).id).toBe(eventId)
      expect((await linkOf(kit)).takenSince).toBe(undefined)
    })

    it('B4: an old event that shows up after all is removed by repair', async () => {
      const { kit, eventId } = await kitWithEvent()
      const { fetch } = kit.runtime
      // The event is there, and reads do not show it yet.
      let isHidden = true
      const late: typeof fetch = async (input, init) => {
        const isRead = isHidden && init?.method === 'GET' && String(input).includes(`/events/${eventId}`)
        if (isRead) return fetch(String(input).replace(eventId, `${eventId}0`), init)
        const response = await fetch(input, init)
        if (!isHidden || !/\/events\?/.test(String(input)) || init?.method !== 'GET') return response
        const page = (await response.json()) as { items?: { id: string }[] }
        return Response.json({ ...page, items: page.items?.filter(({ id }) => id !== eventId) })
      }
      await loseLink(kit)
      const hiding = kit.anotherProcess({ runtime: { ...kit.runtime, fetch: late } })
      await kit.run(() => hiding.appointmentChanged(ref()))
      await pass(kit, hiding, HOUR)
      expect(kit.events(DANA)).toHaveLength(2)
      isHidden = false
      await kit.run(() => hiding.syncNow(dana))
      await pass(kit, hiding, MINUTE)
      expect(only(kit.events(DANA)).id).toBe((await linkOf(kit)).eventId)
      expect((await linkOf(kit)).generation).toBe(1)
    })

    it('B4: stops at the generations that adoption tries', async () => {
      const kit = await connectedKit()
      kit.book.put(ref(), appointment())
      const sync = refusing(kit, 'every')
      await kit.run(() => sync.appointmentChanged(ref()))
      for (let tries = 0; tries < 12; tries++) {
        await kit.run(() => sync.runDue({ maxMs: SECOND }))
        await kit.runtime.clock.advance(8 * HOUR)
      }
      expect(kit.events(DANA)).toEqual([])
      expect((await linkOf(kit)).generation).toBe(3)
      expect(await statusOf(kit)).toMatchObject({ status: 'failed' })
    })
  })
})
