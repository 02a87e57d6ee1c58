import { GUARD_ALL_FROM_LINKS, GUARD_MIN, GUARD_SHARE } from './limits.ts'

export interface GuardCounts {
  /** Found in the last hour that nobody told us of, whether done by now or still to be done. */
  readonly removals: number
  readonly moves: number
}

export interface GuardLinks {
  readonly live: number
  /** Of the hour's removals, those with no live link: it was live when the hour began, or it is just being made. */
  readonly others: number
}

/**
 * The mass-change guard (ENGINE C5): too many findings nobody told us of, or the account would be emptied. Judged
 * by the links at the beginning of the hour, so that findings minutes apart add up.
 */
export function guardTrips(found: GuardCounts, { live, others }: GuardLinks): boolean {
  const before = live + others
  if (found.removals + found.moves > Math.max(GUARD_MIN, before * GUARD_SHARE)) return true
  return before >= GUARD_ALL_FROM_LINKS && found.removals - others >= live
}

/** Whether the answer is the same however many of the removals have no live link: counting those costs a read of each. */
export function isClear(found: GuardCounts, live: number): boolean {
  const { removals, moves } = found
  const share = (links: number) => Math.max(GUARD_MIN, links * GUARD_SHARE)
  return removals + moves > share(live + removals) || (removals + moves <= share(live) && removals < live)
}
