import { describe, expect, it } from 'vitest'
import type { TestKit } from '../../../src/testing/index.ts'
import {
  allEvents,
  appointment,
  calls,
  connectedKit,
  DANA,
  DAY,
  dana,
  elapse,
  forget,
  issueCodes,
  kitWithEvent,
  linkOf,
  loseLink,
  MINUTE,
  marksOf,
  methods,
  only,
  ref,
  skip,
  statusOf,
  writeNumberOf,
} from './helpers-scenario.ts'

describe('B3: the etag must move', () => {
  it('B3: each write stamps a higher number, and the link remembers it', async () => {
    const kit = await connectedKit()
    const numbers: number[] = []
    for (const title of ['One', 'Two', 'Three']) {
      kit.book.put(ref(), appointment({ title }))
      await kit.changed(ref())
      const event = only(kit.events(DANA))
      numbers.push(writeNumberOf(event))
      const link = await linkOf(kit)
      expect(link.writeNumber).toBe(numbers.at(-1))
      expect(link.etag).toBe(event.etag)
    }
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
  })

  it('B3: an equal body still changes the etag', async () => {
    const { kit, event } = await kitWithEvent()
    kit.google.control.fault({ fault: 'timeoutBeforeCommit', match: { method: 'events.patch' } })
    kit.book.change(ref(), { title: 'Other' })
    await kit.run(() => kit.sync.start())
    await kit.sync.appointmentChanged(ref())
    await kit.runtime.clock.advance(100)
    kit.book.change(ref(), { title: 'Session' })
    await kit.sync.appointmentChanged(ref())
    await elapse(kit, MINUTE)
    const after = only(kit.events(DANA))
    expect(after).toMatchObject({ summary: 'Session', id: event.id })
    expect(after.etag).not.toBe(event.etag)
    expect(writeNumberOf(after)).toBeGreaterThan(writeNumberOf(event))
  })

  it('B3: every update and delete carries the etag last known, an insert none', async () => {
    const kit = await connectedKit()
    kit.book.put(ref(), appointment())
    await kit.changed(ref())
    const inserted = only(kit.events(DANA))
    kit.book.change(ref(), { title: 'Other' })
    await kit.changed(ref())
    const patched = only(kit.events(DANA))
    kit.book.delete(ref())
    await kit.changed(ref())
    kit.book.put(ref(), appointment())
    const tombstone = only(allEvents(kit))
    await kit.changed(ref())
    expect(calls(kit).map(({ method, ifMatch }) => [method, ifMatch])).toEqual([
      ['events.insert', undefined],
      ['events.patch', inserted.etag],
      ['events.delete', patched.etag],
      ['events.get', undefined],
      ['events.update', tombstone.etag],
    ])
  })

  it('B3: a PATCH carries the changed fields and the stamp, nothing else', async () => {
    const { kit } = await kitWithEvent({ location: 'Room 1' })
    kit.book.change(ref(), { title: 'Other' })
    await kit.changed(ref())
    expect(only(calls(kit)).body).toEqual({
      summary: 'Other',
      extendedProperties: { private: { gcs: expect.any(String), gcsm: expect.any(String) } },
    })
  })

  it('B3: start, end and recurrence go together', async () => {
    const { kit } = await kitWithEvent()
    kit.book.change(ref(), { durationMinutes: 80 })
    await kit.changed(ref())
    expect(Object.keys(only(calls(kit)).body).sort()).toEqual(['end', 'extendedProperties', 'start'])
  })

  it('B3: with the etag unknown the event is read first', async () => {
    const { kit } = await kitWithEvent()
    kit.google.control.fault({ fault: 'conditionNotMet', match: { writes: true } })
    kit.book.delete(ref())
    await kit.changed(ref())
    expect(methods(kit)).toEqual(['events.delete', 'events.get', 'events.delete'])
    expect(kit.events(DANA)).toEqual([])
  })

  it('B3: no write to an existing event ever goes without If-Match, whatever the faults', async () => {
    const kit = await connectedKit()
    kit.google.control.randomFaults({
      rates: {
        timeoutAfterCommit: 0.1,
        lateCommit: 0.1,
        conditionNotMet: 0.1,
        internalError: 0.1,
        resetAfterCommit: 0.1,
      },
      delayMs: 20_000,
      match: { method: 'events.*' },
    })
    await kit.run(() => kit.sync.start())
    for (let i = 0; i < 40; i++) {
      if (i % 4 === 3) kit.book.delete(ref())
      else kit.book.put(ref(), appointment({ title: `Title ${i}` }))
      await kit.sync.appointmentChanged(ref())
      await kit.runtime.clock.advance(i % 3 === 0 ? 90_000 : 700)
    }
    await kit.run(() => kit.sync.stop())
    const writes = calls(kit).filter(({ method }) => /patch|update|delete/.test(method))
    expect(writes.length).toBeGreaterThan(20)
    expect(writes.filter(({ ifMatch }) => ifMatch === undefined || ifMatch === '*')).toEqual([])
  })
})

