import { describe, expect, it } from 'vitest'
import type { FakeGoogleOptions } from '../../../../src/testing/fake-google/index.ts'
import { type Account, account, caller } from './support.ts'

const LIST = 'users/me/calendarList'
const ACL = 'calendars/primary/acl'
const SETTINGS = 'users/me/settings'
const LISTS = [LIST, ACL, SETTINGS]

const at = (path: string, query: Record<string, string>) => `${path}?${new URLSearchParams(query)}`
const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id)

async function syncToken(api: Account['api'], path: string): Promise<string> {
  return (await api('GET', path)).json.nextSyncToken
}

async function refusal(answer: ReturnType<Account['api']>) {
  const { status, json } = await answer
  return [status, json.error?.errors[0].reason]
}

/** An account with four entries in each of the lists that it can have so many of. */
function crowded(options: FakeGoogleOptions = {}) {
  const made = account(options)
  const { control } = made.google
  const calendars = ['A', 'B', 'C'].map(summary => control.createCalendar('user@example.com', { summary }).id)
  for (const name of ['ada', 'bob', 'cleo']) {
    control.createUser({ email: `${name}@example.com` })
    control.shareCalendar('user@example.com', `${name}@example.com`, 'reader')
  }
  return { ...made, calendars: calendars.map(String) }
}

describe.each(LISTS)('sync tokens of %s', path => {
  it('expire', async () => {
    const { api, clock } = account({ switches: { syncTokenLifetimeMs: 1000 } })
    const token = await syncToken(api, path)
    expect((await api('GET', at(path, { syncToken: token }))).json.items).toEqual([])
    clock.ms += 1001
    expect(await refusal(api('GET', at(path, { syncToken: token })))).toEqual([410, 'fullSyncRequired'])
  })

  it('that are corrupt, or of another list, are refused as those of events are', async () => {
    const { api, google } = account()
    const others = await Promise.all(LISTS.filter(one => one !== path).map(one => syncToken(api, one)))
    for (const token of ['x', ...others])
      expect(await refusal(api('GET', at(path, { syncToken: token })))).toEqual([400, 'invalid'])
    google.control.setSwitches({ corruptSyncToken: 'fullSyncRequired' })
    expect(await refusal(api('GET', at(path, { syncToken: 'x' })))).toEqual([410, 'fullSyncRequired'])
  })

  it('are invalidated by hand', async () => {
    const { api, google } = account()
    const token = await syncToken(api, path)
    google.control.invalidateSyncTokens()
    expect(await refusal(api('GET', at(path, { syncToken: token })))).toEqual([410, 'fullSyncRequired'])
    const fresh = await syncToken(api, path)
    expect((await api('GET', at(path, { syncToken: fresh }))).status).toBe(200)
  })
})

describe('what a delta of the small lists goes with', () => {
  it.each([
    [LIST, { showDeleted: 'false' }],
    [LIST, { showHidden: 'false' }],
    [LIST, { minAccessRole: 'owner' }],
    [LIST, { showOwnOrganizationOnly: 'true' }],
    [ACL, { showDeleted: 'false' }],
  ])('%s: not with %j', async (path, more) => {
    const { api } = account()
    const token = await syncToken(api, path)
    expect(await refusal(api('GET', at(path, { syncToken: token, ...more })))).toEqual([400, 'invalid'])
  })

  it('the two that would be so anyway may be said', async () => {
    const { api } = account()
    const query = { syncToken: await syncToken(api, LIST), showDeleted: 'true', showHidden: 'true' }
    expect((await api('GET', at(LIST, query))).status).toBe(200)
  })

  it('one calendar’s tokens end with those of its rules, and no others', async () => {
    const { api, google } = account()
    const [list, acl] = [await syncToken(api, LIST), await syncToken(api, ACL)]
    google.control.invalidateSyncTokens('user@example.com')
    expect((await api('GET', at(ACL, { syncToken: acl }))).status).toBe(410)
    expect((await api('GET', at(LIST, { syncToken: list }))).status).toBe(200)
  })

  it('the rules’ own tokens outlive a change of rules', async () => {
    const { api } = account({ switches: { aclChangeEndsSyncTokens: true } })
    const token = await syncToken(api, ACL)
    await api('POST', ACL, { scope: { type: 'default' }, role: 'reader' })
    expect(idsOf((await api('GET', at(ACL, { syncToken: token }))).json.items)).toEqual(['default'])
  })
})

