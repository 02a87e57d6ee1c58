import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { memoryStores } from '../../../src/adapters/memory/index.ts'
import type { TestKit } from '../../../src/testing/index.ts'
import {
  appointment,
  connectedKit,
  DANA,
  DAY,
  dana,
  HOUR,
  kitWithEvent,
  MINUTE,
  NOA,
  newKit,
  noa,
  ref,
} from './helpers-scenario.ts'

const methods = (kit: TestKit) => kit.takeRequests().map(({ method, status }) => `${method} ${status}`)
const agreed = (setting: 'includeClientNames' | 'includeNotes' | 'notifyClients') => [
  { setting, textId: 'v1' },
]
const guest = { name: 'Joe Doe', email: 'joe@client.example', mayBeInvited: true }

describe('B9', () => {
  it('B9: a client is mailed only with both opt-ins, once for a version, and not on a retry', async () => {
    const kit = await connectedKit()
    const { control } = kit.google
    kit.book.put(ref(), appointment({ client: guest, version: '1' }))
    await kit.changed(ref())
    expect(control.mail()).toEqual([])
    await kit.run(() =>
      kit.sync.updateSettings(dana, { notifyClients: true }, { acknowledgements: agreed('notifyClients') }),
    )
    await kit.settle()
    // The re-scrub adds the guest and mails nobody.
    expect(control.mail()).toEqual([])
    kit.book.change(ref(), { title: 'Moved', version: '2' })
    control.fault({ fault: 'timeoutAfterCommit', match: { method: 'events.patch' } })
    await kit.changed(ref())
    expect(control.mail().filter(mail => JSON.stringify(mail).includes(guest.email))).toHaveLength(1)
    await kit.run(() => kit.sync.retry(ref()))
    await kit.settle()
    expect(control.mail()).toHaveLength(1)
  })

  it('B9: a past appointment mails nobody', async () => {
    const kit = await connectedKit()
    await kit.run(() =>
      kit.sync.updateSettings(dana, { notifyClients: true }, { acknowledgements: agreed('notifyClients') }),
    )
    kit.book.put(ref(), appointment({ client: guest, start: '2026-11-20T10:00' }))
    await kit.changed(ref())
    expect(kit.events(DANA)).toHaveLength(1)
    expect(kit.google.control.mail()).toEqual([])
  })
})

describe('B10', () => {
  it('B10: a 404 on a patch counts as "event gone" only after the calendar answered', async () => {
    const { kit } = await kitWithEvent()
    kit.google.control.emptyBin(DANA, 'purge')
    kit.google.control.fault({ fault: 'notFound', match: { method: 'events.patch' } })
    kit.book.change(ref(), { title: 'New' })
    await kit.changed(ref())
    expect(methods(kit).slice(0, 2)).toEqual(['events.patch 404', 'events.list 200'])
    expect(kit.events(DANA)).toHaveLength(1)
  })

  it('B10: a lost calendar is a state of the connection, not an error of each event', async () => {
    const kit = newKit()
    await kit.connect(dana, DANA, { calendar: 'dedicated' })
    await kit.settle()
    const { target } = (await kit.stores.state.connections.get(dana)) ?? {}
    for (let i = 0; i < 5; i++) kit.book.put(ref(`a${i}`), appointment())
    for (let i = 0; i < 5; i++) await kit.changed(ref(`a${i}`))
    kit.google.control.deleteCalendar(target?.calendarId ?? '')
    kit.book.change(ref('a0'), { title: 'New' })
    await kit.changed(ref('a0'))
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'error', cause: 'calendar-gone', failed: 0 })
    expect(kit.issues).toMatchObject([{ code: 'connection-error', cause: 'calendar-gone' }])
  })
})

describe('B11', () => {
  it('B11: what ended before the window is not created, and what is linked is kept in step', async () => {
    const kit = await connectedKit()
    kit.book.put(ref('old'), appointment({ start: '2026-10-01T10:00' }))
    await kit.changed(ref('old'))
    expect(methods(kit)).toEqual([])
    expect(await kit.sync.appointmentStatus(ref('old'))).toMatchObject([{ status: 'out-of-window' }])
    kit.book.put(ref('near'), appointment({ start: '2026-11-22T10:00' }))
    await kit.changed(ref('near'))
    await kit.runtime.clock.advance(40 * DAY)
    kit.takeRequests()
    kit.book.change(ref('near'), { title: 'Corrected' })
    await kit.changed(ref('near'))
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Corrected' }])
  })
})

