/**
 * Leases: economy, never correctness. Losing one costs a doubled request at most.
 *
 * 1. `acquire` answers true for one holder until `ttlMs` has passed by the store's clock since its last acquire
 *    or renew; the same holder may acquire again.
 * 2. `renew` and `release` do nothing, and `renew` answers false, once another holds it.
 */
export interface LeaseStore {
  acquire(name: string, holder: string, ttlMs: number): Promise<boolean>
  renew(name: string, holder: string, ttlMs: number): Promise<boolean>
  release(name: string, holder: string): Promise<void>
}
