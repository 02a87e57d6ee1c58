import { describe, expect, it } from 'vitest'
import { type Account, account, EVENTS, timed } from './support.ts'

const LIST = 'users/me/calendarList'
const ACL = 'calendars/primary/acl'
const RULE = `${ACL}/default`

async function prepared(): Promise<Account> {
  const made = account()
  await made.api('POST', ACL, { scope: { type: 'default' }, role: 'reader' })
  return made
}

describe('If-None-Match', () => {
  type Change = (account: Account) => unknown
  const cases: readonly (readonly [string, Change])[] = [
    [EVENTS, ({ api }) => api('POST', EVENTS, timed())],
    [EVENTS, ({ api }) => api('PATCH', `${LIST}/primary`, { defaultReminders: [] })],
    [LIST, ({ api }) => api('PATCH', 'calendars/primary', { summary: 'Renamed' })],
    [`${LIST}/primary`, ({ api }) => api('PATCH', `${LIST}/primary`, { colorId: '3' })],
    [`${LIST}/primary`, ({ api }) => api('PATCH', 'calendars/primary', { summary: 'Renamed' })],
    [ACL, ({ api }) => api('DELETE', RULE)],
    [RULE, ({ api }) => api('PATCH', RULE, { role: 'writer' })],
    ['users/me/settings', ({ google }) => google.control.setSetting('user@example.com', 'locale', 'he')],
    [
      'users/me/settings/locale',
      ({ google }) => google.control.setSetting('user@example.com', 'locale', 'he'),
    ],
  ]

  it.each(cases)('%s is a 304 until it changes', async (path, change) => {
    const made = await prepared()
    const { etag } = (await made.api('GET', path)).json
    const again = () => made.api('GET', path, undefined, { 'if-none-match': etag })
    const unchanged = await again()
    expect([unchanged.status, unchanged.text, unchanged.headers.get('etag')]).toEqual([304, '', etag])
    expect((await made.api('GET', path, undefined, { 'if-none-match': '"other"' })).status).toBe(200)
    await change(made)
    expect((await again()).status).toBe(200)
  })

  it('a purged tombstone changes the list', async () => {
    const { api, google } = await prepared()
    const { json } = await api('POST', EVENTS, timed())
    await api('DELETE', `${EVENTS}/${json.id}`)
    const { etag } = (await api('GET', `${EVENTS}?showDeleted=true`)).json
    google.control.emptyBin('user@example.com')
    const again = await api('GET', `${EVENTS}?showDeleted=true`, undefined, { 'if-none-match': etag })
    expect(again.json?.items).toEqual([])
  })

  it('what would be refused is refused still', async () => {
    const { api } = await prepared()
    const { etag } = (await api('GET', EVENTS)).json
    expect((await api('GET', `${EVENTS}?syncToken=x`, undefined, { 'if-none-match': etag })).status).toBe(400)
  })
})

describe('If-Match', () => {
  it.each([
    [`${LIST}/primary`, 'PATCH', { colorId: '3' }],
    [`${LIST}/primary`, 'PUT', { selected: true }],
    [RULE, 'PATCH', { role: 'writer' }],
    [RULE, 'PUT', { role: 'writer', scope: { type: 'default' } }],
    [RULE, 'DELETE', undefined],
  ])('%s: %s is a 412 for what has changed', async (path, verb, body) => {
    const { api } = await prepared()
    const write = (etag: string) => api(verb, path, body, { 'if-match': etag })
    const { etag } = (await api('GET', path)).json
    const stale = await write('"1"')
    expect([stale.status, stale.json.error.errors[0].reason]).toEqual([412, 'conditionNotMet'])
    expect((await api('GET', path)).json.etag).toBe(etag)
    expect([200, 204]).toContain((await write(etag)).status)
    if (verb === 'DELETE') return
    expect((await write(etag)).status).toBe(412)
    expect((await write('*')).status).toBe(200)
  })

  it('guards the removal of a calendar from a list', async () => {
    const { google, api } = await prepared()
    const { email } = google.control.createUser({ email: 'noa@example.com' })
    google.control.shareCalendar(email, 'user@example.com', 'reader')
    await api('POST', LIST, { id: email })
    expect((await api('DELETE', `${LIST}/${email}`, undefined, { 'if-match': '"1"' })).status).toBe(412)
    expect((await api('DELETE', `${LIST}/${email}`)).status).toBe(204)
  })
})
