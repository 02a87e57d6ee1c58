import { expect } from 'vitest'
import type { Session } from './session.ts'

export interface ConformanceCase {
  /** Of the sheet of facts about Google that the fake is built by. */
  readonly section: string
  readonly says: string
  run(session: Session): Promise<void>
}

const zone = 'Europe/Berlin'
const at = (day: number, hour: number) => ({
  dateTime: `2031-05-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00`,
  timeZone: zone,
})
const event = (id?: string, day = 5) => ({
  ...(id && { id }),
  summary: 'One',
  start: at(day, 10),
  end: at(day, 11),
})

async function made(session: Session, more: object = {}): Promise<{ id: string; etag: string }> {
  const id = session.newId()
  const { status, json, text } = await session.events('POST', '', { body: { ...event(id), ...more } })
  expect(status, text).toBe(200)
  return { id, etag: json.etag }
}

async function syncToken(session: Session, query: string): Promise<string> {
  for (let page = ''; ; ) {
    const { json } = await session.events(
      'GET',
      `?${query}${page && `&pageToken=${encodeURIComponent(page)}`}`,
    )
    if (json.nextSyncToken) return encodeURIComponent(json.nextSyncToken)
    page = json.nextPageToken
  }
}

/** Only what is documented or observed without contradiction: what is a switch in the fake is no case. */
export const CASES: readonly ConformanceCase[] = [
  {
    section: '5',
    says: 'JSON in UTF-8, and deletes answer 204 without a body',
    async run(session) {
      const { id } = await made(session)
      const { headers } = await session.events('GET', `/${id}`)
      expect(headers.get('content-type')?.toLowerCase()).toBe('application/json; charset=utf-8')
      const deleted = await session.events('DELETE', `/${id}`)
      expect([deleted.status, deleted.text]).toEqual([204, ''])
    },
  },
  {
    section: '6.3',
    says: 'parse errors, missing times, mixed times and empty ranges are told apart',
    async run(session) {
      const reason = async (body: unknown) => {
        const answer = await session.events('POST', '', { body })
        return [answer.status, answer.reason]
      }
      expect(await reason('{"a":')).toEqual([400, 'parseError'])
      expect(await reason({ start: at(5, 10) })).toEqual([400, 'required'])
      expect(await reason({ start: at(5, 10), end: { date: '2031-05-05' } })).toEqual([400, 'invalid'])
      expect(await reason({ start: at(5, 11), end: at(5, 10) })).toEqual([400, 'timeRangeEmpty'])
    },
  },
  {
    section: '7',
    says: 'a secondary calendar organizes its own events; defaults are left out',
    async run(session) {
      const { id } = await made(session)
      const { json } = await session.events('GET', `/${id}`)
      expect(json.organizer).toMatchObject({ email: session.calendarId, self: true })
      expect(json).toMatchObject({ kind: 'calendar#event', status: 'confirmed', eventType: 'default' })
      expect(json.reminders).toEqual({ useDefault: true })
      expect(json.iCalUID).toBe(`${id}@google.com`)
      for (const key of ['transparency', 'visibility', 'description']) expect(json).not.toHaveProperty(key)
    },
  },
  {
    section: '7',
    says: 'extended properties: long keys are dropped and long values cut, in silence',
    async run(session) {
      const long = { ['k'.repeat(45)]: 'v', short: 'v'.repeat(1100) }
      const { id } = await made(session, { extendedProperties: { private: long } })
      const { json } = await session.events('GET', `/${id}`)
      expect(json.extendedProperties.private).toEqual({ short: 'v'.repeat(1024) })
    },
  },
  {
    section: '7.1',
    says: 'ids are base32hex in lower case, 5 to 1024 long, and not given together with iCalUID',
    async run(session) {
      for (const wrong of [{ id: 'abc-d' }, { id: 'abcd' }, { id: 'ABCDE' }, { id: 'wxyzw' }]) {
        const { status, reason } = await session.events('POST', '', { body: { ...event(), ...wrong } })
        expect([status, reason], JSON.stringify(wrong)).toEqual([400, 'invalid'])
      }
      const both = { ...event(session.newId()), iCalUID: 'x@y.example' }
      expect((await session.events('POST', '', { body: both })).status).toBe(400)
    },
  },
  {
    section: '7.2',
    says: 'a tombstone can be read, keeps its id occupied, and is not deleted twice',
    async run(session) {
      const { id } = await made(session)
      await session.events('DELETE', `/${id}`)
      expect((await session.events('GET', `/${id}`)).json.status).toBe('cancelled')
      expect((await session.events('DELETE', `/${id}`)).reason).toBe('deleted')
      const again = await session.events('POST', '', { body: event(id) })
      expect([again.status, again.reason]).toEqual([409, 'duplicate'])
      expect((await session.events('DELETE', `/${session.newId()}`)).status).toBe(404)
    },
  },
  {
    section: '7.2',
    says: "a full PUT with status confirmed brings the organizer's event back",
    async run(session) {
      const { id } = await made(session)
      await session.events('DELETE', `/${id}`)
      const body = { ...event(), status: 'confirmed', summary: 'Back' }
      const { status, json } = await session.events('PUT', `/${id}`, { body })
      expect([status, json.status, json.summary]).toEqual([200, 'confirmed', 'Back'])
    },
  },
  {
    section: '7.3',
    says: "times come back in the calendar's zone, or in the one asked for",
    async run(session) {
      const utc = { start: { dateTime: '2031-05-05T08:00:00Z' }, end: { dateTime: '2031-05-05T09:00:00Z' } }
      const { id } = await made(session, utc)
      const own = await session.events('GET', `/${id}`)
      expect(own.json.start.dateTime).toBe('2031-05-05T10:00:00+02:00')
      const asked = await session.events('GET', `/${id}?timeZone=UTC`)
      expect(asked.json.start.dateTime).toBe('2031-05-05T08:00:00Z')
    },
  },
  {
    section: '8',
    says: 'PUT clears what it leaves out, PATCH merges and null deletes',
    async run(session) {
      const properties = { extendedProperties: { private: { a: '1', b: '2' } } }
      const { id } = await made(session, { description: 'text', ...properties })
      const change = { extendedProperties: { private: { a: null, c: '3' } } }
      const patched = await session.events('PATCH', `/${id}`, { body: change })
      expect(patched.json.extendedProperties.private).toEqual({ b: '2', c: '3' })
      expect(patched.json.description).toBe('text')
      const put = await session.events('PUT', `/${id}`, { body: event() })
      expect(put.json).not.toHaveProperty('description')
      expect(put.json).not.toHaveProperty('extendedProperties')
    },
  },
  {
    section: '8',
    says: 'If-Match guards a write, If-None-Match saves a read',
    async run(session) {
      const { id } = await made(session)
      const { json } = await session.events('GET', `/${id}`)
      const unchanged = await session.events('GET', `/${id}`, { headers: { 'if-none-match': json.etag } })
      expect(unchanged.status).toBe(304)
      await session.events('PATCH', `/${id}`, { body: { summary: 'Two' } })
      const headers = { 'if-match': json.etag }
      const stale = await session.events('PATCH', `/${id}`, { body: { summary: 'Three' }, headers })
      expect([stale.status, stale.reason]).toEqual([412, 'conditionNotMet'])
    },
  },
  {
    section: '9',
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
    section: '10',
    says: 'a delta tells of changes and deletions, and nothing else',
    async run(session) {
      const kept = await made(session)
      const gone = await made(session)
      const token = await syncToken(session, 'showDeleted=true')
      await session.events('PATCH', `/${kept.id}`, { body: { summary: 'Two' } })
      await session.events('DELETE', `/${gone.id}`)
      const { json } = await session.events('GET', `?showDeleted=true&syncToken=${token}`)
      const found = json.items.map(({ id, status }: { id: string; status: string }) => [id, status])
      expect(found.sort()).toEqual(
        [
          [kept.id, 'confirmed'],
          [gone.id, 'cancelled'],
        ].sort(),
      )
    },
  },
  {
    section: '10',
    says: 'a sync token goes with no other restriction, and ordering by start needs single events',
    async run(session) {
      const token = await syncToken(session, '')
      const restricted = await session.events('GET', `?syncToken=${token}&timeMin=2031-01-01T00:00:00Z`)
      expect(restricted.status).toBe(400)
      expect((await session.events('GET', '?orderBy=startTime')).status).toBe(400)
      const empty = '?timeMin=2031-05-05T00:00:00Z&timeMax=2031-05-05T00:00:00Z'
      expect((await session.events('GET', empty)).reason).toBe('timeRangeEmpty')
    },
  },
  {
    section: '10',
    says: 'timeMin bounds the end and timeMax the start, both exclusive',
    async run(session) {
      const { id } = await made(session, { start: at(20, 10), end: at(20, 11) })
      const has = async (query: string) => {
        const { json } = await session.events('GET', `?maxResults=2500&${query}`)
        return json.items.some((item: { id: string }) => item.id === id)
      }
      expect(await has('timeMin=2031-05-20T08:59:59Z&timeMax=2031-05-21T00:00:00Z')).toBe(true)
      expect(await has('timeMin=2031-05-20T09:00:00Z&timeMax=2031-05-21T00:00:00Z')).toBe(false)
      expect(await has('timeMin=2031-05-19T00:00:00Z&timeMax=2031-05-20T08:00:00Z')).toBe(false)
    },
  },
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
    section: '13',
    says: 'a webhook must be HTTPS on a public host name, and an unknown channel cannot be stopped',
    async run(session) {
      const body = { id: session.newId(), type: 'web_hook', address: 'http://app.example/hook' }
      const watched = await session.events('POST', '/watch', { body })
      expect([watched.status, watched.reason]).toEqual([400, 'push.webhookUrlNotHttps'])
      const channel = { id: session.newId(), resourceId: 'R6UYSjrlMC-1EVvMMHNoFKl1jDg' }
      expect((await session.call('POST', 'channels/stop', { body: channel })).status).toBe(404)
    },
  },
]
