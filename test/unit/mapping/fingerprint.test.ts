import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  changedFields,
  createMapper,
  DEFAULT_MAPPING,
  knownFormat,
  OWNED_FIELDS,
} from '../../../src/mapping/index.ts'
import { anyText, KEYS, mapperWith, ON, raw } from './support.ts'

const mapper = mapperWith({
  mapEvent: (_, draft) => ({
    ...draft,
    reminders: {
      useDefault: false,
      overrides: [
        { method: 'popup', minutes: 10 },
        { method: 'email', minutes: 60 },
      ],
    },
  }),
})
const project = (changes: Record<string, unknown> = {}) =>
  mapper.project(mapper.parseAppointment(raw(changes)), ON).fields
const FULL = {
  title: 'Intake',
  notes: 'It\'s "so" <b>\nand & more',
  location: 'Room 4',
  status: 'tentative',
  client: { name: 'Dana', email: 'Dana@Example.com', mayBeInvited: true },
}
const differences = (fields: Readonly<Record<string, unknown>>, event: Record<string, unknown>) =>
  changedFields(mapper.fingerprints(fields).fields, mapper.seenFingerprints(event, OWNED_FIELDS))

describe('what Google makes of our event is no change', () => {
  it('its full answer', () => {
    const answer = {
      kind: 'calendar#event',
      id: 'x',
      etag: '"1"',
      reminders: {
        overrides: [
          { minutes: 60, method: 'email' },
          { minutes: 10, method: 'popup' },
        ],
        useDefault: false,
      },
      attendees: [
        { email: 'owner@example.com', organizer: true, self: true, responseStatus: 'accepted' },
        { email: 'dana@example.com', responseStatus: 'needsAction', displayName: 'D' },
      ],
      status: 'tentative',
      end: { timeZone: 'Asia/Jerusalem', dateTime: '2026-05-04T06:50:00Z' },
      start: { timeZone: 'Asia/Jerusalem', dateTime: '2026-05-04T02:00:00-04:00' },
      location: 'Room 4 ',
      description: 'It&#39;s &quot;so&quot; &lt;b&gt;<br>and &amp; more\r\n',
      summary: ' Intake with Dana',
      visibility: 'private',
    }
    const { description, ...withGuest } = answer
    expect(differences(project(FULL), withGuest)).toEqual([])
    const { attendees: _, ...alone } = { ...withGuest, description }
    const client = { ...FULL.client, mayBeInvited: false }
    expect(differences(project({ ...FULL, client }), alone)).toEqual([])
  })

  it('NFC, defaults and empty values', () => {
    expect(
      differences(project({ title: 'e\u0301' }), { ...project({ title: 'é' }), status: 'confirmed' }),
    ).toEqual([])
    const plain = mapperWith()
    const fields = plain.project(plain.parseAppointment(raw()), ON).fields
    const event = {
      ...fields,
      description: '',
      attendees: [],
      recurrence: [],
      reminders: { useDefault: true },
    }
    expect(differences(fields, event)).toEqual([])
  })

  it('any text, after Google trimmed it and changed its line ends', () => {
    fc.assert(
      fc.property(anyText, anyText, (title, notes) => {
        const fields = project({ title, notes }) as Record<string, string>
        const echo = {
          ...JSON.parse(JSON.stringify(fields)),
          summary: `${fields.summary} `.normalize('NFC'),
          ...(fields.description && { description: `\n${fields.description.replaceAll('\n', '\r\n')}\n` }),
        }
        expect(differences(fields, echo)).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('an instant in any zone', () => {
    fc.assert(
      fc.property(fc.integer({ min: -14 * 4, max: 14 * 4 }), quarters => {
        const fields = project() as Record<string, { dateTime: string }>
        const sign = quarters < 0 ? '-' : '+'
        const minutes = Math.abs(quarters * 15)
        const offset = `${sign}${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
        const local = new Date(Date.parse(fields.start?.dateTime ?? '') + quarters * 15 * 60_000)
        const start = {
          dateTime: `${local.toISOString().slice(0, 19)}${offset}`,
          timeZone: 'America/New_York',
        }
        expect(differences(fields, { ...fields, start })).toEqual([])
      }),
    )
  })
})

describe('what a person changed is a change', () => {
  const fields = project(FULL)
  it.each([
    [{ summary: 'Other' }, ['summary']],
    [{ summary: 'intake with dana' }, ['summary']],
    [{ summary: undefined }, ['summary']],
    [{ location: 'Room 5' }, ['location']],
    [{ description: 'It\'s "so" <b>\nand & more' }, ['description']],
    [{ start: { dateTime: '2026-05-04T06:01:00Z' } }, ['start']],
    [{ start: { date: '2026-05-04' }, end: { date: '2026-05-05' } }, ['end', 'start']],
    [{ recurrence: ['RRULE:FREQ=DAILY'] }, ['recurrence', 'start']],
    [{ status: 'cancelled' }, ['status']],
    [{ status: 'confirmed' }, ['status']],
    [{ attendees: [] }, ['attendees']],
    [{ attendees: [{ email: 'dana@example.com' }, { email: 'x@example.com' }] }, ['attendees']],
    [{ colorId: '4' }, ['colorId']],
    [{ reminders: { useDefault: true } }, ['reminders']],
    [{ reminders: { useDefault: false, overrides: [] } }, ['reminders']],
  ])('%j', (change, names) => {
    expect(differences(fields, { ...fields, ...change }).sort()).toEqual(names)
  })

  it('the zone of a series is part of its start, but for the names of UTC', () => {
    const recurrence = ['RRULE:FREQ=DAILY;COUNT=3']
    const series = project({ recurrence, timeZone: 'UTC' }) as Record<string, { dateTime: string }>
    const zoned = (timeZone: string) => ({ ...series, start: { ...series.start, timeZone } })
    expect(differences(series, zoned('Africa/Abidjan'))).toEqual(['start'])
    expect(differences(series, zoned('Etc/GMT'))).toEqual([])
  })

  it('values of the wrong type are values, and throw nothing', () => {
    const odd = [
      0,
      7,
      true,
      [],
      [1],
      {},
      'x',
      '2026-05-04',
      { dateTime: 'x' },
      { dateTime: '2026-05-04T09:00:00' },
      [null],
    ]
    for (const value of odd) {
      for (const name of OWNED_FIELDS)
        expect(() => mapper.seenFingerprints({ [name]: value }, [name])).not.toThrow()
    }
  })
})

describe('form', () => {
  it('is prefixed, keyed and per field', () => {
    const { whole, fields } = mapper.fingerprints(project(FULL))
    for (const print of [whole, ...Object.values(fields)]) expect(print).toMatch(/^1\.[\w-]{22}$/)
    const other = createMapper(DEFAULT_MAPPING, { ...KEYS, fingerprint: new Uint8Array(32).fill(9) })
    expect(other.fingerprints(project(FULL)).fields.summary).not.toBe(fields.summary)
    const same = mapper.fingerprints({ summary: 'x', location: 'x' })
    expect(same.fields.summary).not.toBe(same.fields.location)
  })

  it('does not change between releases', () => {
    const print = mapper.fingerprints({
      summary: 'Appointment',
      start: { dateTime: '2026-05-04T09:00:00+03:00' },
    })
    expect(print).toMatchInlineSnapshot(`
      {
        "fields": {
          "start": "1.szr27D3HTIsg_uJI83ibIQ",
          "summary": "1.f_Q6Qur2flenau1hrrYoJ2",
        },
        "whole": "1.SK78Fr46l6S1zYyShoxKaD",
      }
    `)
  })

  it('whole: the same for the same values, in any order', () => {
    const fields = project(FULL)
    const reversed = Object.fromEntries(Object.entries(fields).reverse())
    const { whole } = mapper.fingerprints(fields)
    expect(mapper.fingerprints(reversed).whole).toBe(whole)
    expect(mapper.fingerprints({ ...fields, recurrence: [] }).whole).toBe(whole)
    expect(mapper.fingerprints({ ...fields, location: 'x' }).whole).not.toBe(whole)
    expect(mapper.fingerprints({ ...fields, location: undefined }).whole).not.toBe(whole)
  })

  it('changedFields: absent and missing are the same, in both directions', () => {
    const sent = mapper.fingerprints({ summary: 'a', location: 'b' }).fields
    expect(changedFields(sent, mapper.fingerprints({ summary: 'a' }).fields)).toEqual(['location'])
    expect(changedFields(mapper.fingerprints({ summary: 'a' }).fields, sent)).toEqual(['location'])
    expect(changedFields(undefined, sent)).toEqual(['location', 'summary'])
    expect(changedFields({}, mapper.seenFingerprints({}, OWNED_FIELDS))).toEqual([])
  })

  it('an unknown format is told', () => {
    expect(knownFormat(mapper.fingerprints({ summary: 'a' }).fields)).toBe(true)
    expect(knownFormat({ summary: '2.abc' })).toBe(false)
    expect(knownFormat({})).toBe(true)
  })
})
