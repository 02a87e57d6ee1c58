import { backendError, frontEndError } from './envelope.ts'
import type { Reply } from './reply.ts'

/** Google's fixed error answers, shared by the methods that really run into them and by injected faults. */

const SIGN_IN = 'https://developers.google.com/identity/sign-in/web/devconsole-project'
const REALM = 'Bearer realm="https://accounts.google.com/"'
const SERVICE = 'calendar-json.googleapis.com'

const NO_CREDENTIALS = {
  message: 'Invalid Credentials',
  domain: 'global',
  reason: 'authError',
  location: 'Authorization',
  locationType: 'header',
}

/** Captured in the front end's envelope; Calendar's guide to errors shows it in the backend's. */
export function invalidCredentials(envelope: 'frontEnd' | 'backend' = 'frontEnd'): Reply {
  const headers = { 'www-authenticate': `${REALM}, error="invalid_token"` }
  if (envelope === 'backend') {
    const { domain, reason, message, ...place } = NO_CREDENTIALS
    return { ...backendError(401, domain, reason, message, place), headers }
  }
  return frontEndError({
    code: 401,
    status: 'UNAUTHENTICATED',
    message: `Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See ${SIGN_IN}.`,
    error: NO_CREDENTIALS,
    headers,
  })
}

export function loginRequired(): Reply {
  return frontEndError({
    code: 401,
    status: 'UNAUTHENTICATED',
    message: `Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See ${SIGN_IN}.`,
    error: {
      message: 'Login Required.',
      domain: 'global',
      reason: 'required',
      location: 'Authorization',
      locationType: 'header',
    },
    headers: { 'www-authenticate': REALM },
  })
}

/** `events.list` is `calendar.v3.Events.List` to the front end. */
export function insufficientScopes(method: string, scopes: readonly string[]): Reply {
  const rpc = method.split('.').map(part => part.charAt(0).toUpperCase() + part.slice(1))
  return frontEndError({
    code: 403,
    status: 'PERMISSION_DENIED',
    message: 'Request had insufficient authentication scopes.',
    error: { message: 'Insufficient Permission', domain: 'global', reason: 'insufficientPermissions' },
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
        domain: 'googleapis.com',
        metadata: { service: SERVICE, method: `calendar.v3.${rpc.join('.')}` },
      },
    ],
    headers: { 'www-authenticate': `${REALM}, error="insufficient_scope", scope="${scopes.join(' ')}"` },
  })
}

/** Over the sliding minute. Google answers 403 or 429 (Calendar API, "Manage quotas"). */
export function quotaPerMinute(per: 'user' | 'project', project: string, code: 403 | 429): Reply {
  const limit = per === 'user' ? 'Queries per minute per user' : 'Queries per minute'
  const message = `Quota exceeded for quota metric 'Queries' and limit '${limit}' of service '${SERVICE}' for consumer 'project_number:${project}'.`
  return frontEndError({
    code,
    status: code === 429 ? 'RESOURCE_EXHAUSTED' : 'PERMISSION_DENIED',
    message,
    error: { message, domain: 'usageLimits', reason: 'rateLimitExceeded' },
  })
}

export function accessNotConfigured(project: string): Reply {
  const message = `Google Calendar API has not been used in project ${project} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/${SERVICE}/overview?project=${project} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`
  return frontEndError({
    code: 403,
    status: 'PERMISSION_DENIED',
    message,
    error: { message, domain: 'usageLimits', reason: 'accessNotConfigured' },
  })
}

export const rateLimitExceeded = (code: 403 | 429): Reply =>
  backendError(code, 'usageLimits', 'rateLimitExceeded', 'Rate Limit Exceeded')
export const userRateLimitExceeded = (): Reply =>
  backendError(403, 'usageLimits', 'userRateLimitExceeded', 'User Rate Limit Exceeded')
export const quotaExceeded = (): Reply =>
  backendError(403, 'usageLimits', 'quotaExceeded', 'Calendar usage limits exceeded.')
/** A limit of older projects, still met (observed). */
export const dailyLimitExceeded = (): Reply =>
  backendError(403, 'usageLimits', 'dailyLimitExceeded', 'Daily Limit Exceeded', {
    extendedHelp: 'https://code.google.com/apis/console',
  })
export const invalidToken = (kind: 'sync' | 'page'): Reply =>
  backendError(400, 'global', 'invalid', `Invalid ${kind} token value.`)
export const forbidden = (): Reply => backendError(403, 'global', 'forbidden', 'Forbidden')
export const forbiddenForNonOrganizer = (): Reply =>
  backendError(
    403,
    'calendar',
    'forbiddenForNonOrganizer',
    'Shared properties can only be changed by the organizer of the event.',
  )
export const forbiddenForServiceAccounts = (): Reply =>
  backendError(
    403,
    'calendar',
    'forbiddenForServiceAccounts',
    'Service accounts cannot invite attendees without Domain-Wide Delegation of Authority.',
  )
export const requiredAccessLevel = (level: 'writer' | 'owner'): Reply =>
  backendError(403, 'calendar', 'requiredAccessLevel', `You need to have ${level} access to this calendar.`)
export const notACalendarUser = (): Reply =>
  backendError(403, 'calendar', 'notACalendarUser', 'The user must be signed up for Google Calendar.')
export const notFoundReply = (): Reply => backendError(404, 'global', 'notFound', 'Not Found')
export const duplicate = (): Reply =>
  backendError(409, 'global', 'duplicate', 'The requested identifier already exists.')
export const conflict = (): Reply => backendError(409, 'global', 'conflict', 'Conflict')
export const deleted = (): Reply => backendError(410, 'global', 'deleted', 'Resource has been deleted')
export const fullSyncRequired = (): Reply =>
  backendError(
    410,
    'calendar',
    'fullSyncRequired',
    'Sync token is no longer valid, a full sync is required.',
    {
      locationType: 'parameter',
      location: 'syncToken',
    },
  )
export const updatedMinTooLongAgo = (): Reply =>
  backendError(
    410,
    'calendar',
    'updatedMinTooLongAgo',
    'The requested minimum modification time lies too far in the past.',
    { locationType: 'parameter', location: 'updatedMin' },
  )
export const conditionNotMet = (): Reply =>
  backendError(412, 'global', 'conditionNotMet', 'Precondition Failed', {
    locationType: 'header',
    location: 'If-Match',
  })
export const backendFailure = (code: 500 | 503): Reply =>
  backendError(code, 'global', 'backendError', 'Backend Error')

export const serviceNotAvailable = (): Reply =>
  backendError(503, 'global', 'serviceNotAvailable', 'Service unavailable')

/** Both reasons are on the list of those that a field-hardened client retries; the texts are inferred. */
export const internalError = (): Reply => backendError(500, 'global', 'internalError', 'Internal Error')
export const transientError = (): Reply => backendError(503, 'global', 'transientError', 'Transient Error')
