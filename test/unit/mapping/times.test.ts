import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createZones } from '../../../src/mapping/zones.ts'
import { mapperWith, OFF, problemsOf, raw } from './support.ts'

const mapper = mapperWith()
const timesOf = (changes: Record<string, unknown>) => {
  const { fields, startsAt, endsAt } = mapper.project(mapper.parseAppointment(raw(changes)), OFF)
  return { start: fields.start, end: fields.end, startsAt, endsAt }
}
const wall = (timeZone: string, start: string, end: string) => {
  const { start: from, end: to } = timesOf({ timeZone, start, end })
  return [from, to].map(time => (time as { dateTime: string }).dateTime)
}
const refused = (changes: Record<string, unknown>) => problemsOf(() => mapper.parseAppointment(raw(changes)))

describe('row 51: impossible dates are a typed error of that appointment', () => {
  it.each([
    ['2026-05-04T09:00:00', '2026-05-04T08:00:00', 'end: must be after start'],
    ['2026-05-04T09:00:00', '2026-05-04T09:00:00', 'end: must be after start'],
    ['2026-05-04T09:00:00+02:00', '2026-05-04T09:00:00+03:00', 'end: must be after start'],
    ['2026-05-04T09:00:00.100Z', '2026-05-04T09:00:00.900Z', 'end: must be after start'],
  ])('%s to %s', (start, end, problem) => {
    expect(refused({ start, end })).toEqual([problem])
  })

  it.each([
    '0001-01-01T00:00:00Z',
    '1899-12-31T23:59:59Z',
    '2201-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    'NaN',
    'Invalid Date',
    '',
    '2026-05-04T24:00:00Z',
    '2026-05-04T23:60:00Z',
    '2026-06-30T23:59:60Z',
    '2027-02-29T09:00:00Z',
    '2026-04-31T09:00:00Z',
    '2026-13-01T09:00:00Z',
    '2026-00-10T09:00:00Z',
    '2026-05-04',
    '2026-05-04 09:00:00',
    '2026-05-04T09:00:00+25:00',
    '2026-05-04T09:00:00+02',
    '2026-05-04T09Z',
    ' 2026-05-04T09:00:00Z',
    '+002026-05-04T09:00:00Z',
    '2026-05-04T09:00:00Z\n',
    '٢٠٢٦-05-04T09:00:00Z',
  ])('start %j', start => {
    const problems = refused({ start, end: undefined, durationMinutes: 50 })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^start: must be a Date, or ISO 8601/)
  })

  it('an invalid Date, and one out of range', () => {
    expect(refused({ start: new Date(Number.NaN) })[0]).toMatch(/^start: must be a valid Date/)
    expect(refused({ start: new Date(8.64e15) })[0]).toMatch(/^start: must be a Date/)
    expect(refused({ start: 1_777_874_400_000 })[0]).toMatch(/^start: must be a valid Date/)
  })

  it('29 February in a leap year is a day', () => {
    expect(wall('UTC', '2028-02-29T09:00', '2028-02-29T10:00')[0]).toBe('2028-02-29T09:00:00+00:00')
  })

  it('end and durationMinutes exclude each other, and one is needed', () => {
    const problem = ['end: exactly one of end and durationMinutes is needed']
    expect(refused({ durationMinutes: 50 })).toEqual(problem)
    expect(refused({ end: undefined })).toEqual(problem)
  })
})

