import { type AccountRef, MAX_ID_LENGTH } from '../contracts/identity.ts'
import { CalendarSyncError } from '../errors.ts'
import { writeAudit } from './audit.ts'
import type { FlowDeps } from './flow-deps.ts'
import { MAX_SCOPES } from './grant-tokens.ts'
import { sealPending } from './pending-record.ts'
import { newPkce } from './pkce.ts'
import { type CalendarChoice, scopesFor } from './scopes.ts'
import { newSecret, secretHash } from './state.ts'

export interface StartAuthorization {
  readonly account: AccountRef
  readonly calendar: CalendarChoice
  /** An address or `sub` that preselects the Google account. */
  readonly loginHint?: string | undefined
  /** Where the browser goes afterwards: checked by the caller, kept on the server. */
  readonly returnTo?: string | undefined
  /** Scopes of an old target whose events are still to be removed (ENGINE D3). */
  readonly oldScopes?: readonly string[] | undefined
}

export interface StartedAuthorization {
  readonly url: string
  readonly state: string
  /** For a cookie of the browser that started, and nowhere else. */
  readonly binding: string
  /** Epoch ms. */
  readonly expiresAt: number
}

export const AUTHORIZATION_TTL_MS = 600_000
export const MAX_PENDING_PER_ACCOUNT = 5
const MAX_LOGIN_HINT_LENGTH = 320
const MAX_RETURN_TO_LENGTH = 2_048

/** Only what is named in the request counts: scopes, client and redirect URI come from the options. */
export async function startAuthorization(
  deps: FlowDeps,
  request: StartAuthorization,
): Promise<StartedAuthorization> {
  const { account, calendar, loginHint, returnTo, oldScopes = [] } = request
  check(
    isId(account?.workspaceId) && isId(account?.userId),
    'account: workspaceId and userId, 1 to 255 characters each',
  )
  check(calendar === 'primary' || calendar === 'dedicated', 'calendar: "primary" or "dedicated"')
  check(isText(loginHint, MAX_LOGIN_HINT_LENGTH), `loginHint: at most ${MAX_LOGIN_HINT_LENGTH} characters`)
  check(isText(returnTo, MAX_RETURN_TO_LENGTH), `returnTo: at most ${MAX_RETURN_TO_LENGTH} characters`)
  check(oldScopes.length <= MAX_SCOPES && oldScopes.every(isScope), `oldScopes: at most ${MAX_SCOPES} scopes`)

  const { runtime } = deps
  const [state, binding, nonce] = [newSecret(runtime), newSecret(runtime), newSecret(runtime)]
  const { verifier, challenge } = newPkce(runtime)
  const url = await deps.transport.authorizationUrl({
    scopes: [...new Set([...scopesFor(calendar), ...oldScopes])],
    state,
    nonce,
    codeChallenge: challenge,
    loginHint,
    includeGrantedScopes: oldScopes.length > 0,
  })
  const startedAt = runtime.clock.now()
  const bindingHash = secretHash('oauth-binding', binding)
  const record = { verifier, nonce, bindingHash, calendar, oldScopes, returnTo, startedAt }
  const pending = sealPending(
    deps.keyring,
    secretHash('oauth-state', state),
    { workspaceId: account.workspaceId, userId: account.userId },
    record,
  )
  const options = { expiresInMs: AUTHORIZATION_TTL_MS, limit: MAX_PENDING_PER_ACCOUNT }
  await deps.pendingAuthorizations.put(pending, options)
  writeAudit(deps.audit, runtime, {
    action: 'authorization-started',
    account: pending.account,
    outcome: calendar,
  })
  return { url, state, binding, expiresAt: startedAt + AUTHORIZATION_TTL_MS }
}

function check(holds: boolean, problem: string): void {
  if (!holds) throw new CalendarSyncError('argument-invalid', `startAuthorization: ${problem}.`)
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH
}

/** One token, so that no scope smuggles in another (RFC 6749 §3.3). */
function isScope(value: unknown): boolean {
  return typeof value === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/.test(value)
}

function isText(value: unknown, max: number): boolean {
  return value === undefined || (typeof value === 'string' && value.length <= max)
}
