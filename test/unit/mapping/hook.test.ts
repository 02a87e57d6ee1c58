import { describe, expect, it } from 'vitest'
import type { MapEvent } from '../../../src/mapping/index.ts'
import { mapperWith, OFF, ON, problemsOf, raw } from './support.ts'

const SOURCE = raw({
  title: 'Intake',
  location: 'Room 4',
  notes: 'a <b>',
  recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
  client: { name: 'Dana Levi', email: 'dana@example.com', mayBeInvited: true },
})

function run(mapEvent: unknown, settings = ON, options = {}) {
  const mapper = mapperWith({ mapEvent: mapEvent as MapEvent, ...options })
  return mapper.project(mapper.parseAppointment(SOURCE), settings)
}
const refused = (mapEvent: unknown, settings = ON, options = {}) =>
  problemsOf(() => run(mapEvent, settings, options), 'mapping-failed')

describe('what the hook is given', () => {
  it('the gated appointment, the draft and the settings, all frozen, once', () => {
    const calls: unknown[][] = []
    run((...given: unknown[]) => {
      calls.push(given)
      return given[1]
    })
    expect(calls).toEqual([
      [
        {
          status: 'confirmed',
          start: '2026-05-04T09:00:00+03:00',
          end: '2026-05-04T09:50:00+03:00',
          timeZone: 'Asia/Jerusalem',
          allDay: false,
          title: 'Intake',
          location: 'Room 4',
          clientName: 'Dana Levi',
          clientEmail: 'dana@example.com',
          recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
        },
        {
          summary: 'Intake with Dana Levi',
          location: 'Room 4',
          start: { dateTime: '2026-05-04T09:00:00+03:00', timeZone: 'Asia/Jerusalem' },
          end: { dateTime: '2026-05-04T09:50:00+03:00', timeZone: 'Asia/Jerusalem' },
          recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
          attendees: [{ email: 'dana@example.com' }],
        },
        ON,
      ],
    ])
    const deep = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(deep))
    expect(calls[0]?.every(deep)).toBe(true)
  })

  it('withheld fields are absent, not empty', () => {
    let keys: string[] = []
    run(
      (visible: object, draft: object) => {
        keys = Object.keys(visible)
        return draft
      },
      OFF,
      { sensitiveLocations: true },
    )
    expect(keys).toEqual(['status', 'start', 'end', 'timeZone', 'allDay', 'title', 'recurrence'])
  })
})

describe('what it may return', () => {
  it('the draft: nothing changes', () => {
    expect(run((_: unknown, draft: unknown) => draft)).toEqual(run(undefined))
  })

  it('other texts, a colour, reminders, guests', () => {
    const { fields, invites } = run((visible: { clientName: string }) => ({
      summary: ` ${visible.clientName}\0\n– 50 min `,
      description: '<b>See</b>\r\n<a href="https://app.example/1">the app</a>',
      colorId: '11',
      reminders: { useDefault: false, overrides: [{ method: 'popup', minutes: 10 }] },
      attendees: [{ email: 'Dana@example.com' }, { email: 'dana@EXAMPLE.com' }, { email: 'x@example.com' }],
    }))
    expect(fields).toEqual({
      summary: 'Dana Levi – 50 min',
      description: '<b>See</b>\n<a href="https://app.example/1">the app</a>',
      start: { dateTime: '2026-05-04T09:00:00+03:00', timeZone: 'Asia/Jerusalem' },
      end: { dateTime: '2026-05-04T09:50:00+03:00', timeZone: 'Asia/Jerusalem' },
      recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
      attendees: [{ email: 'Dana@example.com' }, { email: 'x@example.com' }],
      colorId: '11',
      reminders: { useDefault: false, overrides: [{ method: 'popup', minutes: 10 }] },
    })
    expect(invites).toBe(true)
  })

  it('without guests nobody is mailed; without a summary the default stands', () => {
    const { fields, invites } = run(() => ({}))
    expect(invites).toBe(false)
    expect(Object.keys(fields)).toEqual(['summary', 'start', 'end', 'recurrence'])
    expect(fields.summary).toBe('Appointment')
  })

  it('too long is cut', () => {
    const { fields } = run(() => ({ summary: 's'.repeat(2_000), description: '<i>x</i>'.repeat(2_000) }))
    expect(fields.summary).toHaveLength(1024)
    expect(String(fields.description).length).toBeLessThanOrEqual(8192)
  })
})

