import type { ApiMethodName } from '../../../../src/testing/fake-google/calendar/methods.ts'
import { account, caller, EVENTS, timed } from './support.ts'

/** One call of the API that succeeds in `world`, after those before it. */
export type Success = readonly [
  method: ApiMethodName,
  verb: string,
  path: string,
  body?: unknown,
  status?: number,
]

const SECOND = 'second%40group.example'

/** A Workspace account with a second calendar, and an administrator of its domain. */
export function world() {
  const ready = account({ timeZone: 'Europe/Berlin' })
  const { control } = ready.google
  control.createUser({ email: 'noa@example.com', hd: 'example.com' })
  control.createUser({ email: 'heir@example.com', hd: 'example.com' })
  control.createUser({ email: 'admin@example.com', hd: 'example.com', admin: true })
  control.createGroup('team@example.com', ['user@example.com', 'noa@example.com'])
  control.createUser({ email: 'shared@x.example' })
  control.shareCalendar('shared@x.example', 'user@example.com', 'reader')
  const { id } = control.createCalendar('user@example.com', { summary: 'Second', description: 'd' })
  const { id: given } = control.createCalendar('noa@example.com', { summary: 'Given away' })
  let resourceId = ''
  const named = (text: string) =>
    text
      .replaceAll(SECOND, encodeURIComponent(String(id)))
      .replaceAll(decodeURIComponent(SECOND), String(id))
      .replaceAll('{given}', String(given))
      .replaceAll('{resourceId}', resourceId)
  const naming =
    (api: ReturnType<typeof caller>): typeof api =>
    async (verb, path, body, headers) => {
      const sent = JSON.parse(named(JSON.stringify(body ?? null))) ?? undefined
      const answer = await api(verb, named(path), sent, headers)
      if (answer.json?.kind === 'api#channel') resourceId = answer.json.resourceId
      return answer
    }
  const admin = control.grant('admin@example.com').accessToken
  return { ...ready, api: naming(ready.api), adminApi: naming(caller(ready.google, admin)) }
}

const label = { id: '0b5a1f0e-6f0d-4c1e-9a55-0d4b8a3f0c11', name: 'Red', backgroundColor: '#dc2127' }
const rich = {
  ...timed('series'),
  description: '<b>x</b>',
  location: 'Here',
  colorId: '3',
  recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
  visibility: 'private',
  transparency: 'transparent',
  attendees: [
    { email: 'a@b.example', displayName: 'A', optional: true, comment: 'c', additionalGuests: 1 },
    { email: 'noa@example.com' },
  ],
  extendedProperties: { private: { a: 'b' }, shared: { c: 'd' } },
  reminders: { useDefault: false, overrides: [{ method: 'popup', minutes: 5 }] },
  source: { url: 'https://x.example', title: 't' },
  attachments: [{ fileUrl: 'https://x.example/f', title: 'f' }],
  conferenceData: {
    createRequest: { requestId: 'r1', conferenceSolutionKey: { type: 'hangoutsMeet' } },
  },
  guestsCanModify: true,
}
const allDay = { id: 'allda1', start: { date: '2026-05-04' }, end: { date: '2026-05-05' } }
const place = { type: 'officeLocation', officeLocation: { label: 'HQ', floorId: '3' } }
const working = { eventType: 'workingLocation', visibility: 'public', transparency: 'transparent' }
const special: object[] = [
  { ...allDay, id: 'place1', ...working, workingLocationProperties: place },
  { ...timed('focus1'), eventType: 'focusTime', focusTimeProperties: { chatStatus: 'doNotDisturb' } },
  { ...timed('outof1'), eventType: 'outOfOffice', outOfOfficeProperties: { declineMessage: 'Away' } },
  {
    ...{ ...allDay, id: 'birth1', eventType: 'birthday', visibility: 'private' },
    ...{ transparency: 'transparent', recurrence: ['RRULE:FREQ=YEARLY'] },
  },
]
const scope = { type: 'user', value: 'noa@example.com' }
const range = { timeMin: '2026-05-04T00:00:00Z', timeMax: '2026-05-06T00:00:00Z' }
const channel = { id: 'c', type: 'web_hook', address: 'https://x.example/', token: 't' }
const rule = 'calendars/primary/acl/user:noa@example.com'
const entry = `users/me/calendarList/${SECOND}`

