import type { AccountRef } from '../contracts/identity.ts'

/** Hands out access tokens and keeps them fresh (ENGINE D6). */
export interface TokenManager {
  /**
   * A token good for at least a minute, refreshed when needed. Throws `ReauthRequiredError` (grant dead; the
   * connection is `needs_reauth`), `token-missing`, `sealed-with-unknown-key`, `sealed-value-damaged`,
   * `google-misconfigured`, `conflicting-change` (retryable: the connection has moved on from this epoch), or a
   * retryable `GoogleApiError` or `StoreError`.
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
