import { z } from 'zod'
import { ACCESS_ROLES } from '../calendar/access-rules.ts'
import { FAULT_NAMES } from '../faults/fault.ts'
import { SECURITY_EVENTS, type SecurityEvent } from '../oauth/security-events.ts'

/** What the control routes take. Strict: a misspelt name is a 400, not a silent default. */

const email = z.string().min(3)
const calendarId = z.string().min(1)
const eventId = z.string().min(1)
const ms = z.number().min(0)
const share = z.number().min(0).max(1)
const json = z.record(z.string(), z.json())
const names = z.array(z.string())
const fault = z.enum(FAULT_NAMES)
const match = z
  .strictObject({
    method: z.union([z.string(), names]),
    user: email,
    calendarId,
    eventId,
    writes: z.boolean(),
  })
  .partial()
const details = {
  match: match.optional(),
  retryAfter: z.union([z.number(), z.string()]).optional(),
  delayMs: ms.optional(),
  bytes: z.int().min(1).max(10_000_000_000).optional(),
}
const answer = z.enum(['notFound', 'forbidden', 'insufficientPermissions'])
const limit = z.number().positive().nullable()

export const none = z.strictObject({})
export const byEmail = z.strictObject({ email })
export const byOptionalEmail = z.strictObject({ email: email.optional() })
export const byCalendar = z.strictObject({ calendarId })
export const byOptionalCalendar = z.strictObject({ calendarId: calendarId.optional() })
export const byEvent = z.strictObject({ calendarId, eventId })

export const user = z.strictObject({
  email,
  name: z.string().optional(),
  timeZone: z.string().optional(),
  hd: z.string().optional(),
  sub: z.string().min(1).optional(),
  locale: z.string().optional(),
  link: z.string().optional(),
  gender: z.string().optional(),
  calendarUser: z.boolean().optional(),
  admin: z.boolean().optional(),
})
export const userState = z.strictObject({
  email,
  state: z.enum(['active', 'deleted', 'reauthRequired', 'adminRestricted']),
})
const publishing = z.enum(['production', 'testing']).optional()
export const client = z.strictObject({
  redirectUris: names.optional(),
  clientId: z.string().min(1).optional(),
  clientSecret: z.string().min(1).optional(),
  projectNumber: z.string().min(1).optional(),
  publishing,
})
export const clientChanges = z.strictObject({
  clientId: z.string(),
  redirectUris: names.optional(),
  publishing,
  apiDisabled: z.boolean().optional(),
  deleted: z.boolean().optional(),
  securityEventsUrl: z.string().optional(),
})
export const readyAccount = user
  .partial()
  .extend({ scopes: names.optional(), redirectUris: names.optional() })
export const approve = z.strictObject({
  authorizationUrl: z.string(),
  email,
  grantScopes: names.optional(),
  deny: z.boolean().optional(),
  accessForMs: z.number().positive().optional(),
})
export const grant = z.strictObject({ email, scopes: names.optional(), clientId: z.string().optional() })
export const revokeGrant = z.strictObject({ email, clientId: z.string().optional() })

export const newCalendar = z.strictObject({
  email,
  summary: z.string().min(1),
  description: z.string().optional(),
  timeZone: z.string().optional(),
  clientId: z.string().optional(),
  pushes: z.boolean().optional(),
})
export const calendarChanges = z.strictObject({
  calendarId,
  summary: z.string().min(1).optional(),
  description: z.string().optional(),
  timeZone: z.string().optional(),
})
export const shareCalendar = z.strictObject({
  calendarId,
  email,
  role: z.enum(ACCESS_ROLES).nullable(),
})
export const newEvent = z.strictObject({ calendarId, event: json, organizer: email.optional() })
export const eventChanges = z.strictObject({ calendarId, eventId, changes: json })
const SECURITY_EVENT_NAMES = Object.keys(SECURITY_EVENTS) as SecurityEvent[]
export const securityEvent = z.strictObject({
  type: z.enum(SECURITY_EVENT_NAMES),
  email: email.optional(),
  reason: z.string().optional(),
  state: z.string().optional(),
})
export const split = z.strictObject({ calendarId, eventId, instanceId: eventId, changes: json.optional() })
export const response = z.strictObject({
  calendarId,
  eventId,
  email,
  response: z.enum(['needsAction', 'declined', 'tentative', 'accepted']),
})
export const movedEvent = z.strictObject({ calendarId, eventId, destination: calendarId })
export const lock = z.strictObject({ calendarId, eventId, locked: z.boolean().optional() })
export const group = z.strictObject({ email, members: names })
export const sentPush = z.strictObject({
  channelId: z.string().min(1),
  times: z.int().min(1).max(1000).optional(),
  state: z.enum(['sync', 'exists', 'not_exists']).optional(),
  number: z.int().min(1).optional(),
  token: z.string().nullable().optional(),
  resourceId: z.string().optional(),
})
export const named = z.strictObject({ name: z.string().min(1) })
export const setting = z.strictObject({ email, id: z.string().min(1), value: z.string() })
export const bin = z.strictObject({ calendarId, how: z.enum(['purge', 'forbid']).optional() })

