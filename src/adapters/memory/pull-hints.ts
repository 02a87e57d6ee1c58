import type { AccountRef } from '../../contracts/identity.ts'
import type { PullHintStore } from '../../contracts/pull-hint-store.ts'
import type { Forgetful } from './erase.ts'
import { accountKey } from './keys.ts'

export class MemoryPullHintStore implements PullHintStore, Forgetful {
  /** In the order they came. */
  readonly #pending = new Map<string, AccountRef>()

  async add({ workspaceId, userId }: AccountRef): Promise<boolean> {
    const key = accountKey({ workspaceId, userId })
    if (this.#pending.has(key)) return false
    this.#pending.set(key, { workspaceId, userId })
    return true
  }

  async due(limit: number): Promise<readonly AccountRef[]> {
    return [...this.#pending.values()].slice(0, limit).map(account => ({ ...account }))
  }

  async take(account: AccountRef): Promise<boolean> {
    return this.#pending.delete(accountKey(account))
  }

  forget(isErased: (account: AccountRef) => boolean): void {
    for (const [key, account] of [...this.#pending]) if (isErased(account)) this.#pending.delete(key)
  }
}
