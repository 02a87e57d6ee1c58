import { describe, expect, it } from 'vitest'
import { changeConnection } from '../../../src/sync/connection-state.ts'
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
  HOUR,
  issueCodes,
  kitWithEvent,
  linksOf,
  MINUTE,
  marksOf,
  methods,
  NOW,
  newKit,
  only,
  ref,
  skip,
  statusOf,
} from './helpers-scenario.ts'
import { deafQueue, watched } from './support-rules.ts'

const SECOND = 1_000

/** When the fake got each request to `method`, in ms since `since`. */
function timesOf(kit: TestKit, method: string, since: number): number[] {
  const entries = kit.google.control.requests().filter(entry => entry.method === method)
  return entries.map(({ at }) => at - since)
}

describe('the original plan', () => {
  it('create with client name', async () => {
    const kit = await connectedKit()
    await kit.run(() =>
      kit.sync.updateSettings(
        dana,
        { includeClientNames: true },
        { acknowledgements: [{ setting: 'includeClientNames', textId: 'names-1' }] },
      ),
    )
    await kit.settle()
    forget(kit)
    kit.book.put(ref(), appointment({ title: 'Session', client: { name: 'Ada Fern' } }))
    await kit.changed(ref())
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Session with Ada Fern', status: 'confirmed' }])
    expect(methods(kit)).toEqual(['events.insert'])
    expect(await statusOf(kit)).toMatchObject({ status: 'synced' })
  })

  it('create without client name', async () => {
    const kit = await connectedKit()
    kit.book.put(ref('named'), appointment({ title: 'Session', client: { name: 'Ada Fern' } }))
    kit.book.put(ref('untitled'), appointment({ title: undefined, client: { name: 'Ada Fern' } }))
    await kit.changed(ref('named'))
    await kit.changed(ref('untitled'))
    expect(kit.events(DANA).map(({ summary }) => summary)).toEqual(['Session', 'Appointment'])
    expect(methods(kit)).toEqual(['events.insert', 'events.insert'])
    expect(JSON.stringify(calls(kit))).not.toContain('Fern')
  })

  it('update', async () => {
    const { kit, eventId } = await kitWithEvent({ location: 'Room 1' })
    kit.book.change(ref(), { start: '2026-11-25T09:00', location: 'Room 2' })
    await kit.changed(ref())
    const [call, ...more] = calls(kit)
    expect(more).toEqual([])
    expect(call).toMatchObject({ method: 'events.patch', status: 200, ifMatch: expect.any(String) })
    expect(Object.keys(call?.body ?? {}).sort()).toEqual(['end', 'extendedProperties', 'location', 'start'])
    expect(kit.events(DANA)).toMatchObject([
      { id: eventId, location: 'Room 2', start: { dateTime: '2026-11-25T09:00:00+01:00' } },
    ])
  })

  it('update of a vanished event', async () => {
    const { kit, eventId } = await kitWithEvent()
    kit.google.control.deleteEvent(DANA, eventId)
    kit.book.change(ref(), { title: 'Moved in' })
    await kit.changed(ref())
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Moved in' }])
    expect(issueCodes(kit)).toEqual(['restored'])
    expect(await statusOf(kit)).toMatchObject({ status: 'synced', notes: ['restored'] })
  })

  it('delete', async () => {
    const { kit } = await kitWithEvent()
    kit.book.delete(ref())
    await kit.changed(ref())
    expect(calls(kit)).toMatchObject([{ method: 'events.delete', status: 204, ifMatch: expect.any(String) }])
    expect(kit.events(DANA)).toEqual([])
    expect(await marksOf(kit)).toEqual([])
  })

  it('delete of a vanished event', async () => {
    const { kit, eventId } = await kitWithEvent()
    kit.google.control.deleteEvent(DANA, eventId)
    kit.book.delete(ref())
    await kit.changed(ref())
    expect(calls(kit).map(({ method, status }) => `${method} ${status}`)).toEqual(['events.delete 410'])
    expect(allEvents(kit)).toMatchObject([{ id: eventId, status: 'cancelled' }])
    expect(kit.issues).toEqual([])
    expect(await marksOf(kit)).toEqual([])
    expect(await linksOf(kit)).toMatchObject([{ event: 'deleted', status: 'synced', intents: [] }])
  })

  it('refresh on expiry', async () => {
    const { kit } = await kitWithEvent()
    await kit.runtime.clock.advance(2 * HOUR)
    kit.book.change(ref(), { title: 'After the expiry' })
    await kit.run(() => kit.sync.appointmentChanged(ref()))
    await kit.settle()
    const refreshes = kit.google.control.requests().filter(({ method }) => method === 'oauth.token')
    expect(refreshes).toMatchObject([{ status: 200 }])
    expect(kit.events(DANA)).toMatchObject([{ summary: 'After the expiry' }])
    expect(calls(kit).filter(({ status }) => status === 401)).toEqual([])
    expect(kit.audits.filter(({ action }) => action === 'token-refreshed')).toHaveLength(1)
  })

  it('API error', async () => {
    const kit = await connectedKit()
    kit.google.control.fault({ fault: 'forbidden', match: { method: 'events.insert' } })
    kit.book.put(ref('bad'), appointment())
    await kit.changed(ref('bad'))
    kit.book.put(ref('good'), appointment())
    await kit.changed(ref('good'))
    expect(kit.issues).toMatchObject([{ code: 'appointment-refused', account: dana, ref: ref('bad') }])
    expect(await statusOf(kit, ref('bad'))).toMatchObject({ status: 'failed', cause: 'forbidden' })
    expect(await statusOf(kit, ref('good'))).toMatchObject({ status: 'synced' })
    expect(methods(kit)).toEqual(['events.insert', 'events.insert'])
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'active', failed: 1 })
  })

  it.each([
    ['2026-12-01T15:00', 'Asia/Jerusalem', '2026-12-01T15:00:00+02:00'],
    ['2027-07-01T15:00', 'Asia/Jerusalem', '2027-07-01T15:00:00+03:00'],
    ['2026-12-01T15:00:00Z', 'America/New_York', '2026-12-01T10:00:00-05:00'],
    ['2027-03-28T02:30', 'Europe/Berlin', '2027-03-28T03:30:00+02:00'],
  ])('zone conversion: %s in %s is %s', async (start, timeZone, dateTime) => {
    const kit = await connectedKit()
    kit.book.put(ref(), appointment({ start, timeZone }))
    await kit.changed(ref())
    const { body } = only(calls(kit))
    expect(body.start).toEqual({ dateTime, timeZone })
    // Google shows it with the offset of the calendar, which is in Berlin.
    const shown = only(kit.events(DANA)) as { start: { dateTime: string }; end: { dateTime: string } }
    expect(Date.parse(shown.start.dateTime)).toBe(Date.parse(dateTime))
    expect(Date.parse(shown.end.dateTime) - Date.parse(dateTime)).toBe(50 * MINUTE)
  })

  it('skipped when not connected', async () => {
    const kit = newKit()
    kit.book.put(ref(), appointment())
    await kit.changed(ref())
    await elapse(kit, HOUR)
    expect(kit.google.control.requests()).toEqual([])
    expect(await statusOf(kit)).toMatchObject({ account: dana, status: 'not-connected' })
    expect(await kit.sync.status(dana)).toMatchObject({ connected: false, pending: 0, failed: 0 })
    expect(kit.issues).toEqual([])
    await kit.connect(dana, DANA)
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(1)
  })

  it('skipped when disabled', async () => {
    const { kit } = await kitWithEvent()
    await kit.run(() => kit.sync.updateSettings(dana, { enabled: false }))
    kit.book.change(ref(), { title: 'While off' })
    await kit.changed(ref())
    await elapse(kit, HOUR)
    expect(calls(kit)).toEqual([])
    expect(await statusOf(kit)).toMatchObject({ status: 'disabled' })
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Session' }])
    await kit.run(() => kit.sync.updateSettings(dana, { enabled: true }))
    await kit.settle()
    expect(kit.events(DANA)).toMatchObject([{ summary: 'While off' }])
  })

  it('retry on failure', async () => {
    const kit = await connectedKit()
    kit.google.control.fault({ fault: 'serviceUnavailable', times: 3, match: { method: 'events.insert' } })
    kit.book.put(ref(), appointment())
    const since = kit.runtime.clock.now()
    await kit.changed(ref())
    expect(calls(kit).map(({ status }) => status)).toEqual([503, 503, 503, 200])
    const at = timesOf(kit, 'events.insert', since)
    for (const [i, wait] of [1, 2, 4].entries()) {
      const gap = (at[i + 1] ?? 0) - (at[i] ?? 0)
      expect(gap).toBeGreaterThanOrEqual(wait * 0.75 * SECOND)
      expect(gap).toBeLessThanOrEqual(wait * 1.25 * SECOND)
    }
    expect(kit.events(DANA)).toHaveLength(1)
    expect(await statusOf(kit)).toMatchObject({ status: 'synced', attempts: 0 })
    expect(kit.issues).toEqual([])
  })

  it('last status on success', async () => {
    const { kit } = await kitWithEvent()
    await kit.runtime.clock.advance(10 * MINUTE)
    const before = kit.runtime.clock.now()
    expect((await kit.sync.status(dana)).lastSyncAt).toBeLessThanOrEqual(before - 10 * MINUTE)
    kit.book.change(ref(), { title: 'Again' })
    await kit.changed(ref())
    const { lastSyncAt, ...summary } = await kit.sync.status(dana)
    expect(lastSyncAt).toBeGreaterThanOrEqual(before)
    expect(lastSyncAt).toBeLessThanOrEqual(kit.runtime.clock.now())
    expect(summary).toMatchObject({ status: 'active', pending: 0, failed: 0, lastError: undefined })
    expect(await statusOf(kit)).toMatchObject({ status: 'synced', attempts: 0, lastSyncedAt: lastSyncAt })
  })

  it('last status on failure', async () => {
    const { kit } = await kitWithEvent()
    const { lastSyncAt } = await kit.sync.status(dana)
    kit.google.control.fault({ fault: 'internalError', times: 'always', match: { method: 'events.*' } })
    kit.book.change(ref(), { title: 'Again' })
    await kit.run(() => kit.sync.appointmentChanged(ref()))
    await elapse(kit, HOUR)
    const failed = await statusOf(kit)
    expect(failed).toMatchObject({ status: 'failed', cause: 'server', lastSyncedAt: lastSyncAt })
    expect(failed.attempts).toBeGreaterThanOrEqual(4)
    expect(failed.nextTryAt).toBeGreaterThan(kit.runtime.clock.now())
    expect(kit.issues).toMatchObject([{ code: 'sync-failed', account: dana, ref: ref() }])
    const { lastSyncAt: still, status } = await kit.sync.status(dana)
    expect({ still, status }).toEqual({ still: lastSyncAt, status: 'active' })
  })

  it.each(['the queue', 'the store'])(
    'enqueue failing while the app’s save succeeds: %s is away',
    async away => {
      const brokenQueue = { ...deafQueue, enqueue: () => Promise.reject(new Error('The queue is away.')) }
      const kit = await connectedKit(away === 'the queue' ? { sync: { jobQueue: brokenQueue } } : {})
      const state = watched(kit.stores.state)
      state.failing = away === 'the store' ? /^marks\.insert$/ : undefined
      const web = kit.anotherProcess({ jobQueue: kit.options.jobQueue, stateStore: state.state })
      kit.book.put(ref(), appointment())
      const answer = await kit.run(() => web.appointmentChanged(ref()))
      expect(answer).toEqual({ marked: away === 'the queue' })
      expect(issueCodes(kit)).toEqual([away === 'the queue' ? 'wake-failed' : 'mark-failed'])
      expect(kit.events(DANA)).toEqual([])
      // Nobody tells again: the timer loop finds the mark, or the hourly reading of `changes` the row.
      await elapse(kit, away === 'the queue' ? 7 * SECOND : 1.3 * HOUR)
      expect(kit.events(DANA)).toHaveLength(1)
      expect(await statusOf(kit)).toMatchObject({ status: 'synced' })
    },
  )

  it('token refresh failure', async () => {
    const { kit } = await kitWithEvent()
    kit.google.control.expireAccessTokens()
    kit.google.control.fault({ fault: 'internalError', times: 'always', match: { method: 'oauth.token' } })
    kit.book.change(ref(), { title: 'Waits for a token' })
    await kit.changed(ref())
    expect(await statusOf(kit)).toMatchObject({ status: 'pending', cause: 'network' })
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'active' })
    expect(kit.issues).toEqual([])
    kit.google.control.clearFaults()
    await skip(kit, MINUTE)
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Waits for a token' }])

    kit.google.control.revokeGrant(DANA)
    kit.book.change(ref(), { title: 'Waits for the user' })
    await kit.changed(ref())
    const { lastError, ...summary } = await kit.sync.status(dana)
    expect(summary).toMatchObject({ connected: true, status: 'needs_reauth', cause: 'invalid_grant' })
    expect(lastError?.at).toBeLessThanOrEqual(kit.runtime.clock.now())
    expect(kit.issues).toEqual([{ code: 'needs-reauth', account: dana, cause: 'invalid_grant' }])
    await kit.connect(dana, DANA)
    await kit.settle()
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Waits for the user' }])
  })

  it('rate limit', async () => {
    const kit = await connectedKit()
    kit.google.control.fault({ fault: 'rateLimited', retryAfter: 12, match: { method: 'events.insert' } })
    kit.book.put(ref(), appointment())
    const since = kit.runtime.clock.now()
    await kit.changed(ref())
    const [first, second, ...more] = timesOf(kit, 'events.insert', since)
    expect(more).toEqual([])
    expect(second).toBeGreaterThanOrEqual((first ?? 0) + 12 * SECOND)
    expect(kit.events(DANA)).toHaveLength(1)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'active' })
    expect(await statusOf(kit)).toMatchObject({ status: 'synced' })
  })

  it.each(['timeoutBeforeCommit', 'timeoutAfterCommit'] as const)('network timeout: %s', async fault => {
    const kit = await connectedKit()
    kit.google.control.fault({ fault, match: { method: 'events.insert' } })
    kit.book.put(ref(), appointment())
    await kit.changed(ref())
    expect(calls(kit)[0]).toMatchObject({ method: 'events.insert', delivery: 'lost' })
    expect(allEvents(kit)).toMatchObject([{ status: 'confirmed', summary: 'Session' }])
    expect(await statusOf(kit)).toMatchObject({ status: 'synced' })
    expect(await linksOf(kit)).toMatchObject([{ event: 'live', intents: [] }])
  })

  it('deleted calendar', async () => {
    const kit = newKit()
    for (const id of ['a1', 'a2', 'a3']) kit.book.put(ref(id), appointment())
    await kit.connect(dana, DANA, { calendar: 'dedicated' })
    await kit.settle()
    const { target } = (await kit.stores.state.connections.get(dana)) ?? {}
    expect(kit.events(String(target?.calendarId))).toHaveLength(3)
    kit.google.control.deleteCalendar(String(target?.calendarId))
    forget(kit)
    for (const id of ['a1', 'a2', 'a3']) await kit.run(() => kit.sync.retry(ref(id)))
    await kit.settle()
    expect(kit.issues).toEqual([{ code: 'connection-error', account: dana, cause: 'calendar-gone' }])
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'error', cause: 'calendar-gone', failed: 0 })
    expect(await statusOf(kit)).toMatchObject({ status: 'pending', cause: 'calendar-gone' })
    expect(methods(kit).filter(method => method === 'events.delete')).toEqual([])
  })

  it('invalid calendar id', async () => {
    const kit = await connectedKit()
    await changeConnection(kit.stores.state.connections, dana, ({ target }) => ({
      set: { target: target && { ...target, calendarId: 'no such calendar' } },
    }))
    kit.book.put(ref(), appointment())
    await kit.changed(ref())
    expect(calls(kit)[0]).toMatchObject({ method: 'events.insert', status: 404 })
    expect(kit.issues).toEqual([{ code: 'connection-error', account: dana, cause: 'calendar-gone' }])
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'error', cause: 'calendar-gone' })
    expect(await statusOf(kit)).toMatchObject({ status: 'pending', cause: 'calendar-gone' })
    expect(kit.events(DANA)).toEqual([])
  })

  it('concurrent updates to one appointment', async () => {
    const { kit, eventId } = await kitWithEvent()
    const other = kit.anotherProcess()
    for (let i = 0; i < 20; i++) {
      kit.book.change(ref(), { title: `Edit ${i}`, location: `Room ${i % 3}` })
      const both = [kit.sync, other].map(async sync => {
        await sync.appointmentChanged(ref())
        return sync.runDue({ maxMs: MINUTE })
      })
      if (i % 4 === 3) await kit.run(() => Promise.all(both))
    }
    await kit.settle()
    expect(allEvents(kit)).toMatchObject([{ id: eventId, summary: 'Edit 19', location: 'Room 1' }])
    expect(await marksOf(kit)).toEqual([])
    expect(await linksOf(kit)).toMatchObject([{ status: 'synced', intents: [] }])
    expect(calls(kit).filter(({ status }) => status === 412)).toEqual([])
    expect(kit.issues).toEqual([])
  })

  it('appointment created while offline', async () => {
    const kit = await connectedKit()
    await kit.run(() => kit.sync.start())
    kit.google.control.fault({ fault: 'resetBeforeCommit', times: 'always' })
    for (const id of ['a1', 'a2']) {
      kit.book.put(ref(id), appointment())
      expect(await kit.sync.appointmentChanged(ref(id))).toEqual({ marked: true })
    }
    await kit.runtime.clock.advance(DAY / 2)
    expect(kit.events(DANA)).toEqual([])
    for (const id of ['a1', 'a2']) expect(await marksOf(kit, ref(id))).toMatchObject([{ cause: 'network' }])
    // The line is back, and nobody calls: the longest wait of a mark is 6 h and a quarter.
    kit.google.control.clearFaults()
    await kit.runtime.clock.advance(7.6 * HOUR)
    await kit.run(() => kit.sync.stop({ drainMs: MINUTE }))
    expect(kit.runtime.clock.now()).toBeLessThan(NOW + DAY)
    expect(kit.events(DANA)).toHaveLength(2)
    expect(await statusOf(kit, ref('a2'))).toMatchObject({ status: 'synced' })
  })
})
