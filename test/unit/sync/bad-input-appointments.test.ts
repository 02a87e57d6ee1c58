import { describe, expect, it } from 'vitest'
import type { Appointment } from '../../../src/contracts/appointment.ts'
import {
  appointment,
  connectedKit,
  DANA,
  DAY,
  dana,
  linkOf,
  marksOf,
  methods,
  refOf,
  statusOf,
} from './support-rules.ts'

const bad = refOf('bad')
const fine = refOf('fine')
const CANARY = 'Canary-7731'

const cyclic: Record<string, unknown> = { ...appointment() }
cyclic.client = cyclic
cyclic.title = cyclic

const throwing = Object.defineProperty({ ...appointment() }, 'start', {
  enumerable: true,
  get() {
    throw new Error(CANARY)
  },
})

/** Rows 48 to 56 of security-cases: what must be refused, on that appointment alone. */
const REFUSED: [string, unknown][] = [
  ['51: end before start', appointment({ end: '2026-11-24T13:00', durationMinutes: undefined })],
  ['51: end at start', appointment({ end: '2026-11-24T14:00', durationMinutes: undefined })],
  ['51: neither end nor duration', appointment({ durationMinutes: undefined })],
  ['51: both end and duration', appointment({ end: '2026-11-24T15:00' })],
  ['51: year 0001', appointment({ start: '0001-01-01T10:00' })],
  ['51: year 9999', appointment({ start: '9999-12-31T23:00' })],
  ['51: an invalid Date', appointment({ start: new Date(Number.NaN) })],
  ['51: NaN text', appointment({ start: 'NaN' })],
  ['51: a number', appointment({ start: 1_795_420_800_000 as unknown as string })],
  ['51: 29 Feb 2027', appointment({ start: '2027-02-29T10:00' })],
  ['51: 24:30', appointment({ start: '2026-11-24T24:30' })],
  ['51: second 61', appointment({ start: '2026-11-24T14:00:61' })],
  ['52: zone Mars/Base', appointment({ timeZone: 'Mars/Base' })],
  ['52: zone +25:00', appointment({ timeZone: '+25:00' })],
  ['52: a Windows zone', appointment({ timeZone: 'W. Europe Standard Time' })],
  ['52: an empty zone', appointment({ timeZone: '' })],
  ['52: no zone', { ...appointment(), timeZone: undefined }],
  ['53: duration 0', appointment({ durationMinutes: 0 })],
  ['53: duration -30', appointment({ durationMinutes: -30 })],
  ['53: duration of ten years', appointment({ durationMinutes: 10 * 366 * 24 * 60 })],
  ['53: a recurrence of 100,000', appointment({ recurrence: ['RRULE:FREQ=DAILY;COUNT=100000'] })],
  ['53: 10,000 recurrence lines', appointment({ recurrence: Array(10_000).fill('RDATE:20261201T100000Z') })],
  ['54: users by the thousand', appointment({ userIds: Array.from({ length: 5_000 }, (_, i) => `u${i}`) })],
  ['55: a BigInt', { ...appointment(), durationMinutes: 60n }],
  ['55: a cycle', cyclic],
  ['55: a getter that throws', throwing],
  ['55: a text instead of an object', 'appointment'],
  ['55: an array', [appointment()]],
  ['55: no users', { ...appointment(), userIds: undefined }],
  ['55: a status that does not exist', { ...appointment(), status: 'maybe' }],
]

