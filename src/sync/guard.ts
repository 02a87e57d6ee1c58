import { GUARD_ALL_FROM_LINKS, GUARD_MIN, GUARD_SHARE } from './limits.ts'

export interface GuardCounts {
  readonly removals: number
  readonly moves: number
}

/** The mass-change guard (ENGINE C5): too many findings nobody told us of, or the account would be emptied. */
export function guardTrips(found: GuardCounts, liveLinks: number): boolean {
  if (found.removals + found.moves > Math.max(GUARD_MIN, liveLinks * GUARD_SHARE)) return true
  return liveLinks >= GUARD_ALL_FROM_LINKS && found.removals >= liveLinks
}