export const scriptedFault = z.strictObject({
  fault,
  ...details,
  skip: z.int().min(0).optional(),
  times: z.union([z.int().min(1), z.literal('always')]).optional(),
})
export const randomFaults = z.strictObject({ rates: z.partialRecord(fault, share), ...details })
const creation = z.strictObject({ count: z.number().min(1), withinMs: ms, freezeMs: ms }).nullable()
export const scale = z.strictObject({ factor: z.number().positive() })
export const quota = z.strictObject({
  quota: z.union([
    z.enum(['google', 'off']),
    z
      .strictObject({
        perUser: limit,
        perProject: limit,
        calendarWrites: z
          .strictObject({ perSecond: z.number().positive(), burst: z.number().min(1) })
          .nullable(),
        calendars: creation,
        events: creation,
        invitations: creation,
        guestMails: creation,
      })
      .partial(),
  ]),
})
export const freeze = z.strictObject({ email, forMs: ms })
export const latency = z.strictObject({ ms })
export const advance = z.strictObject({ ms: z.number() })
export const switches = z
  .strictObject({
    appCreatedOnForeignCalendar: answer,
    ownedOnForeignCalendar: answer,
    publicOnPrivateCalendar: answer,
    revive: z.enum(['allowed', 'forbidden', 'forbiddenAfterUiDelete']),
    putWithoutStatusRevives: z.boolean(),
    tombstoneDetails: z.enum(['kept', 'idOnly']),
    tombstoneLifetimeMs: ms.nullable(),
    cancelledSeriesIgnoreWindow: z.boolean(),
    busyEventFields: z.enum(['withIdentity', 'timesOnly']),
    longText: z.enum(['accepted', 'truncated', 'rejected']),
    unknownColorId: z.enum(['rejected', 'ignored']),
    maxEventDurationMs: ms.nullable(),
    sequenceGrowsWith: z.enum(['rescheduling', 'anyChange']),
    createdFraction: z.enum(['zeros', 'none']),
    guestEdits: z.enum(['refused', 'stayLocal']),
    meetAvailable: z.boolean(),
    specialTypesAvailable: z.boolean(),
    conferenceOutcome: z.enum(['success', 'failure']),
    conferencePendingMs: ms,
    putKeepsConference: z.boolean(),
    pushRetries: z.boolean(),
    pushRetriesTimeouts: z.boolean(),
    accessTokenSeconds: z.int().min(1),
    codeLifetimeMs: ms,
    testingTokensSayExpiry: z.boolean(),
    deadTokenText: z.enum(['changes', 'constant']),
    redirectMismatch: z.enum(['redirect_uri_mismatch', 'invalid_grant']),
    wrongSecretText: z.enum(['Unauthorized', 'The provided client secret is invalid.']),
    revokeBody: z.enum(['object', 'empty']),
    revokeTakesEffectAfterMs: ms,
    promptNoneErrors: z.enum(['redirected', 'shown']),
    dateTimeWithoutZone: z.enum(['rejected', 'calendarZone']),
    recurrenceForms: z.enum(['strict', 'lenient']),
    seriesWithTwoZones: z.enum(['rejected', 'accepted']),
    repeatedPrivateProperty: z.enum(['and', 'or']),
    corruptSyncToken: z.enum(['invalid', 'fullSyncRequired']),
    syncTokenAnchor: z.enum(['firstPage', 'lastPage']),
    filteredListsGiveSyncTokens: z.boolean(),
    syncTokenLifetimeMs: ms.nullable(),
    updatedMinMaxAgeMs: ms.nullable(),
    instanceCap: z.int().min(1).max(10_000),
    exceptionsAfterReschedule: z.enum(['cancelled', 'kept']),
    instancesOfSingleEvent: z.enum(['badRequest', 'empty']),
    importAgain: z.enum(['replaces', 'duplicate']),
    aclReaders: z.enum(['writers', 'owners']),
    aclChangeEndsSyncTokens: z.boolean(),
    settingsAtDefaultListed: z.boolean(),
    freeBusyMaxRangeMs: ms,
    freeBusyErrorRate: share,
    freeBusyMissingRate: share,
    batchLimit: z.int().min(1),
    batchOrder: z.enum(['asSent', 'shuffled']),
    syncMessage: z.enum(['beforeResponse', 'afterResponse']),
    channelDefaultTtlMs: ms,
    channelMaxTtlMs: ms,
    pushStragglersMs: ms,
    pushDelayMs: ms,
    pushDropRate: share,
    pushLateRate: share,
    pushLateByMs: ms,
    pushDuplicateRate: share,
    pushNumbersJump: z.boolean(),
    pushContentType: z.string().nullable(),
    webhookOnLoopback: z.enum(['allowed', 'refused']),
    webhookAuthorization: z.enum(['open', 'refused401', 'refused400']),
    shortPageRate: share,
    emptyPageRate: share,
    etagDriftRate: share,
    etagDriftAfterMs: ms,
    newCalendarReadOnlyMs: ms,
    authErrorEnvelope: z.enum(['frontEnd', 'backend']),
    quotaStatus: z.union([z.literal(403), z.literal(429)]),
    retryAfterSeconds: ms.nullable(),
    lostAnswerAfterMs: z.union([ms, z.literal('never')]),
    issuerInRedirect: z.boolean(),
    idTokenIssuer: z.enum(['https://accounts.google.com', 'accounts.google.com']),
  })
  .partial()
