import { describe, expect, it } from 'vitest'
import { account, EVENTS, timed } from './support.ts'

describe('what an account may make', () => {
  it('too many calendars make it read-only for hours, and it can still read', async () => {
    const { api, google, clock } = account({ quota: 'google' })
    const insert = async () => (await api('POST', 'calendars', { summary: 'x' })).json.error?.errors[0].reason
    for (let n = 0; n < 60; n++) expect(await insert()).toBeUndefined()
    expect(await insert()).toBe('quotaExceeded')
    expect((await api('POST', EVENTS, timed())).json.error.message).toBe('Calendar usage limits exceeded.')
    expect((await api('GET', EVENTS)).status).toBe(200)
    clock.ms += 6 * 3_600_000
    google.control.grant('user@example.com')
    expect(google.control.report().rows.some(({ reason }) => reason === 'quotaExceeded')).toBe(true)
  })

  it('events and guests outside count too, at any scale', async () => {
    const { api, google } = account({ quota: 'google' })
    expect(google.control.scaleQuota(0.0001)).toMatchObject({
      perUser: 1,
      events: { count: 10 },
      perProject: 1,
    })
    google.control.setQuota({ perUser: null, perProject: null })
    const guests = [{ email: 'a@outside.example' }, { email: 'b@outside.example' }]
    const silent = await api('POST', EVENTS, { ...timed(), attendees: guests })
    expect(silent.status).toBe(200)
    const mailed = await api('POST', `${EVENTS}?sendUpdates=all`, { ...timed(), attendees: guests })
    expect(mailed.json.error.errors[0].reason).toBe('quotaExceeded')
    google.control.freezeWrites('user@example.com', 0)
    const statuses: number[] = []
    for (let n = 0; n < 12; n++) statuses.push((await api('POST', EVENTS, timed())).status)
    expect(statuses.filter(status => status === 200).length).toBeLessThanOrEqual(10)
    expect(statuses.at(-1)).toBe(403)
    expect(() => google.control.scaleQuota(0)).toThrow('above 0')
  })

  it('imports, quick adds, later guests and mails count as well', async () => {
    const { api, google } = account()
    const day = { withinMs: 86_400_000, freezeMs: 3_600_000 }
    const thaw = () => google.control.freezeWrites('user@example.com', 0)
    const outcome = async (method: string, path: string, body?: object) =>
      (await api(method, path, body)).json.error?.errors[0].reason
    google.control.setQuota({ events: { count: 2, ...day } })
    expect(
      await outcome('POST', `${EVENTS}/import`, { ...timed(), iCalUID: 'one@x.example' }),
    ).toBeUndefined()
    expect(await outcome('POST', `${EVENTS}/quickAdd?text=Lunch`)).toBeUndefined()
    expect(await outcome('POST', `${EVENTS}/import`, { ...timed(), iCalUID: 'two@x.example' })).toBe(
      'quotaExceeded',
    )
    google.control.setQuota({ events: null, invitations: { count: 2, ...day } })
    thaw()
    await api('POST', EVENTS, timed('abc123'))
    const invite = (...names: string[]) => {
      const attendees = names.map(name => ({ email: `${name}@outside.example` }))
      return outcome('PATCH', `${EVENTS}/abc123?sendUpdates=all`, { attendees })
    }
    expect([await invite('a', 'b'), await invite('A', 'b')]).toEqual([undefined, undefined])
    expect(await invite('a', 'b', 'c')).toBe('quotaExceeded')
    google.control.setQuota({ invitations: null, guestMails: { count: 3, ...day } })
    thaw()
    expect([await invite('a', 'b'), await invite('b')]).toEqual([undefined, undefined])
    expect(await outcome('POST', EVENTS, timed())).toBe('quotaExceeded')
  })

  it('counts what a day would be billed by, a patch as three', async () => {
    const { api, google, clock } = account()
    await api('POST', EVENTS, timed('abcde'))
    await api('PATCH', `${EVENTS}/abcde`, { summary: 'x' })
    clock.ms += 86_400_000
    const { billing } = google.control.report()
    expect(billing).toEqual([
      { project: expect.stringMatching(/^\d+$/), day: '2026-03-02', units: 4, billable: 0 },
    ])
  })
})
