import { describe, expect, it } from 'vitest'
import type { TestKit } from '../../../src/testing/index.ts'
import {
  allEvents,
  appointment,
  calls,
  DANA,
  DAY,
  dana,
  elapse,
  forget,
  HOUR,
  issueCodes,
  kitWithEvent,
  linkOf,
  MINUTE,
  methods,
  only,
  ref,
  skip,
  statusOf,
} from './helpers-scenario.ts'

const TRIGGERS: Readonly<Record<string, (kit: TestKit) => Promise<void>>> = {
  retry: async kit => {
    await kit.sync.retry(ref(), dana)
    await kit.settle()
  },
  'Sync Now': async kit => {
    await kit.sync.syncNow(dana)
    await kit.settle()
  },
  'the daily repair': kit => skip(kit, 1.3 * DAY),
}

/** In a week, so that it is still to come after the daily repair. */
const LATER = { start: '2026-11-30T15:00' }

describe('B8: the user edits the event', () => {
  it('B8: the edit stands until the next write or repair', async () => {
    const { kit, eventId } = await kitWithEvent(LATER)
    kit.google.control.editEvent(DANA, eventId, { summary: 'By hand' })
    await kit.changed(ref())
    await elapse(kit, 20 * MINUTE)
    expect(methods(kit)).toEqual([])
    expect(kit.events(DANA)).toMatchObject([{ summary: 'By hand' }])
  })

  it('B8: the next change overwrites it and reports it once, by field names only', async () => {
    const { kit, eventId } = await kitWithEvent(LATER)
    kit.google.control.editEvent(DANA, eventId, { summary: 'By hand', colorId: '3' })
    kit.book.change(ref(), { location: 'Room 4' })
    await kit.changed(ref())
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Session', location: 'Room 4', colorId: '3' }])
    expect(kit.issues).toEqual([{ code: 'overwritten', account: dana, ref: ref(), fields: ['summary'] }])
    expect((await linkOf(kit)).notes).toEqual(['overwritten'])
    expect(await statusOf(kit)).toMatchObject({ status: 'synced', notes: ['overwritten'] })
    expect(JSON.stringify([kit.issues, await linkOf(kit)])).not.toContain('By hand')
    kit.book.change(ref(), { location: 'Room 5' })
    await kit.changed(ref())
    expect(issueCodes(kit)).toEqual(['overwritten'])
    expect((await linkOf(kit)).notes).toEqual([])
  })

  it.each(Object.entries(TRIGGERS))('B8: %s overwrites it and reports it once', async (_name, trigger) => {
    const { kit, eventId } = await kitWithEvent(LATER)
    kit.google.control.editEvent(DANA, eventId, {
      summary: 'By hand',
      start: { dateTime: '2026-12-01T10:00:00+01:00' },
      end: { dateTime: '2026-12-01T10:50:00+01:00' },
    })
    await trigger(kit)
    // A move that nobody told us of is held for the guard first.
    await elapse(kit, 3 * MINUTE, kit.anotherProcess())
    expect(kit.events(DANA)).toMatchObject([
      { summary: 'Session', start: { dateTime: '2026-11-30T15:00:00+01:00' } },
    ])
    expect(kit.issues).toEqual([
      { code: 'overwritten', account: dana, ref: ref(), fields: expect.any(Array) },
    ])
    expect([...(kit.issues[0]?.fields ?? [])].sort()).toEqual(['end', 'start', 'summary'])
    await trigger(kit)
    expect(issueCodes(kit)).toEqual(['overwritten'])
  })

  it('B8: reported once although the overwriting write’s outcome was unknown twice', async () => {
    const { kit, eventId } = await kitWithEvent(LATER)
    kit.google.control.editEvent(DANA, eventId, { summary: 'By hand' })
    kit.google.control.fault({ fault: 'conditionNotMet', match: { method: 'events.patch' } })
    kit.google.control.fault({ fault: 'timeoutBeforeCommit', match: { method: 'events.patch' } })
    kit.google.control.fault({ fault: 'timeoutAfterCommit', match: { method: 'events.patch' } })
    kit.book.change(ref(), { location: 'Room 4' })
    await kit.changed(ref())
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Session', location: 'Room 4' }])
    expect(kit.issues).toEqual([{ code: 'overwritten', account: dana, ref: ref(), fields: ['summary'] }])
  })

  it('B8: an edit equal to what the app wants now is no edit', async () => {
    const { kit, eventId } = await kitWithEvent(LATER)
    kit.google.control.editEvent(DANA, eventId, { summary: 'Both the same' })
    kit.book.change(ref(), { title: 'Both the same' })
    await kit.changed(ref())
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Both the same' }])
    expect(await statusOf(kit)).toMatchObject({ status: 'synced' })
  })

  it('B8: an edit of what is not ours is nobody’s business', async () => {
    const { kit, eventId } = await kitWithEvent(LATER)
    kit.google.control.editEvent(DANA, eventId, {
      colorId: '7',
      reminders: { useDefault: false, overrides: [] },
    })
    await TRIGGERS['Sync Now']?.(kit)
    expect(kit.events(DANA)).toMatchObject([{ colorId: '7' }])
    expect(methods(kit)).toEqual(['events.list', 'events.get'])
    expect(kit.issues).toEqual([])
    // The etag of the edited event is known now: the next change costs one request.
    forget(kit)
    kit.book.change(ref(), { title: 'Changed' })
    await kit.changed(ref())
    expect(methods(kit)).toEqual(['events.patch'])
  })
})

