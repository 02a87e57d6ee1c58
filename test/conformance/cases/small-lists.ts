import { expect } from 'vitest'
import { type ConformanceCase, idsOf, refused } from '../conformance-case.ts'
import type { Session } from '../session.ts'

const LIST = 'users/me/calendarList'
const SETTINGS = 'users/me/settings'

const aclOf = ({ calendarId }: Session) => `calendars/${encodeURIComponent(calendarId)}/acl`

/** Pages to the end, whatever the list. */
async function whole(session: Session, path: string, maxResults = 250) {
  // biome-ignore lint/suspicious/noExplicitAny: bodies are asserted on, field by field
  const items: any[] = []
  let token = ''
  for (let page = ''; ; ) {
    const more = page && `&pageToken=${encodeURIComponent(page)}`
    const { json } = await session.call('GET', `${path}?maxResults=${maxResults}${more}`)
    items.push(...json.items)
    token = json.nextSyncToken ?? ''
    if (!json.nextPageToken) return { items, syncToken: encodeURIComponent(token) }
    expect(json).not.toHaveProperty('nextSyncToken')
    page = json.nextPageToken
  }
}

export const SMALL_LIST_CASES: readonly ConformanceCase[] = [
  {
    section: '11',
    says: 'a renamed calendar has a new etag on the list and is in no delta of it; a new colour is',
    async run(session) {
      const { json: made } = await session.newCalendar({})
      const id = encodeURIComponent(made.id)
      const { syncToken } = await whole(session, LIST)
      const { json: before } = await session.call('GET', `${LIST}/${id}`)
      await session.call('PATCH', `calendars/${id}`, { body: { description: 'Conformance' } })
      const { json: after } = await session.call('GET', `${LIST}/${id}`)
      expect(after.description).toBe('Conformance')
      expect(after.etag).not.toBe(before.etag)
      const delta = async () => {
        const { json } = await session.call('GET', `${LIST}?syncToken=${syncToken}`)
        return idsOf(json.items).includes(made.id)
      }
      expect(await delta()).toBe(false)
      await session.call('PATCH', `${LIST}/${id}`, { body: { colorId: '3' } })
      expect(await delta()).toBe(true)
    },
  },
  {
    section: '8',
    points: ['8.if-none-match'],
    says: 'what the client has already of calendars, rules and settings is a 304',
    async run(session) {
      const entry = `${LIST}/${encodeURIComponent(session.calendarId)}`
      for (const path of [entry, `${SETTINGS}/timezone`, aclOf(session)]) {
        const { json } = await session.call('GET', path)
        const headers = { 'if-none-match': json.etag }
        expect((await session.call('GET', path, { headers })).status, path).toBe(304)
      }
    },
  },
  {
    section: '8',
    points: ['8.if-match'],
    says: 'a write of an overtaken entry of the list of calendars is a 412',
    async run(session) {
      const path = `${LIST}/${encodeURIComponent(session.calendarId)}`
      const { json } = await session.call('GET', path)
      const write = (colorId: string) =>
        session.call('PATCH', path, { body: { colorId }, headers: { 'if-match': json.etag } })
      expect((await write('4')).status).toBe(200)
      expect(refused(await write('5'))).toEqual([412, 'conditionNotMet'])
    },
  },
  {
    section: '11',
    points: ['7.invalid'],
    says: 'a corrupt sync token of calendars, rules or settings is a 400 `invalid`, or a 410 `fullSyncRequired`',
    async run(session) {
      for (const path of [LIST, aclOf(session), SETTINGS])
        expect([
          [400, 'invalid'],
          [410, 'fullSyncRequired'],
        ]).toContainEqual(refused(await session.call('GET', `${path}?syncToken=corrupt`)))
    },
  },
  {
    section: '11',
    points: ['7.incompatible'],
    says: 'a delta of calendars or rules cannot leave out what was deleted, hidden or is of a lesser role',
    async run(session) {
      const { syncToken: ofList } = await whole(session, LIST)
      for (const one of ['showDeleted=false', 'showHidden=false', 'minAccessRole=owner'])
        expect((await session.call('GET', `${LIST}?syncToken=${ofList}&${one}`)).status, one).toBe(400)
      const { syncToken: ofRules } = await whole(session, aclOf(session))
      const hiding = `${aclOf(session)}?syncToken=${ofRules}&showDeleted=false`
      expect((await session.call('GET', hiding)).status).toBe(400)
    },
  },
  {
    section: '11',
    points: ['7.pages'],
    says: 'pages of settings hold each once, and only the last has a sync token',
    async run(session) {
      const { items } = await whole(session, SETTINGS)
      const paged = await whole(session, SETTINGS, 3)
      expect(idsOf(paged.items).sort()).toEqual(idsOf(items).sort())
      const { json } = await session.call('GET', `${SETTINGS}?syncToken=${paged.syncToken}`)
      expect(json.items).toEqual([])
    },
  },
]
