import type { AccountRef } from '../contracts/identity.ts'
import { SharedCalls } from '../contracts/shared-calls.ts'
import { CalendarSyncError } from '../errors.ts'
import { Flights } from './flights.ts'
import { type Asked, currentGrant, type RefreshDeps, refreshGrant } from './refresh.ts'
import type { StoredGrant } from './sealed-token-store.ts'
import { newSecret } from './state.ts'
import { isDue, isUsable } from './token-freshness.ts'

/** Hands out access tokens and keeps them fresh (ENGINE D6). */
export interface TokenManager {
  /**
   * A token good for at least a minute, refreshed when needed. Throws `ReauthRequiredError` (grant dead; the
   * connection is `needs_reauth`), `token-missing`, `sealed-with-unknown-key`, `sealed-value-damaged`,
   * `google-misconfigured`, `google-refused`, `conflicting-change` (retryable: the connection has moved on from
   * this epoch), or a retryable `GoogleApiError` or `StoreError`.
   */
  accessToken(account: AccountRef, connectionEpoch: number): Promise<AccessGrant>
  /** After a 401: that token is not handed out again, by any process. No harm when it was replaced already. */
  invalidate(account: AccountRef, tokenVersion: string): Promise<void>
}

export interface AccessGrant {
  readonly accessToken: string
  /** Epoch ms by our clock. */
  readonly expiresAt: number
  readonly tokenVersion: string
  readonly sub: string
  readonly scopes: readonly string[]
}

export type TokenManagerDeps = Omit<RefreshDeps, 'asked'>

export function createTokenManager(given: TokenManagerDeps): TokenManager {
  const deps = { ...given, asked: new Flights<Asked>() }
  const { clock } = deps.runtime
  const instance = newSecret(deps.runtime)
  /** By account and epoch: a run after a reconnect must not share the fate of a refresh from before it. */
  const flights = new Flights<StoredGrant>()
  /** A thousand runs of one account read its grant twice and not a thousand times. */
  const reads = new SharedCalls<StoredGrant>()

  return Object.freeze({
    async accessToken(account: AccountRef, connectionEpoch: number) {
      const of = { account, epoch: connectionEpoch }
      const key = JSON.stringify([account.workspaceId, account.userId, connectionEpoch])
      const { value: stored } = await reads.run(key, () => currentGrant(deps, of))
      if (!isDue(stored, clock.now(), instance)) return accessOf(stored)
      try {
        return accessOf(await flights.share(key, () => refreshGrant(deps, of, stored)))
      } catch (error) {
        // Early on purpose: a refresh that fails now has minutes left to succeed.
        const passing = CalendarSyncError.is(error) && error.retryable && error.code !== 'conflicting-change'
        if (passing && isUsable(stored, clock.now())) return accessOf(stored)
        throw error
      }
    },
    async invalidate(account: AccountRef, tokenVersion: string) {
      const stored = await deps.tokens.get(account)
      if (stored?.version !== tokenVersion) return
      // Written to the store, so that other processes do not use it either. A lost race replaced it already.
      await deps.tokens.put(account, { ...stored.tokens, accessTokenExpiresAt: 0 }, tokenVersion)
    },
  })
}

function accessOf({ tokens, version }: StoredGrant): AccessGrant {
  return {
    accessToken: tokens.accessToken,
    expiresAt: tokens.accessTokenExpiresAt,
    tokenVersion: version,
    sub: tokens.sub,
    scopes: tokens.scopes,
  }
}
