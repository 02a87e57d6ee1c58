import { createPublicKey, createVerify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createFakeGoogle, SeededRandom } from '../../../../src/testing/fake-google/index.ts'
import { account, CALENDAR, EVENTS, START, send, timed, token } from './support.ts'

const ME = 'user@example.com'
const daily = { ...timed('series'), recurrence: ['RRULE:FREQ=DAILY;COUNT=5'] }

describe("as the user in Google's page", () => {
  it('splits a series: this and following', async () => {
    const { api, google } = account()
    await api('POST', EVENTS, daily)
    await api('PATCH', `${EVENTS}/series_20260507T100000Z`, { summary: 'Lost by the split' })
    const later = google.control.splitSeries(ME, 'series', 'series_20260506T100000Z', { summary: 'New' })
    expect(later).toMatchObject({
      id: 'series_R20260506T100000',
      summary: 'New',
      recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
      start: { dateTime: '2026-05-06T10:00:00Z' },
    })
    const { json } = await api('GET', `${EVENTS}?singleEvents=true&orderBy=startTime`)
    expect(json.items.map(({ id, summary }: Record<string, string>) => [id, summary])).toEqual([
      ['series_20260504T100000Z', 'Appointment'],
      ['series_20260505T100000Z', 'Appointment'],
      ['series_R20260506T100000_20260506T100000Z', 'New'],
      ['series_R20260506T100000_20260507T100000Z', 'New'],
      ['series_R20260506T100000_20260508T100000Z', 'New'],
    ])
    expect(() => google.control.splitSeries(ME, 'series', 'series_20260504T100000Z')).toThrow(
      'first instance',
    )
    expect(() => google.control.splitSeries(ME, 'series', 'nothing')).toThrow('no instance')
  })

  it('duplicates, declines, and deletes one instance', async () => {
    const { api, google } = account()
    await api('POST', EVENTS, { ...timed('abcde'), attendees: [{ email: ME }] })
    const copy = google.control.duplicateEvent(ME, 'abcde')
    expect(copy).toMatchObject({ summary: 'Appointment', status: 'confirmed' })
    expect(copy.id).not.toBe('abcde')
    const declined = google.control.respond(ME, 'abcde', ME, 'declined')
    expect(declined.attendees).toMatchObject([{ email: ME, responseStatus: 'declined' }])
    expect(() => google.control.respond(ME, 'abcde', 'nobody@x.example', 'declined')).toThrow('no guest')
    await api('POST', EVENTS, daily)
    google.control.deleteEvent(ME, 'series_20260505T100000Z')
    expect((await api('GET', `${EVENTS}/series/instances`)).json.items).toHaveLength(4)
    google.control.restoreEvent(ME, 'series_20260505T100000Z')
    expect((await api('GET', `${EVENTS}/series/instances`)).json.items).toHaveLength(5)
  })
})

