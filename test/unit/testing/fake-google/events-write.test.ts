import { describe, expect, it } from 'vitest'
import { account, EVENTS, START, timed } from './support.ts'

describe('events.insert', () => {
  it('answers the event as Google does, keys in order, defaults left out', async () => {
    const { api, clock } = account({ timeZone: 'Europe/Berlin' })
    clock.ms += 1000
    const { status, text, headers } = await api('POST', EVENTS, {
      ...timed('abc123'),
      description: '',
      transparency: 'opaque',
      visibility: 'private',
      extendedProperties: { private: { gcs: '1' } },
    })
    expect(status).toBe(200)
    const micros = (START + 1000) * 1000
    expect(JSON.parse(text)).toEqual({
      kind: 'calendar#event',
      etag: `"${micros * 2}"`,
      id: 'abc123',
      status: 'confirmed',
      htmlLink: `https://www.google.com/calendar/event?eid=${Buffer.from('abc123 user@example.com').toString('base64').replace(/=+$/, '')}`,
      created: '2026-03-02T09:00:01.000Z',
      updated: '2026-03-02T09:00:01.250Z',
      summary: 'Appointment',
      creator: { email: 'user@example.com', self: true },
      organizer: { email: 'user@example.com', self: true },
      start: { dateTime: '2026-05-04T12:00:00+02:00', timeZone: 'Europe/Berlin' },
      end: { dateTime: '2026-05-04T13:00:00+02:00', timeZone: 'Europe/Berlin' },
      visibility: 'private',
      iCalUID: 'abc123@google.com',
      sequence: 0,
      extendedProperties: { private: { gcs: '1' } },
      reminders: { useDefault: true },
      eventType: 'default',
    })
    expect(Object.keys(JSON.parse(text)).slice(0, 8).join()).toBe(
      'kind,etag,id,status,htmlLink,created,updated,summary',
    )
    expect(text.startsWith('{\n "kind": "calendar#event",\n "etag"')).toBe(true)
    expect(headers.get('content-type')).toBe('application/json; charset=UTF-8')
    expect(headers.get('etag')).toBe(`"${micros * 2}"`)
  })

  it('makes an id of 26 base32hex characters where none is given', async () => {
    const { api } = account()
    const { json } = await api('POST', EVENTS, timed())
    expect(json.id).toMatch(/^[0-9a-v]{26}$/)
    expect(json.iCalUID).toBe(`${json.id}@google.com`)
  })

  it('keeps an all-day event as dates and its recurrence as given', async () => {
    const { api } = account()
    const recurrence = ['RRULE:FREQ=WEEKLY;BYDAY=MO', 'EXDATE;VALUE=DATE:20260511']
    const days = { start: { date: '2026-05-04' }, end: { date: '2026-05-05' }, recurrence }
    const { status, json } = await api('POST', EVENTS, days)
    expect(status).toBe(200)
    expect(json).toMatchObject(days)
    expect(json.summary).toBeUndefined()
  })

  it('shows the calendar as the organizer on a secondary calendar', async () => {
    const { api } = account()
    const { json: calendar } = await api('POST', 'calendars', {
      summary: 'Practice',
      timeZone: 'Asia/Jerusalem',
    })
    const { json } = await api('POST', `calendars/${encodeURIComponent(calendar.id)}/events`, timed('abc123'))
    expect(json.organizer).toEqual({ email: calendar.id, displayName: 'Practice', self: true })
    expect(json.creator).toEqual({ email: 'user@example.com' })
    expect(json.start).toEqual({ dateTime: '2026-05-04T13:00:00+03:00', timeZone: 'Europe/Berlin' })
    const eid = json.htmlLink.split('eid=')[1]
    expect(Buffer.from(eid, 'base64').toString()).toBe(
      `abc123 ${calendar.id.replace('@group.calendar.google.com', '@g')}`,
    )
  })

  it('drops long property keys and cuts long values in silence', async () => {
    const { api } = account()
    const properties = { ['k'.repeat(44)]: 'v'.repeat(2000), ['k'.repeat(45)]: 'gone', empty: '' }
    const { json } = await api('POST', EVENTS, { ...timed(), extendedProperties: { private: properties } })
    expect(json.extendedProperties.private).toEqual({ ['k'.repeat(44)]: 'v'.repeat(1024), empty: '' })
  })

  it('refuses an id that is taken with 409 duplicate', async () => {
    const { api } = account()
    await api('POST', EVENTS, timed('abc123'))
    const { status, text } = await api('POST', EVENTS, timed('abc123'))
    expect(status).toBe(409)
    expect(text).toBe(`{
 "error": {
  "errors": [
   {
    "domain": "global",
    "reason": "duplicate",
    "message": "The requested identifier already exists."
   }
  ],
  "code": 409,
  "message": "The requested identifier already exists."
 }
}
`)
  })
})

