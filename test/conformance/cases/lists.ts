import { expect } from 'vitest'
import { at, type ConformanceCase, idsOf, listed, made, refused, syncToken } from '../conformance-case.ts'

export const LIST_CASES: readonly ConformanceCase[] = [
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
    points: ['7.incompatible'],
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
    section: '10',
    points: ['7.incompatible'],
    says: 'each parameter that narrows a list is refused beside a sync token',
    async run(session) {
      const token = await syncToken(session, '')
      const narrowing = [
        'iCalUID=x',
        'orderBy=updated',
        'privateExtendedProperty=a%3Db',
        'q=x',
        'sharedExtendedProperty=a%3Db',
        'timeMax=2032-01-01T00:00:00Z',
        'updatedMin=2031-01-01T00:00:00Z',
        'showDeleted=false',
      ]
      for (const one of narrowing)
        expect((await session.events('GET', `?syncToken=${token}&${one}`)).status, one).toBe(400)
    },
  },
  {
    section: '10',
    points: ['7.pages'],
    says: 'pages hold every event once, and only the last has a sync token',
    async run(session) {
      const mine: string[] = []
      for (let n = 0; n < 5; n++) mine.push((await made(session)).id)
      const first = await session.events('GET', '?maxResults=2')
      expect(first.json.items.length).toBeLessThanOrEqual(2)
      expect(first.json).toHaveProperty('nextPageToken')
      expect(first.json).not.toHaveProperty('nextSyncToken')
      const { items, syncToken: last } = await listed(session, 'maxResults=2')
      expect(last).toBeTruthy()
      const found = idsOf(items).filter(id => mine.includes(id))
      expect([...found].sort()).toEqual([...mine].sort())
    },
  },
  {
    section: '10',
    points: ['7.invalid'],
    says: 'a corrupt sync token is a 400 `invalid`, or a 410 `fullSyncRequired`',
    async run(session) {
      const answer = refused(await session.events('GET', '?syncToken=corrupt'))
      expect([
        [400, 'invalid'],
        [410, 'fullSyncRequired'],
      ]).toContainEqual(answer)
    },
  },
  {
    section: '10',
    points: ['7.order'],
    says: 'a list in an order of its own comes without a sync token, one of single events with it',
    async run(session) {
      const { syncToken: ordered } = await listed(session, 'maxResults=2500&orderBy=updated')
      expect(ordered).toBeUndefined()
      expect((await listed(session, 'maxResults=2500&singleEvents=true')).syncToken).toBeTruthy()
    },
  },
  {
    section: '10',
    says: 'one private property finds its events, and so does the iCalUID',
    async run(session) {
      const value = session.newId()
      const { id } = await made(session, { extendedProperties: { private: { conformance: value } } })
      const byProperty = await listed(session, `privateExtendedProperty=conformance%3D${value}`)
      expect(idsOf(byProperty.items)).toEqual([id])
      expect(idsOf((await listed(session, `iCalUID=${id}%40google.com`)).items)).toEqual([id])
    },
  },
  {
    section: '10',
    says: 'the list tells of the calendar: kind, zone, role',
    async run(session) {
      const { json } = await session.events('GET', '?maxResults=1')
      expect(json).toMatchObject({ kind: 'calendar#events', timeZone: 'Europe/Berlin', accessRole: 'owner' })
      expect(json.defaultReminders).toEqual([])
    },
  },
]
