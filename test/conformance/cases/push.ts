import { expect } from 'vitest'
import { type ConformanceCase, refused } from '../conformance-case.ts'

export const PUSH_CASES: readonly ConformanceCase[] = [
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
  {
    section: '13',
    points: ['9.resource-id', '9.expiry', '9.unique', '9.stop'],
    says: 'a channel says what it watches and until when, is stopped once, and its id is never free again',
    async run(session) {
      const open = (id: string, more: object = {}) =>
        session.events('POST', '/watch', {
          body: { id, type: 'web_hook', address: session.webhook, ...more },
        })
      const ids = [session.newId(), session.newId()] as const
      const { status, json: first, text } = await open(ids[0], { token: 'mine' })
      expect(status, text).toBe(200)
      expect(first).toMatchObject({ kind: 'api#channel', id: ids[0], token: 'mine' })
      const days = (channel: { expiration: string }) => (Number(channel.expiration) - Date.now()) / 86_400_000
      expect(days(first)).toBeGreaterThan(6.9)
      expect(days(first)).toBeLessThanOrEqual(31)
      const { json: second } = await open(ids[1], { expiration: String(Date.now() + 3_600_000) })
      expect(second.resourceId).toBe(first.resourceId)
      expect(days(second) * 24).toBeLessThan(1.1)
      const stop = (id: string, resourceId: string) =>
        session.call('POST', 'channels/stop', { body: { id, resourceId } })
      expect((await stop(ids[1], first.resourceId)).status).toBe(204)
      expect((await stop(ids[0], first.resourceId)).status).toBe(204)
      expect(refused(await stop(ids[0], first.resourceId))).toEqual([404, 'notFound'])
      expect(refused(await open(ids[0]))).toEqual([400, 'channelIdNotUnique'])
    },
  },
]
