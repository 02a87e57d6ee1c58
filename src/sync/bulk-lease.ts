import type { AccountRef } from '../contracts/identity.ts'
import { leaseName } from '../oauth/index.ts'
import { BULK_LEASE_MS, BULK_RENEW_MS } from './limits.ts'
import { newId } from './new-id.ts'
import { PassEnded } from './pass/account-pass.ts'
import type { Engine } from './run-context.ts'

/** One process at a time does an account's bulk work (ENGINE A8). Economy only: losing it corrupts nothing. */
export class BulkLease {
  readonly #engine: Engine
  readonly #name: string
  readonly #holder: string
  readonly #outer: AbortSignal
  readonly #inner = new AbortController()
  readonly #end = () => this.#inner.abort(this.#outer.reason)

  static async take(
    engine: Engine,
    account: AccountRef,
    signal: AbortSignal,
  ): Promise<BulkLease | undefined> {
    const lease = new BulkLease(engine, account, signal)
    const taken = await engine.deps.state.leases.acquire(lease.#name, lease.#holder, BULK_LEASE_MS)
    if (!taken) return undefined
    if (signal.aborted) lease.#end()
    else signal.addEventListener('abort', lease.#end, { once: true })
    void lease.#renew()
    return lease
  }

  private constructor(engine: Engine, account: AccountRef, signal: AbortSignal) {
    this.#engine = engine
    this.#name = leaseName('bulk', account)
    this.#holder = newId(engine.deps.runtime)
    this.#outer = signal
  }

  /** Aborted with the engine, when the lease is lost, and at its end. */
  get signal(): AbortSignal {
    return this.#inner.signal
  }

  mayGoOn(): void {
    if (this.signal.aborted) throw new PassEnded(this.#outer.aborted ? 'stopped' : 'lease-lost')
    if (!this.#engine.deps.enabled()) throw new PassEnded('switched-off')
  }

  async release(): Promise<void> {
    this.#outer.removeEventListener('abort', this.#end)
    this.#end()
    await this.#engine.deps.state.leases.release(this.#name, this.#holder)
  }

  async #renew(): Promise<void> {
    const { runtime, state } = this.#engine.deps
    while (!this.signal.aborted) {
      try {
        await runtime.clock.sleep(BULK_RENEW_MS, this.signal)
        if (!(await state.leases.renew(this.#name, this.#holder, BULK_LEASE_MS))) this.#end()
      } catch {
        // Released, or a store in trouble: then the lease runs out by itself.
      }
    }
  }
}