describe('B8: the user deletes the event', () => {
  it('B8: it stays away until the next change', async () => {
    const { kit, eventId } = await kitWithEvent(LATER)
    kit.google.control.deleteEvent(DANA, eventId)
    await kit.changed(ref())
    await elapse(kit, 20 * MINUTE)
    expect(kit.events(DANA)).toEqual([])
    expect(methods(kit)).toEqual([])
  })

  it('B8: the next change restores it, and reports it once', async () => {
    const { kit, eventId } = await kitWithEvent(LATER)
    kit.google.control.deleteEvent(DANA, eventId)
    kit.book.change(ref(), { title: 'Changed' })
    await kit.changed(ref())
    expect(kit.events(DANA)).toMatchObject([{ id: eventId, summary: 'Changed' }])
    expect(kit.issues).toEqual([{ code: 'restored', account: dana, ref: ref() }])
    expect((await linkOf(kit)).notes).toEqual(['restored'])
    kit.book.change(ref(), { title: 'Changed again' })
    await kit.changed(ref())
    expect(issueCodes(kit)).toEqual(['restored'])
  })

  it.each(Object.entries(TRIGGERS))('B8: %s restores it, and reports it once', async (_name, trigger) => {
    const { kit, eventId } = await kitWithEvent(LATER)
    kit.google.control.deleteEvent(DANA, eventId)
    await trigger(kit)
    expect(kit.events(DANA)).toMatchObject([{ id: eventId, summary: 'Session' }])
    expect(issueCodes(kit)).toEqual(['restored'])
    await trigger(kit)
    expect(issueCodes(kit)).toEqual(['restored'])
  })

  it('B8: reported once although the restoring write’s outcome was unknown', async () => {
    const { kit, eventId } = await kitWithEvent(LATER)
    kit.google.control.deleteEvent(DANA, eventId)
    kit.google.control.fault({ fault: 'timeoutAfterCommit', match: { method: 'events.update' } })
    await TRIGGERS.retry?.(kit)
    expect(kit.events(DANA)).toHaveLength(1)
    expect(issueCodes(kit)).toEqual(['restored'])
  })

  it('B8: a retry reads the event first', async () => {
    const { kit } = await kitWithEvent(LATER)
    await TRIGGERS.retry?.(kit)
    expect(calls(kit).map(({ method }) => method)).toEqual(['events.get'])
  })

  it.each(Object.entries(TRIGGERS))(
    'B8: a past one is synced with a note after %s',
    async (_name, trigger) => {
      const { kit, eventId } = await kitWithEvent()
      await kit.runtime.clock.advance(3 * DAY)
      await kit.settle()
      kit.google.control.deleteEvent(DANA, eventId)
      kit.issues.length = 0
      await trigger(kit)
      expect(kit.events(DANA)).toEqual([])
      expect(allEvents(kit)).toHaveLength(1)
      expect(await statusOf(kit)).toMatchObject({ status: 'synced', notes: ['gone-in-google'] })
      expect(kit.issues).toEqual([])
      forget(kit)
      await trigger(kit)
      expect(methods(kit).filter(method => /insert|update|patch/.test(method))).toEqual([])
    },
  )

  it('B8: nor does a change of its title bring a past one back; a new date does', async () => {
    const { kit, eventId } = await kitWithEvent()
    await kit.runtime.clock.advance(3 * DAY)
    await kit.settle()
    kit.google.control.deleteEvent(DANA, eventId)
    kit.book.change(ref(), { title: 'Changed' })
    await kit.changed(ref())
    expect(kit.events(DANA)).toEqual([])
    expect(await statusOf(kit)).toMatchObject({ status: 'synced', notes: ['gone-in-google'] })
    kit.book.change(ref(), { start: '2026-12-10T10:00' })
    await kit.changed(ref())
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Changed' }])
    expect((await linkOf(kit)).notes).toEqual(['restored'])
  })

  it('B8: the event goes with its appointment, also when the user was first', async () => {
    const { kit, eventId } = await kitWithEvent()
    kit.google.control.deleteEvent(DANA, eventId)
    kit.book.delete(ref())
    await kit.changed(ref())
    expect(kit.events(DANA)).toEqual([])
    expect(kit.issues).toEqual([])
    await skip(kit, HOUR)
    expect(only(allEvents(kit)).status).toBe('cancelled')
  })

  it('B8: an event restored by hand after its appointment was deleted is removed by repair', async () => {
    const { kit, eventId } = await kitWithEvent()
    kit.book.put(ref('a2'), appointment())
    await kit.changed(ref('a2'))
    kit.book.delete(ref())
    await kit.changed(ref())
    kit.google.control.restoreEvent(DANA, eventId)
    await TRIGGERS['Sync Now']?.(kit)
    // Found by repair, so it is held for the guard first.
    await elapse(kit, 3 * MINUTE)
    expect(kit.events(DANA).map(({ id }) => id)).not.toContain(eventId)
  })
})
