import { EVENTS, timed } from '../support.ts'
import { type Make, type Probes, refusal, statusOf } from './probe.ts'

const ONE = `${EVENTS}/abc123`
const RULE = { recurrence: ['RRULE:FREQ=DAILY'] }
const MEET = { conferenceData: { createRequest: { requestId: 'r1' } } }
const PATH = `${EVENTS}?conferenceDataVersion=1`

async function withEvent(make: Make, more: object = {}) {
  const ready = make()
  await ready.api('POST', EVENTS, { ...timed('abc123'), ...more })
  return ready
}

async function withTombstone(make: Make) {
  const ready = await withEvent(make)
  await ready.api('DELETE', ONE)
  return ready
}

async function etagAfter(make: Make, ms: number) {
  const { api, clock } = make({ switches: { etagDriftRate: 1 } })
  const { json } = await api('POST', EVENTS, timed('abc123'))
  clock.ms += ms
  return (await api('GET', ONE)).json.etag === json.etag
}

export const EVENT_PROBES: Probes<
  | 'revive'
  | 'putWithoutStatusRevives'
  | 'tombstoneDetails'
  | 'tombstoneLifetimeMs'
  | 'longText'
  | 'unknownColorId'
  | 'maxEventDurationMs'
  | 'sequenceGrowsWith'
  | 'createdFraction'
  | 'guestEdits'
  | 'specialTypesAvailable'
  | 'meetAvailable'
  | 'conferenceOutcome'
  | 'conferencePendingMs'
  | 'putKeepsConference'
  | 'dateTimeWithoutZone'
  | 'recurrenceForms'
  | 'seriesWithTwoZones'
  | 'importAgain'
  | 'exceptionsAfterReschedule'
  | 'etagDriftRate'
  | 'etagDriftAfterMs'
  | 'newCalendarReadOnlyMs'