describe('snapshot and restore', () => {
  it('brings everything back, again and again, chance and ids included', async () => {
    const { api, google, refreshToken, clientId, clientSecret } = account()
    await api('POST', EVENTS, daily)
    await api('POST', `${EVENTS}/watch`, { id: 'c', type: 'web_hook', address: 'https://x.example/' })
    const { json: list } = await api('GET', EVENTS)
    const before = google.control.readCalendar(ME)
    const snapshot = google.control.snapshot()
    const live = async () => {
      const made = await api('POST', EVENTS, timed())
      await api('DELETE', `${EVENTS}/series`)
      const delta = await api('GET', `${EVENTS}?syncToken=${list.nextSyncToken}`)
      return [made.json.id, delta.text.replaceAll(/"etag": "[^,]*/g, '')]
    }
    const first = await live()
    google.control.revokeGrant(ME)
    expect((await api('GET', EVENTS)).status).toBe(401)
    google.control.restore(snapshot)
    expect(google.control.readCalendar(ME)).toEqual(before)
    expect(google.control.channels()).toHaveLength(1)
    expect(await live()).toEqual(first)
    google.control.restore(snapshot)
    expect(await live()).toEqual(first)
    const refreshed = await token(google, {
      ...{ grant_type: 'refresh_token', refresh_token: refreshToken },
      ...{ client_id: clientId, client_secret: clientSecret },
    })
    expect(refreshed.status).toBe(200)
    expect(() => google.control.restore({} as never)).toThrow('Not a snapshot')
  })

  it('leaves the injected clock and a random source alone', async () => {
    const clock = { now: () => START }
    const google = createFakeGoogle({ clock, random: new SeededRandom(3), quota: 'off' })
    google.control.readyAccount()
    google.control.advanceClock(5000)
    const snapshot = google.control.snapshot()
    google.control.advanceClock(5000)
    google.control.restore(snapshot)
    expect(google.control.now()).toBe(START + 5000)
  })

  it('works over HTTP, by name, as do the other new controls', async () => {
    const { google, api } = account()
    const control = (name: string, body: object = {}) =>
      send(google, `http://x/_control/${name}`, { method: 'POST', body: JSON.stringify(body) })
    await control('save-snapshot', { name: 'empty' })
    await control('create-event', { calendarId: ME, event: daily })
    const split = { calendarId: ME, eventId: 'series', instanceId: 'series_20260506T100000Z' }
    expect((await control('split-series', split)).json.id).toBe('series_R20260506T100000')
    expect((await control('duplicate-event', { calendarId: ME, eventId: 'series' })).status).toBe(200)
    await control('restore-snapshot', { name: 'empty' })
    expect((await api('GET', EVENTS)).json.items).toEqual([])
    expect((await control('restore-snapshot', { name: 'other' })).json.error).toBe('No snapshot other')
    expect((await control('journal')).json.text).toContain(
      'GET events.list /calendar/v3/calendars/primary/events',
    )
    expect((await control('set-setting', { email: ME, id: 'locale', value: 'he' })).status).toBe(200)
    expect((await control('set-setting', { email: ME, id: 'nothing', value: '' })).status).toBe(400)
    expect((await control('rotate-signing-key')).json.kid).toMatch(/^[0-9a-f]{40}$/)
    expect((await control('security-event', { type: 'nonsense' })).status).toBe(400)
    expect((await control('respond', { ...split, email: ME, response: 'perhaps' })).status).toBe(400)
    for (const name of ['pushes', 'waiting-pushes', 'channels'])
      expect((await control(name)).json).toEqual([])
  })

  it('the journal holds no token', async () => {
    const { google, api, accessToken } = account()
    await api('GET', EVENTS)
    await send(google, `https://www.googleapis.com/calendar/v3/colors?access_token=${accessToken}`)
    expect(google.control.journal().split('\n')).toEqual([
      '2026-03-02T09:00:00.250Z GET events.list /calendar/v3/calendars/primary/events user@example.com 200',
      '2026-03-02T09:00:00.250Z GET colors.get /calendar/v3/colors user@example.com 200',
      '',
    ])
  })
})

describe('keys and Cross-Account Protection', () => {
  async function keys(google: ReturnType<typeof account>['google']) {
    const { json: jwks } = await send(google, 'https://www.googleapis.com/oauth2/v3/certs')
    const { json: pem } = await send(google, 'https://www.googleapis.com/oauth2/v1/certs')
    return { jwks: jwks.keys as JsonWebKey[], pem: pem as Record<string, string> }
  }

  it('a rotated key stays published for one more rotation, in both forms', async () => {
    const { google, clientId, clientSecret, refreshToken } = account()
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
    const { json } = await token(google, { ...form, client_id: clientId, client_secret: clientSecret })
    const kid = JSON.parse(Buffer.from(json.id_token.split('.')[0], 'base64url').toString()).kid
    const known = async () => Object.keys((await keys(google)).pem).includes(kid)
    expect(await known()).toBe(true)
    google.control.rotateSigningKey()
    expect(await known()).toBe(true)
    expect((await keys(google)).jwks).toHaveLength(2)
    const info = await send(google, `https://oauth2.googleapis.com/tokeninfo?id_token=${json.id_token}`)
    expect(info.status).toBe(200)
    google.control.rotateSigningKey()
    expect(await known()).toBe(false)
  })

  it('posts a signed event to the project that asked, when a grant ends', async () => {
    const got: { url: string; type: string | null; body: string }[] = []
    const google = createFakeGoogle({
      clock: { now: () => START },
      deliver: async (url, init) => {
        const request = new Request(String(url), init)
        got.push({ url: request.url, type: request.headers.get('content-type'), body: await request.text() })
        return new Response(null, { status: 202 })
      },
    })
    const { clientId, sub } = google.control.readyAccount()
    google.control.updateClient(clientId, { securityEventsUrl: 'https://app.example/events' })
    google.control.revokeGrant(ME)
    expect(google.control.securityEvent('account-disabled', ME, { reason: 'hijacking' })).toBe(0)
    google.control.grant(ME, [CALENDAR])
    expect(google.control.securityEvent('account-disabled', ME, { reason: 'hijacking' })).toBe(1)
    expect(google.control.securityEvent('verification', undefined, { state: 'x' })).toBe(1)
    await google.deliverPushes()
    expect(got.map(({ url, type }) => [url, type])).toEqual(
      Array(3).fill(['https://app.example/events', 'application/secevent+jwt']),
    )
    const [header = '', payload = '', signature = ''] = (got[0]?.body ?? '').split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    expect(claims).toMatchObject({
      iss: 'https://accounts.google.com/',
      aud: clientId,
      events: {
        'https://schemas.openid.net/secevent/oauth/event-type/tokens-revoked': {
          subject: { subject_type: 'iss-sub', iss: 'https://accounts.google.com/', sub },
        },
      },
    })
    const { json: configuration } = await send(
      google,
      'https://accounts.google.com/.well-known/risc-configuration',
    )
    const { json: published } = await send(google, configuration.jwks_uri)
    const key = createPublicKey({ key: published.keys[0], format: 'jwk' })
    const verifier = createVerify('RSA-SHA256').update(`${header}.${payload}`)
    expect(verifier.verify(key, Buffer.from(signature, 'base64url'))).toBe(true)
  })
})