describe('B7: 412 means read again and compare', () => {
  it('B7: an etag that drifted by itself costs a read and is reported to nobody', async () => {
    const { kit, eventId } = await kitWithEvent()
    kit.google.control.driftEtag(DANA, eventId)
    kit.book.change(ref(), { title: 'Other' })
    await kit.changed(ref())
    expect(calls(kit).map(({ method, status }) => [method, status])).toEqual([
      ['events.patch', 412],
      ['events.get', 200],
      ['events.patch', 200],
    ])
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Other' }])
    expect(kit.issues).toEqual([])
    expect((await linkOf(kit)).notes).toEqual([])
    expect(await statusOf(kit)).toMatchObject({ status: 'synced', attempts: 0 })
  })

  it('B7: the same for a delete', async () => {
    const { kit, eventId } = await kitWithEvent()
    kit.google.control.driftEtag(DANA, eventId)
    kit.book.delete(ref())
    await kit.changed(ref())
    expect(methods(kit)).toEqual(['events.delete', 'events.get', 'events.delete'])
    expect(kit.events(DANA)).toEqual([])
    expect(kit.issues).toEqual([])
  })

  it('B7: every etag of a calendar drifting does no harm', async () => {
    const kit = await connectedKit({ google: { switches: { etagDriftRate: 1, etagDriftAfterMs: 300 } } })
    for (let i = 0; i < 5; i++) {
      kit.book.put(ref(), appointment({ title: `Title ${i}` }))
      await kit.changed(ref())
      await kit.runtime.clock.advance(1_000)
      expect(kit.events(DANA)).toMatchObject([{ summary: `Title ${i}` }])
    }
    expect(kit.issues).toEqual([])
    expect((await linkOf(kit)).notes).toEqual([])
  })

  it('B7: at most three turns, then it waits, and it is not the end of it', async () => {
    const { kit } = await kitWithEvent()
    kit.google.control.fault({ fault: 'conditionNotMet', match: { writes: true }, times: 3 })
    kit.book.change(ref(), { title: 'Other' })
    await kit.changed(ref())
    expect(
      calls(kit)
        .filter(({ method }) => method === 'events.patch')
        .map(({ status }) => status),
    ).toEqual([412, 412, 412])
    expect(only(await marksOf(kit))).toMatchObject({ attempts: 1, cause: 'other' })
    expect(await statusOf(kit)).toMatchObject({ status: 'pending' })
    forget(kit)
    await elapse(kit, MINUTE)
    expect(methods(kit)).toContain('events.patch')
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Other' }])
    expect(issueCodes(kit)).toEqual([])
    expect(await statusOf(kit)).toMatchObject({ status: 'synced', attempts: 0 })
  })

  it('B7: one that never stops is reported once as failed and goes on slower', async () => {
    const { kit } = await kitWithEvent()
    kit.google.control.fault({ fault: 'conditionNotMet', match: { writes: true }, times: 'always' })
    kit.book.change(ref(), { title: 'Other' })
    await kit.sync.appointmentChanged(ref())
    await elapse(kit, 2 * 60 * MINUTE)
    expect(kit.issues).toMatchObject([{ code: 'sync-failed', cause: 'precondition', ref: ref() }])
    expect(await statusOf(kit)).toMatchObject({ status: 'failed' })
    expect(methods(kit).filter(method => method === 'events.patch').length).toBeLessThan(3 * 12)
    kit.google.control.clearFaults()
    await skip(kit, DAY)
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Other' }])
    expect(await statusOf(kit)).toMatchObject({ status: 'synced' })
  })

  describe('B3: a list that tells no etag', () => {
    /** Another process, whose lists come without etags. */
    const withoutEtags = (kit: TestKit) => {
      const { fetch } = kit.runtime
      const bare: typeof fetch = async (input, init) => {
        const response = await fetch(input, init)
        if (!/\/events\?/.test(String(input)) || init?.method !== 'GET') return response
        const page = (await response.json()) as { items?: Record<string, unknown>[] }
        for (const item of page.items ?? []) delete item.etag
        return Response.json(page, { status: response.status })
      }
      return kit.anotherProcess({ runtime: { ...kit.runtime, fetch: bare } })
    }
    const deleted = (kit: TestKit) => calls(kit).filter(({ method }) => method === 'events.delete')

    it('B3: a disconnect reads each event before it deletes it', async () => {
      const { kit, event } = await kitWithEvent()
      const sync = withoutEtags(kit)
      await kit.run(() => sync.disconnect(dana, { events: 'remove' }))
      await kit.run(() => sync.runDue({ maxMs: 10 * MINUTE }))
      expect(kit.events(DANA)).toEqual([])
      expect(deleted(kit)).toMatchObject([{ status: 204, ifMatch: event.etag }])
      expect(methods(kit).slice(0, 3)).toEqual(['events.list', 'events.get', 'events.delete'])
    })

    it('B3: so does repair of an orphan', async () => {
      const { kit, event, eventId } = await kitWithEvent()
      await loseLink(kit)
      kit.book.delete(ref())
      forget(kit)
      const sync = withoutEtags(kit)
      await kit.run(() => sync.syncNow(dana))
      await kit.run(() => sync.runDue({ maxMs: 10 * MINUTE }))
      expect(kit.events(DANA)).toEqual([])
      expect(deleted(kit)).toMatchObject([{ ifMatch: event.etag, status: 204 }])
      expect(deleted(kit)[0]?.url).toContain(eventId)
    })
  })
})
