import type { Connection } from '../contracts/connection.ts'
import type { ConnectionStore } from '../contracts/connection-store.ts'
import type { AccountRef } from '../contracts/identity.ts'
import type { LeaseStore } from '../contracts/lease-store.ts'
import type { Runtime } from '../contracts/runtime.ts'
import { CalendarSyncError, ReauthRequiredError } from '../errors.ts'
import type { OAuthTransport } from '../google/transport.ts'
import { type Audit, writeAudit } from './audit.ts'
import type { Flights } from './flights.ts'
import type { GrantTokens } from './grant-tokens.ts'
import { leaseName } from './lease-name.ts'
import { markNeedsReauth } from './mark-connection.ts'
import { type OAuthFailure, type OAuthResult, oauthCall, oauthError } from './oauth-call.ts'
import { isNarrower } from './scopes.ts'
import type { SealedTokenStore, StoredGrant } from './sealed-token-store.ts'
import { newSecret } from './state.ts'
import { readTokenAnswer, type TokenAnswer } from './token-answer.ts'
import { isUsable } from './token-freshness.ts'

/** Longer than a request may take (30 s), so that a holder seldom outlives its lease. */
export const REFRESH_LEASE_MS = 45_000
/** How long a process waits for another's refresh: it then holds the lease itself, or gives up for now. */
export const REFRESH_WAIT_MS = 60_000
/** Between looks whether it is there: a refresh takes some hundred ms, and one that does not may take long. */
export const REFRESH_POLL_MS = 60
export const REFRESH_POLLS = 12
export const REFRESH_SLOW_POLL_MS = 200
/** Rounds of "another version is stored now": reconnects and refreshes of others while this one ran. */
export const MAX_REFRESH_ROUNDS = 5

export interface RefreshDeps {
  readonly tokens: SealedTokenStore
  readonly connections: ConnectionStore
  readonly leases: LeaseStore
  readonly transport: OAuthTransport
  readonly runtime: Runtime
  readonly audit: Audit
  /**
   * What this process is asking Google, by refresh token. The lease alone does not see to it: a process that slept
   * wakes with one that has run out, and with work of a newer epoch.
   */
  readonly asked: Flights<Asked>
}

/** Google's answer, and by our clock when it was asked: from then on an access token counts. */
export interface Asked {
  readonly startedAt: number
  readonly result: OAuthResult<TokenAnswer>
}

/** Whose token, and for a run of which epoch. */
export interface RefreshFor {
  readonly account: AccountRef
  readonly epoch: number
}

/**
 * One refresh of one account (ENGINE D6). The lease keeps other processes from asking Google too; that no newer
 * token is overwritten rests on the compare-and-set of the token store alone.
 */
export async function refreshGrant(
  deps: RefreshDeps,
  of: RefreshFor,
  stale: StoredGrant,
): Promise<StoredGrant> {
  const { clock, random } = deps.runtime
  const lease = leaseName('refresh', of.account)
  const holder = newSecret(deps.runtime)
  const giveUpAt = clock.now() + REFRESH_WAIT_MS
  // Rounds bound it as well: a clock that is set back must not make a wait endless.
  for (let polls = 0; polls * REFRESH_SLOW_POLL_MS <= REFRESH_WAIT_MS && clock.now() <= giveUpAt; polls++) {
    if (await deps.leases.acquire(lease, holder, REFRESH_LEASE_MS)) {
      try {
        return await refreshHeld(deps, of, stale)
      } finally {
        await deps.leases.release(lease, holder).catch(() => {})
      }
    }
    const now = await currentGrant(deps, of)
    if (isUsable(now, clock.now())) return now
    const pollMs = polls < REFRESH_POLLS ? REFRESH_POLL_MS : REFRESH_SLOW_POLL_MS
    await clock.sleep(pollMs * (0.5 + random.float()))
  }
  throw oauthError(
    { ok: false, kind: 'transient', status: 0, reason: 'refresh-busy' },
    'Another process is refreshing this token',
    of.account,
  )
}

