import type { MaybePromise } from '../../../contracts/appointment-source.ts'
import type { TokenStore } from '../../../contracts/token-store.ts'
import type { Expect } from '../runner.ts'

/** What a store's test file gives for each case: an empty store, and how to close it. */
export interface TokenStoreFixture {
  readonly store: TokenStore
  /** Another handle to the same data, as another process has. Absent: `store` itself. */
  open?(): MaybePromise<TokenStore>
  close?(): MaybePromise<void>
}

export interface TokenHarness {
  readonly store: TokenStore
  readonly other: TokenStore
  readonly expect: Expect
}
