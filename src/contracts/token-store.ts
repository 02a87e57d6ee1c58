import type { AccountRef } from './identity.ts'

/**
 * TokenStore: one sealed string an account.
 *
 * 1. `get` answers what was put last, or `undefined`. A read that follows a resolved write sees it; no stale
 *    replica.
 * 2. `put` is one atomic compare-and-set. `expectedVersion` is the version read before, or `null` when there must
 *    be none. Of any number of racing writers on one version exactly one gets the new version, the others `null`.
 * 3. Versions are opaque and never used twice, not even after `delete`: a `put` with a version from before a
 *    `delete` gets `null`.
 * 4. `delete` of nothing is fine.
 * 5. Values round-trip unchanged. Ids are opaque strings of 1 to 255 characters of any kind, and two different
 *    accounts never share a row.
 * 6. A throw means the store is in trouble, never that a race was lost.
 * 7. Any number of processes may call at once; the store keeps no memory of its own between calls.
 */
export interface TokenStore {
  get(account: AccountRef): Promise<StoredToken | undefined>
  put(account: AccountRef, value: string, expectedVersion: string | null): Promise<string | null>
  delete(account: AccountRef): Promise<void>
}

export interface StoredToken {
  readonly value: string
  readonly version: string
}
