import { describe, expect, it } from 'vitest'
import type { TestKit } from '../../../src/testing/index.ts'
import {
  appointment,
  connectedKit,
  DANA,
  dana,
  fill,
  HOUR,
  linkOf,
  marksOf,
  methods,
  refOf,
  SECOND,
  twoUsers,
  YAEL,
} from './support-rules.ts'

const ref = refOf('a0')
const CANARY = 'Rivka-Canary'

/** `get` answers each time what the next of `answers` does; after the last one, the book. */
function onRead(kit: TestKit, ...before: (() => unknown)[]): void {
  const get = kit.book.get.bind(kit.book)
  kit.book.get = asked => {
    before.shift()?.()
    return get(asked)
  }
}

async function allowNames(kit: TestKit): Promise<void> {
  const acknowledgements = [{ setting: 'includeClientNames', textId: 'names-1' }] as const
  await kit.run(() => kit.sync.updateSettings(dana, { includeClientNames: true }, { acknowledgements }))
  await kit.settle()
  kit.takeRequests()
}

const withName = appointment({ client: { name: CANARY } })

describe('bad input: what moves while it is being pushed', () => {
  it('bad input: a row deleted between wake-up and read is no event', async () => {
    const kit = await connectedKit()
    await kit.sync.start()
    kit.book.put(ref, appointment())
    onRead(kit, () => kit.book.delete(ref))
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(10 * SECOND)
    expect(kit.takeRequests()).toEqual([])
    expect(kit.issues).toEqual([])
    expect(await marksOf(kit, ref)).toEqual([])
    await kit.run(() => kit.sync.stop())
  })

  it('bad input: a row deleted while its insert is on the way: the event goes again', async () => {
    const kit = await connectedKit()
    await kit.sync.start()
    kit.google.control.fault({ fault: 'slow', delayMs: 5 * SECOND, match: { method: 'events.insert' } })
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(SECOND)
    kit.book.delete(ref)
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(10 * SECOND)
    expect(methods(kit)).toEqual(['events.insert', 'events.delete'])
    expect(kit.events(DANA)).toEqual([])
    await kit.run(() => kit.sync.stop())
  })

  it('bad input: an edit during its own push is sent after it', async () => {
    const kit = await connectedKit()
    await kit.sync.start()
    kit.google.control.fault({ fault: 'slow', delayMs: 3 * SECOND, times: 'always' })
    kit.book.put(ref, appointment({ location: 'v0' }))
    await kit.sync.appointmentChanged(ref)
    for (let i = 1; i <= 5; i++) {
      await kit.runtime.clock.advance(500)
      kit.book.change(ref, { location: `v${i}` })
      await kit.sync.appointmentChanged(ref)
    }
    await kit.runtime.clock.advance(20 * SECOND)
    expect(methods(kit)).toEqual(['events.insert', 'events.patch'])
    expect(kit.events(DANA)).toMatchObject([{ location: 'v5' }])
    await kit.run(() => kit.sync.stop())
  })

  it('bad input: re-assigned during its own push, both ways', async () => {
    const kit = await twoUsers()
    await kit.sync.start()
    kit.google.control.fault({ fault: 'slow', delayMs: 4 * SECOND, times: 3 })
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(SECOND)
    kit.book.change(ref, { userIds: ['yael'] })
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(5 * SECOND)
    kit.book.change(ref, { userIds: ['dana', 'yael'] })
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(60 * SECOND)
    expect(kit.events(DANA)).toHaveLength(1)
    expect(kit.events(YAEL)).toHaveLength(1)
    expect(await marksOf(kit, ref)).toEqual([])
    expect(kit.issues).toEqual([])
    await kit.run(() => kit.sync.stop())
  })

  it('bad input: re-assigned while the first insert has no answer: the old calendar ends up empty', async () => {
    const kit = await twoUsers()
    await kit.sync.start()
    const faults = { times: 1, match: { method: 'events.insert', user: DANA } } as const
    kit.google.control.fault({ fault: 'lateCommit', delayMs: 20 * SECOND, ...faults })
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(100)
    kit.book.change(ref, { userIds: ['yael'] })
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(HOUR)
    expect(kit.events(DANA)).toEqual([])
    expect(kit.events(YAEL)).toHaveLength(1)
    expect(await linkOf(kit, ref, 'dana')).not.toMatchObject({ event: 'live' })
    await kit.run(() => kit.sync.stop())
  })
})

