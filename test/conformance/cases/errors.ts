import { expect } from 'vitest'
import { at, type ConformanceCase, made, refused } from '../conformance-case.ts'

export const ERROR_CASES: readonly ConformanceCase[] = [
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
    section: '6.1',
    points: ['3.backend'],
    says: 'the backend’s errors are indented by one space and have no `status`',
    async run(session) {
      const { status, text, json } = await session.events('GET', `/${session.newId()}`)
      expect(status).toBe(404)
      expect(text.startsWith('{\n "error": {\n  "errors": [')).toBe(true)
      expect(json.error).toMatchObject({ code: 404, message: 'Not Found' })
      expect(json.error).not.toHaveProperty('status')
      expect(json.error.errors[0]).toMatchObject({ domain: 'global', reason: 'notFound' })
    },
  },
  {
    section: '6.2',
    points: ['3.front-end', '1.mapping'],
    says: 'without a token or with a bad one: 401 in the front end’s envelope',
    async run(session) {
      const none = await session.readAs(undefined)
      const bad = await session.readAs('ya29.not-a-token')
      expect([none.status, bad.status]).toEqual([401, 401])
      for (const { text, json } of [none, bad]) {
        expect(text.startsWith('{\n  "error": {')).toBe(true)
        expect(json.error).toMatchObject({ code: 401, status: 'UNAUTHENTICATED' })
      }
      expect(bad.reason).toBe('authError')
    },
  },
  {
    section: '6.2',
    points: ['2.scopes', '1.mapping'],
    says: 'without the scope: 403 `insufficientPermissions`, with what is missing',
    needs: 'narrowAccessToken',
    async run(session) {
      const answer = await session.readAs(session.narrowAccessToken)
      expect(refused(answer)).toEqual([403, 'insufficientPermissions'])
      expect(answer.json.error).toMatchObject({ status: 'PERMISSION_DENIED' })
      expect(answer.json.error.details[0]).toMatchObject({
        reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
        metadata: { method: 'calendar.v3.Events.List' },
      })
    },
  },
  {
    section: '6.3',
    says: 'addresses and zones that are none are refused',
    async run(session) {
      const post = async (more: object) =>
        refused(await session.events('POST', '', { body: { start: at(5, 10), end: at(5, 11), ...more } }))
      expect(await post({ attendees: [{ email: 'nobody' }] })).toEqual([400, 'invalid'])
      expect((await post({ start: { dateTime: '2031-05-05T10:00:00', timeZone: 'Mars/Olympus' } }))[0]).toBe(
        400,
      )
    },
  },
  {
    section: '15',
    points: ['10.batch'],
    says: 'a batch answers each part on its own, in the order asked',
    async run(session) {
      const { id } = await made(session)
      const { status, headers, text } = await session.batch([
        `/${id}`,
        `/${session.newId()}`,
        '?maxResults=1',
      ])
      expect(status).toBe(200)
      expect(headers.get('content-type')).toMatch(/^multipart\/mixed; boundary=/)
      const inner = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, code]) => code)
      expect(inner).toEqual(['200', '404', '200'])
      const ids = [...text.matchAll(/^Content-ID: <?(response-item\d)>?/gim)].map(([, item]) => item)
      expect(ids).toEqual(['response-item0', 'response-item1', 'response-item2'])
    },
  },
]
