import type { AccountRef } from './identity.ts'

/**
 * Pending authorizations: a consent that was started and not finished.
 *
 * 1. `put` keeps one under its id (SHA-256 of the state) until `expiresInMs` has passed by the store's clock. An
 *    account keeps its `limit` newest; older ones go.
 * 2. `take` answers it exactly once: of any number of racing takers one gets it, the others `undefined`. An
 *    expired one is gone.
 */
export interface PendingAuthorizationStore {
  put(
    pending: PendingAuthorization,
    options: { readonly expiresInMs: number; readonly limit: number },
  ): Promise<void>
  take(id: string): Promise<PendingAuthorization | undefined>
}

export interface PendingAuthorization {
  readonly id: string
  readonly account: AccountRef
  /** Sealed: the PKCE verifier, nonce and what the user chose. */
  readonly sealed: string
}
