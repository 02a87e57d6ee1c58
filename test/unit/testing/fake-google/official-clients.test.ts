import { calendar as calendarApi } from '@googleapis/calendar'
import { CodeChallengeMethod, OAuth2Client } from 'google-auth-library'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createFakeGoogle,
  type FakeGoogleServer,
  startFakeGoogleServer,
} from '../../../../src/testing/fake-google/index.ts'
import { CALENDAR, timed } from './support.ts'

const REDIRECT = 'http://localhost:4999/oauth/callback'

let server: FakeGoogleServer
beforeAll(async () => {
  server = await startFakeGoogleServer({ quota: 'off', deliver: 'off' })
})
afterAll(() => server.close())

/** Google's own client, its endpoints pointed at the fake and nothing else changed. */
function oauthClient() {
  const { url, google } = server
  const { clientId, clientSecret } = google.control.createClient({ redirectUris: [REDIRECT] })
  return new OAuth2Client({
    clientId,
    clientSecret,
    redirectUri: REDIRECT,
    endpoints: {
      oauth2AuthBaseUrl: `${url}/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${url}/token`,
      oauth2RevokeUrl: `${url}/revoke`,
      tokenInfoUrl: `${url}/tokeninfo`,
      oauth2FederatedSignonPemCertsUrl: `${url}/oauth2/v1/certs`,
      oauth2FederatedSignonJwkCertsUrl: `${url}/oauth2/v3/certs`,
    },
  })
}

async function connected(email: string) {
  const { sub } = server.google.control.createUser({ email, timeZone: 'Europe/Berlin' })
  const client = oauthClient()
  const { codeVerifier, codeChallenge = '' } = await client.generateCodeVerifierAsync()
  const authUrl = client.generateAuthUrl({
    access_type: 'offline',
    scope: ['openid', 'email', CALENDAR],
    prompt: 'consent',
    state: 'state',
    nonce: 'nonce-1',
    code_challenge_method: CodeChallengeMethod.S256,
    code_challenge: codeChallenge,
  } as Parameters<OAuth2Client['generateAuthUrl']>[0])
  const form = new URLSearchParams({ account: email, decision: 'allow', scope: CALENDAR })
  const response = await fetch(authUrl, { method: 'POST', body: form, redirect: 'manual' })
  const back = new URL(response.headers.get('location') ?? '')
  expect(back.searchParams.get('state')).toBe('state')
  const { tokens } = await client.getToken({ code: back.searchParams.get('code') ?? '', codeVerifier })
  client.setCredentials(tokens)
  const api = calendarApi({ version: 'v3', auth: client, rootUrl: `${server.url}/` })
  return { client, tokens, api, sub }
}

