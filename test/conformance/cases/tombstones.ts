import { expect } from 'vitest'
import { type ConformanceCase, event, listed, made, refused, syncToken } from '../conformance-case.ts'

export const TOMBSTONE_CASES: readonly ConformanceCase[] = [
  {
    section: '7.2',
    points: ['5.tombstone', '5.duplicate', '5.deleted'],
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
    points: ['5.revive'],
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
    section: '7.2',
    points: ['5.tombstone'],
    says: 'PATCH to `cancelled` is a delete; a full list hides it, showDeleted does not',
    async run(session) {
      const { id } = await made(session)
      const patched = await session.events('PATCH', `/${id}`, { body: { status: 'cancelled' } })
      expect(patched.json.status).toBe('cancelled')
      expect(refused(await session.events('DELETE', `/${id}`))).toEqual([410, 'deleted'])
      const has = async (query: string) => (await listed(session, query)).items.some(item => item.id === id)
      expect([await has('maxResults=2500'), await has('maxResults=2500&showDeleted=true')]).toEqual([
        false,
        true,
      ])
    },
  },
  {
    section: '10',
    points: ['7.id-only'],
    says: 'a delta tells only the id of a deleted event, unless showDeleted was asked for from the start',
    async run(session) {
      const deltaAfterDelete = async (query: string) => {
        const { id } = await made(session, { description: 'private' })
        const token = await syncToken(session, query)
        await session.events('DELETE', `/${id}`)
        const { json } = await session.events('GET', `?${query}${query && '&'}syncToken=${token}`)
        return json.items.find((item: { id: string }) => item.id === id)
      }
      const bare = await deltaAfterDelete('')
      expect(bare).toMatchObject({ status: 'cancelled' })
      expect(bare).not.toHaveProperty('description')
      expect(await deltaAfterDelete('showDeleted=true')).toMatchObject({ description: 'private' })
    },
  },
  {
    section: '7.2',
    says: 'an event that was brought back is an event like any other',
    async run(session) {
      const { id } = await made(session)
      await session.events('DELETE', `/${id}`)
      await session.events('PUT', `/${id}`, { body: { ...event(), status: 'confirmed' } })
      expect((await session.events('PATCH', `/${id}`, { body: { summary: 'Two' } })).json.summary).toBe('Two')
      expect((await session.events('DELETE', `/${id}`)).status).toBe(204)
    },
  },
]
