import type { ClaimKey } from '../../contracts/claim-store.ts'
import { refKey } from './keys.ts'

export interface Turn {
  readonly fence: number
  readonly claimedAt: number
  hiddenUntil: number
}

const KEPT_MS = 24 * 60 * 60 * 1000
const SWEPT_AT_ONCE = 4

/** The newest claim of each ref, oldest claim first. */
export class TurnTable {
  readonly #turns = new Map<string, Turn>()

  isHidden(ref: string, now: number): boolean {
    const turn = this.#turns.get(ref)
    return turn !== undefined && turn.hiddenUntil > now
  }

  set(ref: string, turn: Turn): void {
    this.#turns.delete(ref)
    this.#turns.set(ref, turn)
  }

  /** The turn, while no other claim has raised the fence. A missing one was swept: its fence is never given again. */
  held(claim: ClaimKey): Turn | undefined {
    const turn = this.#turns.get(refKey(claim.ref))
    return turn?.fence === claim.fence ? turn : undefined
  }

  /** Forgets a few turns of over a day ago, so that refs long gone do not add up. */
  sweep(now: number, isInUse: (ref: string) => boolean): void {
    let looked = 0
    for (const [ref, turn] of this.#turns) {
      if (looked++ === SWEPT_AT_ONCE || turn.claimedAt + KEPT_MS > now) return
      if (isInUse(ref)) this.set(ref, { ...turn, claimedAt: now })
      else this.#turns.delete(ref)
    }
  }

  eraseAll(isErased: (ref: string) => boolean): void {
    for (const ref of [...this.#turns.keys()]) if (isErased(ref)) this.#turns.delete(ref)
  }
}