describe('row 52: time zones', () => {
  it.each([
    'Mars/Base',
    '+25:00',
    '+03:00',
    'W. Europe Standard Time',
    'Israel Standard Time',
    'GMT+2',
    'IST',
    'PST',
    '',
    'utc',
    'asia/jerusalem',
    '../../etc/passwd',
    `Europe/${'x'.repeat(100)}`,
    'Europe/Berlin\n',
  ])('%j is refused with a hint, and not repeated', timeZone => {
    const problems = refused({ timeZone })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^timeZone: must be an IANA name such as Europe\/Berlin/)
  })

  it.each(['UTC', 'GMT', 'Etc/UTC', 'Israel', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])(
    '%s is a zone',
    timeZone => {
      expect(timesOf({ timeZone }).start).toMatchObject({ timeZone })
    },
  )

  it('an instant keeps its instant in whatever zone', () => {
    expect(
      timesOf({ start: '2026-05-04T09:00:00-05:00', end: new Date('2026-05-04T15:00:00.999Z') }),
    ).toEqual({
      start: { dateTime: '2026-05-04T17:00:00+03:00', timeZone: 'Asia/Jerusalem' },
      end: { dateTime: '2026-05-04T18:00:00+03:00', timeZone: 'Asia/Jerusalem' },
      startsAt: Date.parse('2026-05-04T14:00:00Z'),
      endsAt: Date.parse('2026-05-04T15:00:00Z'),
    })
  })

  it('an offset with seconds, which RFC 3339 cannot write, becomes UTC', () => {
    expect(wall('Africa/Monrovia', '1960-01-01T09:00:00', '1960-01-01T10:00:00')).toEqual([
      '1960-01-01T09:44:30Z',
      '1960-01-01T10:44:30Z',
    ])
  })

  it.each([
    ['Asia/Jerusalem', '2026-03-27T02:30', '2026-03-27T03:30:00+03:00'],
    ['America/New_York', '2026-03-08T02:30', '2026-03-08T03:30:00-04:00'],
    ['Europe/Berlin', '2026-03-29T02:30', '2026-03-29T03:30:00+02:00'],
    ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-04T02:45:00+11:00'],
  ])('gap in %s: the start moves forward by the gap, the length stays', (zone, start, expected) => {
    const length = 60 * 60_000
    const end = new Date(Date.parse(`${start}Z`) + length).toISOString().slice(0, 16)
    const found = timesOf({ timeZone: zone, start, end })
    expect(found.start).toEqual({ dateTime: expected, timeZone: zone })
    expect(found.endsAt - found.startsAt).toBe(length)
  })

  it.each([
    ['Asia/Jerusalem', '2026-10-25T01:30', '2026-10-25T01:30:00+03:00'],
    ['America/New_York', '2026-11-01T01:30', '2026-11-01T01:30:00-04:00'],
    ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T02:30:00+02:00'],
    ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-05T01:45:00+11:00'],
  ])('overlap in %s: the first of the two', (zone, start, expected) => {
    const found = timesOf({ timeZone: zone, start, end: undefined, durationMinutes: 50 })
    expect(found.start).toEqual({ dateTime: expected, timeZone: zone })
    expect(found.endsAt - found.startsAt).toBe(50 * 60_000)
  })

  it('an end in the overlap is the second when the first is not after the start', () => {
    expect(wall('Europe/Berlin', '2026-10-25T02:50', '2026-10-25T02:10')).toEqual([
      '2026-10-25T02:50:00+02:00',
      '2026-10-25T02:10:00+01:00',
    ])
    expect(wall('Europe/Berlin', '2026-10-25T02:10', '2026-10-25T02:50')[1]).toBe('2026-10-25T02:50:00+02:00')
  })

  it('an end in the gap keeps the length too', () => {
    expect(wall('Europe/Berlin', '2026-03-29T01:30', '2026-03-29T02:30')).toEqual([
      '2026-03-29T01:30:00+01:00',
      '2026-03-29T03:30:00+02:00',
    ])
  })

  it('a day that a zone skipped', () => {
    expect(wall('Pacific/Apia', '2011-12-30T10:00', '2011-12-30T11:00')[0]).toBe('2011-12-31T10:00:00+14:00')
  })
})

