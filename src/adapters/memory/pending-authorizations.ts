import type { AccountRef } from '../../contracts/identity.ts'
import type {
  PendingAuthorization,
  PendingAuthorizationStore,
} from '../../contracts/pending-authorization-store.ts'
import type { Clock } from '../../contracts/runtime.ts'
import { copy } from './copy.ts'
import type { Forgetful } from './erase.ts'
import { Groups } from './groups.ts'
import { accountKey } from './keys.ts'

interface PendingRow {
  readonly pending: PendingAuthorization
  readonly expiresAt: number
}

export class MemoryPendingAuthorizationStore implements PendingAuthorizationStore, Forgetful {
  readonly #clock: Clock
  readonly #byId = new Map<string, PendingRow>()
  readonly #byAccount = new Groups<PendingRow>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async put(
    pending: PendingAuthorization,
    options: { readonly expiresInMs: number; readonly limit: number },
  ): Promise<void> {
    this.#delete(this.#byId.get(pending.id))
    const now = this.#clock.now()
    const row = { pending: copy(pending), expiresAt: now + options.expiresInMs }
    const key = accountKey(pending.account)
    this.#byId.set(pending.id, row)
    this.#byAccount.add(key, row)
    for (const old of this.#byAccount.of(key)) if (old.expiresAt <= now) this.#delete(old)
    const kept = this.#byAccount.of(key)
    for (const old of kept.slice(0, Math.max(0, kept.length - options.limit))) this.#delete(old)
  }

  async take(id: string): Promise<PendingAuthorization | undefined> {
    const row = this.#byId.get(id)
    this.#delete(row)
    return row && row.expiresAt > this.#clock.now() ? copy(row.pending) : undefined
  }

  forget(isErased: (account: AccountRef) => boolean): void {
    for (const row of [...this.#byId.values()]) if (isErased(row.pending.account)) this.#delete(row)
  }

  #delete(row: PendingRow | undefined): void {
    if (!row) return
    this.#byId.delete(row.pending.id)
    this.#byAccount.delete(accountKey(row.pending.account), row)
  }
}
