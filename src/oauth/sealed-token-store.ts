import type { AccountRef } from '../contracts/identity.ts'
import type { TokenStore } from '../contracts/token-store.ts'
import { CalendarSyncError, StoreError } from '../errors.ts'
import { type GrantTokens, grantText, readGrantText, tokenContext, VACANT_TEXT } from './grant-tokens.ts'
import type { Keyring } from './keyring.ts'

/** The host's token store, seen through the seal. Versions and races are the host's (see TokenStore). */
export interface SealedTokenStore {
  /** `undefined` when there is no grant. Throws when there is one that does not open. */
  get(account: AccountRef): Promise<StoredGrant | undefined>
  /** The version to `put` over, whatever is there and whether or not it opens; `null` when nothing is. */
  version(account: AccountRef): Promise<string | null>
  put(account: AccountRef, tokens: GrantTokens, expectedVersion: string | null): Promise<string | null>
  /** Takes out the grant of exactly that version. Unlike `delete` it cannot hit one that came after. */
  vacate(account: AccountRef, expectedVersion: string): Promise<boolean>
  delete(account: AccountRef): Promise<void>
}

export interface StoredGrant {
  readonly tokens: GrantTokens
  readonly version: string
}

export function createSealedTokenStore(store: TokenStore, keyring: Keyring): SealedTokenStore {
  return Object.freeze({
    async get(account: AccountRef) {
      const stored = await guarded(account, () => store.get(account))
      if (stored === undefined) return undefined
      const tokens = readGrantText(keyring.openText(stored.value, tokenContext(account)))
      if (tokens === undefined) throw unusable(account)
      return tokens === 'vacant' ? undefined : { tokens, version: stored.version }
    },
    async version(account: AccountRef) {
      return (await guarded(account, () => store.get(account)))?.version ?? null
    },
    put(account: AccountRef, tokens: GrantTokens, expectedVersion: string | null) {
      const sealed = keyring.seal(grantText(tokens), tokenContext(account))
      return guarded(account, () => store.put(account, sealed, expectedVersion))
    },
    async vacate(account: AccountRef, expectedVersion: string) {
      const sealed = keyring.seal(VACANT_TEXT, tokenContext(account))
      return (await guarded(account, () => store.put(account, sealed, expectedVersion))) !== null
    },
    delete(account: AccountRef) {
      return guarded(account, () => store.delete(account))
    },
  })
}

async function guarded<T>(account: AccountRef, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    if (CalendarSyncError.is(cause)) throw cause
    throw new StoreError('The token store failed.', { cause, account })
  }
}

function unusable(account: AccountRef): CalendarSyncError {
  const message = 'The stored grant opens but is not of a known form; a newer version may have written it.'
  return new CalendarSyncError('sealed-value-damaged', message, { account })
}
