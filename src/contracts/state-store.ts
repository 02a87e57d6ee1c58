import type { BudgetStore } from './budget-store.ts'
import type { ClaimStore } from './claim-store.ts'
import type { ConnectionStore } from './connection-store.ts'
import type { FindingStore } from './finding-store.ts'
import type { IdentityKeyStore } from './identity-key-store.ts'
import type { LeaseStore } from './lease-store.ts'
import type { LinkStore } from './link-store.ts'
import type { MarkStore } from './mark-store.ts'
import type { PendingAuthorizationStore } from './pending-authorization-store.ts'
import type { PullHintStore } from './pull-hint-store.ts'

/**
 * SyncStateStore: what the engine knows, one interface a concern. Shipped with every adapter; a host seldom
 * writes one.
 *
 * 1. Everything that may race is compare-and-set or fenced. Losing a race is an answer; a throw means the store
 *    is in trouble, and nothing of that call was committed or its outcome is unknown.
 * 2. Each call is one commit, at least read-committed, and a resolved write is seen by every later read.
 * 3. Times that decide who may act (claims, leases, due marks, intents, expiry) are the store's own clock.
 * 4. Ids are opaque strings of 1 to 255 characters of any kind but NUL and lone surrogates, which the library refuses.
 * 5. `erase` forgets everything kept of an account, or without `userId` of a workspace. Counters go on from where
 *    they were: a writer that outlived the erasure is refused, also once the account is back (ENGINE A5).
 * 6. `prune` is housekeeping: it drops what is left of appointments long gone, and answers how many rows.
 * 7. Two-way sync adds channels and conflicts as further members; links already carry what it needs.
 */
export interface SyncStateStore {
  readonly connections: ConnectionStore
  readonly marks: MarkStore
  readonly claims: ClaimStore
  readonly links: LinkStore
  readonly findings: FindingStore
  readonly pendingAuthorizations: PendingAuthorizationStore
  readonly leases: LeaseStore
  readonly budgets: BudgetStore
  readonly pullHints: PullHintStore
  readonly identityKey: IdentityKeyStore
  erase(erasure: Erasure): Promise<void>
  prune(): Promise<number>
}

/** An account, or without `userId` a whole workspace. */
export interface Erasure {
  readonly workspaceId: string
  readonly userId?: string | undefined
}