describe('wall times, against Temporal', () => {
  // The standard's own rule ("compatible") as an oracle; Node 26 has it, older ones do not.
  const temporal = (globalThis as unknown as { Temporal?: { PlainDateTime: TemporalPlainDateTime } }).Temporal
  interface TemporalPlainDateTime {
    from(text: string): { toZonedDateTime(zone: string): { epochMilliseconds: number } }
  }
  const zones = createZones()
  const names = [
    'Asia/Jerusalem',
    'America/New_York',
    'Europe/Berlin',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
  ]
  const years = { min: Date.UTC(1975, 0, 1) / 60_000, max: Date.UTC(2090, 0, 1) / 60_000 }

  it.runIf(temporal !== undefined)('any reading of the clock', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.integer(years), (zone, minute) => {
        const text = new Date(minute * 60_000).toISOString().slice(0, 19)
        const expected = temporal?.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds
        expect(zones.read(zone, minute * 60_000).instant).toBe(expected)
      }),
      { numRuns: 2_000 },
    )
  })

  it.runIf(temporal !== undefined)('every quarter of an hour around the changes of 2026', () => {
    const changes = ['02-15', '03-08', '03-22', '03-27', '03-29', '04-05', '10-04', '10-25', '11-01']
    const day = 96
    for (const zone of names) {
      for (const change of changes) {
        for (let quarter = -day; quarter < 2 * day; quarter += 1) {
          const wall = Date.parse(`2026-${change}T00:00:00Z`) + quarter * 15 * 60_000
          const text = new Date(wall).toISOString().slice(0, 19)
          const expected = temporal?.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds
          if (zones.read(zone, wall).instant !== expected) expect.fail(`${zone} ${text}`)
        }
      }
    }
  })

  it('what is written denotes the same instant, and reads as the clock did', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.integer(years), (timeZone, minute) => {
        const instant = minute * 60_000
        const { start, startsAt } = timesOf({
          timeZone,
          start: new Date(instant),
          end: undefined,
          durationMinutes: 50,
        })
        const { dateTime } = start as { dateTime: string }
        expect(startsAt).toBe(instant)
        expect(Date.parse(dateTime)).toBe(instant)
        expect(timesOf({ timeZone, start: dateTime, end: undefined, durationMinutes: 50 }).startsAt).toBe(
          instant,
        )
      }),
      { numRuns: 500 },
    )
  })
})

describe('all-day', () => {
  const day = { allDay: true, start: '2026-05-04', end: undefined }

  it('without end it is one day, the end exclusive', () => {
    expect(timesOf(day)).toEqual({
      start: { date: '2026-05-04' },
      end: { date: '2026-05-05' },
      startsAt: Date.parse('2026-05-03T21:00:00Z'),
      endsAt: Date.parse('2026-05-04T21:00:00Z'),
    })
  })

  it('over a month and a leap day', () => {
    expect(timesOf({ ...day, start: '2028-02-28', end: '2028-03-01' }).end).toEqual({ date: '2028-03-01' })
  })

  it('midnight that the clock skips', () => {
    const { startsAt } = timesOf({ ...day, timeZone: 'Asia/Beirut', start: '2026-03-29' })
    expect(new Date(startsAt).toISOString()).toBe('2026-03-28T22:00:00.000Z')
  })

  it.each([
    [{ ...day, start: '2026-05-04T00:00:00' }, /^start: must be a date/],
    [{ ...day, start: new Date('2026-05-04') }, /^start: must be a date/],
    [{ ...day, start: '2027-02-29' }, /^start: must be a date/],
    [{ ...day, end: '2026-05-04' }, /^end: must be after start/],
    [{ ...day, end: '2026-05-01' }, /^end: must be after start/],
    [{ ...day, durationMinutes: 60 }, /^durationMinutes: an all-day/],
    [{ ...day, end: '2028-05-04' }, /^end: is more than 366 days/],
  ])('%j is refused', (changes, problem) => {
    expect(refused(changes)[0]).toMatch(problem)
  })
})

describe('row 53: lengths have caps', () => {
  it.each([
    [{ end: '2036-05-04T09:00:00' }, /^end: is more than 366 days/],
    [{ end: undefined, durationMinutes: 0 }, /^durationMinutes: must be a whole number/],
    [{ end: undefined, durationMinutes: -50 }, /^durationMinutes: must be a whole number/],
    [{ end: undefined, durationMinutes: 0.5 }, /^durationMinutes: must be a whole number/],
    [{ end: undefined, durationMinutes: Number.NaN }, /^durationMinutes: must be a whole number/],
    [{ end: undefined, durationMinutes: 5_256_000 }, /^durationMinutes: must be a whole number/],
    [{ end: undefined, durationMinutes: '50' }, /^durationMinutes: must be a whole number/],
  ])('%j', (changes, problem) => {
    expect(refused(changes)[0]).toMatch(problem)
  })
})
