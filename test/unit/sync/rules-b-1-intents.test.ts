import { describe, expect, it } from 'vitest'
import type { Intent } from '../../../src/contracts/link.ts'
import type { FaultName, TestKit } from '../../../src/testing/index.ts'
import {
  appointment,
  calls,
  connectedKit,
  DANA,
  elapse,
  forget,
  issueCodes,
  kitWithEvent,
  linkOf,
  linksOf,
  MINUTE,
  marksOf,
  methods,
  NOW,
  ref,
  takeMethods,
  writeNumberOf,
} from './helpers-scenario.ts'

interface Witness {
  readonly method: string
  /** What the books held while the request was on its way. */
  readonly intents: readonly Intent[]
  readonly number: number | undefined
  readonly sendUpdates: string | null
}

/** A process whose writes are looked at, in the books, in the moment they leave. */
function watched(kit: TestKit) {
  const seen: Witness[] = []
  const sync = kit.anotherProcess({
    runtime: {
      ...kit.runtime,
      fetch: async (input, init) => {
        const url = new URL(String(input instanceof Request ? input.url : input))
        const verb = init?.method ?? 'GET'
        if (verb !== 'GET' && url.pathname.includes('/events')) {
          const [link] = await linksOf(kit)
          const body = typeof init?.body === 'string' && init.body !== '' ? JSON.parse(init.body) : undefined
          seen.push({
            method: verb,
            intents: link?.intents ?? [],
            number: body && writeNumberOf(body),
            sendUpdates: url.searchParams.get('sendUpdates'),
          })
        }
        return kit.google.fetch(input, init)
      },
    },
  })
  return { sync, seen }
}

async function changed(kit: TestKit, sync: TestKit['sync']): Promise<void> {
  await kit.run(() => sync.appointmentChanged(ref()))
  for (let i = 0; i < 20; i++) {
    if ((await kit.run(() => sync.runDue({ maxMs: 600_000 }))).idle) return
  }
}

function expectRecorded(seen: readonly Witness[], kinds: readonly (readonly [string, string])[]): void {
  expect(seen.map(({ method, intents }) => [method, intents.at(-1)?.kind])).toEqual(kinds)
  const numbers = seen.map(({ intents }) => intents.at(-1)?.number ?? -1)
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
  for (const { number, intents } of seen)
    if (number !== undefined) expect(number).toBe(intents.at(-1)?.number)
}

describe('B1: an intent before each write', () => {
  it('B1: insert, update and delete are in the books, by number, before they leave', async () => {
    const kit = await connectedKit()
    const { sync, seen } = watched(kit)
    kit.book.put(ref(), appointment())
    await changed(kit, sync)
    kit.book.change(ref(), { title: 'Other' })
    await changed(kit, sync)
    kit.book.delete(ref())
    await changed(kit, sync)
    expectRecorded(seen, [
      ['POST', 'insert'],
      ['PATCH', 'update'],
      ['DELETE', 'delete'],
    ])
    for (const { intents } of seen) expect(intents).toHaveLength(1)
    expect((await linkOf(kit)).intents).toEqual([])
  })

  it('B1: an intent holds kind, fingerprints, number and the time of the store', async () => {
    const kit = await connectedKit()
    const { sync, seen } = watched(kit)
    kit.book.put(ref(), appointment({ version: 'v7', location: 'Room 1' }))
    await changed(kit, sync)
    expect(seen[0]?.intents).toEqual([
      {
        kind: 'insert',
        number: expect.any(Number),
        at: NOW,
        appVersion: 'v7',
        sent: {
          whole: expect.any(String),
          fields: {
            summary: expect.any(String),
            location: expect.any(String),
            start: expect.any(String),
            end: expect.any(String),
          },
        },
      },
    ])
  })

  it.each<[string, FaultName, readonly (readonly [string, string])[]]>([
    [
      '409',
      'duplicate',
      [
        ['POST', 'insert'],
        ['POST', 'insert'],
      ],
    ],
    [
      '412',
      'conditionNotMet',
      [
        ['PATCH', 'update'],
        ['PATCH', 'update'],
      ],
    ],
  ])('B1: the second write after a %s has an intent of its own', async (_status, fault, expected) => {
    const kit = fault === 'duplicate' ? await connectedKit() : (await kitWithEvent()).kit
    const { sync, seen } = watched(kit)
    kit.google.control.fault({ fault, match: { writes: true } })
    kit.book.put(ref(), appointment({ title: 'Fresh' }))
    await changed(kit, sync)
    expectRecorded(seen, expected)
    // The refused write proves that nothing ran, so its intent is closed before the next.
    for (const { intents } of seen) expect(intents).toHaveLength(1)
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Fresh' }])
  })

  it('B1: a revive after a 409 has an intent of its own', async () => {
    const { kit, eventId } = await kitWithEvent()
    kit.google.control.deleteEvent(DANA, eventId)
    const { sync, seen } = watched(kit)
    kit.google.control.fault({ fault: 'notFound', match: { method: 'events.patch' } })
    kit.book.change(ref(), { title: 'Fresh' })
    await changed(kit, sync)
    expectRecorded(seen, [
      ['PATCH', 'update'],
      ['POST', 'insert'],
      ['PUT', 'revive'],
    ])
    expect(kit.events(DANA)).toMatchObject([{ id: eventId, summary: 'Fresh' }])
  })

  it('B1: an unknown outcome stays in the books beside the next write, and both close with its answer', async () => {
    const { kit } = await kitWithEvent()
    const { sync, seen } = watched(kit)
    kit.google.control.fault({ fault: 'timeoutBeforeCommit', match: { writes: true }, times: 2 })
    kit.book.change(ref(), { title: 'Fresh' })
    await changed(kit, sync)
    expect(seen.map(({ intents }) => intents.length)).toEqual([1, 2, 3])
    expect((await linkOf(kit)).intents).toEqual([])
  })
})

