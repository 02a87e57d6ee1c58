import { CALENDAR, caller, EVENTS, timed } from '../support.ts'
import { firstSyncToken, type Make, type Probes, refusal, statusOf } from './probe.ts'

async function withEvents(make: Make, count: number) {
  const ready = make()
  for (let n = 0; n < count; n++) await ready.api('POST', EVENTS, timed(`event${n}`))
  return ready
}

const page = async (make: Make) =>
  (await (await withEvents(make, 10)).api('GET', `${EVENTS}?maxResults=9`)).json.items.length

/** A calendar of somebody else's that the account may write to. */
function shared({ google }: ReturnType<Make>): string {
  google.control.createUser({ email: 'noa@example.com' })
  google.control.shareCalendar('noa@example.com', 'user@example.com', 'writer')
  return 'calendars/noa@example.com/events'
}

async function busyTimes(make: Make) {
  const bounds = { timeMin: '2026-05-04T00:00:00Z', timeMax: '2026-05-05T00:00:00Z' }
  return (await make().api('POST', 'freeBusy', { ...bounds, items: [{ id: 'primary' }] })).json.calendars
}

export const LIST_PROBES: Probes<
  | 'appCreatedOnForeignCalendar'
  | 'ownedOnForeignCalendar'
  | 'publicOnPrivateCalendar'
  | 'busyEventFields'
  | 'repeatedPrivateProperty'
  | 'corruptSyncToken'
  | 'syncTokenAnchor'
  | 'filteredListsGiveSyncTokens'
  | 'syncTokenLifetimeMs'
  | 'updatedMinMaxAgeMs'
  | 'cancelledSeriesIgnoreWindow'
  | 'instanceCap'
  | 'instancesOfSingleEvent'
  | 'aclReaders'
  | 'aclChangeEndsSyncTokens'
  | 'settingsAtDefaultListed'
  | 'freeBusyMaxRangeMs'
  | 'freeBusyErrorRate'
  | 'freeBusyMissingRate'
  | 'shortPageRate'
  | 'emptyPageRate'
