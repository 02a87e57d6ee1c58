import type { ConnectionStatus } from '../contracts/connection.ts'
import type { AccountRef } from '../contracts/identity.ts'
import { CalendarSyncError } from '../errors.ts'
import type { Granted, RefusalReason } from './authorization-outcome.ts'
import type { FlowDeps } from './flow-deps.ts'
import type { GrantTokens } from './grant-tokens.ts'
import { type IdTokenClaims, verifyIdToken } from './id-token.ts'
import { oauthCall, oauthError } from './oauth-call.ts'
import type { PendingRecord } from './pending-record.ts'
import { isNarrower, missingScopes, scopesFor } from './scopes.ts'
import { readTokenAnswer, type TokenAnswer } from './token-answer.ts'

export interface CodeToExchange {
  readonly account: AccountRef
  readonly code: string
  readonly record: PendingRecord
}

type Exchanged = Omit<Granted, 'returnTo'> | RefusalReason

/** In these the stored grant is dead, may be, or is about to be revoked: not one to hold on to. */
const GRANT_IS_OVER: ReadonlySet<ConnectionStatus> = new Set([
  'needs_reauth',
  'connecting',
  'disconnecting',
  'disconnected',
])

/** Spends the code and proves who signed in. Throws when that could not be found out. */
export async function exchangeCode(deps: FlowDeps, request: CodeToExchange): Promise<Exchanged> {
  const { account, code, record } = request
  await deps.keys.load()
  const startedAt = deps.runtime.clock.now()
  const result = await oauthCall(
    () => deps.transport.exchangeCode({ code, codeVerifier: record.verifier }),
    readTokenAnswer,
  )
  if (!result.ok) {
    if (result.kind === 'invalid-grant') return 'code-refused'
    if (result.kind === 'refused') return 'google-refused'
    throw oauthError(result, 'Connecting was not finished and has to be started again', account)
  }
  const answer = result.value
  if (answer.idToken === undefined) return 'id-token-missing'
  const claims = await claimsOf(deps, answer.idToken, record.nonce)
  if (claims === undefined) return 'id-token-invalid'

  const asked = scopesFor(record.calendar)
  const choice = await chooseGrant(deps, account, { answer, claims, asked, startedAt, old: record.oldScopes })
  if (choice === undefined) return 'no-refresh-token'
  return {
    kind: 'granted',
    account,
    ...choice,
    grantedScopes: choice.tokens.scopes,
    missingScopes: missingScopes(asked, choice.tokens.scopes),
    calendar: record.calendar,
  }
}

async function claimsOf(deps: FlowDeps, idToken: string, nonce: string): Promise<IdTokenClaims | undefined> {
  const { clientId, keys } = deps
  try {
    return await verifyIdToken(idToken, { clientId, nonce, keys, clock: deps.runtime.clock })
  } catch (error) {
    if (CalendarSyncError.is(error) && error.code === 'id-token-invalid') return undefined
    throw error
  }
}

interface NewGrant {
  readonly answer: TokenAnswer
  readonly claims: IdTokenClaims
  readonly asked: readonly string[]
  readonly old: readonly string[]
  readonly startedAt: number
}

/**
 * The new grant, unless the stored one of the same Google account says more: then that goes on, since a refresh
 * token is never given up for nothing, nor for one with fewer scopes (ENGINE D6). A grant known to be dead is not
 * held on to.
 */
async function chooseGrant(
  deps: FlowDeps,
  account: AccountRef,
  { answer, claims, asked, old, startedAt }: NewGrant,
): Promise<{ readonly tokens: GrantTokens; readonly keepsStored: boolean } | undefined> {
  const scopes = answer.scopes ?? [...new Set([...asked, ...old])]
  const stored = await keptGrant(deps, account, claims.sub)
  const { refreshToken } = answer
  if (stored !== undefined) {
    const lacks = missingScopes(asked, stored.scopes)
    const serves = missingScopes(lacks, scopes).length === lacks.length
    if (refreshToken === undefined && serves) return { tokens: stored, keepsStored: true }
    if (refreshToken !== undefined && isNarrower(scopes, stored.scopes))
      return { tokens: stored, keepsStored: true }
  }
  if (refreshToken === undefined) return undefined
  const tokens = {
    refreshToken,
    accessToken: answer.accessToken,
    accessTokenExpiresAt: startedAt + answer.expiresInMs,
    scopes,
    ...claims,
    grantedAt: startedAt,
  }
  return { tokens, keepsStored: false }
}

async function keptGrant(deps: FlowDeps, account: AccountRef, sub: string): Promise<GrantTokens | undefined> {
  const connection = await deps.connections.get(account)
  if (connection === undefined || GRANT_IS_OVER.has(connection.status)) return undefined
  try {
    const stored = await deps.tokens.get(account)
    return stored?.tokens.sub === sub ? stored.tokens : undefined
  } catch (error) {
    // A grant that does not open is none: the one at hand takes its place.
    if (CalendarSyncError.is(error) && !error.retryable) return undefined
    throw error
  }
}
