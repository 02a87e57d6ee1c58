import { expect } from 'vitest'
import { at, type ConformanceCase, DAILY, idsOf, listed, made } from '../conformance-case.ts'

export const RECURRENCE_CASES: readonly ConformanceCase[] = [
  {
    section: '9',
    points: ['6.first', '6.exceptions'],
    says: 'instances carry their series and original start; the start is always the first',
    async run(session) {
      // A Monday's rule that starts on a Tuesday.
      const series = { start: at(6, 10), end: at(6, 11), recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3'] }
      const { id } = await made(session, series)
      const { json } = await session.events('GET', `/${id}/instances`)
      const ids = json.items.map((item: { id: string }) => item.id)
      expect(ids[0]).toBe(`${id}_20310506T080000Z`)
      expect(ids[1]).toBe(`${id}_20310512T080000Z`)
      expect(json.items[1]).toMatchObject({ recurringEventId: id })
      expect(Date.parse(json.items[1].originalStartTime.dateTime)).toBe(Date.parse('2031-05-12T08:00:00Z'))
      expect(json.items[1]).not.toHaveProperty('recurrence')
    },
  },
  {
    section: '9',
    points: ['6.cancelled'],
    says: 'a cancelled instance is an exception, not an EXDATE, and shows in a full list',
    async run(session) {
      const rule = ['RRULE:FREQ=DAILY;COUNT=3']
      const { id } = await made(session, { recurrence: rule })
      const instance = `${id}_20310506T080000Z`
      expect((await session.events('DELETE', `/${instance}`)).status).toBe(204)
      expect((await session.events('GET', `/${id}`)).json.recurrence).toEqual(rule)
      const { json } = await session.events('GET', '?maxResults=2500')
      const found = json.items.find((item: { id: string }) => item.id === instance)
      expect(found).toMatchObject({ status: 'cancelled', recurringEventId: id })
    },
  },
  {
    section: '9',
    says: 'a recurring timed event needs its zone',
    async run(session) {
      const bare = { start: { dateTime: '2031-05-05T08:00:00Z' }, end: { dateTime: '2031-05-05T09:00:00Z' } }
      const body = { ...bare, recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] }
      const { status, reason } = await session.events('POST', '', { body })
      expect([status, reason]).toEqual([400, 'required'])
    },
  },
  {
    section: '9',
    points: ['6.exceptions'],
    says: 'a changed occurrence keeps its id and original start, wherever it goes',
    async run(session) {
      const { id } = await made(session, DAILY)
      const instance = `${id}_20310506T080000Z`
      const body = { start: at(8, 15), end: at(8, 16), summary: 'Other' }
      const { status, json } = await session.events('PATCH', `/${instance}`, { body })
      expect([status, json.id, json.recurringEventId]).toEqual([200, instance, id])
      expect(Date.parse(json.originalStartTime.dateTime)).toBe(Date.parse('2031-05-06T08:00:00Z'))
      const { json: found } = await session.events('GET', `/${id}/instances`)
      expect(idsOf(found.items).sort()).toEqual(
        ['20310505', '20310506', '20310507'].map(day => `${id}_${day}T080000Z`),
      )
    },
  },
  {
    section: '9',
    points: ['6.split'],
    says: '"this and following": the series is trimmed, a new one begins',
    async run(session) {
      const { id } = await made(session, { recurrence: ['RRULE:FREQ=DAILY;COUNT=5'] })
      const recurrence = ['RRULE:FREQ=DAILY;UNTIL=20310506T080000Z']
      const { json: trimmed } = await session.events('PATCH', `/${id}`, { body: { recurrence } })
      expect(trimmed.recurrence).toEqual(recurrence)
      const later = await made(session, { start: at(7, 12), end: at(7, 13), ...DAILY })
      const instancesOf = async (series: string) =>
        (await session.events('GET', `/${series}/instances`)).json.items.length
      expect([await instancesOf(id), await instancesOf(later.id)]).toEqual([2, 3])
    },
  },
  {
    section: '9',
    says: 'all-day occurrences have ids of their day, and `recurrence: []` ends the series',
    async run(session) {
      const days = { start: { date: '2031-05-05' }, end: { date: '2031-05-06' } }
      const { id } = await made(session, { ...days, ...DAILY })
      const { json } = await session.events('GET', `/${id}/instances`)
      expect(idsOf(json.items)).toEqual(['20310505', '20310506', '20310507'].map(day => `${id}_${day}`))
      const { json: single } = await session.events('PATCH', `/${id}`, { body: { recurrence: [] } })
      expect(single).not.toHaveProperty('recurrence')
    },
  },
  {
    section: '10',
    points: ['7.matrix'],
    says: 'what singleEvents and showDeleted show of a series and of what was deleted of it',
    async run(session) {
      const alive = await made(session, DAILY)
      const dead = await made(session, DAILY)
      await session.events('DELETE', `/${alive.id}_20310506T080000Z`)
      await session.events('DELETE', `/${dead.id}`)
      const shown = async (query: string) => {
        const { items } = await listed(session, `maxResults=2500&${query}`)
        return items
          .filter(({ id }) => id.startsWith(alive.id) || id.startsWith(dead.id))
          .map(({ id, status }) => `${id.replace(alive.id, 'alive').replace(dead.id, 'dead')} ${status}`)
          .sort()
      }
      const cancelled = 'alive_20310506T080000Z cancelled'
      const instances = ['alive_20310505T080000Z confirmed', 'alive_20310507T080000Z confirmed']
      expect(await shown('')).toEqual(['alive confirmed', cancelled])
      expect(await shown('showDeleted=true')).toEqual(['alive confirmed', cancelled, 'dead cancelled'])
      expect(await shown('singleEvents=true')).toEqual(instances)
      const all = await shown('singleEvents=true&showDeleted=true')
      expect(all).toEqual(expect.arrayContaining([...instances, cancelled]))
      expect(all).not.toContain('alive confirmed')
      expect(all).not.toContain('dead cancelled')
    },
  },
]
