import { expect } from 'vitest'
import { type ConformanceCase, event, made, refused } from '../conformance-case.ts'

export const WRITE_CASES: readonly ConformanceCase[] = [
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
    points: ['8.if-match', '8.if-none-match'],
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
    section: '8',
    points: ['8.if-match'],
    says: 'If-Match guards deletes and replacements as well, and lets the present etag pass',
    async run(session) {
      const { id } = await made(session)
      await session.events('PATCH', `/${id}`, { body: { summary: 'Two' } })
      const stale = { 'if-match': '"1"' }
      const put = await session.events('PUT', `/${id}`, { body: event(), headers: stale })
      expect(refused(put)).toEqual([412, 'conditionNotMet'])
      expect((await session.events('DELETE', `/${id}`, { headers: stale })).status).toBe(412)
      const { json } = await session.events('GET', `/${id}`)
      const present = { headers: { 'if-match': json.etag } }
      expect((await session.events('DELETE', `/${id}`, present)).status).toBe(204)
    },
  },
  {
    section: '7.5',
    says: 'without conferenceDataVersion=1 a conference is ignored',
    async run(session) {
      const conferenceData = { createRequest: { requestId: session.newId() } }
      const { id } = await made(session, { conferenceData })
      expect((await session.events('GET', `/${id}`)).json).not.toHaveProperty('conferenceData')
    },
  },
]
