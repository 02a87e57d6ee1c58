/** https://developers.google.com/workspace/calendar/api/guides/quota: units a minute, sliding. */
export const USER_UNITS = 600
export const PROJECT_UNITS = 10_000
export const WINDOW_MS = 60_000

/** Share of a quota left alone, for what the host does with the API beside us. */
export const HEADROOM = 0.01

/** Best first. A lane may fill its share of a quota, so that an edit finds room while bulk work runs (ENGINE A8). */
export const LANES = ['interactive', 'pull', 'bulk'] as const
const LANE_SHARES: readonly number[] = [1, 0.9, 0.8]

/** The dearest call has to fit, or it would never leave. */
const LEAST_UNITS = 3

/** A longer pause is answered instead of waited out: a worker is worth more. */
export const MAX_HOLD_WAIT_MS = 45_000

/**
 * Nobody waits longer. An intent is recorded before the call, and `LATE_WRITE_MS` later others take it for dead, so
 * that no write may leave late (ENGINE B1).
 */
export const MAX_WAIT_MS = 120_000

/** Units that each lane may have in the window. */
export function laneLimits(unitsPerMinute: number, workers: number): readonly number[] {
  const units = (unitsPerMinute * (1 - HEADROOM)) / workers
  return LANE_SHARES.map(share => Math.max(LEAST_UNITS, Math.floor(units * share)))
}

export const NO_LIMITS: readonly number[] = LANE_SHARES.map(() => Number.POSITIVE_INFINITY)