async function refreshHeld(deps: RefreshDeps, of: RefreshFor, stale: StoredGrant): Promise<StoredGrant> {
  await refuseDeadGrant(deps, of)
  let grant = await currentGrant(deps, of)
  for (let round = 0; round < MAX_REFRESH_ROUNDS; round++) {
    if (grant.version !== stale.version && isUsable(grant, deps.runtime.clock.now())) return grant
    const { tokens, version } = grant
    const { startedAt, result } = await ask(deps, tokens.refreshToken)
    if (result.ok) {
      const fresh = refreshed(tokens, result.value, startedAt)
      const stored = await deps.tokens.put(of.account, fresh, version)
      if (stored !== null) {
        auditRefresh(deps, of, 'refreshed')
        return { tokens: fresh, version: stored }
      }
    } else if (result.kind !== 'invalid-grant') {
      throw oauthError(result, 'Google did not refresh the access token', of.account)
    }
    // A stale token must not outlive a reconnect: what is stored now decides.
    const now = await currentGrant(deps, of)
    if (!result.ok && now.version === version) throw await blame(deps, of, version, result)
    grant = now
  }
  throw movedOn(of.account)
}

function ask({ asked, runtime, transport }: RefreshDeps, refreshToken: string): Promise<Asked> {
  return asked.share(refreshToken, async () => {
    const startedAt = runtime.clock.now()
    return { startedAt, result: await oauthCall(() => transport.refresh(refreshToken), readTokenAnswer) }
  })
}

/** What is stored, if it is still for this run. */
export async function currentGrant(deps: RefreshDeps, of: RefreshFor): Promise<StoredGrant> {
  const grant = await deps.tokens.get(of.account)
  if (grant === undefined) throw await missing(deps, of)
  if ((grant.tokens.epoch ?? 0) > of.epoch) throw movedOn(of.account)
  return grant
}

/** One read before each call of Google, so that a thousand waiting jobs do not ask about one dead grant. */
async function refuseDeadGrant({ connections }: RefreshDeps, of: RefreshFor): Promise<void> {
  const connection: Connection | undefined = await connections.get(of.account)
  if (connection === undefined) return
  if (connection.epoch !== of.epoch) throw movedOn(of.account)
  if (connection.status === 'needs_reauth')
    throw new ReauthRequiredError(connection.cause ?? 'unknown', of.account)
}

/** Never nothing, and never less, in place of a refresh token. One that Google rotated is kept. */
function refreshed(old: GrantTokens, answer: TokenAnswer, startedAt: number): GrantTokens {
  const access = { accessToken: answer.accessToken, accessTokenExpiresAt: startedAt + answer.expiresInMs }
  const scopes = answer.scopes ?? old.scopes
  if (answer.refreshToken === undefined || isNarrower(scopes, old.scopes)) return { ...old, ...access }
  return { ...old, ...access, refreshToken: answer.refreshToken, scopes }
}

async function blame(
  deps: RefreshDeps,
  of: RefreshFor,
  version: string,
  failure: OAuthFailure,
): Promise<CalendarSyncError> {
  const cause = failure.subtype ?? failure.reason
  const outcome = await markNeedsReauth(deps.connections, {
    ...of,
    cause,
    at: deps.runtime.clock.now(),
    stillTrue: async () => (await deps.tokens.version(of.account)) === version,
  })
  if (outcome === 'marked') auditRefresh(deps, of, cause)
  return outcome === 'moved' ? movedOn(of.account) : new ReauthRequiredError(cause, of.account)
}

/** ENGINE D1: an active connection without token is `needs_reauth: token-missing`. */
async function missing(deps: RefreshDeps, of: RefreshFor): Promise<CalendarSyncError> {
  const outcome = await markNeedsReauth(deps.connections, {
    ...of,
    cause: 'token-missing',
    at: deps.runtime.clock.now(),
    stillTrue: async () => (await deps.tokens.get(of.account)) === undefined,
  })
  if (outcome === 'marked') auditRefresh(deps, of, 'token-missing')
  const message = 'No Google grant is stored for this account; the user has to connect again.'
  return new CalendarSyncError('token-missing', message, { account: of.account })
}

function movedOn(account: AccountRef): CalendarSyncError {
  const message = 'The connection was changed while this run used it; the next run reads it anew.'
  return new CalendarSyncError('conflicting-change', message, { account, retryable: true })
}

function auditRefresh(deps: RefreshDeps, { account }: RefreshFor, outcome: string): void {
  const action = outcome === 'refreshed' ? 'token-refreshed' : 'needs-reauth'
  writeAudit(deps.audit, deps.runtime, { action, account, outcome })
}