describe('C6', () => {
  it('C6: an etag that never holds ends a run after three tries, and the mark waits', async () => {
    const { kit } = await kitWithEvent()
    kit.google.control.fault({ fault: 'conditionNotMet', match: { method: 'events.patch' }, times: 'always' })
    kit.book.change(ref(), { title: 'New' })
    await kit.changed(ref())
    expect(methods(kit).filter(each => each === 'events.patch 412')).toHaveLength(3)
    expect(await kit.sync.appointmentStatus(ref())).toMatchObject([{ status: 'pending', attempts: 1 }])
  })
})

describe('D2', () => {
  it('D2: with all links lost, a reconnect adopts what is there and inserts nothing', async () => {
    const kit = newKit()
    await kit.connect(dana, DANA)
    for (const id of ['a', 'b', 'c']) kit.book.put(ref(id), appointment({ title: id }))
    await kit.settle()
    const before = kit.events(DANA).map(({ id }) => id)
    expect(before).toHaveLength(3)
    const stores = memoryStores({ runtime: kit.runtime })
    // The same identity, nothing else: a state store restored from before the first connect.
    await stores.state.identityKey.putIfAbsent((await kit.stores.state.identityKey.get()) ?? '')
    const sync = kit.anotherProcess({ tokenStore: stores.tokens, stateStore: stores.state })
    const started = await kit.run(() => sync.authorizationUrl(dana))
    const back = new URL(kit.google.control.approve(started.url, { email: DANA }))
    const query = Object.fromEntries(back.searchParams)
    const result = await kit.run(() => sync.completeAuthorization({ ...query, binding: started.binding }))
    expect(result.kind).toBe('connected')
    kit.takeRequests()
    for (let i = 0; i < 5; i++) await kit.run(() => sync.runDue({ maxMs: 60_000 }))
    expect(kit.takeRequests().filter(({ method }) => method === 'events.insert')).toEqual([])
    expect(kit.events(DANA).map(({ id }) => id)).toEqual(before)
  })
})

describe('D5', () => {
  it('D5: turning names off writes every event anew, and needs no second look', async () => {
    const kit = await connectedKit()
    const on = { acknowledgements: agreed('includeClientNames') }
    await kit.run(() => kit.sync.updateSettings(dana, { includeClientNames: true }, on))
    for (let i = 0; i < 50; i++) kit.book.put(ref(`a${i}`), appointment({ client: { name: 'Joe Doe' } }))
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    expect(kit.events(DANA).every(({ summary }) => String(summary).includes('Joe Doe'))).toBe(true)
    kit.takeRequests()
    await kit.run(() => kit.sync.updateSettings(dana, { includeClientNames: false }))
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(50)
    expect(JSON.stringify(kit.events(DANA))).not.toContain('Joe Doe')
    expect(methods(kit).filter(each => each === 'events.patch 200')).toHaveLength(50)
    expect((await kit.sync.status(dana)).progress).toMatchObject({ kind: 'stale', marked: 50 })
  })
})

describe('D6', () => {
  it('D6: an expired token is refreshed once, and a refused one is replaced', async () => {
    const { kit } = await kitWithEvent()
    const refreshes = () =>
      kit.google.control.requests().filter(({ method }) => method === 'oauth.token').length
    const before = refreshes()
    await kit.runtime.clock.advance(2 * HOUR)
    kit.book.change(ref(), { title: 'Later' })
    await kit.changed(ref())
    expect(refreshes() - before).toBe(1)
    kit.google.control.expireAccessTokens()
    kit.book.change(ref(), { title: 'Latest' })
    await kit.changed(ref())
    expect(refreshes() - before).toBe(2)
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Latest' }])
  })
})