describe('B1: what closes an intent', () => {
  const DEFINITIVE: readonly FaultName[] = [
    'forbidden',
    'authError',
    'conditionNotMet',
    'rateLimited',
    'rateLimitExceeded',
    'quotaExceeded',
  ]

  it.each(DEFINITIVE)('B1: %s proves that nothing ran', async fault => {
    const kit = await connectedKit()
    kit.google.control.fault({ fault, match: { writes: true }, times: 'always' })
    kit.book.put(ref(), appointment())
    await kit.changed(ref())
    expect((await linkOf(kit)).intents).toEqual([])
  })

  const UNKNOWN: readonly FaultName[] = [
    'internalError',
    'serviceUnavailable',
    'badGatewayHtml',
    'timeoutBeforeCommit',
    'resetBeforeCommit',
    'truncated',
  ]

  it.each(UNKNOWN)('B1: %s leaves it open', async fault => {
    const { kit } = await kitWithEvent()
    kit.google.control.fault({ fault, match: { writes: true }, times: 'always' })
    kit.book.change(ref(), { title: 'Fresh' })
    await kit.changed(ref())
    expect((await linkOf(kit)).intents).not.toEqual([])
  })

  it('B1: a 404, a tombstone or an equal event that was merely seen closes nothing', async () => {
    const kit = await connectedKit()
    kit.google.control.fault({ fault: 'lateCommit', delayMs: 4 * MINUTE, match: { method: 'events.insert' } })
    await kit.run(() => kit.sync.start())
    kit.book.put(ref(), appointment())
    await kit.sync.appointmentChanged(ref())
    await kit.runtime.clock.advance(100)
    kit.book.delete(ref())
    await kit.sync.appointmentChanged(ref())
    await kit.runtime.clock.advance(MINUTE)
    // The event was looked for and not found; the insert is still on its way.
    expect(methods(kit)).toContain('events.get')
    expect((await linkOf(kit)).intents).toMatchObject([{ kind: 'insert' }])
    expect(await marksOf(kit)).toMatchObject([{ cause: 'late-write' }])
    await kit.runtime.clock.advance(3 * MINUTE)
    expect(kit.events(DANA)).toHaveLength(1)
    await kit.runtime.clock.advance(2 * MINUTE)
    expect(kit.events(DANA)).toEqual([])
    expect(await marksOf(kit)).toEqual([])
    await kit.run(() => kit.sync.stop())
  })

  it('B1: after LATE_WRITE_MS one more read closes it, not the time alone', async () => {
    const kit = await connectedKit()
    kit.google.control.fault({ fault: 'timeoutBeforeCommit', match: { method: 'events.insert' } })
    await kit.run(() => kit.sync.start())
    kit.book.put(ref(), appointment())
    await kit.sync.appointmentChanged(ref())
    await kit.runtime.clock.advance(100)
    kit.book.delete(ref())
    await kit.sync.appointmentChanged(ref())
    await kit.runtime.clock.advance(4 * MINUTE)
    takeMethods(kit)
    expect(await linksOf(kit)).toHaveLength(1)
    await kit.runtime.clock.advance(2 * MINUTE)
    await kit.run(() => kit.sync.stop())
    // The list is the probe of the calendar (B10).
    expect(takeMethods(kit)).toEqual(['events.get', 'events.list'])
    expect(await linksOf(kit)).toEqual([])
    expect(issueCodes(kit)).toEqual([])
  })
})

describe('B2: a no-op and open intents', () => {
  it('B2: with an open intent the wanted event is written although it looks right', async () => {
    const { kit } = await kitWithEvent()
    kit.google.control.fault({ fault: 'timeoutAfterCommit', match: { method: 'events.patch' } })
    await kit.run(() => kit.sync.start())
    kit.book.change(ref(), { title: 'Fresh' })
    await kit.sync.appointmentChanged(ref())
    await kit.runtime.clock.advance(100)
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Fresh' }])
    forget(kit)
    await elapse(kit, MINUTE)
    // The first try's etag moved with the lost answer, hence the 412 and the read.
    expect(calls(kit).map(({ method, status }) => [method, status])).toEqual([
      ['events.patch', 412],
      ['events.get', 200],
      ['events.patch', 200],
    ])
    expect((await linkOf(kit)).intents).toEqual([])
  })

  it('B2: a no-op is never sent while no intent is open', async () => {
    const { kit } = await kitWithEvent()
    for (let i = 0; i < 3; i++) await kit.changed(ref())
    kit.book.put(ref(), appointment())
    await kit.changed(ref())
    expect(methods(kit)).toEqual([])
  })

  it('B2: deleted before its insert was answered: nothing is left, not even the late event', async () => {
    const kit = await connectedKit()
    kit.google.control.fault({ fault: 'lateCommit', delayMs: 299_000, match: { method: 'events.insert' } })
    await kit.run(() => kit.sync.start())
    kit.book.put(ref(), appointment())
    await kit.sync.appointmentChanged(ref())
    await kit.runtime.clock.advance(500)
    kit.book.delete(ref())
    await kit.sync.appointmentChanged(ref())
    await elapse(kit, 10 * MINUTE)
    expect(kit.events(DANA)).toEqual([])
    expect(methods(kit)).toEqual([
      'events.insert',
      'events.get',
      'events.list',
      'events.insert',
      'events.get',
      'events.delete',
    ])
    expect(await marksOf(kit)).toEqual([])
  })
})