> = {
  appCreatedOnForeignCalendar: {
    values: [
      ['notFound', [404, 'notFound']],
      ['forbidden', [403, 'forbidden']],
      ['insufficientPermissions', [403, 'insufficientPermissions']],
    ],
    look: make => refusal(make({ scopes: [`${CALENDAR}.app.created`] }).api('GET', EVENTS)),
  },
  ownedOnForeignCalendar: {
    values: [
      ['notFound', [404, 'notFound']],
      ['forbidden', [403, 'forbidden']],
      ['insufficientPermissions', [403, 'insufficientPermissions']],
    ],
    look(make) {
      const ready = make({ scopes: [`${CALENDAR}.events.owned`] })
      return refusal(ready.api('GET', shared(ready)))
    },
  },
  publicOnPrivateCalendar: {
    values: [
      ['notFound', [404, 'notFound']],
      ['forbidden', [403, 'forbidden']],
      ['insufficientPermissions', [403, 'insufficientPermissions']],
    ],
    look: make => refusal(make({ scopes: [`${CALENDAR}.events.public.readonly`] }).api('GET', EVENTS)),
  },
  freeBusyErrorRate: {
    values: [
      [0, { busy: [] }],
      [1, { busy: [], errors: [{ domain: 'global', reason: 'internalError' }] }],
    ],
    look: async make => (await busyTimes(make)).primary,
  },
  freeBusyMissingRate: {
    values: [
      [0, { primary: { busy: [] } }],
      [1, {}],
    ],
    look: make => busyTimes(make),
  },
  busyEventFields: {
    values: [
      ['withIdentity', true],
      ['timesOnly', false],
    ],
    async look(make) {
      const { google } = await withEvents(make, 1)
      const busy = google.control.grant('user@example.com', [`${CALENDAR}.events.freebusy`])
      const { json } = await caller(google, busy.accessToken)('GET', EVENTS)
      return 'iCalUID' in json.items[0]
    },
  },
  repeatedPrivateProperty: {
    values: [
      ['and', 0],
      ['or', 2],
    ],
    async look(make) {
      const { api } = make()
      for (const key of ['a', 'b'])
        await api('POST', EVENTS, { ...timed(), extendedProperties: { private: { [key]: '1' } } })
      const both = 'privateExtendedProperty=a%3D1&privateExtendedProperty=b%3D1'
      return (await api('GET', `${EVENTS}?${both}`)).json.items.length
    },
  },
  corruptSyncToken: {
    values: [
      ['invalid', [400, 'invalid']],
      ['fullSyncRequired', [410, 'fullSyncRequired']],
    ],
    look: make => refusal(make().api('GET', `${EVENTS}?syncToken=x`)),
  },
  syncTokenAnchor: {
    values: [
      ['firstPage', ['event0']],
      ['lastPage', []],
    ],
    async look(make) {
      const { api } = await withEvents(make, 2)
      const { json: first } = await api('GET', `${EVENTS}?maxResults=1`)
      await api('PATCH', `${EVENTS}/event0`, { summary: 'Between the pages' })
      const next = encodeURIComponent(first.nextPageToken)
      const { json: last } = await api('GET', `${EVENTS}?maxResults=1&pageToken=${next}`)
      const token = encodeURIComponent(last.nextSyncToken)
      const { json } = await api('GET', `${EVENTS}?syncToken=${token}`)
      return json.items.map(({ id }: { id: string }) => id)
    },
  },
  filteredListsGiveSyncTokens: {
    values: [
      [false, false],
      [true, true],
    ],
    look: async make => 'nextSyncToken' in (await make().api('GET', `${EVENTS}?q=x`)).json,
  },
  syncTokenLifetimeMs: {
    values: [
      [null, [200, undefined]],
      [1000, [410, 'fullSyncRequired']],
    ],
    async look(make) {
      const { api, clock } = make()
      const token = await firstSyncToken(api)
      clock.ms += 5000
      return refusal(api('GET', `${EVENTS}?syncToken=${token}`))
    },
  },
  updatedMinMaxAgeMs: {
    values: [
      [null, [200, undefined]],
      [86_400_000, [410, 'updatedMinTooLongAgo']],
    ],
    look: make => refusal(make().api('GET', `${EVENTS}?updatedMin=2026-02-01T00:00:00Z`)),
  },
  cancelledSeriesIgnoreWindow: {
    values: [
      [false, 0],
      [true, 1],
    ],
    async look(make) {
      const { api } = make()
      await api('POST', EVENTS, { ...timed('series'), recurrence: ['RRULE:FREQ=DAILY;COUNT=2'] })
      await api('DELETE', `${EVENTS}/series`)
      const query = 'showDeleted=true&timeMin=2027-01-01T00:00:00Z'
      return (await api('GET', `${EVENTS}?${query}`)).json.items.length
    },
  },
  instanceCap: {
    values: [
      [730, 730],
      [5, 5],
    ],
    async look(make) {
      const { api } = make()
      await api('POST', EVENTS, { ...timed('series'), recurrence: ['RRULE:FREQ=DAILY'] })
      return (await api('GET', `${EVENTS}/series/instances?maxResults=2500`)).json.items.length
    },
  },
  instancesOfSingleEvent: {
    values: [
      ['badRequest', 400],
      ['empty', 200],
    ],
    look: async make => statusOf((await withEvents(make, 1)).api('GET', `${EVENTS}/event0/instances`)),
  },
  aclReaders: {
    values: [
      ['writers', [200, undefined]],
      ['owners', [403, 'requiredAccessLevel']],
    ],
    look(make) {
      const ready = make()
      return refusal(ready.api('GET', shared(ready).replace('/events', '/acl')))
    },
  },
  aclChangeEndsSyncTokens: {
    values: [
      [false, 200],
      [true, 410],
    ],
    async look(make) {
      const { api } = make()
      const token = await firstSyncToken(api)
      await api('POST', 'calendars/primary/acl', { role: 'reader', scope: { type: 'default' } })
      return statusOf(api('GET', `${EVENTS}?syncToken=${token}`))
    },
  },
  settingsAtDefaultListed: {
    values: [
      [true, 12],
      [false, 1],
    ],
    look: async make =>
      (await make({ timeZone: 'Europe/Berlin' }).api('GET', 'users/me/settings')).json.items.length,
  },
  freeBusyMaxRangeMs: {
    values: [
      [90 * 86_400_000, [200, undefined]],
      [60 * 86_400_000, [400, 'timeRangeTooLong']],
    ],
    look(make) {
      const range = { timeMin: '2026-01-01T00:00:00Z', timeMax: '2026-03-20T00:00:00Z' }
      return refusal(make().api('POST', 'freeBusy', { ...range, items: [] }))
    },
  },
  shortPageRate: {
    values: [
      [0, 9],
      [1, 7],
    ],
    look: page,
  },
  emptyPageRate: {
    values: [
      [0, 9],
      [1, 0],
    ],
    look: page,
  },
}
