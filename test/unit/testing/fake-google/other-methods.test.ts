import { describe, expect, it } from 'vitest'
import { account, caller, EVENTS, timed } from './support.ts'

describe('freebusy.query', () => {
  const range = { timeMin: '2026-05-04T00:00:00Z', timeMax: '2026-05-06T00:00:00Z' }

  it('merges adjacent blocks, expands series, leaves out what is free', async () => {
    const { api } = account()
    await api('POST', EVENTS, timed('first', 10))
    await api('POST', EVENTS, timed('second', 11))
    await api('POST', EVENTS, { ...timed('free', 15), transparency: 'transparent' })
    const declined = [{ email: 'user@example.com', responseStatus: 'declined' }]
    await api('POST', EVENTS, { ...timed('declined', 16), attendees: declined })
    await api('POST', EVENTS, { ...timed('series', 18), recurrence: ['RRULE:FREQ=DAILY;COUNT=9'] })
    await api('DELETE', `${EVENTS}/series_20260504T180000Z`)
    const { status, json } = await api('POST', 'freeBusy', {
      ...range,
      items: [{ id: 'primary' }, { id: 'nobody' }],
    })
    expect(status).toBe(200)
    expect(json).toEqual({
      kind: 'calendar#freeBusy',
      timeMin: '2026-05-04T00:00:00.000Z',
      timeMax: '2026-05-06T00:00:00.000Z',
      calendars: {
        primary: {
          busy: [
            { start: '2026-05-04T10:00:00Z', end: '2026-05-04T12:00:00Z' },
            { start: '2026-05-05T18:00:00Z', end: '2026-05-05T19:00:00Z' },
          ],
        },
        nobody: { errors: [{ domain: 'global', reason: 'notFound' }], busy: [] },
      },
    })
    const cut = {
      timeMin: '2026-05-04T11:30:00Z',
      timeMax: '2026-05-04T13:00:00Z',
      timeZone: 'Europe/Berlin',
    }
    const { json: zoned } = await api('POST', 'freeBusy', { ...cut, items: [{ id: 'primary' }] })
    expect(zoned.calendars.primary.busy).toEqual([
      { start: '2026-05-04T13:30:00+02:00', end: '2026-05-04T14:00:00+02:00' },
    ])
  })

  it('refuses long ranges, missing bounds and too many calendars', async () => {
    const { api } = account()
    const reason = async (body: unknown) => (await api('POST', 'freeBusy', body)).json.error?.errors[0].reason
    expect(await reason({ ...range, timeMax: '2027-05-04T00:00:00Z' })).toBe('timeRangeTooLong')
    expect(await reason({ timeMin: range.timeMin })).toBe('required')
    expect(await reason({ timeMin: range.timeMax, timeMax: range.timeMin })).toBe('timeRangeEmpty')
    expect(await reason({ timeMin: 'x', timeMax: 'y' })).toBe('badRequest')
    const items = Array.from({ length: 51 }, (_, n) => ({ id: `c${n}` }))
    const { json } = await api('POST', 'freeBusy', { ...range, items })
    expect(json.calendars.c50.errors[0].reason).toBe('tooManyCalendarsRequested')
  })
})

describe('events.import', () => {
  const guest = { iCalUID: 'abc@x.example', ...timed(), organizer: { email: 'boss@x.example' } }

  it('makes an id of the iCalUID, and replaces or refuses what it has', async () => {
    const { api, google } = account()
    const body = { ...guest, attendees: [{ email: 'user@example.com' }] }
    const { json } = await api('POST', `${EVENTS}/import`, body)
    expect(json).toMatchObject({
      id: '_c5h66g3o5pingobde1m6a',
      iCalUID: 'abc@x.example',
      organizer: { email: 'boss@x.example' },
    })
    const again = await api('POST', `${EVENTS}/import`, { ...body, summary: 'Other' })
    expect(again.json).toMatchObject({ id: json.id, summary: 'Other' })
    google.control.setSwitches({ importAgain: 'duplicate' })
    expect((await api('POST', `${EVENTS}/import`, body)).status).toBe(409)
  })

  it.each([
    [guest, 'participantIsNeitherOrganizerNorAttendee'],
    [{ ...guest, organizer: undefined, id: 'abcde' }, 'invalid'],
    [{ ...guest, iCalUID: undefined }, 'required'],
    [{ ...guest, eventType: 'focusTime' }, 'eventTypeRestriction'],
  ])('%# gets 400 %s', async (body, reason) => {
    const { api } = account()
    const { status, json } = await api('POST', `${EVENTS}/import`, body)
    expect([status, json.error.errors[0].reason]).toEqual([400, reason])
  })
})

