import { describe, expect, it } from 'vitest'
import { insertBody, patchBody, reviveBody } from '../../../src/mapping/index.ts'
import { mapperWith, OFF, ON, PLACE, raw } from './support.ts'

const mapper = mapperWith()
const project = (changes: Record<string, unknown> = {}, settings = OFF) =>
  mapper.project(mapper.parseAppointment(raw(changes)), settings).fields
const stamp = mapper.stamp(PLACE, 36)
const STAMPED = { extendedProperties: { private: { gcs: stamp.tag, gcsm: stamp.marker } } }
const TIMED = {
  start: { dateTime: '2026-05-04T09:00:00+03:00', timeZone: 'Asia/Jerusalem' },
  end: { dateTime: '2026-05-04T09:50:00+03:00', timeZone: 'Asia/Jerusalem' },
}
const DAY = { allDay: true, start: '2026-05-04', end: undefined }

describe('insert and revival', () => {
  it('the bare event', () => {
    expect(insertBody(project(), stamp)).toEqual({
      id: 'abcde',
      summary: 'Appointment',
      ...TIMED,
      visibility: 'private',
      transparency: 'opaque',
      ...STAMPED,
    })
  })

  it('everything on', () => {
    const client = { name: 'Dana', email: 'd@example.com', mayBeInvited: true }
    const recurrence = ['RRULE:FREQ=DAILY;COUNT=3']
    const fields = project(
      { title: 'Intake', notes: 'a & b', location: 'Room 4', status: 'tentative', client, recurrence },
      ON,
    )
    const whole = {
      summary: 'Intake with Dana',
      location: 'Room 4',
      ...TIMED,
      recurrence,
      status: 'tentative',
      attendees: [{ email: 'd@example.com' }],
      visibility: 'private',
      transparency: 'opaque',
      ...STAMPED,
    }
    expect(insertBody(fields, stamp)).toEqual({ id: 'abcde', ...whole })
    expect(reviveBody(fields, stamp)).toEqual(whole)
  })

  it('notes go to no event that may have guests, since they read it', () => {
    const client = { email: 'd@example.com', mayBeInvited: true }
    const alone = { notes: 'a & b', client: { ...client, mayBeInvited: false } }
    expect(insertBody(project(alone, ON), stamp)).toMatchObject({ description: 'a &amp; b' })
    expect(insertBody(project(alone, ON), stamp)).not.toHaveProperty('attendees')
    expect(insertBody(project({ notes: 'a & b', client }, ON), stamp)).not.toHaveProperty('description')
    const silent = { ...ON, notifyClients: false }
    expect(insertBody(project({ notes: 'a & b', client }, silent), stamp)).toMatchObject({
      description: 'a &amp; b',
    })
  })

  it('all-day', () => {
    expect(insertBody(project(DAY), stamp)).toMatchObject({
      start: { date: '2026-05-04' },
      end: { date: '2026-05-05' },
    })
  })

  it('a revival says that the event lives', () => {
    expect(reviveBody(project(), stamp)).toEqual({
      status: 'confirmed',
      summary: 'Appointment',
      ...TIMED,
      visibility: 'private',
      transparency: 'opaque',
      ...STAMPED,
    })
  })
})

describe('patch', () => {
  it('the changed fields and the stamp, never visibility or transparency', () => {
    expect(patchBody(project({ title: 'Intake' }), ['summary'], stamp)).toEqual({
      summary: 'Intake',
      ...STAMPED,
    })
    expect(patchBody(project(), [], stamp)).toEqual(STAMPED)
  })

  it('start, end and recurrence travel together, the other variant is cleared', () => {
    const start = { ...TIMED.start, date: null }
    const end = { ...TIMED.end, date: null }
    for (const name of ['start', 'end']) {
      expect(patchBody(project(), [name], stamp)).toEqual({ start, end, ...STAMPED })
    }
    const recurrence = ['RRULE:FREQ=DAILY']
    expect(patchBody(project({ recurrence }), ['recurrence'], stamp)).toEqual({
      start,
      end,
      recurrence,
      ...STAMPED,
    })
    expect(patchBody(project(DAY), ['start', 'end'], stamp)).toEqual({
      start: { date: '2026-05-04', dateTime: null, timeZone: null },
      end: { date: '2026-05-05', dateTime: null, timeZone: null },
      ...STAMPED,
    })
  })

  it('a series that became single', () => {
    expect(patchBody(project(), ['recurrence'], stamp, { clearedFields: ['recurrence'] })).toEqual({
      start: { ...TIMED.start, date: null },
      end: { ...TIMED.end, date: null },
      recurrence: [],
      ...STAMPED,
    })
  })

  it('only what is declared cleared is cleared, and never what has a value', () => {
    expect(patchBody(project(), ['location', 'description'], stamp)).toEqual(STAMPED)
    expect(patchBody(project(), ['location', 'description'], stamp, { clearedFields: ['location'] })).toEqual(
      {
        location: null,
        ...STAMPED,
      },
    )
    expect(
      patchBody(project({ location: 'x' }), ['location'], stamp, { clearedFields: ['location'] }),
    ).toEqual({
      location: 'x',
      ...STAMPED,
    })
  })

  it('how each field is cleared', () => {
    const clearedFields = ['description', 'location', 'status', 'attendees', 'colorId', 'reminders']
    expect(patchBody(project(), [], stamp, { clearedFields })).toEqual({
      description: null,
      location: null,
      status: 'confirmed',
      attendees: [],
      colorId: null,
      reminders: { useDefault: true, overrides: null },
      ...STAMPED,
    })
  })

  it('guests keep their answers', () => {
    const client = { email: 'Dana@example.com', mayBeInvited: true }
    const observed = {
      attendees: [
        { email: 'dana@example.com', responseStatus: 'accepted', comment: 'late', self: false },
        { email: 'old@example.com', responseStatus: 'declined' },
      ],
    }
    expect(patchBody(project({ client }, ON), ['attendees'], stamp, { observed })).toEqual({
      attendees: [{ email: 'Dana@example.com', responseStatus: 'accepted', comment: 'late' }],
      ...STAMPED,
    })
  })
})
