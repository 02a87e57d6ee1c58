import { expect } from 'vitest'
import { type ConformanceCase, DAILY, event, made, refused } from '../conformance-case.ts'

export const EVENT_CASES: readonly ConformanceCase[] = [
  {
    section: '7',
    points: ['4.organizer', '4.defaults', '4.icaluid'],
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
    points: ['4.properties'],
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
    points: ['4.ids'],
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
    section: '7.3',
    points: ['4.time-zone'],
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
    section: '7',
    points: ['4.ids', '4.etag', '4.html-link'],
    says: 'a generated id has 26 characters, the etag is twice `updated`, the link packs event and calendar',
    async run(session) {
      const { json } = await session.events('POST', '', { body: event() })
      expect(json.id).toMatch(/^[0-9a-v]{26}$/)
      const micros = Number(json.etag.replaceAll('"', '')) / 2
      expect(Math.floor(micros / 1000)).toBe(Date.parse(json.updated))
      const eid = new URL(json.htmlLink).searchParams.get('eid') ?? ''
      const [id, calendar] = Buffer.from(eid, 'base64').toString('utf8').split(' ')
      expect(id).toBe(json.id)
      expect(session.calendarId.startsWith(String(calendar).replace(/@g$/, ''))).toBe(true)
    },
  },
  {
    section: '7',
    points: ['4.updated'],
    says: '`updated` moves with a change of the title, and not with one of reminders',
    async run(session) {
      const { id } = await made(session)
      const { json: first } = await session.events('GET', `/${id}`)
      const reminders = { useDefault: false, overrides: [{ method: 'popup', minutes: 10 }] }
      const { json: reminded } = await session.events('PATCH', `/${id}`, { body: { reminders } })
      expect([reminded.updated, reminded.reminders]).toEqual([first.updated, reminders])
      const { json: renamed } = await session.events('PATCH', `/${id}`, { body: { summary: 'Two' } })
      expect(Date.parse(renamed.updated)).toBeGreaterThan(Date.parse(first.updated))
    },
  },
  {
    section: '7',
    points: ['4.sequence'],
    says: '`sequence` begins at 0, and one below the present one is refused',
    async run(session) {
      const { id } = await made(session)
      expect((await session.events('GET', `/${id}`)).json.sequence).toBe(0)
      await session.events('PATCH', `/${id}`, { body: { sequence: 3 } })
      const lower = await session.events('PATCH', `/${id}`, { body: { sequence: 2 } })
      expect(refused(lower)).toEqual([400, 'invalid'])
    },
  },
  {
    section: '7.4',
    says: 'special event types are refused on a secondary calendar',
    async run(session) {
      for (const eventType of ['focusTime', 'outOfOffice', 'workingLocation']) {
        const answer = await session.events('POST', '', { body: { ...event(), eventType } })
        expect(answer.status, eventType).toBe(400)
      }
    },
  },
  {
    section: '8',
    says: 'import needs an iCalUID, takes no id, and makes an id of the iCalUID',
    async run(session) {
      const iCalUID = `${session.newId()}@conformance.example`
      const bad = await session.events('POST', '/import', { body: { ...event(session.newId()), iCalUID } })
      expect(refused(bad)).toEqual([400, 'invalid'])
      expect((await session.events('POST', '/import', { body: event() })).status).toBe(400)
      const { status, json } = await session.events('POST', '/import', { body: { ...event(), iCalUID } })
      expect([status, json.iCalUID]).toEqual([200, iCalUID])
      expect(json.id).toMatch(/^_[0-9a-v]+$/)
      const organizer = { email: 'nobody@conformance.example' }
      const foreign = { ...event(), iCalUID: `other-${iCalUID}`, organizer }
      const refusedImport = await session.events('POST', '/import', { body: foreign })
      expect(refused(refusedImport)).toEqual([400, 'participantIsNeitherOrganizerNorAttendee'])
    },
  },
  {
    section: '8',
    says: 'an occurrence cannot change its organizer',
    async run(session) {
      const { id } = await made(session, DAILY)
      const { json: other } = await session.newCalendar({ timeZone: 'UTC' })
      const destination = encodeURIComponent(other.id)
      const instance = `${id}_20310506T080000Z`
      const answer = await session.events('POST', `/${instance}/move?destination=${destination}`)
      expect(refused(answer)).toEqual([400, 'cannotChangeOrganizerOfInstance'])
      const moved = await session.events('POST', `/${id}/move?destination=${destination}`)
      expect([moved.status, moved.json.organizer.email]).toEqual([200, other.id])
      expect((await session.events('GET', `/${id}`)).json.status).toBe('cancelled')
    },
  },
]
