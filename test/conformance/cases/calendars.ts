import { expect } from 'vitest'
import { at, type ConformanceCase, made, refused } from '../conformance-case.ts'

export const CALENDAR_CASES: readonly ConformanceCase[] = [
  {
    section: '11',
    says: 'an unknown calendar is a 404',
    async run(session) {
      const { status, reason } = await session.call(
        'GET',
        'calendars/nobody%40group.calendar.google.com/events',
      )
      expect([status, reason]).toEqual([404, 'notFound'])
    },
  },
  {
    section: '12',
    says: 'free/busy merges neighbours and tells per calendar what is wrong',
    async run(session) {
      await made(session, { start: at(25, 10), end: at(25, 11) })
      await made(session, { start: at(25, 11), end: at(25, 12) })
      const range = { timeMin: '2031-05-25T00:00:00Z', timeMax: '2031-05-26T00:00:00Z' }
      const items = [{ id: session.calendarId }, { id: 'nobody@group.calendar.google.com' }]
      const { status, json } = await session.call('POST', 'freeBusy', { body: { ...range, items } })
      expect(status).toBe(200)
      expect(json.calendars[session.calendarId].busy).toEqual([
        { start: '2031-05-25T08:00:00Z', end: '2031-05-25T10:00:00Z' },
      ])
      expect(json.calendars['nobody@group.calendar.google.com'].errors[0].reason).toBe('notFound')
    },
  },
  {
    section: '11',
    points: ['4.utc'],
    says: 'a calendar made without a zone is in UTC; one that is deleted is a 404 ever after',
    async run(session) {
      const { status, json } = await session.newCalendar({})
      expect([status, json.timeZone]).toEqual([200, 'UTC'])
      const path = `calendars/${encodeURIComponent(json.id)}`
      expect((await session.call('DELETE', path)).status).toBe(204)
      expect(refused(await session.call('GET', `${path}/events`))).toEqual([404, 'notFound'])
      expect((await session.call('POST', `${path}/events`, { body: {} })).status).toBe(404)
    },
  },
  {
    section: '11',
    says: 'a calendar cannot leave its owner’s list, and a malformed rule id is a 400',
    async run(session) {
      const own = encodeURIComponent(session.calendarId)
      const removed = await session.call('DELETE', `users/me/calendarList/${own}`)
      expect(refused(removed)).toEqual([403, 'cannotUnsubscribeFromOwnedCalendar'])
      expect(refused(await session.call('GET', `calendars/${own}/acl/nonsense`))).toEqual([400, 'invalid'])
    },
  },
  {
    section: '12',
    says: 'free events are not busy, and the bounds are echoed',
    async run(session) {
      await made(session, { start: at(26, 10), end: at(26, 11), transparency: 'transparent' })
      const range = { timeMin: '2031-05-26T00:00:00Z', timeMax: '2031-05-27T00:00:00Z' }
      const items = [{ id: session.calendarId }]
      const { json } = await session.call('POST', 'freeBusy', { body: { ...range, items } })
      expect(json).toMatchObject({ kind: 'calendar#freeBusy', timeMin: '2031-05-26T00:00:00.000Z' })
      expect(json.calendars[session.calendarId].busy).toEqual([])
    },
  },
]
