import type { Claim, ClaimStore } from '../contracts/claim-store.ts'
import type { Clock } from '../contracts/runtime.ts'
import { CLAIM_HOLD_MS, CLAIM_RENEW_MS } from './limits.ts'

/** Keeps a claim hidden while its run lives, and learns when it was taken over (ENGINE A4). */
export class Hold {
  readonly #stop = new AbortController()
  #lost = false

  constructor(claims: ClaimStore, claim: Claim, clock: Clock) {
    void this.#keep(claims, claim, clock)
  }

  get lost(): boolean {
    return this.#lost
  }

  release(): void {
    this.#stop.abort(RELEASED)
  }

  async #keep(claims: ClaimStore, claim: Claim, clock: Clock): Promise<void> {
    const seen = claim.marks.map(mark => mark.id)
    while (!this.#stop.signal.aborted) {
      try {
        await clock.sleep(CLAIM_RENEW_MS, this.#stop.signal)
        const renewed = await claims.renew(claim, { holdMs: CLAIM_HOLD_MS, seen })
        if (renewed === null) this.#lost = true
        if (this.#lost) return
      } catch {
        // Aborted, or a store in trouble: then the fence decides at the next write.
      }
    }
  }
}

/** A reason of ours: the default one is an exception, made with its stack for nobody. */
const RELEASED = Object.freeze({ name: 'Released' })
