import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../src/testing/fake-google/index.ts'
import { type Account, account, caller, EVENTS, timed } from './support.ts'

const NOA = 'noa@example.com'
const TAL = 'tal@example.com'

/** The account of the usual user, who organizes, and those of two guests. */
function party(options: Parameters<typeof account>[0] = {}) {
  const host = account(options)
  const guest = (email: string) => {
    host.google.control.createUser({ email })
    return caller(host.google, host.google.control.grant(email).accessToken)
  }
  return { ...host, noa: guest(NOA), tal: guest(TAL) }
}

const invitation = (...emails: string[]) => ({
  ...timed('abc123'),
  attendees: emails.map(email => ({ email })),
})

async function get(api: Account['api'], id = 'abc123') {
  return (await api('GET', `${EVENTS}/${id}`)).json
}

const answerOf = (event: { attendees: JsonObject[] }, email: string) =>
  event.attendees.find(guest => guest.email === email)?.responseStatus

describe("a guest's copy", () => {
  it('appears on the primary calendar of a guest with an account, whoever is mailed', async () => {
    const { api, noa, google } = party()
    const { json } = await api('POST', EVENTS, invitation(NOA, 'elsewhere@x.example'))
    const copy = await get(noa)
    expect(copy).toMatchObject({
      id: 'abc123',
      iCalUID: json.iCalUID,
      summary: 'Appointment',
      organizer: { email: 'user@example.com' },
      creator: { email: 'user@example.com' },
    })
    expect(copy.organizer).not.toHaveProperty('self')
    expect(copy.attendees).toEqual([
      { email: NOA, self: true, responseStatus: 'needsAction' },
      { email: 'elsewhere@x.example', responseStatus: 'needsAction' },
    ])
    expect(copy.htmlLink).not.toBe(json.htmlLink)
    expect(google.control.mail()).toEqual([])
  })

  it('follows what all copies share, and keeps what is the guest’s own', async () => {
    const { api, noa } = party()
    await api('POST', EVENTS, { ...invitation(NOA), extendedProperties: { shared: { a: '1' } } })
    const own = { colorId: '3', transparency: 'transparent', extendedProperties: { private: { mine: 'x' } } }
    expect((await noa('PATCH', `${EVENTS}/abc123`, own)).status).toBe(200)
    await api('PATCH', `${EVENTS}/abc123`, {
      summary: 'Moved',
      colorId: '9',
      start: { dateTime: '2026-05-04T09:00:00Z' },
      extendedProperties: { shared: { a: '2' }, private: { host: 'y' } },
    })
    const copy = await get(noa)
    expect(copy).toMatchObject({ summary: 'Moved', colorId: '3', transparency: 'transparent', sequence: 1 })
    expect(copy.start.dateTime).toBe('2026-05-04T09:00:00Z')
    expect(copy.extendedProperties).toEqual({ private: { mine: 'x' }, shared: { a: '2' } })
    expect((await get(api)).extendedProperties).toEqual({ private: { host: 'y' }, shared: { a: '2' } })
  })

  it('goes with the event and with the invitation, leaving an id', async () => {
    const { api, noa, tal } = party()
    await api('POST', EVENTS, invitation(NOA, TAL))
    await api('PATCH', `${EVENTS}/abc123`, { attendees: [{ email: TAL }] })
    expect(await get(noa)).toMatchObject({ id: 'abc123', status: 'cancelled' })
    expect(await get(noa)).not.toHaveProperty('summary')
    expect((await get(tal)).status).toBe('confirmed')
    await api('DELETE', `${EVENTS}/abc123`)
    expect((await get(tal)).status).toBe('cancelled')
    const { status, json } = await tal('PATCH', `${EVENTS}/abc123`, { ...timed(), status: 'confirmed' })
    expect([status, json.error.errors[0].reason]).toEqual([403, 'forbidden'])
    await api('PATCH', `${EVENTS}/abc123`, { status: 'confirmed' })
    expect(await get(tal)).toMatchObject({ status: 'confirmed', summary: 'Appointment' })
  })

  it('shows in the delta and the pushes of the guest', async () => {
    const { api, noa, google } = party()
    const { json: first } = await noa('GET', EVENTS)
    const channel = { id: 'c1', type: 'web_hook', address: 'https://x.example/' }
    await noa('POST', `${EVENTS}/watch`, channel)
    await api('POST', EVENTS, invitation(NOA))
    const { json } = await noa('GET', `${EVENTS}?syncToken=${encodeURIComponent(first.nextSyncToken)}`)
    expect(json.items.map(({ id }: JsonObject) => id)).toEqual(['abc123'])
    expect(google.control.waitingPushes().map(({ state }) => state)).toEqual(['sync', 'exists'])
  })

  it('has the id of an import where its own is taken', async () => {
    const { api, noa } = party()
    await noa('POST', EVENTS, { ...timed('abc123'), summary: 'Already there' })
    await api('POST', EVENTS, invitation(NOA))
    expect((await get(noa)).summary).toBe('Already there')
    const { json } = await noa('GET', `${EVENTS}?iCalUID=abc123@google.com&q=user@example.com`)
    expect(json.items).toHaveLength(1)
    expect(json.items[0].id).toMatch(/^_[0-9a-v]+$/)
    await noa('PATCH', `${EVENTS}/${json.items[0].id}`, {
      attendees: [{ email: NOA, responseStatus: 'accepted' }],
    })
    expect(answerOf(await get(api), NOA)).toBe('accepted')
    await api('DELETE', `${EVENTS}/abc123`)
    expect((await get(noa, json.items[0].id)).status).toBe('cancelled')
  })

  it('may hide the other guests, and may be hidden until it is answered', async () => {
    const { api, noa, google } = party()
    await api('POST', EVENTS, { ...invitation(NOA, TAL), guestsCanSeeOtherGuests: false })
    expect((await get(noa)).attendees.map(({ email }: JsonObject) => email)).toEqual([NOA])
    google.control.setSetting(NOA, 'hideInvitations', 'true')
    const listed = async (query = '') => (await noa('GET', `${EVENTS}${query}`)).json.items.length
    expect([await listed(), await listed('?showHiddenInvitations=true')]).toEqual([0, 1])
    google.control.respond(NOA, 'abc123', NOA, 'accepted')
    expect(await listed()).toBe(1)
    expect((await get(api)).attendees).toHaveLength(2)
  })

  it('of more guests than asked for, only the participant is told', async () => {
    const { api, noa } = party()
    await api('POST', EVENTS, invitation(NOA, TAL))
    const path = `${EVENTS}/abc123?maxAttendees`
    expect((await noa('GET', `${path}=2`)).json.attendees).toHaveLength(2)
    const { json } = await noa('GET', `${path}=1`)
    expect(json.attendees).toEqual([{ email: NOA, self: true, responseStatus: 'needsAction' }])
    const keys = Object.keys(json)
    expect(keys.indexOf('attendeesOmitted')).toBe(keys.indexOf('attendees') + 1)
    // The organizer does not take part in this one.
    expect((await api('GET', `${path}=1`)).json.attendees).toEqual([])
  })

  it('does not come of an import, nor of a copy that is private', async () => {
    const { api, noa } = party()
    const body = { ...invitation(NOA), id: undefined, iCalUID: 'u@x.example', privateCopy: true }
    const { json } = await api('POST', `${EVENTS}/import`, body)
    expect(json.privateCopy).toBe(true)
    await api('PATCH', `${EVENTS}/${json.id}`, { summary: 'Still private' })
    expect((await noa('GET', EVENTS)).json.items).toEqual([])
  })
})

