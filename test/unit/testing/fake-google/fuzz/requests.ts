import { type Fuzzer, NOA } from './fuzzer.ts'

/** Mostly wrong, in every way that comes to mind. */
export function request(fuzzer: Fuzzer, tokens: readonly string[], seen: string[]) {
  const calendar = fuzzer.pick([
    'primary',
    'primary',
    'user@example.com',
    'nobody',
    encodeURIComponent(fuzzer.text()),
    '%E0%A4%A',
  ])
  const event = fuzzer.pick(['aaaaa', 'bbbbb', 'ccccc', 'nobody', encodeURIComponent(fuzzer.text())])
  const params = new URLSearchParams()
  const known = [
    'syncToken',
    'pageToken',
    'maxResults',
    'showDeleted',
    'singleEvents',
    'orderBy',
    'timeMin',
    'timeMax',
    'updatedMin',
    'privateExtendedProperty',
    'q',
    'iCalUID',
    'fields',
    'timeZone',
    'sendUpdates',
    'maxAttendees',
    'prettyPrint',
    'eventTypes',
    'text',
    'destination',
    'originalStart',
    'conferenceDataVersion',
    'eventLabelVersion',
    'supportsAttachments',
    'showHiddenInvitations',
    'newDataOwner',
    'useAdminAccess',
  ]
  const values = [
    'true',
    'false',
    '1',
    '0',
    '2026-05-04T00:00:00Z',
    'k=v',
    'startTime',
    'updated',
    'all',
    'items(id,start(dateTime))',
    'UTC',
    ...seen,
  ]
  while (fuzzer.chance(0.5))
    params.append(fuzzer.pick(known), fuzzer.chance(0.2) ? fuzzer.text() : fuzzer.pick(values))
  const path = fuzzer.pick([
    `/calendar/v3/calendars/${calendar}/events`,
    `/calendar/v3/calendars/${calendar}/events`,
    `/calendar/v3/calendars/${calendar}/events/${event}`,
    `/calendar/v3/calendars/${calendar}/events/${event}`,
    `/calendar/v3/calendars/${calendar}`,
    `/calendar/v3/calendars/${calendar}/events/${event}/instances`,
    `/calendar/v3/calendars/${calendar}/events/${event}_2026051${fuzzer.below(10)}T080000Z`,
    `/calendar/v3/calendars/${calendar}/events/${event}/move`,
    `/calendar/v3/calendars/${calendar}/events/${fuzzer.pick(['import', 'quickAdd', 'watch'])}`,
    `/calendar/v3/calendars/${calendar}/${fuzzer.pick(['acl', 'clear', 'transferOwnership'])}`,
    `/calendar/v3/calendars/${calendar}/acl/${fuzzer.pick(['default', 'user:a@b.example', event])}`,
    '/calendar/v3/users/me/settings',
    `/calendar/v3/users/me/settings/${event}`,
    '/calendar/v3/freeBusy',
    '/calendar/v3/colors',
    '/calendar/v3/channels/stop',
    '/calendar/v3/users/me/calendarList/watch',
    '/batch/calendar/v3',
    '/calendar/v3/calendars',
    '/calendar/v3/users/me/calendarList',
    `/calendar/v3/users/me/calendarList/${calendar}`,
    '/token',
    '/revoke',
    '/tokeninfo',
    '/v1/userinfo',
    '/o/oauth2/v2/auth',
    `/${fuzzer.text()}`,
    '/_control/create-user',
    '/_control/create-event',
    '/_control/fault',
    '/_control/set-switches',
  ])
  const headers: Record<string, string> = { authorization: `Bearer ${fuzzer.pick(tokens)}` }
  if (fuzzer.chance(0.1)) headers['if-match'] = fuzzer.pick(['*', '"1"', ...seen])
  if (fuzzer.chance(0.1)) headers['if-none-match'] = fuzzer.pick(['*', ...seen])
  const form = () =>
    String(
      new URLSearchParams([
        ['grant_type', fuzzer.pick(['refresh_token', 'authorization_code'])],
        ['token', fuzzer.text()],
        ['client_id', fuzzer.text()],
      ]),
    )
  const json = () => JSON.stringify(fuzzer.chance(0.8) ? fuzzer.event() : fuzzer.json())
  const body = fuzzer.pick([json, json, json, form, () => '{"a":', () => ''])()
  const query = params.size > 0 ? `?${params}` : ''
  return {
    method: fuzzer.pick(['GET', 'GET', 'POST', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD']),
    url: `${path}${query}`,
    headers,
    body,
  }
}

/** One that Google would accept, more often than not. */
export function sane(fuzzer: Fuzzer, bearer: string, etags: ReadonlyMap<string, string>) {
  const id = fuzzer.pick(['aaaaa', 'bbbbb', 'ccccc', 'ddddd'])
  const hour = 10 + fuzzer.below(10)
  const at = (h: number) => ({ dateTime: `2026-05-04T${h}:00:00Z`, timeZone: 'Europe/Berlin' })
  const body = JSON.stringify({
    start: at(hour),
    end: at(hour + 1),
    summary: fuzzer.pick(['a', 'b']),
    attendees: fuzzer.pick([[], [{ email: NOA }]]),
    status: 'confirmed',
  })
  const root = '/calendar/v3/calendars/primary/events'
  const headers: Record<string, string> = { authorization: `Bearer ${bearer}` }
  const etag = etags.get(id)
  if (etag && fuzzer.chance(0.3)) headers[fuzzer.pick(['if-match', 'if-none-match'])] = etag
  const method = fuzzer.pick(['POST', 'PUT', 'PATCH', 'DELETE', 'GET'])
  if (method === 'POST') return { method, url: root, headers, body: body.replace('{', `{"id":"${id}",`) }
  return { method, url: `${root}/${id}`, headers, body: method === 'PUT' || method === 'PATCH' ? body : '' }
}
