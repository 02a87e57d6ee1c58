import { describe, expect, it } from 'vitest'
import { emptyForm, formOf, readForm } from '../../examples/express-clinic/appointment-form.ts'
import type { Row } from '../../examples/express-clinic/appointments.ts'
import { findMember } from '../../examples/express-clinic/members.ts'
import { FORM, row } from './clinic-fixture.ts'

function saved(changes: Parameters<typeof row>[0] = {}): Row {
  return { ...row(changes), id: 7, revision: 1, updated_at: 0, refused: null }
}

describe('the appointment form', () => {
  it('starts with tomorrow at two, by the member’s clock', () => {
    const member = findMember('riverside', 'dana')
    if (!member) throw new Error('Nobody is there.')
    // Already the 24th in Jerusalem.
    const values = emptyForm(member, Date.parse('2026-11-23T22:30:00Z'))
    expect(values).toMatchObject({
      date: '2026-11-25',
      time: '14:00',
      minutes: '60',
      time_zone: 'Asia/Jerusalem',
    })
  })

  it('reads what a person wrote', () => {
    const { row: read } = readForm({ ...FORM, client_name: ' Joe Doe ', notes: '' }, 'riverside')
    expect(read).toEqual(row({ client_name: 'Joe Doe' }))
  })

  it('reads days, the last one included', () => {
    const days = { ...FORM, all_day: '1', until: '2027-05-05', time: '', minutes: '' }
    expect(readForm(days, 'riverside').row).toMatchObject({
      starts: '2027-05-04',
      ends: '2027-05-06',
      all_day: 1,
    })
    expect(
      formOf(saved({ all_day: 1, starts: '2027-05-04', ends: '2027-05-06', minutes: null })),
    ).toMatchObject({
      date: '2027-05-04',
      until: '2027-05-05',
    })
  })

  it.each([
    ['an offset', { starts: '2027-05-04T14:00:00+02:00' }],
    ['seconds and an end', { starts: '2027-05-04T14:00:30', ends: '2027-05-04T15:10:00', minutes: null }],
    ['a skipped hour', { starts: '2027-03-26T02:30:00' }],
    ['days', { all_day: 1, starts: '2027-05-04', ends: '2027-05-06', minutes: null }],
    ['a series', { recurrence: 'RRULE:FREQ=WEEKLY', ends_at: null }],
    ['more than a day', { starts: '2027-05-04T14:00:00', ends: '2027-05-06T15:00:00', minutes: null }],
    ['a moment', { starts: '2027-05-04T14:00:00', ends: '2027-05-04T14:00:20', minutes: null }],
  ])('leaves times with %s alone while nobody touches them', (_, changes) => {
    const before = saved(changes)
    const { row: after } = readForm({ ...formOf(before), title: 'New' }, 'riverside', before)
    const { id: _id, revision, updated_at, refused, ...rest } = before
    expect(after).toEqual({ ...rest, title: 'New' })
  })

  it('keeps a series a series when its time changes', () => {
    const before = saved({ recurrence: 'RRULE:FREQ=WEEKLY', ends_at: null })
    const { row: after } = readForm({ ...formOf(before), time: '15:00' }, 'riverside', before)
    expect(after).toMatchObject({
      starts: '2027-05-04T15:00:00',
      recurrence: 'RRULE:FREQ=WEEKLY',
      ends_at: null,
    })
  })

  it.each([
    ['user_id', { user_id: 'maria' }],
    ['also_user_id', { also_user_id: 'dana' }],
    ['date', { date: '2027-02-30' }],
    ['time', { time: '25:00' }],
    ['minutes', { minutes: '0' }],
    ['minutes', { minutes: '1e9' }],
    ['until', { all_day: '1', until: '2027-05-03' }],
    ['time_zone', { time_zone: 'Mars/Olympus' }],
    ['status', { status: 'done' }],
    ['client_email', { client_email: 'joe' }],
    ['title', { title: 'x'.repeat(501) }],
  ])('says what is wrong with %s in %j', (field, changes) => {
    const { problems, row: read } = readForm({ ...FORM, ...changes }, 'riverside')
    expect(Object.keys(problems)).toEqual([field])
    expect(read).toBeUndefined()
  })

  it('takes nothing but text', () => {
    for (const body of [undefined, null, 'x', [], { date: ['2027-05-04'], title: {} }])
      expect(readForm(body, 'riverside').row).toBeUndefined()
  })
})
