import { describe, expect, it } from 'vitest'
import { account, EVENTS, timed } from './support.ts'

const at = (dateTime: string, timeZone?: string) => ({ dateTime, ...(timeZone ? { timeZone } : {}) })
const HOUR = { start: at('2026-05-04T10:00:00Z'), end: at('2026-05-04T11:00:00Z') }

/** What is wrong, the body, and Google's reason and message. */
const REFUSED: [string, unknown, string, string][] = [
  ['an empty body', {}, 'required', 'Missing end time.'],
  ['no start', { end: HOUR.end }, 'required', 'Missing start time.'],
  ['no JSON', '{"summary":', 'parseError', 'Parse Error'],
  ['an array', [], 'parseError', 'Parse Error'],
  ['an id with a hyphen', { ...HOUR, id: 'abc-1234' }, 'invalid', 'Invalid resource id value.'],
  ['an upper-case id', { ...HOUR, id: 'ABCDE' }, 'invalid', 'Invalid resource id value.'],
  ['an id beyond v', { ...HOUR, id: 'wxyz00' }, 'invalid', 'Invalid resource id value.'],
  ['a short id', { ...HOUR, id: 'abcd' }, 'invalid', 'Invalid resource id value.'],
  ['a long id', { ...HOUR, id: 'a'.repeat(1025) }, 'invalid', 'Invalid resource id value.'],
  ['id and iCalUID', { ...HOUR, id: 'abcde', iCalUID: 'x@y' }, 'invalid', 'Invalid resource id value.'],
  [
    'days and times',
    { start: { date: '2026-05-04' }, end: HOUR.end },
    'invalid',
    'Start and end times must either both be date or both be dateTime.',
  ],
  [
    'a local time without zone',
    { ...HOUR, start: at('2026-05-04T10:00:00') },
    'required',
    'Missing time zone definition for start time.',
  ],
  [
    'an unknown zone',
    { ...HOUR, start: at('2026-05-04T10:00:00', 'Mars/Base') },
    'invalid',
    'Invalid time zone definition for start time.',
  ],
  [
    'local times without any zone',
    { start: at('2026-05-04T10:00:00'), end: at('2026-05-04T11:00:00') },
    'required',
    'Missing time zone definition for start time.',
  ],
  ...['+02:00', 'europe/berlin', 'Europe/'].map((zone): [string, unknown, string, string] => [
    `the zone ${zone}`,
    { ...HOUR, end: at('2026-05-04T11:00:00', zone) },
    'invalid',
    'Invalid time zone definition for end time.',
  ]),
  [
    'a series without zone',
    { ...HOUR, recurrence: ['RRULE:FREQ=DAILY'] },
    'required',
    'Missing time zone definition for start time.',
  ],
  ['a malformed time', { ...HOUR, start: at('tomorrow') }, 'badRequest', 'Bad Request'],
  [
    'a day that is none',
    { start: { date: '2026-02-30' }, end: { date: '2026-03-01' } },
    'badRequest',
    'Bad Request',
  ],
  [
    'an end before the start',
    { start: HOUR.end, end: HOUR.start },
    'timeRangeEmpty',
    'The specified time range is empty.',
  ],
  [
    'no day at all',
    { start: { date: '2026-05-04' }, end: { date: '2026-05-04' } },
    'timeRangeEmpty',
    'The specified time range is empty.',
  ],
  [
    'a guest without address',
    { ...HOUR, attendees: [{ displayName: 'x' }] },
    'invalid',
    'Invalid attendee email.',
  ],
  [
    'a guest with a bad address',
    { ...HOUR, attendees: [{ email: 'nobody' }] },
    'invalid',
    'Invalid attendee email.',
  ],
  [
    'DTSTART in the recurrence',
    { ...timed(), recurrence: ['DTSTART:20260504'] },
    'invalid',
    'Invalid recurrence rule.',
  ],
  [
    'COUNT with UNTIL',
    { ...timed(), recurrence: ['RRULE:FREQ=DAILY;COUNT=2;UNTIL=20260601T000000Z'] },
    'invalid',
    'Invalid recurrence rule.',
  ],
  ['an unknown colour', { ...HOUR, colorId: '12' }, 'invalid', 'Invalid color id.'],
]

describe('what events.insert refuses', () => {
  it.each(REFUSED)('%s', async (_, body, reason, message) => {
    const { api } = account()
    const { status, json } = await api('POST', EVENTS, body)
    expect(status).toBe(400)
    expect(json.error.code).toBe(400)
    expect(json.error.message).toBe(message)
    expect(json.error.errors[0]).toMatchObject({ reason, message })
    expect(json.error.status).toBeUndefined()
  })

  it('nothing is kept of what was refused', async () => {
    const { api } = account()
    await api('POST', EVENTS, { ...HOUR, id: 'abcde', colorId: '99' })
    expect((await api('GET', EVENTS)).json.items).toEqual([])
  })
})

describe('times', () => {
  it('are taken local with a zone, and told in the calendar’s', async () => {
    const { api } = account({ timeZone: 'America/New_York' })
    const { json } = await api('POST', EVENTS, {
      start: at('2026-05-04T10:00:00', 'Asia/Jerusalem'),
      end: at('2026-05-04T11:00', 'Asia/Jerusalem'),
    })
    expect(json.start).toEqual({ dateTime: '2026-05-04T03:00:00-04:00', timeZone: 'Asia/Jerusalem' })
    expect(json.end.dateTime).toBe('2026-05-04T04:00:00-04:00')
  })

  it('are told in the zone asked for', async () => {
    const { api } = account()
    await api('POST', EVENTS, timed('abc123'))
    const { json } = await api('GET', `${EVENTS}/abc123?timeZone=Australia%2FLord_Howe`)
    expect(json.start.dateTime).toBe('2026-05-04T20:30:00+10:30')
    const { json: list } = await api('GET', `${EVENTS}?timeZone=Asia%2FKathmandu`)
    expect(list.items[0].start.dateTime).toBe('2026-05-04T15:45:00+05:45')
    expect(list.timeZone).toBe('UTC')
  })

  it.each([
    ['a gap is pushed on', 'Europe/Berlin', '2026-03-29T02:30:00', '2026-03-29T01:30:00Z'],
    ['an overlap is the earlier one', 'Europe/Berlin', '2026-10-25T02:30:00', '2026-10-25T00:30:00Z'],
    ['half an hour of Lord Howe', 'Australia/Lord_Howe', '2026-04-05T01:45:00', '2026-04-04T14:45:00Z'],
    ['a zone without changes', 'Asia/Kolkata', '2026-04-05T01:45:00', '2026-04-04T20:15:00Z'],
  ])('%s', async (_, zone, local, instant) => {
    const { api } = account()
    const { json } = await api('POST', EVENTS, {
      start: at(local, zone),
      end: at('2027-01-01T00:00:00Z', zone),
    })
    expect(json.start.dateTime).toBe(instant)
  })

  it('without a zone mean the calendar’s, when switched so', async () => {
    const { api } = account({ timeZone: 'Europe/Berlin', switches: { dateTimeWithoutZone: 'calendarZone' } })
    const { json } = await api('POST', EVENTS, {
      start: at('2026-05-04T10:00:00'),
      end: at('2026-05-04T11:00:00'),
    })
    expect(json.start).toEqual({ dateTime: '2026-05-04T10:00:00+02:00' })
  })
})