describe('events.move', () => {
  it('takes an event with its exceptions, and leaves an id behind', async () => {
    const { api, google } = account()
    const { id } = google.control.createCalendar('user@example.com', { summary: 'Second' })
    await api('POST', EVENTS, { ...timed('series'), recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] })
    await api('PATCH', `${EVENTS}/series_20260505T100000Z`, { summary: 'Special' })
    const moved = await api('POST', `${EVENTS}/series/move?destination=${id}`)
    expect(moved.json).toMatchObject({ id: 'series', organizer: { email: id, self: true } })
    expect((await api('GET', `calendars/${id}/events/series_20260505T100000Z`)).json.summary).toBe('Special')
    const { json: left } = await api('GET', `${EVENTS}/series`)
    expect(left).toMatchObject({ id: 'series', status: 'cancelled' })
    expect(left).not.toHaveProperty('summary')
    const back = await api('POST', `calendars/${id}/events/series/move?destination=primary`)
    expect(back.json).toMatchObject({ status: 'confirmed', summary: 'Appointment' })
  })

  it('refuses instances, other types and unknown places', async () => {
    const { api, google } = account()
    await api('POST', EVENTS, { ...timed('series'), recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] })
    await api('POST', EVENTS, { ...timed('focus'), eventType: 'focusTime' })
    const { id } = google.control.createCalendar('user@example.com', { summary: 'Second' })
    const reason = async (path: string) =>
      (await api('POST', `${EVENTS}/${path}`)).json.error.errors[0].reason
    expect(await reason(`series_20260505T100000Z/move?destination=${id}`)).toBe(
      'cannotChangeOrganizerOfInstance',
    )
    expect(await reason(`focus/move?destination=${id}`)).toBe('eventTypeRestriction')
    expect(await reason('series/move?destination=nobody')).toBe('notFound')
    expect(await reason('series/move')).toBe('required')
  })
})

describe('events.quickAdd', () => {
  it.each([
    ['Lunch tomorrow at 12pm', 'Lunch', '2026-03-03T12:00:00', '2026-03-03T13:00:00'],
    ['Talk 2026-05-04 9-10:30am', 'Talk', '2026-05-04T09:00:00', '2026-05-04T10:30:00'],
    ['Room 12', 'Room 12', '2026-03-02T10:00:00', '2026-03-02T11:00:00'],
  ])('%s', async (text, summary, start, end) => {
    const { api } = account()
    const { status, json } = await api('POST', `${EVENTS}/quickAdd?text=${encodeURIComponent(text)}`)
    expect(status).toBe(200)
    expect([json.summary, json.start.dateTime, json.end.dateTime]).toEqual([summary, `${start}Z`, `${end}Z`])
  })

  it('needs a text', async () => {
    const { api } = account()
    expect((await api('POST', `${EVENTS}/quickAdd`)).status).toBe(400)
  })
})

describe('acl', () => {
  async function shared() {
    const made = account()
    made.google.control.createUser({ email: 'noa@example.com' })
    const { accessToken } = made.google.control.grant('noa@example.com')
    return { ...made, noa: caller(made.google, accessToken) }
  }
  const ACL = 'calendars/primary/acl'

  it('gives and takes access, role by role', async () => {
    const { api, noa } = await shared()
    const events = 'calendars/user@example.com/events'
    await api('POST', EVENTS, { ...timed('open1'), visibility: 'private' })
    expect((await noa('GET', events)).status).toBe(404)
    const scope = { type: 'user', value: 'noa@example.com' }
    const rule = await api('POST', ACL, { scope, role: 'freeBusyReader' })
    expect(rule.json).toMatchObject({
      kind: 'calendar#aclRule',
      id: 'user:noa@example.com',
      role: 'freeBusyReader',
    })
    expect((await noa('GET', `${events}/open1`)).json).not.toHaveProperty('summary')
    await api('PATCH', `${ACL}/user:noa@example.com`, { role: 'reader' })
    const read = await noa('GET', events)
    expect(read.json.accessRole).toBe('reader')
    // Private events show to readers only as busy.
    expect(read.json.items[0]).not.toHaveProperty('summary')
    expect((await noa('POST', events, timed())).json.error.errors[0].reason).toBe('requiredAccessLevel')
    expect((await noa('GET', 'calendars/user@example.com/acl')).status).toBe(403)
    await api('PUT', `${ACL}/user:noa@example.com`, { role: 'writer', scope })
    expect((await noa('POST', events, timed())).status).toBe(200)
    expect((await noa('GET', 'calendars/user@example.com/acl')).json.items).toHaveLength(2)
    expect((await noa('POST', 'calendars/user@example.com/acl', { scope, role: 'owner' })).status).toBe(403)
    expect((await api('DELETE', `${ACL}/user:noa@example.com`)).status).toBe(204)
    expect((await noa('GET', events)).status).toBe(404)
    expect((await api('GET', `${ACL}/user:noa@example.com`)).status).toBe(404)
  })

  it('lists, pages and syncs', async () => {
    const { api } = await shared()
    const first = await api('GET', ACL)
    expect(first.json.items.map(({ id }: { id: string }) => id)).toEqual(['user:user@example.com'])
    await api('POST', ACL, { scope: { type: 'default' }, role: 'reader' })
    await api('POST', ACL, { scope: { type: 'domain', value: 'example.com' }, role: 'reader' })
    await api('DELETE', `${ACL}/domain:example.com`)
    const page = await api('GET', `${ACL}?maxResults=1`)
    expect(page.json.items).toHaveLength(1)
    const rest = await api('GET', `${ACL}?maxResults=1&pageToken=${page.json.nextPageToken}`)
    expect(rest.json.items[0].scope.value).toBe('__public_principal__@public.calendar.google.com')
    const delta = await api('GET', `${ACL}?syncToken=${first.json.nextSyncToken}`)
    expect(delta.json.items.map(({ role }: { role: string }) => role)).toEqual(['reader', 'none'])
    expect((await api('GET', `${ACL}?syncToken=x`)).status).toBe(400)
  })

  it.each([
    ['DELETE', `${ACL}/user:user@example.com`, undefined, 403, 'cannotChangeOwnAcl'],
    ['GET', `${ACL}/nonsense`, undefined, 400, 'invalid'],
    ['GET', `${ACL}/user:nobody@example.com`, undefined, 404, 'notFound'],
    ['POST', ACL, { role: 'reader' }, 400, 'required'],
    ['POST', ACL, { scope: { type: 'user', value: 'x' }, role: 'reader' }, 400, 'invalid'],
    ['POST', ACL, { scope: { type: 'default' }, role: 'king' }, 400, 'invalid'],
  ])('%s %s with %j gets %i %s', async (verb, path, body, status, reason) => {
    const { api } = await shared()
    const answer = await api(verb, path, body)
    expect([answer.status, answer.json.error.errors[0].reason]).toEqual([status, reason])
  })
})

