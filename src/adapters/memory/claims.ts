import type { Claim, ClaimKey, ClaimOutcome, ClaimStore, RenewOptions } from '../../contracts/claim-store.ts'
import type { AppointmentRef } from '../../contracts/identity.ts'
import { copy } from './copy.ts'
import type { MemoryDatabase } from './database.ts'
import { refKey } from './keys.ts'
import { newMarkRow, toMark } from './mark-table.ts'

export class MemoryClaimStore implements ClaimStore {
  readonly #database: MemoryDatabase

  constructor(database: MemoryDatabase) {
    this.#database = database
  }

  async claim(ref: AppointmentRef, options: { readonly holdMs: number }): Promise<Claim | undefined> {
    const { marks, links, turns, clock } = this.#database
    const key = refKey(ref)
    const now = clock.now()
    const rows = marks.ofRef(key)
    if (turns.isHidden(key, now) || !rows.some(row => row.dueAt <= now)) return undefined
    const fence = this.#database.next()
    turns.set(key, { fence, claimedAt: now, hiddenUntil: now + options.holdMs })
    turns.sweep(now, other => marks.hasRef(other) || links.hasRef(other))
    return {
      ref: { workspaceId: ref.workspaceId, appointmentId: ref.appointmentId },
      fence,
      marks: rows.map(toMark),
      links: links.ofRef(key).map(row => copy(row.link)),
      now,
    }
  }

  async renew(claim: ClaimKey, options: RenewOptions): Promise<{ readonly newMarks: boolean } | null> {
    const { marks, turns, clock } = this.#database
    const turn = turns.held(claim)
    if (!turn) return null
    const now = clock.now()
    turn.hiddenUntil = now + options.holdMs
    const seen = new Set(options.seen)
    const due = marks.ofRef(refKey(claim.ref)).filter(row => row.dueAt <= now)
    return { newMarks: due.some(row => !seen.has(row.mark.id)) }
  }

  async finish(claim: ClaimKey, outcome: ClaimOutcome): Promise<{ readonly more: boolean } | null> {
    const { marks, turns, clock } = this.#database
    const turn = turns.held(claim)
    if (!turn) return null
    const key = refKey(claim.ref)
    const now = clock.now()
    for (const id of outcome.deleteMarks) marks.delete(id, key)
    for (const mark of outcome.addMarks) marks.add(newMarkRow(this.#database.next(), mark, now))
    turn.hiddenUntil = now
    return { more: marks.ofRef(key).some(row => row.dueAt <= now) }
  }
}
