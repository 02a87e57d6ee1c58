import { calendar as calendarApi } from '@googleapis/calendar'
import { OAuth2Client } from 'google-auth-library'
import { googleHandlers } from 'google-calendar-sync/testing/msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFakeGoogle } from '../../../../src/testing/fake-google/index.ts'
import { timed } from './support.ts'

const google = createFakeGoogle({ quota: 'off' })
const server = setupServer(...googleHandlers(google))
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterAll(() => server.close())

describe('msw handlers', () => {
  const ready = google.control.readyAccount()

  it('stand in for Google at its real addresses, for its own client', async () => {
    const auth = new OAuth2Client({ clientId: ready.clientId, clientSecret: ready.clientSecret })
    auth.setCredentials({ refresh_token: ready.refreshToken })
    const api = calendarApi({ version: 'v3', auth })
    await api.events.insert({ calendarId: 'primary', requestBody: timed('abcde') })
    await api.events.patch({ calendarId: 'primary', eventId: 'abcde', requestBody: { summary: 'x' } })
    expect((await api.events.list({ calendarId: 'primary' })).data.items?.[0]?.summary).toBe('x')
    expect((await api.events.delete({ calendarId: 'primary', eventId: 'abcde' })).status).toBe(204)
    expect(google.control.requests().map(({ method }) => method)).toEqual([
      'oauth.token',
      'events.insert',
      'events.patch',
      'events.list',
      'events.delete',
    ])
  })

  it('a broken connection is one, and the write may have happened', async () => {
    google.control.fault({ fault: 'resetAfterCommit', match: { method: 'events.insert' } })
    const url = 'https://www.googleapis.com/calendar/v3/calendars/primary/events'
    const headers = { authorization: `Bearer ${ready.accessToken}` }
    const insert = () => fetch(url, { method: 'POST', headers, body: JSON.stringify(timed('bcdef')) })
    await expect(insert()).rejects.toThrow(TypeError)
    expect((await insert()).status).toBe(409)
  })
})