describe('pages of the small lists', () => {
  /** Two pages of two, with a change between them. */
  async function twoPages(api: Account['api'], path: string, between: () => unknown, query = {}) {
    const first = await api('GET', at(path, { maxResults: '2', ...query }))
    await between()
    const pageToken = first.json.nextPageToken
    const last = await api('GET', at(path, { maxResults: '2', ...query, pageToken }))
    return { first: first.json, last: last.json }
  }

  it('calendarList: one that goes from the first page costs nobody else its place', async () => {
    const { api, google, calendars } = crowded()
    const [a = '', b = '', c = ''] = calendars
    const { first, last } = await twoPages(api, LIST, () => google.control.deleteCalendar(a))
    expect([idsOf(first.items), idsOf(last.items)]).toEqual([
      ['user@example.com', a],
      [b, c],
    ])
    expect(first).not.toHaveProperty('nextSyncToken')
    const { json } = await api('GET', at(LIST, { syncToken: last.nextSyncToken }))
    expect(json.items).toMatchObject([{ id: a, deleted: true }])
  })

  it('acl: the same, and the change between the pages is in the next delta', async () => {
    const { api, google } = crowded()
    const owner = 'user@example.com'
    const { first, last } = await twoPages(api, ACL, () =>
      google.control.shareCalendar(owner, 'ada@example.com', null),
    )
    expect([...idsOf(first.items), ...idsOf(last.items)]).toEqual(
      [owner, 'ada@example.com', 'bob@example.com', 'cleo@example.com'].map(email => `user:${email}`),
    )
    const { json } = await api('GET', at(ACL, { syncToken: last.nextSyncToken }))
    expect(json.items).toMatchObject([{ id: 'user:ada@example.com', role: 'none' }])
  })

  it('settings: a change between the pages is in the next delta', async () => {
    const { api, google } = account()
    const all = idsOf((await api('GET', SETTINGS)).json.items)
    const [first = ''] = all
    const seen: string[] = []
    let query: Record<string, string> = { maxResults: '5' }
    let token = ''
    while (token === '') {
      const { json } = await api('GET', at(SETTINGS, query))
      if (seen.length === 0) google.control.setSetting('user@example.com', first, 'true')
      seen.push(...idsOf(json.items))
      query = { maxResults: '5', pageToken: json.nextPageToken }
      token = json.nextSyncToken ?? ''
    }
    expect(seen).toEqual(all)
    expect((await api('GET', at(SETTINGS, { syncToken: token }))).json.items).toMatchObject([
      { id: first, value: 'true' },
    ])
  })

  it('a delta is paged the same way, and what is new meanwhile waits for the next', async () => {
    const { api, google } = account()
    const syncToken_ = await syncToken(api, LIST)
    const create = (summary: string) =>
      String(google.control.createCalendar('user@example.com', { summary }).id)
    const ids = ['A', 'B', 'C'].map(create)
    let fourth = ''
    const query = { syncToken: syncToken_ }
    const { first, last } = await twoPages(api, LIST, () => (fourth = create('D')), query)
    expect([...idsOf(first.items), ...idsOf(last.items)]).toEqual(ids)
    const { json } = await api('GET', at(LIST, { syncToken: last.nextSyncToken }))
    expect(idsOf(json.items)).toEqual([fourth])
  })

  it('anchored at the last page, a change between the pages is lost, as it is for events', async () => {
    const { api, google } = crowded({ switches: { syncTokenAnchor: 'lastPage' } })
    const { last } = await twoPages(api, ACL, () =>
      google.control.shareCalendar('user@example.com', 'ada@example.com', 'writer'),
    )
    expect((await api('GET', at(ACL, { syncToken: last.nextSyncToken }))).json.items).toEqual([])
  })

  it.each([LIST, ACL])('%s: later pages repeat the parameters of the first', async path => {
    const { api } = crowded()
    const pageToken = (await api('GET', at(path, { maxResults: '1' }))).json.nextPageToken
    const other = at(path, { maxResults: '1', showDeleted: 'true', pageToken })
    expect(await refusal(api('GET', other))).toEqual([400, 'invalid'])
    expect(await refusal(api('GET', at(SETTINGS, { pageToken })))).toEqual([400, 'invalid'])
  })
})

