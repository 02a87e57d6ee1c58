import { describe, expect, it } from 'vitest'
import { parseLines } from '../../../../../src/testing/fake-google/calendar/recurrence/lines.ts'
import { occurrences } from '../../../../../src/testing/fake-google/calendar/recurrence/occurrences.ts'
import { parseRule } from '../../../../../src/testing/fake-google/calendar/recurrence/rule.ts'
import { Zones } from '../../../../../src/testing/fake-google/index.ts'

const zones = new Zones()

function first(
  count: number,
  start: string,
  lines: readonly string[],
  zone = 'UTC',
  allDay = false,
): string[] {
  const parsed = parseLines(lines, name => zones.has(name))
  if (!parsed) throw new Error('not a recurrence')
  const found: string[] = []
  const startWall = Date.parse(allDay ? `${start}T00:00:00Z` : `${start}:00Z`)
  for (const wall of occurrences({ lines: parsed, startWall, allDay, zone, zones })) {
    if (found.length === count) break
    found.push(new Date(wall).toISOString().slice(0, allDay ? 10 : 16))
  }
  return found
}

const days = (texts: readonly string[]) => texts.map(text => text.slice(0, 10))

describe('rules of RFC 5545', () => {
  it.each([
    ['FREQ=DAILY;INTERVAL=10;COUNT=3', '2026-01-01', ['2026-01-01', '2026-01-11', '2026-01-21']],
    ['FREQ=WEEKLY;BYDAY=MO,WE', '2026-05-04', ['2026-05-04', '2026-05-06', '2026-05-11']],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO', '1997-08-05', ['1997-08-05', '1997-08-10', '1997-08-19']],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU', '1997-08-05', ['1997-08-05', '1997-08-17', '1997-08-19']],
    ['FREQ=MONTHLY;BYDAY=-1FR', '2026-01-30', ['2026-01-30', '2026-02-27', '2026-03-27']],
    ['FREQ=MONTHLY;BYMONTHDAY=31', '2026-01-31', ['2026-01-31', '2026-03-31', '2026-05-31']],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', '2026-01-31', ['2026-01-31', '2026-02-28', '2026-03-31']],
    [
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2',
      '2026-01-29',
      ['2026-01-29', '2026-02-26', '2026-03-30'],
    ],
    ['FREQ=YEARLY;BYMONTH=6;BYDAY=2SA', '2026-06-13', ['2026-06-13', '2027-06-12', '2028-06-10']],
    ['FREQ=YEARLY;BYDAY=20MO', '1997-05-19', ['1997-05-19', '1998-05-18', '1999-05-17']],
    ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', '1997-05-12', ['1997-05-12', '1998-05-11', '1999-05-17']],
    ['FREQ=YEARLY;BYYEARDAY=-1', '2026-12-31', ['2026-12-31', '2027-12-31', '2028-12-31']],
    ['FREQ=YEARLY', '2024-02-29', ['2024-02-29', '2028-02-29', '2032-02-29']],
    ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', '2026-02-13', ['2026-02-13', '2026-03-13', '2026-11-13']],
    ['FREQ=DAILY;UNTIL=20260106T090000Z', '2026-01-05', ['2026-01-05', '2026-01-06']],
    ['FREQ=DAILY;UNTIL=20260106', '2026-01-05', ['2026-01-05', '2026-01-06']],
  ])('%s from %s', (rule, start, expected) => {
    expect(days(first(3, `${start}T09:00`, [`RRULE:${rule}`]))).toEqual(expected)
  })

  it('steps by hours, and several times a day', () => {
    expect(first(3, '2026-01-01T22:30', ['RRULE:FREQ=HOURLY;INTERVAL=3'])).toEqual([
      '2026-01-01T22:30',
      '2026-01-02T01:30',
      '2026-01-02T04:30',
    ])
    expect(first(3, '2026-01-01T09:00', ['RRULE:FREQ=DAILY;BYHOUR=9,14'])).toEqual([
      '2026-01-01T09:00',
      '2026-01-01T14:00',
      '2026-01-02T09:00',
    ])
  })

  it('counts the start, whether or not the rule names it', () => {
    expect(days(first(9, '2026-05-05T09:00', ['RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3']))).toEqual([
      '2026-05-05',
      '2026-05-11',
      '2026-05-18',
    ])
  })

  it('joins dates and takes away exceptions', () => {
    const lines = [
      'RRULE:FREQ=DAILY;COUNT=4',
      'RDATE;TZID=Europe/Berlin:20260510T080000,20260504T100000',
      'EXDATE:20260505T080000Z',
      'EXDATE;TZID=Asia/Jerusalem:20260506T110000',
    ]
    expect(first(9, '2026-05-04T10:00', lines, 'Europe/Berlin')).toEqual([
      '2026-05-04T10:00',
      '2026-05-07T10:00',
      '2026-05-10T08:00',
    ])
    const exRule = ['RRULE:FREQ=DAILY;COUNT=7', 'EXRULE:FREQ=WEEKLY;BYDAY=SA,SU']
    expect(days(first(9, '2026-05-04T10:00', exRule))).toHaveLength(5)
  })

  it('all-day series take dates only', () => {
    const lines = ['RRULE:FREQ=DAILY;COUNT=3', 'EXDATE;VALUE=DATE:20260505', 'RDATE;VALUE=DATE:20260601']
    expect(first(9, '2026-05-04', lines, 'UTC', true)).toEqual(['2026-05-04', '2026-05-06', '2026-06-01'])
  })

  it.each([
    'FREQ=FORTNIGHTLY',
    'INTERVAL=2',
    'FREQ=DAILY;COUNT=0',
    'FREQ=DAILY;COUNT=2;UNTIL=20260101',
    'FREQ=DAILY;BYMONTH=13',
    'FREQ=DAILY;BYDAY=XX',
    'FREQ=DAILY;UNTIL=20260231',
    'FREQ=DAILY;FREQ=DAILY',
    'FREQ=DAILY;X=1',
    '',
  ])('refuses %j', rule => {
    expect(parseRule(rule)).toBeUndefined()
  })

  it('a rule that never matches ends by itself', () => {
    expect(first(5, '2026-01-01T00:00', ['RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'])).toEqual([
      '2026-01-01T00:00',
    ])
    expect(first(5, '2026-01-01T00:00', ['RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30'])).toHaveLength(1)
  })
})
