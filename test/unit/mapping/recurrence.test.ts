import { describe, expect, it } from 'vitest'
import { canonicalRecurrence } from '../../../src/mapping/recurrence.ts'
import { mapperWith, OFF, problemsOf, raw } from './support.ts'

const mapper = mapperWith()
const project = (recurrence: readonly string[], changes: Record<string, unknown> = {}) =>
  mapper.project(mapper.parseAppointment(raw({ recurrence, ...changes })), OFF)
const refused = (recurrence: unknown, changes: Record<string, unknown> = {}) =>
  problemsOf(() => mapper.parseAppointment(raw({ recurrence, ...changes })))
const ALL_DAY = { allDay: true, start: '2026-05-04', end: undefined }

describe('recurrence lines', () => {
  it.each([
    [['RRULE:FREQ=WEEKLY;BYDAY=MO,WE']],
    [['RRULE:FREQ=DAILY;COUNT=10', 'EXDATE;TZID=Asia/Jerusalem:20260506T090000,20260507T090000']],
    [['RRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270101T000000Z', 'RDATE:20260701T060000Z']],
    [['RDATE;VALUE=DATE-TIME:20260701T060000Z']],
  ])('%j is sent as given', lines => {
    expect(project(lines).fields.recurrence).toEqual(lines)
  })

  it('an empty list is none', () => {
    expect(project([]).fields).not.toHaveProperty('recurrence')
  })

  it.each([
    [['DTSTART:20260504T090000Z', 'RRULE:FREQ=DAILY']],
    [['FREQ=DAILY']],
    [['RRULE:FREQ=DAILY\r\nATTENDEE:mailto:x@example.com']],
    [['RRULE:FREQ=DAILY;COUNT=5;UNTIL=20270101T000000Z']],
    [['RRULE:FREQ=DAILY;COUNT=5;COUNT=6']],
    [['RRULE:FREQ=SECONDLY']],
    [['RRULE:FREQ=HOURLY']],
    [['RRULE:COUNT=5']],
    [['RRULE:FREQ=DAILY;INTERVAL=0']],
    [['RRULE:FREQ=DAILY;UNTIL=tomorrow']],
    [['RRULE:FREQ=DAILY;X']],
    [['RRULE:FREQ=DAILY', 'EXDATE:20261231']],
    [['EXDATE:20260504T090000Z']],
  ])('%j is refused without being repeated', lines => {
    const problems = refused(lines)
    expect(problems[0]).toMatch(/^recurrence/)
    expect(problems.join()).not.toMatch(/DTSTART:|FREQ=|1231|ATTENDEE/)
  })

  it('all-day series hold dates', () => {
    expect(refused(['RRULE:FREQ=DAILY;UNTIL=20270101T000000Z'], ALL_DAY)).toHaveLength(1)
    expect(refused(['RRULE:FREQ=DAILY', 'EXDATE:20260505T090000'], ALL_DAY)).toHaveLength(1)
    const lines = ['RRULE:FREQ=DAILY;UNTIL=20270101', 'EXDATE;VALUE=DATE:20260505']
    expect(project(lines, ALL_DAY).fields.recurrence).toEqual(lines)
  })
})

describe('row 53: recurrence of 100k', () => {
  it.each([
    [['RRULE:FREQ=DAILY;COUNT=100000']],
    [['RRULE:FREQ=DAILY;COUNT=99999999999999999999']],
    [Array.from({ length: 100_000 }, () => 'RDATE:20260504T090000Z')],
    [['RRULE:FREQ=DAILY', `EXDATE:${'20260504T090000Z,'.repeat(100_000)}20260504T090000Z`]],
    [Array.from({ length: 400 }, () => `RDATE:${'20260504T090000Z,'.repeat(20)}20260504T090000Z`)],
  ])('is refused (case %#)', lines => {
    expect(refused(lines)[0]).toMatch(/^recurrence/)
  })
})

describe('when a series ends', () => {
  const start = Date.parse('2026-05-04T06:00:00Z')
  const day = 86_400_000
  const endsAt = (...lines: string[]) => project(lines).endsAt

  it('UNTIL: no later than one length after it', () => {
    expect(endsAt('RRULE:FREQ=WEEKLY;UNTIL=20270101T060000Z')).toBe(Date.parse('2027-01-01T06:50:00Z'))
    expect(endsAt('RRULE:FREQ=WEEKLY;UNTIL=20270101')).toBeGreaterThan(Date.parse('2027-01-01T23:59:59Z'))
  })

  it('COUNT of days and weeks is a bound', () => {
    const daily = endsAt('RRULE:FREQ=DAILY;COUNT=10')
    expect(daily).toBeGreaterThanOrEqual(start + 9 * day + 50 * 60_000)
    expect(daily).toBeLessThanOrEqual(start + 11 * day)
    const weekly = endsAt('RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=MO')
    expect(weekly).toBeGreaterThanOrEqual(start + 42 * day + 50 * 60_000)
    expect(weekly).toBeLessThan(start + 71 * day)
  })

  it.each([
    'RRULE:FREQ=DAILY',
    'RRULE:FREQ=MONTHLY;COUNT=3',
    'RRULE:FREQ=DAILY;COUNT=3;BYMONTH=1',
    'RDATE:20260701T060000Z',
  ])('%s: infinite', line => {
    expect(endsAt(line)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('canonical lines', () => {
  it.each([
    [
      ['RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270101T000000Z;INTERVAL=1'],
      ['rrule:FREQ=WEEKLY;WKST=MO;UNTIL=20270101T000000Z;BYDAY=WE,MO'],
    ],
    [
      ['RRULE:FREQ=DAILY', 'EXDATE;TZID=Europe/Berlin:20260504T090000,20260505T090000'],
      [
        'EXDATE;TZID=Europe/Berlin:20260505T090000',
        'EXDATE;VALUE=DATE-TIME;TZID=Europe/Berlin:20260504T090000',
        'RRULE:FREQ=DAILY',
      ],
    ],
  ])('%j is %j', (ours, googles) => {
    expect(canonicalRecurrence(ours)).toBe(canonicalRecurrence(googles))
  })

  it.each([
    [['RRULE:FREQ=DAILY'], ['RRULE:FREQ=DAILY;INTERVAL=2']],
    [['RRULE:FREQ=DAILY'], ['RRULE:FREQ=DAILY', 'EXDATE:20260504T090000Z']],
    [['RRULE:FREQ=WEEKLY;BYDAY=MO'], ['RRULE:FREQ=WEEKLY;BYDAY=TU']],
  ])('%j is not %j', (one, other) => {
    expect(canonicalRecurrence(one)).not.toBe(canonicalRecurrence(other))
  })
})
