import type { FakeGoogle, FakeRequest } from '../../../../../src/testing/fake-google/index.ts'
import { type Fuzzer, NOA } from './fuzzer.ts'

/** As the control API lists them where it is asked for one that is not there. */
export function controlNames(google: FakeGoogle): string[] {
  const { response } = google.handle({ method: 'POST', url: '/_control/nobody', headers: {}, body: '' })
  return String(JSON.parse(response.body).error)
    .replace(/^.*There are: /, '')
    .split(', ')
}

/** Fields that some route takes, with values that some accept. */
export function controlRequest(fuzzer: Fuzzer, names: readonly string[]): FakeRequest {
  const fields: readonly [string, () => unknown][] = [
    ['email', () => fuzzer.pick(['user@example.com', NOA, 'new@example.com'])],
    ['calendarId', () => fuzzer.pick(['user@example.com', NOA, 'nobody'])],
    ['eventId', () => fuzzer.pick(['aaaaa', 'bbbbb', 'aaaaa_20260512T080000Z'])],
    ['event', () => fuzzer.event()],
    ['changes', () => fuzzer.event()],
    ['summary', () => 'Title'],
    ['organizer', () => fuzzer.pick([NOA, 'out@x.example'])],
    ['response', () => fuzzer.pick(['accepted', 'declined'])],
    ['role', () => fuzzer.pick(['reader', 'owner', null])],
    ['fault', () => fuzzer.pick(['notFound', 'slow', 'nothing'])],
    ['rates', () => fuzzer.pick([{ notFound: 0.1 }, { notFound: 2 }])],
    ['ms', () => fuzzer.pick([0, 1, 1000, -5])],
    ['forMs', () => fuzzer.pick([0, 10])],
    ['factor', () => fuzzer.pick([0.5, 1, 0])],
    ['set-quota', () => fuzzer.pick(['off', 'google', { perUser: 1000 }])],
    ['name', () => 'one'],
    ['id', () => fuzzer.pick(['locale', 'nothing'])],
    ['value', () => fuzzer.text()],
    ['type', () => fuzzer.pick(['verification', 'sessions-revoked', 'nothing'])],
    ['how', () => fuzzer.pick(['purge', 'forbid'])],
    ['state', () => fuzzer.pick(['active', 'deleted', 'exists'])],
    ['channelId', () => 'c'],
    ['times', () => fuzzer.pick([1, 3])],
    ['members', () => [NOA]],
    ['destination', () => fuzzer.pick([NOA, 'user@example.com'])],
    ['instanceId', () => 'aaaaa_20260512T080000Z'],
    ['revive', () => fuzzer.pick(['allowed', 'forbidden'])],
    ['authorizationUrl', () => fuzzer.pick(['https://accounts.google.com/o/oauth2/v2/auth?x=1', 'x'])],
    ['scopes', () => fuzzer.pick([['openid'], [], 'openid'])],
    ['clientId', () => fuzzer.pick(['nobody', ''])],
    ['redirectUris', () => fuzzer.pick([['https://app.example/'], ['#']])],
    ['timeZone', () => fuzzer.pick(['UTC', 'Mars/Olympus'])],
    ['secret', () => fuzzer.json()],
  ]
  const name = fuzzer.chance(0.05) ? fuzzer.text() : fuzzer.pick(names)
  // Most routes take a few fields and are strict about the others.
  const body: Record<string, unknown> = {}
  const wanted = 1 + fuzzer.below(4)
  for (let n = 0; n < wanted; n++) {
    const [field, make] = fuzzer.pick(fields)
    body[field] = fuzzer.chance(0.1) ? fuzzer.json() : make()
  }
  const known = NEEDS.get(name)
  if (known && fuzzer.chance(0.7))
    for (const field of Object.keys(body)) if (!known.includes(field)) delete body[field]
  if (known && fuzzer.chance(0.7))
    for (const [field, make] of fields) if (known.includes(field)) body[field] ??= make()
  const text = fuzzer.chance(0.05) ? fuzzer.pick(['{', '[]', 'null', '"x"', '']) : JSON.stringify(body)
  const method = fuzzer.pick(['POST', 'POST', 'POST', 'GET', 'DELETE'])
  return { method, url: `/_control/${encodeURIComponent(name)}`, headers: {}, body: text }
}

const NEEDS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'create-event': ['calendarId', 'event', 'organizer'],
    'edit-event': ['calendarId', 'eventId', 'changes'],
    'delete-event': ['calendarId', 'eventId'],
    'restore-event': ['calendarId', 'eventId'],
    'move-event': ['calendarId', 'eventId', 'destination'],
    'lock-event': ['calendarId', 'eventId'],
    'duplicate-event': ['calendarId', 'eventId'],
    'drift-etag': ['calendarId', 'eventId'],
    'split-series': ['calendarId', 'eventId', 'instanceId'],
    'empty-bin': ['calendarId', 'how'],
    respond: ['calendarId', 'eventId', 'email', 'response'],
    'share-calendar': ['calendarId', 'email', 'role'],
    'create-calendar': ['email', 'summary'],
    'create-group': ['email', 'members'],
    'set-setting': ['email', 'id', 'value'],
    'advance-clock': ['ms'],
    'save-snapshot': ['name'],
    'restore-snapshot': ['name'],
    'set-quota': ['quota'],
  }),
)
