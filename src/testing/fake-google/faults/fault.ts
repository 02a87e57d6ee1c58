/** Google's own refusals, by name. `rateLimited` is the 429 form. */
export const REFUSALS = [
  'authError',
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'quotaExceeded',
  'forbidden',
  'forbiddenForNonOrganizer',
  'forbiddenForServiceAccounts',
  /** Calendar was switched off for the user. */
  'notACalendarUser',
  'insufficientPermissions',
  'accessNotConfigured',
  'requiredAccessLevel',
  'notFound',
  'duplicate',
  'conflict',
  'deleted',
  'fullSyncRequired',
  'updatedMinTooLongAgo',
  'conditionNotMet',
  'dailyLimitExceeded',
  'invalidSyncToken',
  'invalidPageToken',
  'rateLimited',
  'internalError',
  /** The same as 500 with the reason `internalError`. */
  'internalErrorReason',
  'transientError',
  'badGateway',
  'badGatewayHtml',
  'serviceUnavailable',
  'serviceUnavailableHtml',
  'serviceNotAvailable',
  'gatewayTimeout',
  /** A page of HTML that calls itself a success. */
  'okHtml',
] as const

/** Refusals of the token endpoint. */
export const OAUTH_REFUSALS = [
  'invalidGrant',
  'invalidRapt',
  'raptRequired',
  'invalidClient',
  'unauthorizedClient',
  'adminPolicyEnforced',
  'temporarilyUnavailable',
] as const

/** What a user sees in the place of the consent page; so does `adminPolicyEnforced`. */
export const PAGE_REFUSALS = [
  'disallowedUseragent',
  'orgInternal',
  'notATestUser',
  'newUserLimit',
  'pageInvalidGrant',
] as const

/**
 * What goes wrong on the way. `BeforeCommit`: nothing happened. `AfterCommit`: it was carried out and the answer
 * is lost. `lateCommit`: the answer is lost, and the request is carried out only `delayMs` later.
 * `connectRefused` never reaches Google; over HTTP, where the server cannot refuse one connection alone, it is a
 * reset. `truncated`: half the body, as if
 * it were all; `cutOff`: half the body, then the connection breaks. `slowDrip`: the answer comes in pieces, `delayMs` apart. `gzipBomb`: it unpacks to `bytes` of blanks
 * before it says anything. `staleRead`: `events.get` answers with the version before the last, or a 404 where the
 * event was just made.
 */
export const TRANSPORT_FAULTS = [
  'timeoutBeforeCommit',
  'timeoutAfterCommit',
  'resetBeforeCommit',
  'resetAfterCommit',
  'lateCommit',
  'connectRefused',
  'slow',
  'slowDrip',
  'truncated',
  'cutOff',
  'gzipBomb',
  'staleRead',
] as const

export type FaultName =
  | (typeof REFUSALS)[number]
  | (typeof OAUTH_REFUSALS)[number]
  | (typeof PAGE_REFUSALS)[number]
  | (typeof TRANSPORT_FAULTS)[number]

export const FAULT_NAMES: readonly FaultName[] = [
  ...REFUSALS,
  ...OAUTH_REFUSALS,
  ...PAGE_REFUSALS,
  ...TRANSPORT_FAULTS,
]

/** Which requests; every given field must match. */
export interface FaultMatch {
  /** `events.patch`, `oauth.token`, …, or `events.*`. */
  readonly method?: string | readonly string[] | undefined
  /** The account's address. */
  readonly user?: string | undefined
  readonly calendarId?: string | undefined
  readonly eventId?: string | undefined
  /** Only writes, or only reads. */
  readonly writes?: boolean | undefined
}

export interface FaultDetails {
  /** Sent as `Retry-After`: seconds, or an HTTP date. */
  readonly retryAfter?: number | string | undefined
  /** For `slow`, `slowDrip` and `lateCommit`. */
  readonly delayMs?: number | undefined
  /** For `gzipBomb`; default 64 MiB. */
  readonly bytes?: number | undefined
}

/** A scripted fault: after `skip` matching requests have passed, it hits the next `times`. */
export interface ScriptedFault extends FaultDetails {
  readonly fault: FaultName
  readonly match?: FaultMatch | undefined
  readonly skip?: number | undefined
  /** Default 1. */
  readonly times?: number | 'always' | undefined
}

/** Random faults: the share of matching requests hit by each. */
export interface RandomFaults extends FaultDetails {
  readonly rates: Partial<Record<FaultName, number>>
  readonly match?: FaultMatch | undefined
}

/** A fault about to strike. */
export interface Strike extends FaultDetails {
  readonly fault: FaultName
}
