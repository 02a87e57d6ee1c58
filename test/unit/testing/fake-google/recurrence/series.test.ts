import { describe, expect, it } from 'vitest'
import { type Account, account, EVENTS } from '../support.ts'

const DAILY = 'RRULE:FREQ=DAILY;COUNT=5'

function series(recurrence: string[] = [DAILY], timeZone = 'Europe/Berlin', wall = '2026-05-04T10:00:00') {
  const end = `${wall.slice(0, 11)}${String(Number(wall.slice(11, 13)) + 1).padStart(2, '0')}${wall.slice(13)}`
  return {
    id: 'series1',
    summary: 'Group',
    recurrence,
    start: { dateTime: wall, timeZone },
    end: { dateTime: end, timeZone },
  }
}

async function made(recurrence?: string[], zone?: string, wall?: string): Promise<Account> {
  const made = account({ timeZone: 'UTC' })
  expect((await made.api('POST', EVENTS, series(recurrence, zone, wall))).status).toBe(200)
  return made
}

// biome-ignore lint/suspicious/noExplicitAny: items are asserted on, field by field
type Items = any[]
const list = async ({ api }: Account, query = ''): Promise<Items> =>
  (await api('GET', `${EVENTS}?${query}`)).json.items
const instances = async ({ api }: Account, query = ''): Promise<Items> =>
  (await api('GET', `${EVENTS}/series1/instances?${query}`)).json.items
const ids = (items: Items) => items.map(item => item.id)
const starts = (items: Items) => items.map(item => item.start.dateTime)

describe('events.instances', () => {
  it('gives each occurrence its id, its original start and no recurrence', async () => {
    const found = await instances(await made())
    expect(ids(found)).toEqual(['04', '05', '06', '07', '08'].map(day => `series1_202605${day}T080000Z`))
    expect(found[1]).toMatchObject({
      status: 'confirmed',
      summary: 'Group',
      recurringEventId: 'series1',
      originalStartTime: { dateTime: '2026-05-05T08:00:00Z', timeZone: 'Europe/Berlin' },
      start: { dateTime: '2026-05-05T08:00:00Z' },
      end: { dateTime: '2026-05-05T09:00:00Z' },
      iCalUID: 'series1@google.com',
    })
    expect(found[1]).not.toHaveProperty('recurrence')
  })

  it('all-day occurrences are named by their date', async () => {
    const { api, ...rest } = account()
    const allDay = { start: { date: '2026-05-04' }, end: { date: '2026-05-06' } }
    await api('POST', EVENTS, { id: 'series1', ...allDay, recurrence: ['RRULE:FREQ=WEEKLY;COUNT=2'] })
    const found = await instances({ api, ...rest })
    expect(found.map(({ id, start, end }) => [id, start.date, end.date])).toEqual([
      ['series1_20260504', '2026-05-04', '2026-05-06'],
      ['series1_20260511', '2026-05-11', '2026-05-13'],
    ])
  })

  it('pages, takes a window with an inclusive timeMin, and one original start', async () => {
    const account = await made()
    const { json } = await account.api('GET', `${EVENTS}/series1/instances?maxResults=2`)
    expect(json.items).toHaveLength(2)
    const next = await account.api(
      'GET',
      `${EVENTS}/series1/instances?maxResults=2&pageToken=${json.nextPageToken}`,
    )
    expect(ids(next.json.items)).toEqual(['series1_20260506T080000Z', 'series1_20260507T080000Z'])
    const window = 'timeMin=2026-05-05T09:00:00Z&timeMax=2026-05-07T08:00:00Z'
    expect(ids(await instances(account, window))).toEqual([
      'series1_20260505T080000Z',
      'series1_20260506T080000Z',
    ])
    const original = `originalStart=${encodeURIComponent('2026-05-06T10:00:00+02:00')}`
    expect(ids(await instances(account, original))).toEqual(['series1_20260506T080000Z'])
  })

  it('of an event that does not recur: 400, or nothing, by switch', async () => {
    const { api, google } = await made()
    await api('POST', EVENTS, { ...series(), id: 'single', recurrence: undefined })
    expect((await api('GET', `${EVENTS}/single/instances`)).status).toBe(400)
    google.control.setSwitches({ instancesOfSingleEvent: 'empty' })
    expect((await api('GET', `${EVENTS}/single/instances`)).json.items).toEqual([])
    expect((await api('GET', `${EVENTS}/nobody/instances`)).status).toBe(404)
  })

  it('an endless series ends after about 730 instances, from the window on', async () => {
    const account = await made(['RRULE:FREQ=DAILY'])
    expect(await instances(account, 'maxResults=2500')).toHaveLength(730)
    const later = await instances(account, 'maxResults=2500&timeMin=2040-01-01T00:00:00Z')
    expect(later).toHaveLength(730)
    expect(later[0].id).toBe('series1_20400101T090000Z')
  })
})