describe('what is refused', () => {
  it.each([
    ['a field outside the list', () => ({ visibility: 'public' }), 'draft: mapEvent gave no valid value'],
    [
      'extended properties',
      () => ({ extendedProperties: { private: {} } }),
      'draft: mapEvent gave no valid value',
    ],
    ['a field from elsewhere', () => ({ DanaLevi: 'x' }), 'draft: mapEvent gave no valid value'],
    ['a number as summary', () => ({ summary: 7 }), 'summary: mapEvent gave no valid value'],
    ['a colour that is none', () => ({ colorId: '12' }), 'colorId: mapEvent gave no valid value'],
    [
      'reminders with both',
      () => ({ reminders: { useDefault: true, overrides: [{ method: 'popup', minutes: 1 }] } }),
      'reminders: mapEvent gave no valid value',
    ],
    [
      'six reminders',
      () => ({ reminders: { useDefault: false, overrides: Array(6).fill({ method: 'popup', minutes: 1 }) } }),
      'reminders: mapEvent gave no valid value',
    ],
    ['moved times', () => ({ start: { date: '2026-05-05' } }), 'start: mapEvent may not change it'],
    ['another recurrence', () => ({ recurrence: [] }), 'recurrence: mapEvent may not change it'],
    ['another status', () => ({ status: 'cancelled' }), 'status: mapEvent may not change it'],
    [
      'row 54: 300 guests',
      () => ({ attendees: Array.from({ length: 300 }, (_, i) => ({ email: `g${i}@example.com` })) }),
      'attendees: mapEvent gave no valid value',
    ],
    [
      'row 54: a header in an address',
      () => ({ attendees: [{ email: 'x@example.com\r\nBcc: y@example.com' }] }),
      'attendees: mapEvent gave an address that is none',
    ],
    ['a promise', async () => ({}), 'mapEvent: must return an event draft at once, not a promise'],
    [
      'a rejected promise',
      () => Promise.reject(new Error('Dana')),
      'mapEvent: must return an event draft at once, not a promise',
    ],
    ['nothing', () => undefined, 'mapEvent: must return an event draft at once, not a promise'],
    ['a list', () => [], 'mapEvent: must return an event draft at once, not a promise'],
  ])('%s', (_, hook, problem) => {
    expect(refused(hook)).toEqual([problem])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('Dana Levi is ill')
      },
    ],
    [
      'writes to what it is given',
      (visible: { title: string }) => {
        visible.title = 'x'
      },
    ],
    [
      'writes deep into the draft',
      (_: unknown, draft: { start: { timeZone: string } }) => {
        draft.start.timeZone = 'UTC'
        return draft
      },
    ],
    ['returns a BigInt', () => ({ summary: 1n })],
    [
      'returns a getter that throws',
      () => ({
        get summary() {
          throw new Error('Dana')
        },
      }),
    ],
  ])('one that %s; its message is not passed on', (_, hook) => {
    const problems = refused(hook)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^mapEvent: threw/)
    expect(problems[0]).not.toContain('Dana')
  })
})

describe('row 56: the gate looks at the result again', () => {
  it('guests who may not be invited, a location that is withheld', () => {
    expect(refused(() => ({ attendees: [{ email: 'x@example.com' }] }), OFF)).toEqual([
      'attendees: mapEvent added guests who may not be invited',
    ])
    expect(refused(() => ({ location: 'Elsewhere' }), ON, { sensitiveLocations: true })).toEqual([
      'location: is withheld, mapEvent may not set it',
    ])
  })

  it.each([
    [{ summary: 'Session: DANA  LEVI' }, 'summary: mapEvent put client.name there, which is withheld'],
    [
      { description: '<p>dana@example.com</p>' },
      'description: mapEvent put client.email there, which is withheld',
    ],
    [{ description: 'see: a &lt;b&gt;' }, 'description: mapEvent put notes there, which is withheld'],
    [{ location: "Dana Levi's home" }, 'location: mapEvent put client.name there, which is withheld'],
  ])('%j', (result, problem) => {
    expect(refused(() => result, OFF)).toEqual([problem])
    // Notes are withheld from events with guests.
    const settings = { ...ON, notifyClients: !problem.includes('notes') }
    expect(() => run(() => result, settings)).not.toThrow()
  })

  it('whole words only, and not what the host’s own title says', () => {
    expect(() => run(() => ({ summary: 'Dana Levinson' }), OFF)).not.toThrow()
    const mapper = mapperWith({ mapEvent: (_, draft) => draft })
    const titled = mapper.parseAppointment({ ...SOURCE, title: 'Yoga with Dana Levi' })
    expect(mapper.project(titled, OFF).fields.summary).toBe('Yoga with Dana Levi')
  })
})
