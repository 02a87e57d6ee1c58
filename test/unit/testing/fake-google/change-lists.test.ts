import { describe, expect, it } from 'vitest'
import { type Account, account, caller, EVENTS } from './support.ts'

const LIST = 'users/me/calendarList'
const SETTINGS = 'users/me/settings'
const ACL = 'calendars/primary/acl'
const NOA = 'noa@example.com'

const token = (json: { nextSyncToken: string }) => encodeURIComponent(json.nextSyncToken)
const idsOf = (json: { items: { id: string }[] }) => json.items.map(({ id }) => id)

/** The three lists that are read by change, each with something that changes a member. */
const LISTS: [string, (account: Account, n: number) => Promise<unknown>][] = [
  [LIST, ({ api }, n) => api('PATCH', `${LIST}/primary`, { colorId: String((n % 24) + 1) })],
  [
    ACL,
    ({ api }, n) => api('POST', ACL, { scope: { type: 'user', value: `u${n}@x.example` }, role: 'reader' }),
  ],
  [SETTINGS, async ({ google }, n) => google.control.setSetting('user@example.com', 'locale', `x${n}`)],
]

describe.each(LISTS)('%s', (path, change) => {
  it('loses nothing that changes between two pages', async () => {
    const made = account()
    const { api } = made
    for (let n = 1; n <= 3; n++) {
      await api('POST', 'calendars', { summary: `Calendar ${n}` })
      await change(made, n)
    }
    const first = await api('GET', `${path}?maxResults=1`)
    await change(made, 9)
    const seen = idsOf(first.json)
    let last = first
    while (last.json.nextPageToken) {
      last = await api('GET', `${path}?maxResults=1&pageToken=${encodeURIComponent(last.json.nextPageToken)}`)
      seen.push(...idsOf(last.json))
    }
    expect(new Set(seen).size).toBe(seen.length)
    const delta = await api('GET', `${path}?syncToken=${token(last.json)}`)
    expect(idsOf(delta.json)).toHaveLength(1)
    made.google.control.setSwitches({ syncTokenAnchor: 'lastPage' })
    const later = await api('GET', `${path}?syncToken=${token(delta.json)}`)
    expect(idsOf(later.json)).toEqual([])
  })

  it('ends its sync tokens by age and by hand, and refuses corrupt ones either way', async () => {
    const { api, google, clock } = account()
    const first = token((await api('GET', path)).json)
    const reason = async (syncToken: string) =>
      (await api('GET', `${path}?syncToken=${syncToken}`)).json.error?.errors[0].reason
    expect([await reason(first), await reason('corrupt')]).toEqual([undefined, 'invalid'])
    const events = token((await api('GET', EVENTS)).json)
    expect(await reason(events)).toBe('invalid')
    google.control.setSwitches({ corruptSyncToken: 'fullSyncRequired', syncTokenLifetimeMs: 1000 })
    expect(await reason('corrupt')).toBe('fullSyncRequired')
    clock.ms += 5000
    expect(await reason(first)).toBe('fullSyncRequired')
    google.control.setSwitches({ syncTokenLifetimeMs: null })
    expect(await reason(first)).toBeUndefined()
    google.control.invalidateSyncTokens()
    expect(await reason(first)).toBe('fullSyncRequired')
  })

  it('answers 304 to whoever has it', async () => {
    const made = account()
    const ask = async (etag: string) =>
      (await made.api('GET', path, undefined, { 'if-none-match': etag })).status
    const { etag } = (await made.api('GET', path)).json
    expect(await ask(etag)).toBe(304)
    await change(made, 5)
    expect(await ask(etag)).toBe(200)
  })
})

describe('deltas', () => {
  it('cannot hide what is deleted or hidden', async () => {
    const { api } = account()
    for (const [path, names] of [
      [LIST, ['showDeleted', 'showHidden']],
      [ACL, ['showDeleted']],
    ] as const) {
      const syncToken = token((await api('GET', path)).json)
      for (const name of names) {
        expect((await api('GET', `${path}?syncToken=${syncToken}&${name}=true`)).status).toBe(200)
        expect((await api('GET', `${path}?syncToken=${syncToken}&${name}=false`)).status).toBe(400)
      }
    }
  })

  it("of the list of calendars are silent on what is not the user's to write", async () => {
    const { api, google } = account()
    google.control.createUser({ email: NOA })
    google.control.shareCalendar(NOA, 'user@example.com', 'reader')
    await api('POST', LIST, { id: NOA })
    const before = (await api('GET', `${LIST}/${NOA}`)).json
    const syncToken = token((await api('GET', LIST)).json)
    google.control.updateCalendar(NOA, { summary: 'Renamed' })
    google.control.shareCalendar(NOA, 'user@example.com', 'writer')
    expect((await api('GET', `${LIST}?syncToken=${syncToken}`)).json.items).toEqual([])
    const after = (await api('GET', `${LIST}/${NOA}`)).json
    expect(after).toMatchObject({ summary: 'Renamed', accessRole: 'writer' })
    expect(after.etag).not.toBe(before.etag)
    google.control.shareCalendar(NOA, 'user@example.com', null)
    const gone = (await api('GET', `${LIST}?syncToken=${syncToken}`)).json.items
    expect(gone).toMatchObject([{ id: NOA, deleted: true }])
  })
})

describe('versions', () => {
  it('hold for entries and rules too', async () => {
    const { api } = account()
    const rule = { scope: { type: 'user', value: NOA }, role: 'reader' }
    await api('POST', ACL, rule)
    for (const [path, body] of [
      [`${LIST}/primary`, { colorId: '3' }],
      [`${ACL}/user:${NOA}`, rule],
    ] as const) {
      const { etag } = (await api('GET', path)).json
      expect((await api('PATCH', path, body, { 'if-match': '"0"' })).status).toBe(412)
      expect((await api('PUT', path, body, { 'if-match': '"0"' })).status).toBe(412)
      expect((await api('DELETE', path, undefined, { 'if-match': '"0"' })).status).toBe(412)
      expect((await api('PATCH', path, body, { 'if-match': etag })).status).toBe(200)
    }
  })

  it('only the data owner deletes a calendar', async () => {
    const { api, google } = account()
    const { id } = (await api('POST', 'calendars', { summary: 'Shared' })).json
    google.control.createUser({ email: NOA })
    google.control.shareCalendar(id, NOA, 'owner')
    const noa = caller(google, google.control.grant(NOA).accessToken)
    expect((await noa('DELETE', `calendars/${encodeURIComponent(id)}`)).status).toBe(403)
    expect((await api('DELETE', `calendars/${encodeURIComponent(id)}`)).status).toBe(204)
  })
})
