import { describe, expect, it } from 'vitest'
import { type Account, account, EVENTS, timed } from './support.ts'

const id = (n: number) => `event${String(n).padStart(4, '0')}`

async function filled(count: number, options: Parameters<typeof account>[0] = {}): Promise<Account> {
  const ready = account(options)
  for (let n = 0; n < count; n++) {
    ready.google.control.createEvent('user@example.com', {
      ...timed(id(n), n % 20),
      extendedProperties: { private: { parity: n % 2 ? 'odd' : 'even', tens: String(Math.floor(n / 10)) } },
    })
  }
  return ready
}

/** Every page to the end; the pages' sizes and the last one's sync token too. */
async function all(api: Account['api'], query = '', from = '') {
  const ids: string[] = []
  const sizes: number[] = []
  let pageToken = from
  for (;;) {
    const { status, json } = await api(
      'GET',
      `${EVENTS}?${query}${pageToken && `&pageToken=${encodeURIComponent(pageToken)}`}`,
    )
    expect(status).toBe(200)
    ids.push(...json.items.map((item: { id: string }) => item.id))
    sizes.push(json.items.length)
    if (!json.nextPageToken)
      return { ids, sizes, syncToken: json.nextSyncToken as string | undefined, items: json.items }
    expect(json.nextSyncToken).toBeUndefined()
    pageToken = json.nextPageToken
  }
}

const sync = (token: string | undefined) => `syncToken=${encodeURIComponent(token ?? '')}`