describe('D7', () => {
  it('D7: a dedicated calendar is created once, with a zone, and filled', async () => {
    const kit = newKit({ sync: { defaultSettings: { timeZone: 'Asia/Jerusalem', calendarName: 'Clinic' } } })
    kit.book.put(ref(), appointment())
    await kit.connect(dana, DANA, { calendar: 'dedicated' })
    await kit.settle()
    const made = kit.google.control.calendars().filter(({ summary }) => summary === 'Clinic')
    expect(made).toMatchObject([{ timeZone: 'Asia/Jerusalem' }])
    expect(kit.events(String(made[0]?.id))).toHaveLength(1)
    expect(kit.events(DANA)).toEqual([])
  })

  it('D7: an unknown outcome is repeated once and reported', async () => {
    const kit = newKit()
    kit.book.put(ref(), appointment())
    kit.google.control.fault({ fault: 'timeoutAfterCommit', match: { method: 'calendars.insert' } })
    await kit.connect(dana, DANA, { calendar: 'dedicated' })
    await kit.settle()
    await kit.runtime.clock.advance(10 * MINUTE)
    await kit.settle()
    expect(methods(kit).filter(each => each.startsWith('calendars.insert'))).toHaveLength(2)
    expect(kit.issues).toMatchObject([{ code: 'maybe-empty-calendar' }])
    expect(await kit.sync.appointmentStatus(ref())).toMatchObject([{ status: 'synced' }])
  })

  it.each([
    ['was deleted in Google', 'calendar-gone'],
    ['could not be made', 'calendar-not-created'],
  ])('D7: to connect again makes another calendar when the one before %s', async (what, cause) => {
    const kit = newKit()
    kit.book.put(ref(), appointment())
    if (cause === 'calendar-not-created')
      kit.google.control.fault({
        fault: 'timeoutAfterCommit',
        match: { method: 'calendars.insert' },
        times: 2,
      })
    await kit.connect(dana, DANA, { calendar: 'dedicated' })
    for (let round = 0; round < 3; round++) {
      await kit.settle()
      await kit.runtime.clock.advance(10 * MINUTE)
    }
    if (cause === 'calendar-gone')
      kit.google.control.deleteCalendar(
        String((await kit.stores.state.connections.get(dana))?.target?.calendarId),
      )
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    expect(await kit.sync.status(dana), what).toMatchObject({ status: 'error', cause })
    await kit.connect(dana, DANA, { calendar: 'dedicated' })
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'active', pending: 0, failed: 0 })
    expect(kit.issues.map(({ code }) => code)).not.toContain('cannot-remove')
    kit.takeRequests()
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    expect(methods(kit).filter(method => !method.startsWith('events.list'))).toEqual([])
    expect(
      kit.events(String((await kit.stores.state.connections.get(dana))?.target?.calendarId)),
    ).toHaveLength(1)
  })
})

describe('G', () => {
  it('G: a row nobody told of is found by the hourly reading, a deletion nobody told of by the daily repair', async () => {
    const { kit } = await kitWithEvent()
    for (let i = 0; i < 5; i++) kit.book.put(ref(`more${i}`), appointment())
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    kit.book.put(ref('unsaid'), appointment({ title: 'Unsaid' }))
    await kit.runtime.clock.advance(1.3 * HOUR)
    await kit.settle()
    expect(kit.events(DANA).map(({ summary }) => summary)).toContain('Unsaid')
    kit.book.delete(ref('unsaid'))
    await kit.runtime.clock.advance(1.3 * DAY)
    await kit.settle()
    expect(kit.events(DANA).map(({ summary }) => summary)).not.toContain('Unsaid')
    expect(kit.events(DANA)).toHaveLength(6)
  })

  it('S6: with no edits a repair issues only reads', async () => {
    const { kit } = await kitWithEvent()
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    expect(new Set(methods(kit))).toEqual(new Set(['events.list 200']))
  })
})

describe('S9, S10', () => {
  it("S9: nothing but the allowed calendars holds client data or tokens, S10: nor one tenant what is the other's", async () => {
    const kit = await connectedKit()
    const other = { workspaceId: 'w2', userId: 'dana' }
    await kit.connect(noa, NOA)
    await kit.connect(other, 'other@example.com')
    const client = { name: 'CANARY-NAME', email: 'canary-mail@client.example', mayBeInvited: true }
    for (const [i, faulty] of ['internalError', 'timeoutAfterCommit', 'rateLimited', 'forbidden'].entries()) {
      kit.google.control.fault({ fault: faulty as 'internalError', match: { writes: true } })
      kit.book.put(
        ref(`c${i}`),
        appointment({ client, notes: 'CANARY-NOTES', title: 'CANARY-TITLE', location: 'CANARY-PLACE' }),
      )
      await kit.changed(ref(`c${i}`))
    }
    kit.book.put(ref('c9', 'w2'), appointment({ title: 'TENANT-TWO' }))
    await kit.changed(ref('c9', 'w2'))
    const outside = [kit.issues, kit.audits, kit.requests, kit.runtime.logs]
    const refs = [ref('c0'), ref('c1'), ref('c2'), ref('c3'), ref('c9', 'w2')]
    const links = await Promise.all(refs.map(each => kit.stores.state.links.ofRef(each)))
    const marks = await Promise.all(refs.map(each => kit.stores.state.marks.ofRef(each)))
    const connections = await kit.stores.state.connections.page({ limit: 10 })
    const tokens = await kit.stores.tokens.get(dana)
    const all = inspect([outside, links, marks, connections, tokens], { depth: 20, maxArrayLength: null })
    for (const canary of ['CANARY', 'canary-mail', 'TENANT-TWO', 'ya29.', '1//', 'example.com'])
      expect(all).not.toContain(canary)
    const hers = JSON.stringify(kit.events(DANA))
    for (const canary of ['CANARY-NAME', 'CANARY-NOTES', 'canary-mail', 'TENANT-TWO'])
      expect(hers).not.toContain(canary)
    expect(kit.events(NOA)).toEqual([])
    expect(JSON.stringify(kit.events('other@example.com'))).not.toContain('CANARY')
  })
})
