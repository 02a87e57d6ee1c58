import type { ApiCall } from '../wire/call.ts'
import { badRequest, invalid, invalidParameter, refuse } from '../wire/envelope.ts'
import { checksum } from '../wire/opaque.ts'
import { booleanParameter, choiceParameter, instantParameter, integerParameter } from '../wire/parameters.ts'
import { Refusal } from '../wire/reply.ts'
import { updatedMinTooLongAgo } from '../wire/standard-errors.ts'

export interface ListQuery {
  readonly maxResults: number
  readonly showDeleted: boolean
  readonly singleEvents: boolean
  readonly showHiddenInvitations: boolean
  readonly orderBy: 'startTime' | 'updated' | undefined
  readonly timeMin: number | undefined
  readonly timeMax: number | undefined
  readonly updatedMin: number | undefined
  readonly iCalUID: string | undefined
  readonly text: string | undefined
  readonly privateProperties: readonly string[]
  readonly sharedProperties: readonly string[]
  readonly eventTypes: readonly string[]
  readonly syncToken: string | undefined
  readonly pageToken: string | undefined
  /** Of what must stay the same from page to page. */
  readonly fingerprint: string
  /** Of what must stay the same from sync to sync. */
  readonly syncFingerprint: string
}

/** Calendar API, "Synchronize resources efficiently". */
const NOT_WITH_SYNC_TOKEN = [
  'iCalUID',
  'orderBy',
  'privateExtendedProperty',
  'q',
  'sharedExtendedProperty',
  'timeMin',
  'timeMax',
  'updatedMin',
]

const EVENT_TYPES = ['birthday', 'default', 'focusTime', 'fromGmail', 'outOfOffice', 'workingLocation']

const PAGE_INDEPENDENT = new Set([
  'pageToken',
  'maxResults',
  'fields',
  'prettyPrint',
  'alt',
  'key',
  'quotaUser',
])

/** Whoever sees only busy times gets single events, always (Calendar API, "Recurring events"). */
export function readListQuery(call: ApiCall, busyOnly: boolean): ListQuery {
  const { query } = call
  const syncToken = query.get('syncToken') ?? undefined
  const showDeleted = booleanParameter(query, 'showDeleted', false)
  if (syncToken !== undefined) {
    const restricted = NOT_WITH_SYNC_TOKEN.some(name => query.has(name))
    const hidesDeleted = query.has('showDeleted') && !showDeleted
    if (restricted || hidesDeleted) invalid('Sync token cannot be used with other request restrictions.')
  }
  const singleEvents = booleanParameter(query, 'singleEvents', false) || busyOnly
  const orderBy = choiceParameter(query, 'orderBy', ['startTime', 'updated'] as const)
  if (orderBy === 'startTime' && !singleEvents) {
    badRequest('The requested ordering is not available for the particular query.')
  }
  const eventTypes = query.getAll('eventTypes')
  for (const type of eventTypes)
    if (!EVENT_TYPES.includes(type)) invalidParameter('eventTypes', `Invalid value for: ${type}`)
  return {
    maxResults: integerParameter(query, 'maxResults', 250, 2500),
    showDeleted,
    singleEvents,
    showHiddenInvitations: booleanParameter(query, 'showHiddenInvitations', false),
    orderBy,
    ...readTimes(call),
    iCalUID: query.get('iCalUID') ?? undefined,
    text: query.get('q')?.toLowerCase() || undefined,
    privateProperties: query.getAll('privateExtendedProperty'),
    sharedProperties: query.getAll('sharedExtendedProperty'),
    eventTypes,
    syncToken,
    pageToken: query.get('pageToken') ?? undefined,
    fingerprint: fingerprintOf(query),
    syncFingerprint: checksum(`${singleEvents}&${[...eventTypes].sort().join(',')}`),
  }
}

/** `timeMin` bounds the end and `timeMax` the start, both exclusive. */
function readTimes({ query, world, now }: ApiCall) {
  const timeMin = instantParameter(query, 'timeMin')
  const timeMax = instantParameter(query, 'timeMax')
  const updatedMin = instantParameter(query, 'updatedMin')
  checkRange(timeMin, timeMax)
  const { updatedMinMaxAgeMs } = world.switches
  if (updatedMin !== undefined && updatedMinMaxAgeMs !== null && updatedMin < now - updatedMinMaxAgeMs) {
    throw new Refusal(updatedMinTooLongAgo())
  }
  return { timeMin, timeMax, updatedMin }
}

export function checkRange(timeMin: number | undefined, timeMax: number | undefined): void {
  if (timeMin === undefined || timeMax === undefined || timeMax > timeMin) return
  refuse(400, 'calendar', 'timeRangeEmpty', 'The specified time range is empty.', {
    locationType: 'parameter',
    location: 'timeMax',
  })
}

/** Of the parameters that later pages repeat. */
export function fingerprintOf(query: URLSearchParams): string {
  const fixed = [...query].filter(([name]) => !PAGE_INDEPENDENT.has(name)).map(pair => pair.join('='))
  return checksum(fixed.sort().join('&'))
}
