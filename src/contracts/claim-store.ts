import type { AppointmentRef } from './identity.ts'
import type { Link } from './link.ts'
import type { Mark, NewMark } from './mark-store.ts'

/**
 * Claims: a worker's turn at one ref (ENGINE A4).
 *
 * 1. `claim` answers `undefined` when the ref has no due mark, or is hidden by a live claim; then nothing
 *    changed. Otherwise, in one commit, it raises the ref's fence, hides the ref for `holdMs` by the store's
 *    clock, and answers the fence with all marks (due or not) and all links of the ref.
 * 2. Fences of a ref only grow, and a new ref's fence starts above anything this store ever gave out.
 * 3. `renew` hides the ref for `holdMs` more and says whether a due mark exists that is not in `seen`; `null`
 *    once another claim has raised the fence. A new mark does not void a claim.
 * 4. `finish`, in one commit: deletes exactly the marks named, inserts the marks given, ends the hiding, and says
 *    whether a due mark is left. `null`, and nothing changed, once the fence was raised.
 * 5. A claim whose hiding ran out is still good until another claim raises the fence.
 */
export interface ClaimStore {
  claim(ref: AppointmentRef, options: { readonly holdMs: number }): Promise<Claim | undefined>
  renew(claim: ClaimKey, options: RenewOptions): Promise<{ readonly newMarks: boolean } | null>
  finish(claim: ClaimKey, outcome: ClaimOutcome): Promise<{ readonly more: boolean } | null>
}

export interface ClaimKey {
  readonly ref: AppointmentRef
  readonly fence: number
}

export interface Claim extends ClaimKey {
  readonly marks: readonly Mark[]
  readonly links: readonly Link[]
  /** The store's clock at the claim, epoch ms. */
  readonly now: number
}

export interface RenewOptions {
  readonly holdMs: number
  readonly seen: readonly string[]
}

export interface ClaimOutcome {
  readonly deleteMarks: readonly string[]
  readonly addMarks: readonly NewMark[]
}