export const SUCCESSES: readonly Success[] = [
  ['events.insert', 'POST', `${EVENTS}?supportsAttachments=true&conferenceDataVersion=1`, rich],
  ['events.insert', 'POST', EVENTS, allDay],
  ...special.map((body): Success => ['events.insert', 'POST', EVENTS, body]),
  ['events.get', 'GET', `${EVENTS}/series?maxAttendees=1`],
  ['events.patch', 'PATCH', `${EVENTS}/series_20260505T100000Z`, { summary: 'x' }],
  ['events.delete', 'DELETE', `${EVENTS}/series_20260506T100000Z`, undefined, 204],
  ['events.get', 'GET', `${EVENTS}/series_20260506T100000Z`],
  ['events.update', 'PUT', `${EVENTS}/allda1`, allDay],
  ['events.list', 'GET', `${EVENTS}?singleEvents=true&showDeleted=true&maxResults=2`],
  ['events.list', 'GET', EVENTS],
  ['events.instances', 'GET', `${EVENTS}/series/instances?showDeleted=true`],
  ['events.import', 'POST', `${EVENTS}/import`, { ...timed(), iCalUID: 'u@x.example', privateCopy: true }],
  ['events.move', 'POST', `${EVENTS}/allda1/move?destination=${SECOND}`],
  ['events.quickAdd', 'POST', `${EVENTS}/quickAdd?text=x`],
  ['events.watch', 'POST', `${EVENTS}/watch`, channel],
  ['channels.stop', 'POST', 'channels/stop', { id: 'c', resourceId: '{resourceId}' }, 204],
  ['calendarList.watch', 'POST', 'users/me/calendarList/watch', { ...channel, id: 'd' }],
  ['settings.watch', 'POST', 'users/me/settings/watch', { ...channel, id: 'e' }],
  ['acl.watch', 'POST', 'calendars/primary/acl/watch', { ...channel, id: 'f' }],
  ['calendars.insert', 'POST', 'calendars', { summary: 'x', location: 'y', timeZone: 'UTC' }],
  ['calendars.patch', 'PATCH', `calendars/${SECOND}`, { labelProperties: { eventLabels: [label] } }],
  ['calendars.get', 'GET', `calendars/${SECOND}`],
  [
    ...(['events.insert', 'POST', `calendars/${SECOND}/events?eventLabelVersion=1`] as const),
    { ...timed('label1'), eventLabelId: label.id },
  ],
  ['calendars.update', 'PUT', `calendars/${SECOND}`, { summary: 'z' }],
  ['calendars.transferOwnership', 'POST', transfer(), undefined, 204],
  ['calendarList.list', 'GET', 'users/me/calendarList'],
  ['calendarList.get', 'GET', entry],
  ['calendarList.insert', 'POST', 'users/me/calendarList', { id: decodeURIComponent(SECOND) }],
  ['calendarList.patch', 'PATCH', entry, { colorId: '7', summaryOverride: 'o' }],
  ['calendarList.update', 'PUT', entry, { hidden: true }],
  [
    ...(['freebusy.query', 'POST', 'freeBusy'] as const),
    { ...range, items: ['primary', 'nobody', 'team@example.com'].map(id => ({ id })) },
  ],
  ['colors.get', 'GET', 'colors'],
  ['settings.list', 'GET', 'users/me/settings'],
  ['settings.get', 'GET', 'users/me/settings/locale'],
  ['acl.insert', 'POST', 'calendars/primary/acl', { scope, role: 'reader' }],
  ['acl.list', 'GET', 'calendars/primary/acl'],
  ['acl.get', 'GET', rule],
  ['acl.patch', 'PATCH', rule, { role: 'writer' }],
  ['acl.update', 'PUT', rule, { role: 'owner', scope }],
  ['acl.delete', 'DELETE', rule, undefined, 204],
  ['calendars.clear', 'POST', 'calendars/primary/clear', undefined, 204],
  ['calendars.delete', 'DELETE', `calendars/${SECOND}`, undefined, 204],
  ['calendarList.insert', 'POST', 'users/me/calendarList', { id: 'shared@x.example' }],
  ['calendarList.delete', 'DELETE', 'users/me/calendarList/shared@x.example', undefined, 204],
]

function transfer(): string {
  return 'calendars/{given}/transferOwnership?useAdminAccess=true&newDataOwner=heir@example.com'
}