describe("a guest's answer", () => {
  it('travels to the organizer and from there to the other guests; nothing else does', async () => {
    const { api, noa, tal } = party()
    await api('POST', EVENTS, invitation(NOA, TAL))
    const copy = await get(noa)
    const attendees = [
      { email: NOA, responseStatus: 'tentative', comment: 'Late' },
      { email: TAL, responseStatus: 'declined' },
      { email: 'more@x.example' },
    ]
    const answered = await noa('PATCH', `${EVENTS}/abc123`, { attendees }, { 'if-match': copy.etag })
    expect(answered.json.attendees).toHaveLength(3)
    for (const event of [await get(api), await get(tal)]) {
      expect(event.attendees).toHaveLength(2)
      expect(event.attendees.find(({ email }: JsonObject) => email === NOA)).toMatchObject({
        responseStatus: 'tentative',
        comment: 'Late',
      })
      expect(answerOf(event, TAL)).toBe('needsAction')
    }
  })

  it('is "declined" when the copy is deleted, which then stays away', async () => {
    const { api, noa } = party()
    await api('POST', EVENTS, invitation(NOA))
    expect((await noa('DELETE', `${EVENTS}/abc123?sendUpdates=all`)).status).toBe(204)
    expect((await noa('PATCH', `${EVENTS}/abc123`, { status: 'confirmed' })).json.error.message).toBe(
      'Forbidden',
    )
    expect(answerOf(await get(api), NOA)).toBe('declined')
    await api('PATCH', `${EVENTS}/abc123`, { summary: 'Changed' })
    expect((await get(noa)).status).toBe('cancelled')
  })

  it('is mailed to an organizer who is not here', async () => {
    const { api, google } = account()
    const event = { ...timed(), attendees: [{ email: 'user@example.com' }] }
    const { id } = google.control.createEvent('user@example.com', event, 'boss@elsewhere.example')
    const attendees = [{ email: 'user@example.com', responseStatus: 'accepted' }]
    await api('PATCH', `${EVENTS}/${id}?sendUpdates=all`, { attendees })
    await api('PATCH', `${EVENTS}/${id}?sendUpdates=all`, { colorId: '4' })
    expect(google.control.mail().map(({ to, kind }) => [to, kind])).toEqual([
      ['boss@elsewhere.example', 'response'],
    ])
  })

  it('stays at home among more than 200 guests', async () => {
    const { api, noa } = party()
    const crowd = Array.from({ length: 200 }, (_, n) => `guest${n}@x.example`)
    await api('POST', EVENTS, invitation(NOA, ...crowd))
    await noa('PATCH', `${EVENTS}/abc123`, { attendees: [{ email: NOA, responseStatus: 'accepted' }] })
    expect(answerOf(await get(api), NOA)).toBe('needsAction')
  })

  it('frees the time, or not', async () => {
    const { api, noa, google } = party()
    await api('POST', EVENTS, invitation(NOA))
    const range = { timeMin: '2026-05-04T00:00:00Z', timeMax: '2026-05-05T00:00:00Z' }
    const busy = async () =>
      (await noa('POST', 'freeBusy', { ...range, items: [{ id: 'primary' }] })).json.calendars.primary.busy
    expect(await busy()).toHaveLength(1)
    google.control.respond(NOA, 'abc123', NOA, 'declined')
    expect(await busy()).toHaveLength(0)
  })
})

