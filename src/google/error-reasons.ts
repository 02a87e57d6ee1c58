import type { FailureKind } from './api.ts'

type Kinds = ReadonlyMap<string, FailureKind>

const kinds = (rows: Partial<Record<FailureKind, readonly string[]>>): Kinds =>
  new Map(
    Object.entries(rows).flatMap(([kind, reasons]) => reasons.map(reason => [reason, kind as FailureKind])),
  )

/**
 * `errors[0].reason`, valid with any status. Sources: the guide "Handle API errors", and reasons observed in the
 * field (https://developers.google.com/workspace/calendar/api/guides/errors).
 */
export const REASONS: Kinds = kinds({
  rate: [
    'rateLimitExceeded',
    'userRateLimitExceeded',
    'limitExceeded',
    'concurrentLimitExceeded',
    'servingLimitExceeded',
    'variableTermLimitExceeded',
  ],
  // A daily limit lasts as long as a user's usage limit does; a pause of seconds would only repeat it.
  quota: ['quotaExceeded', 'dailyLimitExceeded'],
  misconfigured: [
    'accessNotConfigured',
    'dailyLimitExceededUnreg',
    'userRateLimitExceededUnreg',
    'ipRefererBlocked',
    'keyInvalid',
    'keyExpired',
    'projectSuspended',
    'push.webhookUrlUnauthorized',
    'push.webhookUrlNotHttps',
  ],
})

/** Reasons that count only with their own status: a 500 that says `deleted` deletes nothing. */
export const REASONS_BY_STATUS: ReadonlyMap<number, Kinds> = new Map([
  [401, kinds({ unauthorized: ['authError', 'required', 'expired'] })],
  [
    403,
    kinds({
      scope: ['insufficientPermissions', 'insufficientScope'],
      'no-calendar': ['notACalendarUser'],
      forbidden: [
        'forbidden',
        'forbiddenForNonOrganizer',
        'forbiddenForServiceAccounts',
        'requiredAccessLevel',
        'cannotDeletePrimaryCalendar',
        'cannotUnsubscribeFromOwnedCalendar',
      ],
    }),
  ],
  [404, kinds({ 'not-found': ['notFound'] })],
  // A raced write may simply be sent again (under an intent of its own).
  [409, kinds({ duplicate: ['duplicate'], server: ['conflict'] })],
  [410, kinds({ deleted: ['deleted'], 'sync-token': ['fullSyncRequired', 'updatedMinTooLongAgo'] })],
  [412, kinds({ precondition: ['conditionNotMet'] })],
])

/** `google.rpc.ErrorInfo` of the front end, more precise than the reason beside it. */
export const ERROR_INFO: Kinds = kinds({
  scope: ['ACCESS_TOKEN_SCOPE_INSUFFICIENT'],
  rate: ['RATE_LIMIT_EXCEEDED', 'RESOURCE_QUOTA_EXCEEDED'],
  unauthorized: ['ACCESS_TOKEN_EXPIRED', 'CREDENTIALS_MISSING', 'ACCESS_TOKEN_TYPE_UNSUPPORTED'],
  misconfigured: [
    'SERVICE_DISABLED',
    'BILLING_DISABLED',
    'CONSUMER_INVALID',
    'CONSUMER_SUSPENDED',
    'API_KEY_INVALID',
    'API_KEY_SERVICE_BLOCKED',
  ],
})

/**
 * A readable answer with a reason that is not listed. Google adds reasons to 400 and 403 without notice; a 404, 409
 * or 410 with an unknown one proves nothing about the event and stays transient.
 */
export const UNLISTED: ReadonlyMap<number, FailureKind> = new Map([
  [400, 'invalid'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [412, 'precondition'],
  [429, 'rate'],
])

/** These prove that nothing was written (ENGINE B1). */
export const DEFINITIVE_STATUSES: ReadonlySet<number> = new Set([400, 401, 403, 404, 409, 410, 412, 429])