describe('events.list', () => {
  it('answers the calendar’s header and a sync token on the last page only', async () => {
    const { api } = await filled(3, { timeZone: 'Asia/Jerusalem' })
    const { json } = await api('GET', `${EVENTS}?maxResults=2`)
    expect(Object.keys(json)).toEqual([
      'kind',
      'etag',
      'summary',
      'updated',
      'timeZone',
      'accessRole',
      'defaultReminders',
      'nextPageToken',
      'items',
    ])
    expect(json).toMatchObject({ kind: 'calendar#events', timeZone: 'Asia/Jerusalem', accessRole: 'owner' })
    const { ids, sizes, syncToken } = await all(api, 'maxResults=2')
    expect([ids, sizes]).toEqual([
      [id(0), id(1), id(2)],
      [2, 1],
    ])
    expect(syncToken).toEqual(expect.any(String))
  })

  it('pages stay consistent while events come and go', async () => {
    const { api } = await filled(6)
    const { json: first } = await api('GET', `${EVENTS}?maxResults=2`)
    await api('POST', EVENTS, timed('late000'))
    await api('DELETE', `${EVENTS}/${id(0)}`)
    await api('PATCH', `${EVENTS}/${id(4)}`, { summary: 'later' })
    const next = await all(api, 'maxResults=2', first.nextPageToken)
    expect(next.ids).toEqual([id(2), id(3), id(4), id(5)])
    const delta = await all(api, sync(next.syncToken))
    expect(delta.ids.sort()).toEqual([id(0), id(4), 'late000'].sort())
  })

  it('may come in short and in empty pages', async () => {
    const { api } = await filled(40, { switches: { shortPageRate: 0.5, emptyPageRate: 0.5 } })
    const { ids, sizes } = await all(api, 'maxResults=10')
    expect(ids).toEqual(Array.from({ length: 40 }, (_, n) => id(n)))
    expect(sizes).toContain(0)
    expect(sizes.some(size => size > 0 && size < 10)).toBe(true)
  })

  it('filters by private properties, repeated ones by AND or by OR', async () => {
    const { api, google } = await filled(30)
    const query = 'maxResults=4&privateExtendedProperty=parity%3Dodd&privateExtendedProperty=tens%3D1'
    const and = await all(api, query)
    expect(and.ids).toEqual([11, 13, 15, 17, 19].map(id))
    expect(and.syncToken).toBeUndefined()
    google.control.setSwitches({ repeatedPrivateProperty: 'or' })
    expect((await all(api, query)).ids).toHaveLength(20)
  })

  it('filters by time, end and start exclusive', async () => {
    const { api } = await filled(20)
    const window = 'timeMin=2026-05-04T05:00:00Z&timeMax=2026-05-04T08:00:00Z'
    expect((await all(api, window)).ids).toEqual([5, 6, 7].map(id))
    const { status, json } = await api(
      'GET',
      `${EVENTS}?timeMin=2026-05-04T08:00:00Z&timeMax=2026-05-04T08:00:00Z`,
    )
    expect(status).toBe(400)
    expect(json.error.errors[0]).toMatchObject({
      domain: 'calendar',
      reason: 'timeRangeEmpty',
      location: 'timeMax',
    })
    expect((await api('GET', `${EVENTS}?timeMin=2026-05-04T08:00:00`)).json.error.errors[0].reason).toBe(
      'badRequest',
    )
  })

  it('matches all-day events in the calendar’s zone', async () => {
    const { api } = account({ timeZone: 'Asia/Jerusalem' })
    await api('POST', EVENTS, { id: 'alltag', start: { date: '2026-05-04' }, end: { date: '2026-05-05' } })
    expect((await all(api, 'timeMin=2026-05-04T20:59:00Z')).ids).toEqual(['alltag'])
    expect((await all(api, 'timeMin=2026-05-04T21:00:00Z')).ids).toEqual([])
  })

  it('searches text and iCalUID', async () => {
    const { api } = await filled(3)
    await api('PATCH', `${EVENTS}/${id(1)}`, { location: 'Haifa' })
    expect((await all(api, 'q=haifa')).ids).toEqual([id(1)])
    expect((await all(api, `iCalUID=${id(2)}%40google.com`)).ids).toEqual([id(2)])
  })

  it('orders by start only with singleEvents, and gives no sync token then', async () => {
    const { api } = await filled(5)
    const { status, json } = await api('GET', `${EVENTS}?orderBy=startTime`)
    expect([status, json.error.errors[0].reason, json.error.message]).toEqual([
      400,
      'badRequest',
      'The requested ordering is not available for the particular query.',
    ])
    await api('PATCH', `${EVENTS}/${id(0)}`, {
      end: { dateTime: '2026-05-04T23:00:00Z' },
      start: { dateTime: '2026-05-04T22:00:00Z' },
    })
    const { ids, syncToken } = await all(api, 'orderBy=startTime&singleEvents=true&maxResults=2')
    expect([ids, syncToken]).toEqual([[1, 2, 3, 4, 0].map(id), undefined])
    expect((await all(api, 'orderBy=updated')).ids).toEqual([1, 2, 3, 4, 0].map(id))
    expect((await all(api, 'singleEvents=true')).syncToken).toEqual(expect.any(String))
  })

  it('hides tombstones unless asked, or asked since a time', async () => {
    const { api, clock } = await filled(2)
    await api('DELETE', `${EVENTS}/${id(0)}`)
    expect((await all(api)).ids).toEqual([id(1)])
    expect((await all(api, 'showDeleted=true')).ids).toEqual([id(0), id(1)])
    const since = `updatedMin=${encodeURIComponent(new Date(clock.ms - 60_000).toISOString())}`
    expect((await all(api, since)).ids).toEqual([id(0), id(1)])
  })

  it('refuses an updatedMin too long ago, when so limited', async () => {
    const { api } = await filled(0, { switches: { updatedMinMaxAgeMs: 86_400_000 } })
    const { status, json } = await api('GET', `${EVENTS}?updatedMin=2026-01-01T00:00:00Z`)
    expect([status, json.error.errors[0].reason]).toEqual([410, 'updatedMinTooLongAgo'])
  })

  it('answers parts with fields, and without white space on request', async () => {
    const { api } = await filled(2)
    const { text } = await api(
      'GET',
      `${EVENTS}?fields=items(id,start/dateTime),nextSyncToken&prettyPrint=false`,
    )
    const { nextSyncToken, items } = JSON.parse(text)
    expect(items).toEqual([
      { id: id(0), start: { dateTime: '2026-05-04T00:00:00Z' } },
      { id: id(1), start: { dateTime: '2026-05-04T01:00:00Z' } },
    ])
    expect(nextSyncToken).toEqual(expect.any(String))
    expect(text).not.toContain('\n')
    expect((await api('GET', `${EVENTS}?fields=items(`)).json.error.message).toBe(
      'Invalid field selection items(',
    )
  })
})