describe('what a guest may change', () => {
  it('is not what all copies share, unless it stays local', async () => {
    const { api, noa, google } = party()
    await api('POST', EVENTS, invitation(NOA))
    const change = { extendedProperties: { shared: { a: 'b' } } }
    const refused = await noa('PATCH', `${EVENTS}/abc123`, change)
    expect(refused.json.error.errors[0].reason).toBe('forbiddenForNonOrganizer')
    google.control.setSwitches({ guestEdits: 'stayLocal' })
    expect((await noa('PATCH', `${EVENTS}/abc123`, { summary: 'Mine' })).json.summary).toBe('Mine')
    expect((await get(api)).summary).toBe('Appointment')
    await api('PATCH', `${EVENTS}/abc123`, { location: 'Haifa' })
    expect(await get(noa)).toMatchObject({ summary: 'Appointment', location: 'Haifa' })
  })

  it('is everything where the organizer lets guests modify', async () => {
    const { api, noa, tal } = party()
    await api('POST', EVENTS, { ...invitation(NOA, TAL), guestsCanModify: true, colorId: '2' })
    const change = { summary: 'Together', end: { dateTime: '2026-05-04T12:30:00Z' }, colorId: '7' }
    expect((await noa('PATCH', `${EVENTS}/abc123`, change)).status).toBe(200)
    expect(await get(api)).toMatchObject({ summary: 'Together', colorId: '2', sequence: 1 })
    expect(await get(tal)).toMatchObject({ summary: 'Together', end: { dateTime: '2026-05-04T12:30:00Z' } })
  })
})

