import type { AccountRef } from '../../contracts/identity.ts'
import type { StoredToken, TokenStore } from '../../contracts/token-store.ts'
import { accountKey } from './keys.ts'

export class MemoryTokenStore implements TokenStore {
  readonly #tokens = new Map<string, StoredToken>()
  /** Never starts again, so no version is given twice, not even after a delete. */
  #given = 0

  async get(account: AccountRef): Promise<StoredToken | undefined> {
    const token = this.#tokens.get(accountKey(account))
    return token && { ...token }
  }

  async put(account: AccountRef, value: string, expectedVersion: string | null): Promise<string | null> {
    const key = accountKey(account)
    const current = this.#tokens.get(key)?.version ?? null
    if (current !== expectedVersion) return null
    const version = String(++this.#given)
    this.#tokens.set(key, { value, version })
    return version
  }

  async delete(account: AccountRef): Promise<void> {
    this.#tokens.delete(accountKey(account))
  }
}