describe('daylight saving', () => {
  it.each([
    // Clocks forward, then back: the wall time stays, the instant moves.
    ['Europe/Berlin', '2026-03-28T09:30:00', ['2026-03-28T08:30:00Z', '2026-03-29T07:30:00Z']],
    ['Europe/Berlin', '2026-10-24T09:30:00', ['2026-10-24T07:30:00Z', '2026-10-25T08:30:00Z']],
    ['Asia/Jerusalem', '2026-03-26T09:00:00', ['2026-03-26T07:00:00Z', '2026-03-27T06:00:00Z']],
    ['America/New_York', '2026-03-07T09:00:00', ['2026-03-07T14:00:00Z', '2026-03-08T13:00:00Z']],
    // Half an hour in Lord Howe.
    ['Australia/Lord_Howe', '2026-04-04T09:00:00', ['2026-04-03T22:00:00Z', '2026-04-04T22:30:00Z']],
    // 02:30 is skipped on the 29th: pushed on by the gap.
    ['Europe/Berlin', '2026-03-28T02:30:00', ['2026-03-28T01:30:00Z', '2026-03-29T01:30:00Z']],
    // 02:30 comes twice on the 25th: the first one.
    ['Europe/Berlin', '2026-10-24T02:30:00', ['2026-10-24T00:30:00Z', '2026-10-25T00:30:00Z']],
  ])('%s from %s', async (zone, wall, expected) => {
    const found = await instances(await made(['RRULE:FREQ=DAILY;COUNT=2'], zone, wall))
    expect(starts(found)).toEqual(expected)
  })
})