describe('read-only fields of calendarList', () => {
  const calendar = async (api: Account['api']) =>
    encodeURIComponent((await api('POST', 'calendars', { summary: 'Second' })).json.id)

  it('a renamed calendar has a new etag on the list, and is in no delta', async () => {
    const { api, google } = account()
    const id = await calendar(api)
    const { json: before } = await api('GET', LIST)
    await api('PATCH', `calendars/${id}`, { summary: 'Renamed' })
    google.control.updateCalendar(decodeURIComponent(id), { description: 'Told' })
    const { json: after } = await api('GET', LIST)
    expect(after.items[1]).toMatchObject({ summary: 'Renamed', description: 'Told' })
    expect(after.items[1].etag).not.toBe(before.items[1].etag)
    expect(after.etag).not.toBe(before.etag)
    const delta = await api('GET', at(LIST, { syncToken: before.nextSyncToken }))
    expect(delta.json.items).toEqual([])
    await api('PATCH', `${LIST}/${id}`, { selected: false })
    const own = await api('GET', at(LIST, { syncToken: delta.json.nextSyncToken }))
    expect(idsOf(own.json.items)).toEqual([decodeURIComponent(id)])
  })

  it('a new role is in no delta either; the end of access is', async () => {
    const { google } = account()
    const guest = google.control.readyAccount({ email: 'noa@example.com' })
    const noa = caller(google, guest.accessToken)
    google.control.shareCalendar('user@example.com', 'noa@example.com', 'reader')
    await noa('POST', LIST, { id: 'user@example.com' })
    const { json: before } = await noa('GET', LIST)
    google.control.shareCalendar('user@example.com', 'noa@example.com', 'writer')
    const entry = (await noa('GET', `${LIST}/user@example.com`)).json
    expect([entry.accessRole, entry.etag === before.items[1].etag]).toEqual(['writer', false])
    const delta = (await noa('GET', at(LIST, { syncToken: before.nextSyncToken }))).json
    expect(delta.items).toEqual([])
    google.control.shareCalendar('user@example.com', 'noa@example.com', null)
    const end = (await noa('GET', at(LIST, { syncToken: delta.nextSyncToken }))).json
    expect(end.items).toMatchObject([{ id: 'user@example.com', deleted: true }])
    google.control.shareCalendar('user@example.com', 'noa@example.com', 'reader')
    await noa('POST', LIST, { id: 'user@example.com' })
    const again = (await noa('GET', at(LIST, { syncToken: end.nextSyncToken }))).json
    expect(again.items).toMatchObject([{ id: 'user@example.com', accessRole: 'reader' }])
  })

  it('no message tells of them', async () => {
    const { api, google } = account()
    const id = await calendar(api)
    const channel = { id: 'list', type: 'web_hook', address: 'https://app.example/hook' }
    await api('POST', `${LIST}/watch`, channel)
    await google.deliverPushes()
    const told = async () => {
      await google.deliverPushes()
      return google.control.waitingPushes().filter(({ state }) => state === 'exists').length
    }
    await api('PATCH', `calendars/${id}`, { summary: 'Renamed' })
    await api('POST', `calendars/${id}/acl`, { scope: { type: 'default' }, role: 'reader' })
    expect(await told()).toBe(0)
    await api('PATCH', `${LIST}/${id}`, { summaryOverride: 'Mine' })
    expect(await told()).toBe(1)
  })
})