describe('bad input: an appointment that cannot be sent', () => {
  it.each(REFUSED)('bad input %s: refused alone, typed, without a request', async (_, raw) => {
    const kit = await connectedKit()
    kit.book.put(bad, raw as Appointment)
    kit.book.put(fine, appointment())
    await kit.sync.appointmentChanged(bad)
    await kit.sync.appointmentChanged(fine)
    await kit.settle()
    expect(methods(kit)).toEqual(['events.insert'])
    expect(kit.events(DANA)).toHaveLength(1)
    expect((await statusOf(kit, fine))?.status).toBe('synced')
    expect(kit.issues).toMatchObject([{ code: 'appointment-invalid', ref: bad }])
    expect(kit.issues[0]?.fields?.length).toBeGreaterThan(0)
    expect(await marksOf(kit, bad)).toEqual([])
    expect(await kit.stores.state.links.ofRef(bad)).toEqual([])
    expect(JSON.stringify([kit.issues, kit.runtime.logs])).not.toContain(CANARY)
    expect((await kit.sync.status(dana)).status).toBe('active')
  })

  it('bad input: the status of a new one says failed, and why', async () => {
    const kit = await connectedKit()
    kit.book.put(bad, appointment({ timeZone: 'Mars/Base' }))
    await kit.changed(bad)
    expect(await statusOf(kit, bad)).toMatchObject({ status: 'failed', cause: 'appointment-invalid' })
  })

  it('bad input: one that turns bad keeps its event, says failed once, and recovers by the next edit', async () => {
    const kit = await connectedKit()
    kit.book.put(bad, appointment())
    await kit.changed(bad)
    kit.takeRequests()
    kit.book.change(bad, { timeZone: 'Mars/Base' })
    await kit.changed(bad)
    await kit.changed(bad)
    await kit.runtime.clock.advance(2 * DAY)
    await kit.settle()
    expect(methods(kit).filter(method => method !== 'events.list')).toEqual([])
    expect(kit.issues).toMatchObject([{ code: 'appointment-invalid', account: dana, ref: bad }])
    expect(await statusOf(kit, bad)).toMatchObject({ status: 'failed', cause: 'appointment-invalid' })
    kit.book.change(bad, { timeZone: 'Asia/Jerusalem', location: 'mended' })
    await kit.changed(bad)
    expect(kit.events(DANA)).toMatchObject([{ location: 'mended' }])
    expect(await statusOf(kit, bad)).toMatchObject({ status: 'synced' })
    expect((await linkOf(kit, bad))?.problem).toBeUndefined()
  })

  it('bad input: a bad one in a backfill does not stop it', async () => {
    const kit = await connectedKit()
    for (let i = 0; i < 30; i++) kit.book.put(refOf(`b${i}`), appointment())
    for (const [i, [, raw]] of REFUSED.slice(0, 5).entries())
      kit.book.put(refOf(`bad${i}`), raw as Appointment)
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(30)
    expect(methods(kit).filter(method => method === 'events.insert')).toHaveLength(30)
  })

  it('bad input: a mapEvent that throws, or answers nonsense, fails that appointment alone', async () => {
    for (const answer of [
      () => {
        throw new Error(CANARY)
      },
      () => ({ start: 'never' }),
      () => null,
    ]) {
      const kit = await connectedKit({
        sync: {
          mapping: {
            mapEvent: ((visible: { title?: string }, draft: unknown) =>
              visible.title === 'bad' ? (answer as () => unknown)() : draft) as never,
          },
        },
      })
      kit.book.put(bad, appointment({ title: 'bad' }))
      kit.book.put(fine, appointment())
      await kit.sync.appointmentChanged(bad)
      await kit.sync.appointmentChanged(fine)
      await kit.settle()
      expect(methods(kit)).toEqual(['events.insert'])
      expect(kit.issues).toMatchObject([{ code: 'appointment-invalid', account: dana, ref: bad }])
      expect(JSON.stringify([kit.issues, kit.runtime.logs])).not.toContain(CANARY)
      expect(await marksOf(kit, bad)).toEqual([])
      expect((await statusOf(kit, bad))?.status).toBe('failed')
    }
  })
})

describe('bad input: an appointment that can be sent after all', () => {
  const hostile: [string, Partial<Appointment>][] = [
    ['48: <script> in title and place', { title: '<script>alert(1)</script>', location: '<img onerror=x>' }],
    ['49: a megabyte of title', { title: 'x'.repeat(1_048_576) }],
    ['49: a megabyte of notes', { notes: 'n'.repeat(1_048_576) }],
    ['50: NUL and lone surrogates', { title: 'a\u0000b\ud800c', location: '\udfff' }],
    ['50: right-to-left override and ZWJ emoji', { title: '\u202eabc 👩‍👩‍👧‍👦', location: 'שלום' }],
    ['52: a wall time in the gap', { start: '2026-03-29T02:30', timeZone: 'Europe/Berlin' }],
    [
      '54: a guest address with a header',
      { client: { email: 'a@b.example\r\nBcc: x@y.example', mayBeInvited: true } },
    ],
  ]
  it.each(hostile)('bad input %s: one insert, then nothing more for it', async (_, change) => {
    const kit = await connectedKit({ sync: { window: { pastDays: 3_650 } } })
    kit.book.put(bad, appointment(change))
    await kit.changed(bad)
    const [first, ...more] = methods(kit)
    if (kit.issues.length > 0) {
      expect(first).toBeUndefined()
      return
    }
    expect(first).toBe('events.insert')
    expect(more).toEqual([])
    await kit.changed(bad)
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    expect(methods(kit)).toEqual(['events.list'])
    expect(kit.events(DANA)).toHaveLength(1)
    const sent = kit.google.control.requests().find(entry => entry.method === 'events.insert')?.body ?? ''
    expect(sent.length).toBeLessThan(20_000)
    expect(sent).not.toContain('nnnn')
    expect(sent).not.toContain('Bcc')
  })
})