describe('exceptions', () => {
  it('a changed instance keeps its identity, wherever it is moved', async () => {
    const account = await made()
    const id = 'series1_20260505T080000Z'
    const moved = {
      start: { dateTime: '2026-05-09T15:00:00Z', timeZone: 'Europe/Berlin' },
      end: { dateTime: '2026-05-09T16:00:00Z', timeZone: 'Europe/Berlin' },
    }
    const { json } = await account.api('PATCH', `${EVENTS}/${id}`, { ...moved, recurrence: [DAILY] })
    expect(json).toMatchObject({
      id,
      recurringEventId: 'series1',
      originalStartTime: { dateTime: '2026-05-05T08:00:00Z' },
      start: { dateTime: '2026-05-09T15:00:00Z' },
    })
    expect(json).not.toHaveProperty('recurrence')
    expect(ids(await instances(account)).at(-1)).toBe(id)
    expect(ids(await list(account))).toEqual(['series1', id])
    expect(ids(await list(account, 'timeMin=2026-05-09T00:00:00Z'))).toEqual([id])
    expect((await account.api('GET', `${EVENTS}/${id}`)).json).toEqual(json)
  })

  it('a cancelled instance shows in full lists though nothing deleted was asked for, and not as an EXDATE', async () => {
    const account = await made()
    const id = 'series1_20260506T080000Z'
    expect((await account.api('DELETE', `${EVENTS}/${id}`)).status).toBe(204)
    expect((await account.api('DELETE', `${EVENTS}/${id}`)).status).toBe(410)
    const [master, cancelled] = await list(account)
    expect(master.recurrence).toEqual([DAILY])
    expect(Object.keys(cancelled)).toEqual([
      'kind',
      'etag',
      'id',
      'status',
      'recurringEventId',
      'originalStartTime',
    ])
    expect(ids(await instances(account))).not.toContain(id)
    expect(await instances(account, 'showDeleted=true')).toHaveLength(5)
    expect(ids(await list(account, 'singleEvents=true'))).toHaveLength(4)
    expect(ids(await list(account, 'singleEvents=true&showDeleted=true'))).toContain(id)
    await account.api('PATCH', `${EVENTS}/${id}`, { status: 'confirmed' })
    expect(await instances(account)).toHaveLength(5)
  })

  it('the series takes its exceptions with it, and brings them back', async () => {
    const account = await made()
    const id = 'series1_20260505T080000Z'
    await account.api('PATCH', `${EVENTS}/${id}`, { summary: 'Special' })
    await account.api('DELETE', `${EVENTS}/series1`)
    expect((await account.api('GET', `${EVENTS}/${id}`)).json.status).toBe('cancelled')
    expect((await account.api('GET', `${EVENTS}/series1_20260506T080000Z`)).json.status).toBe('cancelled')
    expect(await list(account)).toEqual([])
    await account.api('PATCH', `${EVENTS}/series1`, { status: 'confirmed' })
    expect((await account.api('GET', `${EVENTS}/${id}`)).json).toMatchObject({
      status: 'confirmed',
      summary: 'Special',
    })
  })

  it.each(['cancelled', 'kept'] as const)('a moved series has them %s', async setting => {
    const account = await made()
    account.google.control.setSwitches({ exceptionsAfterReschedule: setting })
    const id = 'series1_20260505T080000Z'
    await account.api('PATCH', `${EVENTS}/${id}`, { summary: 'Special' })
    await account.api('PUT', `${EVENTS}/series1`, series([DAILY], 'Europe/Berlin', '2026-05-04T14:00:00'))
    const { json } = await account.api('GET', `${EVENTS}/${id}`)
    expect(json.status).toBe(setting === 'kept' ? 'confirmed' : 'cancelled')
    expect(ids(await instances(account))).toContain('series1_20260505T120000Z')
  })

  it.each([
    'series1_20260501T080000Z',
    'series1_20260504',
    'series1_20260504T080001Z',
    'nobody_20260504T080000Z',
    'series1_',
  ])('%s is no instance', async id => {
    const { api } = await made()
    for (const verb of ['GET', 'PATCH', 'DELETE'])
      expect((await api(verb, `${EVENTS}/${id}`, verb === 'PATCH' ? {} : undefined)).status).toBe(404)
  })

  it('refuses a series of somebody else', async () => {
    const { api } = await made()
    const wrong = { ...series(), id: undefined, recurringEventId: 'series1' }
    const { status, json } = await api('POST', EVENTS, wrong)
    expect([status, json.error.message]).toEqual([400, 'Invalid recurringEventId value.'])
  })

  it('tighter visibility of one instance is that of all, looser is ignored', async () => {
    const { api } = await made()
    const id = `${EVENTS}/series1_20260505T080000Z`
    await api('PATCH', id, { visibility: 'private' })
    expect((await api('GET', `${EVENTS}/series1`)).json.visibility).toBe('private')
    expect((await api('PATCH', id, { visibility: 'public' })).json.visibility).toBe('private')
  })
})