> = {
  specialTypesAvailable: {
    values: [
      [true, [200, undefined]],
      [false, [400, 'eventTypeRestriction']],
    ],
    look: make => refusal(make().api('POST', EVENTS, { ...timed(), eventType: 'focusTime' })),
  },
  recurrenceForms: {
    values: [
      ['strict', [400, 'invalid']],
      ['lenient', [200, undefined]],
    ],
    look: make =>
      refusal(make().api('POST', EVENTS, { ...timed(), recurrence: ['RRULE:FREQ=DAILY;UNTIL=20260601'] })),
  },
  seriesWithTwoZones: {
    values: [
      ['rejected', [400, 'invalid']],
      ['accepted', [200, undefined]],
    ],
    async look(make) {
      const end = { dateTime: '2026-05-04T11:00:00Z', timeZone: 'Asia/Jerusalem' }
      return refusal(make().api('POST', EVENTS, { ...timed(), end, ...RULE }))
    },
  },
  revive: {
    values: [
      ['allowed', [200, 200]],
      ['forbidden', [403, 403]],
      ['forbiddenAfterUiDelete', [200, 403]],
    ],
    async look(make) {
      const { api, google } = await withTombstone(make)
      const byApi = await statusOf(api('PUT', ONE, { ...timed(), status: 'confirmed' }))
      await api('POST', EVENTS, timed('def456'))
      google.control.deleteEvent('user@example.com', 'def456')
      return [byApi, await statusOf(api('PATCH', `${EVENTS}/def456`, { status: 'confirmed' }))]
    },
  },
  putWithoutStatusRevives: {
    values: [
      [true, 'confirmed'],
      [false, 'cancelled'],
    ],
    look: async make => (await (await withTombstone(make)).api('PUT', ONE, timed())).json.status,
  },
  tombstoneDetails: {
    values: [
      ['kept', 'Appointment'],
      ['idOnly', undefined],
    ],
    look: async make => (await (await withTombstone(make)).api('GET', ONE)).json.summary,
  },
  tombstoneLifetimeMs: {
    values: [
      [null, [200, 409]],
      [600_000, [404, 200]],
    ],
    async look(make) {
      const { api, clock } = await withTombstone(make)
      clock.ms += 1_200_000
      return [await statusOf(api('GET', ONE)), await statusOf(api('POST', EVENTS, timed('abc123')))]
    },
  },
  longText: {
    values: [
      ['accepted', [200, 9000, 2000]],
      ['truncated', [200, 8192, 1024]],
      ['rejected', [400, undefined, undefined]],
    ],
    async look(make) {
      const body = { ...timed(), description: 'd'.repeat(9000), summary: 's'.repeat(2000) }
      const { status, json } = await make().api('POST', EVENTS, body)
      return [status, json.description?.length, json.summary?.length]
    },
  },
  unknownColorId: {
    values: [
      ['rejected', 400],
      ['ignored', 200],
    ],
    look: make => statusOf(make().api('POST', EVENTS, { ...timed(), colorId: '12' })),
  },
  maxEventDurationMs: {
    values: [
      [null, [200, undefined]],
      [60_000, [400, 'eventDurationExceedsLimit']],
    ],
    look: make => refusal(make().api('POST', EVENTS, timed())),
  },
  sequenceGrowsWith: {
    values: [
      ['rescheduling', 0],
      ['anyChange', 1],
    ],
    look: async make => (await (await withEvent(make)).api('PATCH', ONE, { summary: 'x' })).json.sequence,
  },
  createdFraction: {
    values: [
      ['zeros', '2026-03-02T09:00:00.000Z'],
      ['none', '2026-03-02T09:00:00Z'],
    ],
    look: async make => (await (await withEvent(make)).api('GET', ONE)).json.created,
  },
  guestEdits: {
    values: [
      ['refused', [403, 'forbiddenForNonOrganizer']],
      ['stayLocal', [200, undefined]],
    ],
    async look(make) {
      const { api, google } = make()
      const { id } = google.control.createEvent('user@example.com', timed(), 'boss@example.org')
      return refusal(api('PATCH', `${EVENTS}/${id}`, { summary: 'Mine' }))
    },
  },
  meetAvailable: {
    values: [
      [true, [200, undefined]],
      [false, [400, 'invalid']],
    ],
    look: make => refusal(make().api('POST', PATH, { ...timed(), ...MEET })),
  },
  conferenceOutcome: {
    values: [
      ['success', ['success', true]],
      ['failure', ['failure', false]],
    ],
    async look(make) {
      const { json } = await make().api('POST', PATH, { ...timed(), ...MEET })
      return [json.conferenceData.createRequest.status.statusCode, 'hangoutLink' in json]
    },
  },
  conferencePendingMs: {
    values: [
      [0, ['success', 'success']],
      [1000, ['pending', 'success']],
    ],
    async look(make) {
      const { api, clock } = make()
      const { json: first } = await api('POST', PATH, { ...timed('abc123'), ...MEET })
      clock.ms += 1000
      const { json: later } = await api('GET', ONE)
      return [first, later].map(({ conferenceData }) => conferenceData.createRequest.status.statusCode)
    },
  },
  putKeepsConference: {
    values: [
      [true, true],
      [false, false],
    ],
    async look(make) {
      const { api } = make()
      await api('POST', PATH, { ...timed('abc123'), ...MEET })
      return 'conferenceData' in (await api('PUT', ONE, timed())).json
    },
  },
  dateTimeWithoutZone: {
    values: [
      ['rejected', [400, undefined]],
      ['calendarZone', [200, '2026-05-04T10:00:00+02:00']],
    ],
    async look(make) {
      const body = { start: { dateTime: '2026-05-04T10:00:00' }, end: { dateTime: '2026-05-04T11:00:00' } }
      const { status, json } = await make({ timeZone: 'Europe/Berlin' }).api('POST', EVENTS, body)
      return [status, json.start?.dateTime]
    },
  },
  importAgain: {
    values: [
      ['replaces', [200, undefined]],
      ['duplicate', [409, 'duplicate']],
    ],
    async look(make) {
      const { api } = make()
      const body = { ...timed(), iCalUID: 'u@x.example' }
      await api('POST', `${EVENTS}/import`, body)
      return refusal(api('POST', `${EVENTS}/import`, body))
    },
  },
  exceptionsAfterReschedule: {
    values: [
      ['cancelled', 'cancelled'],
      ['kept', 'confirmed'],
    ],
    async look(make) {
      const { api } = await withEvent(make, RULE)
      const instance = `${ONE}_20260505T100000Z`
      await api('PATCH', instance, { summary: 'Other' })
      await api('PATCH', ONE, { start: timed(undefined, 12).start, end: timed(undefined, 12).end })
      return (await api('GET', instance)).json.status
    },
  },
  etagDriftRate: {
    values: [
      [0, true],
      [1, false],
    ],
    async look(make) {
      const { api, clock } = make()
      const { json } = await api('POST', EVENTS, timed('abc123'))
      clock.ms += 300
      return (await api('GET', ONE)).json.etag === json.etag
    },
  },
  etagDriftAfterMs: {
    values: [
      [300, false],
      [10_000, true],
    ],
    look: make => etagAfter(make, 500),
  },
  newCalendarReadOnlyMs: {
    values: [
      [0, [200, undefined]],
      [1000, [403, 'requiredAccessLevel']],
    ],
    async look(make) {
      const { api } = make()
      const { json } = await api('POST', 'calendars', { summary: 'x' })
      return refusal(api('POST', `calendars/${json.id}/events`, timed()))
    },
  },
}