describe('etags', () => {
  it('grow with every change, also while the clock stands still', async () => {
    const { api, clock } = account()
    const etags = [(await api('POST', EVENTS, timed('abc123'))).json.etag]
    for (const location of ['a', 'b', 'c'])
      etags.push((await api('PATCH', `${EVENTS}/abc123`, { location })).json.etag)
    clock.ms -= 60_000
    etags.push((await api('PATCH', `${EVENTS}/abc123`, { location: 'd' })).json.etag)
    const numbers = etags.map(etag => Number(JSON.parse(etag)))
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    expect(new Set(numbers).size).toBe(5)
  })

  it('stand when nothing changed, by PATCH and by PUT', async () => {
    const { api, clock } = account()
    const { json: first } = await api('POST', EVENTS, timed('abc123'))
    clock.ms += 5000
    const { json: patched } = await api('PATCH', `${EVENTS}/abc123`, { summary: 'Appointment' })
    const { json: put } = await api('PUT', `${EVENTS}/abc123`, timed())
    const { json: same } = await api('PUT', `${EVENTS}/abc123`, first)
    expect([patched, put, same]).toEqual([first, first, first])
    const { json: stamped } = await api('PATCH', `${EVENTS}/abc123`, {
      extendedProperties: { private: { n: '2' } },
    })
    expect(stamped.etag).not.toBe(first.etag)
    expect(stamped.sequence).toBe(0)
  })

  it('guard PUT, PATCH and DELETE by If-Match', async () => {
    const { api } = account()
    const { json: first } = await api('POST', EVENTS, timed('abc123'))
    const { json: second } = await api('PATCH', `${EVENTS}/abc123`, { location: 'x' })
    for (const [method, body] of [
      ['PATCH', { location: 'y' }],
      ['PUT', timed()],
      ['DELETE', undefined],
    ] as const) {
      const { status, json } = await api(method, `${EVENTS}/abc123`, body, { 'if-match': first.etag })
      expect(status).toBe(412)
      expect(json.error.errors[0]).toEqual({
        domain: 'global',
        reason: 'conditionNotMet',
        message: 'Precondition Failed',
        locationType: 'header',
        location: 'If-Match',
      })
    }
    expect(
      (await api('PATCH', `${EVENTS}/abc123`, { location: 'y' }, { 'if-match': second.etag })).status,
    ).toBe(200)
    expect((await api('DELETE', `${EVENTS}/abc123`, undefined, { 'if-match': '*' })).status).toBe(204)
  })

  it('answer 304 to If-None-Match on GET', async () => {
    const { api } = account()
    const { json } = await api('POST', EVENTS, timed('abc123'))
    const unchanged = await api('GET', `${EVENTS}/abc123`, undefined, { 'if-none-match': json.etag })
    expect([unchanged.status, unchanged.text]).toEqual([304, ''])
    expect((await api('GET', `${EVENTS}/abc123`, undefined, { 'if-none-match': '"1"' })).status).toBe(200)
  })

  it('drift by themselves after a write, when switched on', async () => {
    const { api, clock } = account({ switches: { etagDriftRate: 1, etagDriftAfterMs: 300 } })
    const { json: first } = await api('POST', EVENTS, timed('abc123'))
    expect((await api('GET', `${EVENTS}/abc123`)).json.etag).toBe(first.etag)
    clock.ms += 301
    const { json: later } = await api('GET', `${EVENTS}/abc123`)
    expect(later.etag).not.toBe(first.etag)
    expect({ ...later, etag: '' }).toEqual({ ...first, etag: '' })
  })
})