describe('singleEvents', () => {
  it('shows instances instead of the series, in order of their start', async () => {
    const account = await made()
    const single = { start: { dateTime: '2026-05-05T12:00:00Z' }, end: { dateTime: '2026-05-05T13:00:00Z' } }
    await account.api('POST', EVENTS, { id: 'single', ...single })
    const query = 'singleEvents=true&orderBy=startTime&timeMax=2026-05-07T00:00:00Z'
    expect(ids(await list(account, query))).toEqual([
      'series1_20260504T080000Z',
      'series1_20260505T080000Z',
      'single',
      'series1_20260506T080000Z',
    ])
    const byText = 'singleEvents=true&q=group&maxResults=2'
    const { json } = await account.api('GET', `${EVENTS}?${byText}`)
    expect(json.items).toHaveLength(2)
    const next = await account.api('GET', `${EVENTS}?${byText}&pageToken=${json.nextPageToken}`)
    expect(ids(next.json.items)).toEqual(['series1_20260506T080000Z', 'series1_20260507T080000Z'])
  })

  it('one touched series floods the delta, what it lost included', async () => {
    const account = await made()
    const { json } = await account.api('GET', `${EVENTS}?singleEvents=true`)
    await account.api('PATCH', `${EVENTS}/series1`, { recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] })
    const delta = await list(account, `singleEvents=true&syncToken=${json.nextSyncToken}`)
    expect(delta.map(({ id, status }) => [id.slice(8, 16), status])).toEqual([
      ['20260504', 'confirmed'],
      ['20260505', 'confirmed'],
      ['20260506', 'confirmed'],
      ['20260507', 'cancelled'],
      ['20260508', 'cancelled'],
    ])
  })

  it('a deleted series is each of its instances deleted, also where only ids are kept', async () => {
    for (const tombstoneDetails of ['kept', 'idOnly'] as const) {
      const account = await made()
      account.google.control.setSwitches({ tombstoneDetails })
      const { json } = await account.api('GET', `${EVENTS}?singleEvents=true`)
      await account.api('DELETE', `${EVENTS}/series1`)
      const query = `singleEvents=true&maxResults=2&syncToken=${json.nextSyncToken}`
      const first = await account.api('GET', `${EVENTS}?${query}`)
      expect(first.json.items).toHaveLength(2)
      const second = await account.api('GET', `${EVENTS}?${query}&pageToken=${first.json.nextPageToken}`)
      const all = [...first.json.items, ...second.json.items]
      expect(all.every(({ status }: { status: string }) => status === 'cancelled')).toBe(true)
    }
  })

  it('an empty recurrence makes a single event of it', async () => {
    const account = await made()
    await account.api('PATCH', `${EVENTS}/series1`, { recurrence: [] })
    expect(ids(await list(account, 'singleEvents=true'))).toEqual(['series1'])
    expect((await account.api('GET', `${EVENTS}/series1_20260505T080000Z`)).status).toBe(404)
  })

  it('a series counts in a window by any of its instances', async () => {
    const account = await made()
    expect(ids(await list(account, 'timeMin=2026-05-08T08:30:00Z'))).toEqual(['series1'])
    expect(ids(await list(account, 'timeMin=2026-05-08T09:00:00Z'))).toEqual([])
    expect(ids(await list(account, 'timeMax=2026-05-04T08:00:00Z'))).toEqual([])
  })
})

describe('a series that was deleted', () => {
  it.each(['kept', 'idOnly'] as const)(
    'with its details %s, is not listed among single events',
    async details => {
      const account = await made()
      account.google.control.setSwitches({ tombstoneDetails: details })
      await account.api('DELETE', `${EVENTS}/series1`)
      expect(ids(await list(account, 'singleEvents=true&showDeleted=true'))).not.toContain('series1')
      expect(ids(await list(account, 'showDeleted=true'))).toContain('series1')
    },
  )
})

describe('the written form of dates and times', () => {
  const rule = (until: string) => `RRULE:FREQ=DAILY;UNTIL=${until}`
  const day = { start: { date: '2026-05-04' }, end: { date: '2026-05-05' } }
  it.each([
    ['times', rule('20260601T080000Z'), 200],
    ['times', rule('20260601T080000'), 400],
    ['times', rule('20260601'), 400],
    ['times', 'EXDATE;TZID=Europe/Berlin:20260505T100000', 200],
    ['times', 'EXDATE:20260505T080000Z', 200],
    ['times', 'EXDATE;VALUE=DATE:20260505', 400],
    ['times', 'EXDATE;X-NOTE=a:20260505T080000Z', 400],
    ['days', rule('20260601'), 200],
    ['days', rule('20260601T080000Z'), 400],
    ['days', 'EXDATE;VALUE=DATE:20260505', 200],
    ['days', 'EXDATE:20260505', 400],
    ['days', 'RDATE:20260505T080000Z', 400],
  ])('of %s, %s gets %i', async (kind, line, status) => {
    const recurrence = line.startsWith('RRULE') ? [line] : [DAILY, line]
    const body = kind === 'days' ? { ...day, recurrence } : series(recurrence)
    expect((await account().api('POST', EVENTS, body)).status).toBe(status)
  })

  it('a tighter visibility of one instance reaches the exceptions there are', async () => {
    const account = await made()
    const [first, second] = ids(await instances(account))
    await account.api('PATCH', `${EVENTS}/${first}`, { summary: 'Apart' })
    await account.api('PATCH', `${EVENTS}/${second}`, { visibility: 'private' })
    expect((await account.api('GET', `${EVENTS}/${first}`)).json.visibility).toBe('private')
  })
})
