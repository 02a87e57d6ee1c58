import { errorPage as blocked } from '../pages/error-page.ts'
import { frontEndError } from '../wire/envelope.ts'
import { oauthError } from '../wire/oauth-error.ts'
import { html, type Reply } from '../wire/reply.ts'
import * as standard from '../wire/standard-errors.ts'
import type { Switches } from '../world/switches.ts'
import type { FaultName, Strike } from './fault.ts'

interface Context {
  readonly method: string
  readonly project: string
  readonly authErrorEnvelope: Switches['authErrorEnvelope']
}

/** Where a person looks at the answer. */
const PAGES = new Set(['oauth.authorize', 'oauth.consent'])

/** The answer of an injected refusal, or undefined for a fault of the transport. */
export function faultAnswer(strike: Strike, context: Context): Reply | undefined {
  const oauth = context.method.startsWith('oauth.')
  const shown = PAGES.has(context.method) ? pageAnswer(strike.fault) : undefined
  const reply = shown ?? (oauth ? oauthAnswer(strike.fault) : undefined) ?? apiAnswer(strike.fault, context)
  if (!reply || strike.retryAfter === undefined) return reply
  return { ...reply, headers: { ...reply.headers, 'retry-after': String(strike.retryAfter) } }
}

function apiAnswer(fault: FaultName, { method, project, authErrorEnvelope }: Context): Reply | undefined {
  switch (fault) {
    case 'authError':
      return standard.invalidCredentials(authErrorEnvelope)
    case 'rateLimitExceeded':
      return standard.rateLimitExceeded(403)
    case 'rateLimited':
      return standard.rateLimitExceeded(429)
    case 'userRateLimitExceeded':
      return standard.userRateLimitExceeded()
    case 'quotaExceeded':
      return standard.quotaExceeded()
    case 'forbidden':
      return standard.forbidden()
    case 'forbiddenForNonOrganizer':
      return standard.forbiddenForNonOrganizer()
    case 'forbiddenForServiceAccounts':
      return standard.forbiddenForServiceAccounts()
    case 'notACalendarUser':
      return standard.notACalendarUser()
    case 'insufficientPermissions':
      return standard.insufficientScopes(method, ['https://www.googleapis.com/auth/calendar'])
    case 'accessNotConfigured':
      return standard.accessNotConfigured(project)
    case 'requiredAccessLevel':
      return standard.requiredAccessLevel('writer')
    case 'notFound':
      return standard.notFoundReply()
    case 'duplicate':
      return standard.duplicate()
    case 'conflict':
      return standard.conflict()
    case 'deleted':
      return standard.deleted()
    case 'fullSyncRequired':
      return standard.fullSyncRequired()
    case 'updatedMinTooLongAgo':
      return standard.updatedMinTooLongAgo()
    case 'dailyLimitExceeded':
      return standard.dailyLimitExceeded()
    case 'invalidSyncToken':
      return standard.invalidToken('sync')
    case 'invalidPageToken':
      return standard.invalidToken('page')
    case 'conditionNotMet':
      return standard.conditionNotMet()
    default:
      return serverAnswer(fault)
  }
}

function serverAnswer(fault: FaultName): Reply | undefined {
  switch (fault) {
    case 'internalError':
      return standard.backendFailure(500)
    case 'internalErrorReason':
      return standard.internalError()
    case 'transientError':
      return standard.transientError()
    case 'serviceUnavailable':
      return standard.backendFailure(503)
    case 'serviceNotAvailable':
      return standard.serviceNotAvailable()
    case 'badGateway':
      return serverError(502, 'Bad Gateway', 'badGateway', 'UNAVAILABLE')
    case 'gatewayTimeout':
      return serverError(504, 'Gateway Timeout', 'gatewayTimeout', 'DEADLINE_EXCEEDED')
    case 'okHtml':
      return html(200, errorPage(200, 'Please sign in'), 'html')
    case 'badGatewayHtml':
      return html(502, errorPage(502, 'Server Error'), 'html')
    case 'serviceUnavailableHtml':
      return html(503, errorPage(503, 'Service Unavailable'), 'html')
    default:
      return undefined
  }
}

function serverError(code: number, message: string, reason: string, status: string): Reply {
  return frontEndError({ code, status, message, error: { message, domain: 'global', reason } })
}

/** The token endpoint's own words; server trouble there is `internal_failure` or HTML. */
function oauthAnswer(fault: FaultName): Reply | undefined {
  switch (fault) {
    case 'invalidGrant':
      return oauthError(400, 'invalid_grant', 'Token has been expired or revoked.')
    case 'invalidRapt':
      return oauthError(400, 'invalid_grant', 'reauth related error (invalid_rapt)', 'invalid_rapt')
    case 'raptRequired':
      return oauthError(400, 'invalid_grant', 'reauth related error (rapt_required)', 'rapt_required')
    case 'invalidClient':
      return oauthError(401, 'invalid_client', 'Unauthorized')
    case 'unauthorizedClient':
      return oauthError(401, 'unauthorized_client', 'Unauthorized')
    case 'adminPolicyEnforced':
      return oauthError(400, 'admin_policy_enforced')
    case 'temporarilyUnavailable':
      return oauthError(503, 'temporarily_unavailable')
    case 'internalError':
      return oauthError(500, 'internal_failure')
    case 'serviceUnavailable':
      return oauthError(503, 'internal_failure', 'Backend Error')
    case 'rateLimited':
      return oauthError(429, 'rate_limit_exceeded', 'Rate Limit Exceeded')
    default:
      return undefined
  }
}

/** "Access blocked", on Google's own page: nothing is redirected (Google, "OAuth for web servers"). */
function pageAnswer(fault: FaultName): Reply | undefined {
  switch (fault) {
    case 'adminPolicyEnforced':
      return blocked(400, 'admin_policy_enforced', 'Access is restricted by your organization.')
    case 'disallowedUseragent':
      return blocked(403, 'disallowed_useragent', 'This browser is not allowed.')
    case 'orgInternal':
      return blocked(403, 'org_internal', 'This client is restricted to users within its organization.')
    case 'notATestUser':
      return blocked(403, 'access_denied', 'The app is being tested, and only by its approved testers.')
    case 'newUserLimit':
      return blocked(403, 'rate_limit_exceeded', 'The app has reached its sign-in rate limit for now.')
    case 'pageInvalidGrant':
      return blocked(400, 'invalid_grant', 'The request cannot be carried on.')
    default:
      return undefined
  }
}

function errorPage(code: number, title: string): string {
  return `<!DOCTYPE html>
<html lang=en>
  <meta charset=utf-8>
  <title>Error ${code} (${title})!!1</title>
  <p><b>${code}.</b> <ins>That’s an error.</ins>
  <p>The server encountered a temporary error and could not complete your request.<p>Please try again in 30 seconds.  <ins>That’s all we know.</ins>
</html>
`
}
