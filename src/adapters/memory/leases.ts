import type { LeaseStore } from '../../contracts/lease-store.ts'
import type { Clock } from '../../contracts/runtime.ts'

export class MemoryLeaseStore implements LeaseStore {
  readonly #clock: Clock
  readonly #leases = new Map<string, { readonly holder: string; readonly until: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async acquire(name: string, holder: string, ttlMs: number): Promise<boolean> {
    const now = this.#clock.now()
    const lease = this.#leases.get(name)
    if (lease && lease.holder !== holder && lease.until > now) return false
    this.#leases.set(name, { holder, until: now + ttlMs })
    return true
  }

  async renew(name: string, holder: string, ttlMs: number): Promise<boolean> {
    if (this.#leases.get(name)?.holder !== holder) return false
    this.#leases.set(name, { holder, until: this.#clock.now() + ttlMs })
    return true
  }

  async release(name: string, holder: string): Promise<void> {
    if (this.#leases.get(name)?.holder === holder) this.#leases.delete(name)
  }
}