describe('bad input: a setting switched in flight', () => {
  it('bad input: switched off before the request left: the name never leaves', async () => {
    const kit = await connectedKit()
    await allowNames(kit)
    await kit.runtime.clock.advance(2 * HOUR)
    await kit.settle()
    // The projection is made, and then the token has to be fetched first, slowly.
    await kit.runtime.clock.advance(2 * HOUR)
    kit.google.control.resetCounters()
    kit.google.control.fault({ fault: 'slow', delayMs: 5 * SECOND, match: { method: 'oauth.token' } })
    kit.book.put(ref, withName)
    await kit.sync.start()
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(SECOND)
    expect(kit.google.control.pendingFaults()).toEqual([])
    await kit.sync.updateSettings(dana, { includeClientNames: false })
    await kit.runtime.clock.advance(HOUR)
    expect(kit.events(DANA)).toHaveLength(1)
    expect(JSON.stringify(kit.google.control.requests())).not.toContain(CANARY)
    await kit.run(() => kit.sync.stop())
  })

  it('bad input: switched off with the request on its way: it is scrubbed, and no later request holds the name', async () => {
    const kit = await connectedKit()
    await allowNames(kit)
    await kit.sync.start()
    kit.google.control.fault({ fault: 'slow', delayMs: 5 * SECOND, match: { method: 'events.insert' } })
    kit.book.put(ref, withName)
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(SECOND)
    await kit.sync.updateSettings(dana, { includeClientNames: false })
    const switchedAt = kit.runtime.clock.now()
    await kit.runtime.clock.advance(60 * SECOND)
    expect(kit.events(DANA)).toHaveLength(1)
    expect(JSON.stringify(kit.events(DANA))).not.toContain(CANARY)
    const later = kit.google.control.requests().filter(entry => entry.at >= switchedAt)
    expect(JSON.stringify(later.map(entry => entry.body))).not.toContain(CANARY)
    // The books of the landed insert need no settings version: it is not sent again.
    expect(methods(kit).filter(method => method === 'events.insert')).toHaveLength(1)
    await kit.run(() => kit.sync.stop())
  })

  it('bad input: switched off while its insert is tried again: the retry is without the name', async () => {
    const kit = await connectedKit()
    await allowNames(kit)
    await kit.sync.start()
    kit.google.control.fault({ fault: 'serviceUnavailable', match: { method: 'events.insert' } })
    kit.book.put(ref, withName)
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(100)
    await kit.sync.updateSettings(dana, { includeClientNames: false })
    const switchedAt = kit.runtime.clock.now()
    await kit.runtime.clock.advance(60 * SECOND)
    expect(kit.events(DANA)).toHaveLength(1)
    const later = kit.google.control.requests().filter(entry => entry.at > switchedAt)
    expect(later.length).toBeGreaterThan(0)
    expect(JSON.stringify(later.map(entry => entry.body))).not.toContain(CANARY)
    expect(JSON.stringify(kit.events(DANA))).not.toContain(CANARY)
    await kit.run(() => kit.sync.stop())
  })

  it('bad input: switched off with a commit whose answer was lost: it is found and scrubbed', async () => {
    const kit = await connectedKit()
    await allowNames(kit)
    await kit.sync.start()
    kit.google.control.fault({ fault: 'resetAfterCommit', match: { method: 'events.insert' } })
    kit.book.put(ref, withName)
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(100)
    await kit.sync.updateSettings(dana, { includeClientNames: false })
    await kit.runtime.clock.advance(HOUR)
    expect(kit.events(DANA)).toHaveLength(1)
    expect(JSON.stringify(kit.events(DANA))).not.toContain(CANARY)
    await kit.run(() => kit.sync.stop())
  })

  it('bad input: switched on and off a few times in a backfill: the last word counts, everywhere', async () => {
    const kit = await connectedKit({ google: { latencyMs: 100 } })
    await fill(kit, 30, { client: { name: CANARY } })
    await kit.sync.start()
    const acknowledgements = [{ setting: 'includeClientNames', textId: 'names-1' }] as const
    for (let i = 0; i < 6; i++) {
      const includeClientNames = i % 2 === 0
      await kit.sync.updateSettings(dana, { includeClientNames }, { acknowledgements })
      await kit.runtime.clock.advance(700)
    }
    await kit.runtime.clock.advance(5 * 60 * SECOND)
    expect(kit.events(DANA)).toHaveLength(30)
    expect(JSON.stringify(kit.events(DANA))).not.toContain(CANARY)
    expect(kit.issues).toEqual([])
    await kit.run(() => kit.sync.stop())
  })

  it('bad input: switched off altogether in flight: what left is booked, nothing follows', async () => {
    const kit = await connectedKit()
    await kit.sync.start()
    kit.google.control.fault({ fault: 'slow', delayMs: 5 * SECOND, match: { method: 'events.insert' } })
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(SECOND)
    await kit.sync.updateSettings(dana, { enabled: false })
    kit.book.change(ref, { location: 'while disabled' })
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(60 * SECOND)
    expect(methods(kit)).toEqual(['events.insert'])
    expect(await linkOf(kit, ref)).toMatchObject({ event: 'live', intents: [], behind: true })
    await kit.sync.updateSettings(dana, { enabled: true })
    await kit.runtime.clock.advance(60 * SECOND)
    expect(kit.events(DANA)).toMatchObject([{ location: 'while disabled' }])
    await kit.run(() => kit.sync.stop())
  })
})