describe('a series with guests', () => {
  const series = (...emails: string[]) => ({
    ...invitation(...emails),
    recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
  })
  const second = 'abc123_20260505T100000Z'
  const third = 'abc123_20260506T100000Z'

  it('is copied whole, with its exceptions', async () => {
    const { api, noa } = party()
    await api('POST', EVENTS, series(NOA))
    await api('PATCH', `${EVENTS}/${second}`, { summary: 'Other' })
    await api('DELETE', `${EVENTS}/${third}`)
    const { json } = await noa('GET', `${EVENTS}?singleEvents=true&orderBy=startTime`)
    expect(json.items.map(({ id, summary }: JsonObject) => [id, summary])).toEqual([
      ['abc123_20260504T100000Z', 'Appointment'],
      [second, 'Other'],
    ])
    await api('PATCH', `${EVENTS}/abc123`, {
      start: timed(undefined, 11).start,
      end: timed(undefined, 12).end,
    })
    expect((await get(noa, second)).status).toBe('cancelled')
  })

  it('takes answers for one occurrence', async () => {
    const { api, noa } = party()
    await api('POST', EVENTS, series(NOA))
    const attendees = [{ email: NOA, responseStatus: 'declined' }]
    await noa('PATCH', `${EVENTS}/${second}`, { attendees })
    expect(answerOf(await get(api, second), NOA)).toBe('declined')
    expect(answerOf(await get(api), NOA)).toBe('needsAction')
    await noa('DELETE', `${EVENTS}/${third}`)
    expect(answerOf(await get(api, third), NOA)).toBe('declined')
  })

  it('tells a late guest of what was cancelled, and one of a single occurrence of no more', async () => {
    const { api, noa, tal } = party()
    await api('POST', EVENTS, series())
    await api('DELETE', `${EVENTS}/${third}`)
    await api('PATCH', `${EVENTS}/${second}`, { attendees: [{ email: TAL }] })
    await api('PATCH', `${EVENTS}/abc123`, { attendees: [{ email: NOA }] })
    const ids = async (of: Account['api']) =>
      (await of('GET', `${EVENTS}?singleEvents=true`)).json.items.map(({ id }: JsonObject) => id)
    expect(await ids(noa)).toEqual(['abc123_20260504T100000Z'])
    expect(await ids(tal)).toEqual([second])
  })
})

describe('moving and planting', () => {
  it('a move changes the organizer on every copy; the old one stays only as a guest', async () => {
    const { api, noa, google } = party()
    const { json: calendar } = await api('POST', 'calendars', { summary: 'Second' })
    await api('POST', EVENTS, invitation(NOA, 'user@example.com'))
    const there = `calendars/${encodeURIComponent(calendar.id)}/events`
    expect((await api('POST', `${EVENTS}/abc123/move?destination=${calendar.id}`)).status).toBe(200)
    expect((await get(noa)).organizer).toEqual({ email: calendar.id })
    expect(await get(api)).toMatchObject({ status: 'confirmed', organizer: { email: calendar.id } })
    await api('PATCH', `${there}/abc123`, { summary: 'From there' })
    expect([(await get(noa)).summary, (await get(api)).summary]).toEqual(['From there', 'From there'])
    const back = google.control.moveEvent(String(calendar.id), 'abc123', 'user@example.com')
    expect(back).toMatchObject({ organizer: { email: 'user@example.com', self: true } })
  })

  it('an event of another’s, planted by its organizer’s address, is a copy', async () => {
    const { api, google, noa } = party()
    const { id } = google.control.createEvent('user@example.com', timed(), NOA)
    expect(await get(api, String(id))).toMatchObject({ organizer: { email: NOA } })
    expect(await get(noa, String(id))).toMatchObject({ organizer: { email: NOA, self: true } })
    google.control.editEvent(NOA, String(id), { summary: 'Theirs' })
    expect((await get(api, String(id))).summary).toBe('Theirs')
  })
})