describe('sync tokens', () => {
  it('tell each change once, deletions by id only unless showDeleted', async () => {
    const { api } = await filled(4)
    const { syncToken } = await all(api)
    expect((await all(api, sync(syncToken))).ids).toEqual([])
    await api('PATCH', `${EVENTS}/${id(2)}`, { summary: 'a' })
    await api('PATCH', `${EVENTS}/${id(2)}`, { summary: 'b' })
    await api('DELETE', `${EVENTS}/${id(0)}`)
    const { json } = await api('GET', `${EVENTS}?${sync(syncToken)}`)
    expect(json.items.map((item: { id: string; summary?: string }) => [item.id, item.summary])).toEqual([
      [id(2), 'b'],
      [id(0), undefined],
    ])
    expect(json.items[1]).toEqual({
      kind: 'calendar#event',
      etag: expect.any(String),
      id: id(0),
      status: 'cancelled',
    })
    const { json: detailed } = await api('GET', `${EVENTS}?showDeleted=true&${sync(syncToken)}`)
    expect(detailed.items[1].summary).toBe('Appointment')
    expect((await all(api, sync(json.nextSyncToken))).ids).toEqual([])
  })

  it('page with the sync token repeated', async () => {
    const { api } = await filled(5)
    const { syncToken } = await all(api)
    for (let n = 0; n < 5; n++) await api('PATCH', `${EVENTS}/${id(n)}`, { location: 'x' })
    const { ids, sizes } = await all(api, `${sync(syncToken)}&maxResults=2`)
    expect([ids.length, sizes]).toEqual([5, [2, 2, 1]])
    const { json } = await api('GET', `${EVENTS}?${sync(syncToken)}&maxResults=2`)
    const alone = await api('GET', `${EVENTS}?pageToken=${encodeURIComponent(json.nextPageToken)}`)
    expect([alone.status, alone.json.error.message]).toEqual([400, 'Invalid page token value.'])
  })

  it.each([
    'iCalUID=x',
    'orderBy=updated',
    'privateExtendedProperty=a%3Db',
    'q=x',
    'sharedExtendedProperty=a%3Db',
    'timeMin=2026-01-01T00:00:00Z',
    'timeMax=2026-01-01T00:00:00Z',
    'updatedMin=2026-01-01T00:00:00Z',
    'showDeleted=false',
  ])('do not go with %s', async restriction => {
    const { api } = await filled(1)
    const { syncToken } = await all(api)
    const { status, json } = await api('GET', `${EVENTS}?${sync(syncToken)}&${restriction}`)
    expect([status, json.error.errors[0].reason]).toEqual([400, 'invalid'])
    expect(json.error.message).toMatch(/^Sync token cannot be used with other request restrictions/)
  })

  it('are 410 once invalidated or too old, 400 when corrupt', async () => {
    const { api, google, clock } = await filled(1)
    const first = await all(api)
    google.control.invalidateSyncTokens('user@example.com')
    const gone = await api('GET', `${EVENTS}?${sync(first.syncToken)}`)
    expect(gone.status).toBe(410)
    expect(gone.json.error.errors[0]).toEqual({
      domain: 'calendar',
      reason: 'fullSyncRequired',
      message: 'Sync token is no longer valid, a full sync is required.',
      locationType: 'parameter',
      location: 'syncToken',
    })
    const second = await all(api)
    expect((await api('GET', `${EVENTS}?${sync(`x${second.syncToken}`)}`)).json.error.message).toBe(
      'Invalid sync token value.',
    )
    google.control.setSwitches({ corruptSyncToken: 'fullSyncRequired', syncTokenLifetimeMs: 1000 })
    expect((await api('GET', `${EVENTS}?${sync('nonsense')}`)).status).toBe(410)
    clock.ms += 1001
    expect((await api('GET', `${EVENTS}?${sync(second.syncToken)}`)).status).toBe(410)
  })

  it('stand for the first page, or for the last when switched so', async () => {
    for (const [anchor, missed] of [
      ['firstPage', false],
      ['lastPage', true],
    ] as const) {
      const { api } = await filled(4, { switches: { syncTokenAnchor: anchor } })
      const { json: page } = await api('GET', `${EVENTS}?maxResults=2`)
      await api('PATCH', `${EVENTS}/${id(0)}`, { summary: 'between pages' })
      const { json: last } = await api(
        'GET',
        `${EVENTS}?maxResults=2&pageToken=${encodeURIComponent(page.nextPageToken)}`,
      )
      const { ids } = await all(api, sync(last.nextSyncToken))
      expect(ids).toEqual(missed ? [] : [id(0)])
    }
  })

  it('cover changes outside the window of the first request', async () => {
    const { api } = await filled(3)
    const { ids, syncToken } = await all(api, 'timeMin=2026-05-04T01:30:00Z')
    expect(ids).toEqual([id(1), id(2)])
    await api('PATCH', `${EVENTS}/${id(0)}`, { summary: 'before the window' })
    expect((await all(api, sync(syncToken))).ids).toEqual([id(0)])
  })
})
