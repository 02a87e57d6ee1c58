import type { MaybePromise } from '../contracts/appointment-source.ts'
import type { AccountRef } from '../contracts/identity.ts'
import { CalendarSyncError } from '../errors.ts'
import { writeAudit } from './audit.ts'
import type {
  AuthorizationOutcome,
  DenialReason,
  NotGranted,
  RefusalReason,
} from './authorization-outcome.ts'
import { exchangeCode } from './exchange-code.ts'
import type { FlowDeps } from './flow-deps.ts'
import { openPending, type PendingRecord } from './pending-record.ts'
import { AUTHORIZATION_TTL_MS } from './start-authorization.ts'
import { isSecret, matchesHash, secretHash } from './state.ts'

/** The callback's query as it came: a parameter given twice is an array. */
export interface FinishAuthorization {
  readonly state?: Parameter
  readonly code?: Parameter
  readonly error?: Parameter
  readonly iss?: Parameter
  readonly scope?: Parameter
  /** The cookie of the browser that started. */
  readonly binding?: string | undefined
  /** Who the host says is signed in, when it can say: it then has to be the account that started. */
  readonly account?: AccountRef | undefined
  /** Asked before the code is spent: whether that account may still connect (it may have left the workspace). */
  readonly mayConnect?: ((account: AccountRef) => MaybePromise<boolean>) | undefined
}

export type Parameter = string | readonly string[] | undefined

/** RFC 9207 §2.4: compared when present, by simple string equality. Google sends none today. */
export const GOOGLE_ISSUER = 'https://accounts.google.com'
/** Google says a code may reach 256 bytes. */
const MAX_CODE_LENGTH = 2_048
const MAX_CLOCK_LAG_MS = 300_000

const DENIALS: ReadonlySet<string> = new Set<DenialReason>([
  'access_denied',
  'admin_policy_enforced',
  'org_internal',
  'login_required',
  'consent_required',
  'interaction_required',
])

/**
 * Ends what `startAuthorization` began. The pending authorization is taken before anything else, so that no state
 * works twice, whatever came with it. A retryable throw (Google or a store gave no answer) leaves it spent too: the
 * user starts again.
 */
export async function finishAuthorization(
  deps: FlowDeps,
  request: FinishAuthorization,
): Promise<AuthorizationOutcome> {
  const { state } = request
  if (!isSecret(state)) return refusal('state-missing')
  const pending = await deps.pendingAuthorizations.take(secretHash('oauth-state', state))
  if (pending === undefined) return refusal('state-unknown')
  const { account } = pending
  const audit = (outcome: string) =>
    writeAudit(deps.audit, deps.runtime, { action: 'authorization-completed', account, outcome })
  try {
    const outcome = await finish(deps, request, account, openPending(deps.keyring, pending))
    if (outcome.kind === 'no-refresh-token') audit(outcome.kind)
    else if (outcome.kind !== 'granted') audit(`${outcome.kind}: ${outcome.reason}`)
    return outcome
  } catch (error) {
    audit(`failed: ${CalendarSyncError.is(error) ? error.code : 'unknown'}`)
    throw error
  }
}

async function finish(
  deps: FlowDeps,
  request: FinishAuthorization,
  account: AccountRef,
  record: PendingRecord | undefined,
): Promise<AuthorizationOutcome> {
  if (record === undefined) return refusal('pending-unreadable')
  const { binding } = request
  if (binding === undefined || binding === '') return refusal('binding-missing')
  if (!matchesHash('oauth-binding', binding, record.bindingHash)) return refusal('binding-mismatch')

  const known = { account, returnTo: record.returnTo }
  const refuse = (reason: RefusalReason) => ({ ...refusal(reason), ...known })
  const age = deps.runtime.clock.now() - record.startedAt
  if (age > AUTHORIZATION_TTL_MS || age < -MAX_CLOCK_LAG_MS) return refuse('expired')
  if (request.account !== undefined && !sameAccount(request.account, account))
    return refusal('account-mismatch')
  const { code, error, iss, scope } = request
  if ([code, error, iss, scope].some(Array.isArray)) return refuse('duplicate-parameter')
  if (iss !== undefined && iss !== GOOGLE_ISSUER) return refuse('issuer-mismatch')
  if (error !== undefined) return { ...deniedBy(error), ...known }
  if (typeof code !== 'string' || code === '' || code.length > MAX_CODE_LENGTH) return refuse('code-missing')
  if (request.mayConnect !== undefined && !(await request.mayConnect(account))) return refusal('not-allowed')

  const result = await exchangeCode(deps, { account, code, record })
  return typeof result === 'string' ? { ...refusal(result), ...known } : { ...result, ...known }
}

/** `error` comes from the URL, so that only the names we know are repeated. */
function deniedBy(error: Parameter): NotGranted {
  const known = typeof error === 'string' && DENIALS.has(error)
  return known ? { kind: 'denied', reason: error as DenialReason } : refusal('google-refused')
}

function refusal(reason: RefusalReason): NotGranted {
  return { kind: reason === 'no-refresh-token' ? reason : 'invalid', reason }
}

function sameAccount(left: AccountRef, right: AccountRef): boolean {
  return left.workspaceId === right.workspaceId && left.userId === right.userId
}
