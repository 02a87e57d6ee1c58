import { describe, expect, it } from 'vitest'
import { readEvent } from '../../../src/google/usable-answer.ts'

const WHOLE = {
  id: 'e1',
  etag: '"1"',
  status: 'confirmed',
  summary: 's',
  start: { dateTime: '2027-01-01T10:00:00Z', timeZone: 'UTC', date: null },
  end: { date: '2027-01-02' },
  recurrence: ['RRULE:FREQ=DAILY'],
  attendees: [{ email: 'a@b.example', responseStatus: 'accepted' }],
  reminders: { useDefault: false, overrides: [{ method: 'popup', minutes: 10 }] },
  extendedProperties: { private: { gcs: 'x' }, shared: {} },
  somethingNew: { nested: 5 },
}

describe('reading an event', () => {
  it('hands on the very object when nothing is wrong with it', () => {
    expect(readEvent(WHOLE)).toBe(WHOLE)
    expect(readEvent({ id: 'e1' })).toEqual({ id: 'e1' })
  })

  it.each([undefined, null, 'text', 5, [], [WHOLE], {}, { id: '' }, { id: 5 }, { ...WHOLE, id: null }])(
    'takes %j for nothing',
    body => {
      expect(readEvent(body)).toBeUndefined()
    },
  )

  const texts = ['etag', 'status', 'eventType', 'created', 'updated', 'summary', 'description', 'location']
  const more = ['colorId', 'recurringEventId', 'transparency', 'visibility']
  it.each([
    ...[...texts, ...more].flatMap(field => [5, null, {}, ['x']].map(value => [field, value] as const)),
    ...['start', 'end'].flatMap(field =>
      [5, null, 'x', [], { dateTime: 5 }, { date: {} }, { timeZone: 1 }].map(
        value => [field, value] as const,
      ),
    ),
    ...['x', null, {}, [5], ['x', null]].map(value => ['recurrence', value] as const),
    ...['x', null, {}, [5], [{}], [{ email: 5 }], [{ email: 'a' }, []]].map(
      value => ['attendees', value] as const,
    ),
    ...[5, null, [], { useDefault: 'x' }, { overrides: {} }, { overrides: [{ method: 'x' }] }].map(
      value => ['reminders', value] as const,
    ),
    ...[5, null, [], { private: 'x' }, { private: [] }, { private: { a: 5 } }, { shared: { a: null } }].map(
      value => ['extendedProperties', value] as const,
    ),
  ])('leaves out %s of %j, and that alone', (field, value) => {
    const { [field as 'etag']: _, ...rest } = WHOLE
    expect(readEvent({ ...WHOLE, [field]: value })).toEqual(rest)
  })
})