describe('events.patch and events.update', () => {
  it('PATCH merges objects, replaces arrays, and null clears', async () => {
    const { api } = account()
    const guests = (...names: string[]) => names.map(name => ({ email: `${name}@example.org` }))
    await api('POST', EVENTS, {
      ...timed('abc123'),
      location: 'Room 1',
      attendees: guests('a', 'b'),
      extendedProperties: { private: { one: '1', two: '2' }, shared: { s: 's' } },
    })
    const { json } = await api('PATCH', `${EVENTS}/abc123`, {
      location: null,
      attendees: guests('c'),
      extendedProperties: { private: { one: null, three: '3' } },
    })
    expect(json.location).toBeUndefined()
    expect(json.attendees).toEqual([{ email: 'c@example.org', responseStatus: 'needsAction' }])
    expect(json.extendedProperties).toEqual({ private: { two: '2', three: '3' }, shared: { s: 's' } })
  })

  it('PUT replaces the whole', async () => {
    const { api } = account()
    await api('POST', EVENTS, {
      ...timed('abc123'),
      location: 'Room 1',
      extendedProperties: { private: { one: '1' } },
    })
    const { json } = await api('PUT', `${EVENTS}/abc123`, { ...timed(), summary: 'New' })
    expect(json.summary).toBe('New')
    expect(json.location).toBeUndefined()
    expect(json.extendedProperties).toBeUndefined()
    expect((await api('PUT', `${EVENTS}/abc123`, { summary: 'New' })).json.error.message).toBe(
      'Missing end time.',
    )
  })

  it('turns a timed event into days only when the time is cleared', async () => {
    const { api } = account()
    await api('POST', EVENTS, timed('abc123'))
    const days = { start: { date: '2026-05-04' }, end: { date: '2026-05-05' } }
    const { status, json } = await api('PATCH', `${EVENTS}/abc123`, days)
    expect([status, json.error.message]).toEqual([400, 'Invalid start time.'])
    const cleared = { dateTime: null, timeZone: null }
    const both = { start: { ...days.start, ...cleared }, end: { ...days.end, ...cleared } }
    expect((await api('PATCH', `${EVENTS}/abc123`, both)).json).toMatchObject(days)
  })

  it('the sequence grows with the time, and a lower one is refused', async () => {
    const { api } = account()
    await api('POST', EVENTS, timed('abc123'))
    expect((await api('PATCH', `${EVENTS}/abc123`, { summary: 'x' })).json.sequence).toBe(0)
    expect(
      (await api('PATCH', `${EVENTS}/abc123`, { end: { dateTime: '2026-05-04T12:00:00Z' } })).json.sequence,
    ).toBe(1)
    const { status, json } = await api('PUT', `${EVENTS}/abc123`, { ...timed(), sequence: 0 })
    expect(status).toBe(400)
    expect(json.error.message).toMatch(/^Invalid sequence value\. The specified sequence number is below/)
  })

  it('a change of reminders alone leaves `updated`', async () => {
    const { api, clock } = account()
    const { json: first } = await api('POST', EVENTS, timed('abc123'))
    clock.ms += 1000
    const reminders = { useDefault: false, overrides: [{ method: 'popup', minutes: 10 }] }
    const { json } = await api('PATCH', `${EVENTS}/abc123`, { reminders })
    expect(json.reminders).toEqual(reminders)
    expect(json.updated).toBe(first.updated)
    expect(json.etag).not.toBe(first.etag)
  })

  it('answers 404 for an event that never was', async () => {
    const { api } = account()
    for (const method of ['GET', 'DELETE', 'PATCH', 'PUT']) {
      const { status, json } = await api(method, `${EVENTS}/nobody`, method === 'GET' ? undefined : timed())
      expect([method, status, json.error.errors[0].reason]).toEqual([method, 404, 'notFound'])
    }
  })

  it('lets a guest change only their own copy', async () => {
    const { api, google } = account()
    const { id } = google.control.createEvent('user@example.com', timed(), 'boss@example.org')
    const { status, json } = await api('PATCH', `${EVENTS}/${id}`, { summary: 'Mine' })
    expect([status, json.error.errors[0].reason]).toEqual([403, 'forbiddenForNonOrganizer'])
    expect((await api('PATCH', `${EVENTS}/${id}`, { colorId: '3' })).json.colorId).toBe('3')
    const { json: copy } = await api('GET', `${EVENTS}/${id}`)
    expect(copy.organizer).toEqual({ email: 'boss@example.org' })
    expect(
      (await api('PUT', `${EVENTS}/${id}`, { ...copy, transparency: 'transparent' })).json.transparency,
    ).toBe('transparent')
    expect((await api('PUT', `${EVENTS}/${id}`, timed(undefined, 15))).status).toBe(403)
    expect(
      google.control.editEvent('user@example.com', String(id), { summary: 'Moved by the organizer' }).summary,
    ).toBe('Moved by the organizer')
    expect((await api('DELETE', `${EVENTS}/${id}`)).status).toBe(204)
  })
})
