import { expect } from 'vitest'
import type { ConformanceCase } from '../conformance-case.ts'

export const OAUTH_CASES: readonly ConformanceCase[] = [
  {
    section: '3.1',
    points: ['1.client-auth'],
    says: 'an unknown client is told so, whether it comes by body or by HTTP Basic',
    async run(session) {
      const id = '1-conformance.apps.googleusercontent.com'
      const grant = { grant_type: 'refresh_token', refresh_token: '1//none' }
      const byBody = await session.oauth('/token', { ...grant, client_id: id, client_secret: 'x' })
      const authorization = `Basic ${Buffer.from(`${id}:x`).toString('base64')}`
      const byBasic = await session.oauth('/token', grant, { authorization })
      for (const { status, json } of [byBody, byBasic])
        expect([status, json.error]).toEqual([401, 'invalid_client'])
      const nobody = await session.oauth('/token', grant)
      expect([nobody.status, nobody.json.error]).toEqual([400, 'invalid_request'])
    },
  },
  {
    section: '3.1',
    says: 'an unknown kind of grant is refused',
    async run(session) {
      const { status, json } = await session.oauth('/token', { grant_type: 'nonsense', client_id: '1-x' })
      expect([status, json.error]).toEqual([400, 'unsupported_grant_type'])
    },
  },
  {
    section: '3.3',
    points: ['1.revoke-dead'],
    says: 'what is no token cannot be revoked',
    async run(session) {
      const { status, json } = await session.oauth('/revoke', { token: 'ya29.not-a-token' })
      expect([status, json.error]).toEqual([400, 'invalid_token'])
    },
  },
  {
    section: '3.4',
    points: ['1.tokeninfo'],
    says: 'tokeninfo knows access tokens only',
    async run(session) {
      const { status, json } = await session.oauth('/tokeninfo', { access_token: '1//a-refresh-token' })
      expect([status, json.error_description]).toEqual([400, 'Invalid Value'])
    },
  },
  {
    section: '2.2',
    points: ['1.errors-shown'],
    says: 'an authorization of an unknown client shows a page; nobody is sent anywhere',
    async run(session) {
      const answer = await session.authorize({
        client_id: '1-conformance.apps.googleusercontent.com',
        redirect_uri: 'https://app.example/callback',
        response_type: 'code',
        scope: 'openid',
      })
      expect(answer.headers.get('location') ?? '').not.toContain('app.example')
      // The real one may send the browser to another page of its own, which then has that status.
      expect([302, 303, 400, 403]).toContain(answer.status)
    },
  },
]