describe('google-auth-library, unmodified', () => {
  it('consents with PKCE, refreshes, verifies and revokes', async () => {
    const { client, tokens, sub } = await connected('dana@example.com')
    expect(tokens).toMatchObject({
      access_token: expect.stringMatching(/^ya29\./),
      refresh_token: expect.stringMatching(/^1\/\//),
    })
    const ticket = await client.verifyIdToken({
      idToken: tokens.id_token ?? '',
      audience: client._clientId ?? '',
    })
    expect(ticket.getPayload()).toMatchObject({ sub, email: 'dana@example.com', nonce: 'nonce-1' })
    await expect(
      client.verifyIdToken({ idToken: `${tokens.id_token}x`, audience: client._clientId ?? '' }),
    ).rejects.toThrow()
    const info = await client.getTokenInfo(tokens.access_token ?? '')
    expect(info).toMatchObject({ aud: client._clientId, sub, email: 'dana@example.com' })
    expect(info.scopes).toContain(CALENDAR)

    const { credentials } = await client.refreshAccessToken()
    expect(credentials.access_token).not.toBe(tokens.access_token)
    expect(credentials.refresh_token).toBe(tokens.refresh_token)

    await client.revokeCredentials()
    client.setCredentials({ refresh_token: tokens.refresh_token ?? null })
    await expect(client.getAccessToken()).rejects.toMatchObject({
      message: 'invalid_grant',
      response: {
        status: 400,
        data: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
      },
    })
  })
})

describe('@googleapis/calendar, unmodified', () => {
  it('writes, reads, pages and syncs', async () => {
    const { api } = await connected('noa@example.com')
    const { data: calendar } = await api.calendars.insert({
      requestBody: { summary: 'Practice', timeZone: 'Asia/Jerusalem' },
    })
    const calendarId = calendar.id ?? ''
    for (let n = 0; n < 7; n++) await api.events.insert({ calendarId, requestBody: timed(`event${n}`, n) })
    const { data: event } = await api.events.get({ calendarId, eventId: 'event3' })
    expect(event).toMatchObject({ id: 'event3', start: { dateTime: '2026-05-04T06:00:00+03:00' } })

    const ids: unknown[] = []
    let pageToken: string | undefined
    let syncToken: string | undefined
    do {
      const { data } = await api.events.list({
        calendarId,
        maxResults: 3,
        ...(pageToken ? { pageToken } : {}),
      })
      ids.push(...(data.items ?? []).map(item => item.id))
      pageToken = data.nextPageToken ?? undefined
      syncToken = data.nextSyncToken ?? undefined
    } while (pageToken)
    expect(ids).toEqual([0, 1, 2, 3, 4, 5, 6].map(n => `event${n}`))

    const headers = { 'if-match': event.etag ?? '' }
    const patched = await api.events.patch(
      { calendarId, eventId: 'event3', requestBody: { location: 'Haifa' } },
      { headers },
    )
    expect(patched.data.location).toBe('Haifa')
    await expect(
      api.events.patch({ calendarId, eventId: 'event3', requestBody: { location: 'Eilat' } }, { headers }),
    ).rejects.toMatchObject({ status: 412 })
    const put = await api.events.update({
      calendarId,
      eventId: 'event4',
      requestBody: { ...timed(), summary: 'Put' },
    })
    expect(put.data).toMatchObject({ id: 'event4', summary: 'Put' })
    expect((await api.events.delete({ calendarId, eventId: 'event5' })).status).toBe(204)
    await expect(api.events.delete({ calendarId, eventId: 'event5' })).rejects.toMatchObject({ status: 410 })

    const { data: delta } = await api.events.list({ calendarId, ...(syncToken ? { syncToken } : {}) })
    expect(delta.items?.map(({ id, status }) => [id, status])).toEqual([
      ['event3', 'confirmed'],
      ['event4', 'confirmed'],
      ['event5', 'cancelled'],
    ])
    await expect(api.events.get({ calendarId, eventId: 'nobody' })).rejects.toMatchObject({ status: 404 })
    expect((await api.calendarList.list()).data.items?.map(({ id }) => id)).toEqual([
      'noa@example.com',
      calendarId,
    ])
    expect((await api.calendars.delete({ calendarId })).status).toBe(204)
  })

  it('watches, stops, asks for busy times and reads instances', async () => {
    const { api } = await connected('ravit@example.com')
    const recurrence = ['RRULE:FREQ=DAILY;COUNT=2']
    await api.events.insert({ calendarId: 'primary', requestBody: { ...timed('series'), recurrence } })
    const { data: found } = await api.events.instances({ calendarId: 'primary', eventId: 'series' })
    expect(found.items?.map(({ id }) => id)).toEqual(['series_20260504T100000Z', 'series_20260505T100000Z'])
    const range = { timeMin: '2026-05-04T00:00:00Z', timeMax: '2026-05-05T00:00:00Z' }
    const { data } = await api.freebusy.query({ requestBody: { ...range, items: [{ id: 'primary' }] } })
    expect(data.calendars?.primary?.busy).toEqual([
      { start: '2026-05-04T10:00:00Z', end: '2026-05-04T11:00:00Z' },
    ])
    const requestBody = { id: 'ravit-1', type: 'web_hook', address: 'https://app.example/hook' }
    const { data: channel } = await api.events.watch({ calendarId: 'primary', requestBody })
    expect(Number(channel.expiration)).toBeGreaterThan(Date.now())
    const stop = () =>
      api.channels.stop({ requestBody: { id: 'ravit-1', resourceId: channel.resourceId ?? '' } })
    expect((await stop()).status).toBe(204)
    await expect(stop()).rejects.toMatchObject({ status: 404 })
  })

  it('gets a new access token by itself when the old one has expired', async () => {
    const { api, client } = await connected('tal@example.com')
    server.google.control.expireAccessTokens('tal@example.com')
    client.setCredentials({
      refresh_token: client.credentials.refresh_token ?? null,
      access_token: client.credentials.access_token ?? null,
    })
    expect((await api.calendars.get({ calendarId: 'primary' })).data.id).toBe('tal@example.com')
  })
})

describe('@googleapis/calendar over the in-memory fetch', () => {
  it('works with the real hosts', async () => {
    const google = createFakeGoogle({ quota: 'off' })
    const { accessToken } = google.control.readyAccount()
    const api = calendarApi({
      version: 'v3',
      headers: { authorization: `Bearer ${accessToken}` },
      fetchImplementation: google.fetch,
    })
    const { data } = await api.events.insert({ calendarId: 'primary', requestBody: timed('abc123') })
    expect(data.id).toBe('abc123')
    await expect(
      api.events.insert({ calendarId: 'primary', requestBody: timed('abc123') }),
    ).rejects.toMatchObject({ status: 409 })
    expect((await api.events.delete({ calendarId: 'primary', eventId: 'abc123' })).status).toBe(204)
    expect(google.control.requests().map(({ url }) => new URL(url).host)).toEqual(
      Array(3).fill('www.googleapis.com'),
    )
  })
})
