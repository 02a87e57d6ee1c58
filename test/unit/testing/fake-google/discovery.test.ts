import { describe, expect, it } from 'vitest'
import {
  API_METHODS,
  type ApiMethodName,
  CALENDAR_SCOPE,
} from '../../../../src/testing/fake-google/calendar/methods.ts'
import { apiRoute } from '../../../../src/testing/fake-google/calendar/routes.ts'
import { noteUnless } from '../../../support/reference.ts'
import { DISCOVERY, Discovery } from './discovery.ts'
import { SUCCESSES, type Success, world } from './method-calls.ts'
import { account, caller } from './support.ts'

const discovery = Discovery.read()
const NAMES = Object.keys(API_METHODS) as ApiMethodName[]

describe.skipIf(!discovery)(`Google's discovery document${noteUnless(discovery, DISCOVERY)}`, () => {
  const methods = [...(discovery?.methods ?? [])]

  it('every method is there, and no other', () => {
    expect(methods.map(([name]) => name).sort()).toEqual([...NAMES].sort())
  })

  it.each(methods)('%s has its path and its scopes', (name, { httpMethod, path, scopes = [] }) => {
    const filled = path.replaceAll(/\{\w+\}/g, 'abc')
    expect(apiRoute(httpMethod, `/calendar/v3/${filled}`)?.method).toBe(name)
    const accepted = [...(API_METHODS[name as ApiMethodName].scopes as string[])].sort()
    expect(accepted).toEqual([...new Set([...scopes, CALENDAR_SCOPE])].sort())
  })

  it('knows a body that is wrong', () => {
    const wrong: [ApiMethodName, unknown][] = [
      ['events.get', { kind: 'calendar#event', surprise: 1 }],
      ['events.get', { sequence: '1' }],
      ['events.list', { items: [{ start: { dateTime: 'today' } }] }],
      ['events.delete', {}],
      ['events.watch', { expiration: 12 }],
    ]
    for (const [method, body] of wrong) expect(discovery?.check(method, body), method).toHaveLength(1)
  })
})

function callOf(name: ApiMethodName): Success {
  const found = SUCCESSES.find(([method]) => method === name)
  if (!found) throw new Error(`No call of ${name}`)
  return found
}

/** Those whose path names a calendar or a setting. */
const ON_SOMETHING = NAMES.filter(name =>
  /calendars\/|(calendarList|settings)\/(?!watch)/.test(callOf(name)[2]),
)

/** Each answer is checked where it is asked for: see `caller`. */
describe('every method keeps to the forms of Google', () => {
  it('in its successes, and no method has none', async () => {
    const { api, adminApi } = world()
    const seen = new Set<string>()
    for (const [method, verb, path, body, expected = 200] of SUCCESSES) {
      expect(apiRoute(verb, `/calendar/v3/${path.split('?')[0]}`)?.method).toBe(method)
      const by = method === 'calendars.transferOwnership' ? adminApi : api
      const { status, text } = await by(verb, path, body)
      expect(status, `${method} ${path} ${text}`).toBe(expected)
      seen.add(method)
    }
    expect([...seen].sort()).toEqual([...NAMES].sort())
  })

  it.each(NAMES)('%s refused before it is carried out', async name => {
    const [, verb, path, body] = callOf(name)
    const refused = async (accessToken: string, google = world().google) => {
      const { status, json } = await caller(google, accessToken)(verb, path, body)
      return [status, json.error.errors[0].reason]
    }
    expect(await refused('')).toEqual([401, 'required'])
    expect(await refused('ya29.unknown')).toEqual([401, 'authError'])
    const narrow = account({ scopes: ['openid'] })
    expect(await refused(narrow.accessToken, narrow.google)).toEqual([403, 'insufficientPermissions'])
    const disabled = account()
    disabled.google.control.updateClient(disabled.clientId, { apiDisabled: true })
    expect(await refused(disabled.accessToken, disabled.google)).toEqual([403, 'accessNotConfigured'])
    const limited = account({ quota: { perUser: 0 } })
    expect(await refused(limited.accessToken, limited.google)).toEqual([403, 'rateLimitExceeded'])
    const newcomer = account()
    newcomer.google.control.createUser({ email: 'new@example.com', calendarUser: false })
    const { accessToken } = newcomer.google.control.grant('new@example.com')
    expect(await refused(accessToken, newcomer.google)).toEqual([403, 'notACalendarUser'])
  })

  it.each(ON_SOMETHING)('%s of what is not there, or not the caller’s to have', async name => {
    const [, verb = '', path = '', body] = callOf(name)
    const { api, google } = world()
    const elsewhere = path.replace(/(calendars|calendarList|settings)\/[^/?]+/, '$1/nobody%40x.example')
    const answer = await api(verb, elsewhere, body)
    const expected = name === 'calendars.transferOwnership' ? [403, 'forbidden'] : [404, 'notFound']
    expect([answer.status, answer.json.error.errors[0].reason]).toEqual(expected)
    if (!API_METHODS[name].writes || !path.startsWith('calendars/')) return
    google.control.createUser({ email: 'owner@x.example' })
    google.control.shareCalendar('owner@x.example', 'user@example.com', 'reader')
    const foreign = path.replace(/calendars\/[^/?]+/, 'calendars/owner%40x.example')
    const refused = await api(verb, foreign, body)
    expect(refused.status).toBe(403)
  })
})