describe("the user's list of calendars", () => {
  it('keeps colours by value, reminders and notifications', async () => {
    const { api } = account()
    const entry = 'users/me/calendarList/primary'
    const colors = { backgroundColor: '#112233', foregroundColor: '#ffffff' }
    expect((await api('PATCH', entry, colors)).json.backgroundColor).not.toBe('#112233')
    const rest = {
      defaultReminders: [{ method: 'email', minutes: 10 }],
      notificationSettings: { notifications: [{ type: 'eventCreation', method: 'email' }] },
    }
    const changed = await api('PATCH', `${entry}?colorRgbFormat=true`, { ...colors, ...rest })
    expect(changed.json).toMatchObject({ ...colors, ...rest })
    expect((await api('GET', EVENTS)).json.defaultReminders).toEqual(rest.defaultReminders)
    expect((await api('PATCH', entry, { colorId: '3' })).json.backgroundColor).toBe('#f83a22')
    for (const body of [
      { defaultReminders: [{ method: 'pigeon', minutes: 1 }] },
      { notificationSettings: 1 },
    ])
      expect((await api('PATCH', entry, body)).status).toBe(400)
    expect((await api('PATCH', `${entry}?colorRgbFormat=true`, { backgroundColor: 'red' })).status).toBe(400)
  })
})

describe('settings, colors, clear', () => {
  it('settings: one, all, unknown, and the ones at their default hidden', async () => {
    const { api, google } = account({ timeZone: 'Asia/Jerusalem' })
    expect((await api('GET', 'users/me/settings/timezone')).json).toMatchObject({
      kind: 'calendar#setting',
      id: 'timezone',
      value: 'Asia/Jerusalem',
    })
    expect((await api('GET', 'users/me/settings')).json.items).toHaveLength(12)
    expect((await api('GET', 'users/me/settings/nothing')).status).toBe(404)
    google.control.setSwitches({ settingsAtDefaultListed: false })
    expect((await api('GET', 'users/me/settings')).json.items).toHaveLength(1)
    const { api: newcomer } = account()
    expect((await newcomer('GET', 'users/me/settings/timezone')).json.value).toBe('Etc/GMT')
  })

  it('colors of events and calendars', async () => {
    const { json } = await account().api('GET', 'colors')
    expect(json.event['11']).toEqual({ background: '#dc2127', foreground: '#1d1d1d' })
    expect([Object.keys(json.event).length, Object.keys(json.calendar).length]).toEqual([11, 24])
  })

  it('clear wipes the primary calendar only', async () => {
    const { api, google } = account()
    const { id } = google.control.createCalendar('user@example.com', { summary: 'Second' })
    await api('POST', EVENTS, timed('abcde'))
    expect((await api('POST', 'calendars/primary/clear')).status).toBe(204)
    expect((await api('GET', EVENTS)).json.items).toEqual([])
    expect((await api('POST', `calendars/${id}/clear`)).status).toBe(400)
  })
})
