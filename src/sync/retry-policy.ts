import { JITTER, MARK_BACKOFF_MAX_MS, MARK_BACKOFF_START_MS, MARK_RETRY_DELAYS_MS } from './limits.ts'

/** How long a mark waits after its n-th failed run, n counted from 1 (ENGINE C2). */
export function markDelayMs(failedRuns: number, float: () => number): number {
  const early = MARK_RETRY_DELAYS_MS[failedRuns - 1]
  const doublings = failedRuns - MARK_RETRY_DELAYS_MS.length - 1
  const base = early ?? Math.min(MARK_BACKOFF_MAX_MS, MARK_BACKOFF_START_MS * 2 ** Math.min(doublings, 16))
  return jittered(base, float)
}

/** From here on the appointment counts as failed, and the host is told once. */
export function isFailing(failedRuns: number): boolean {
  return failedRuns > MARK_RETRY_DELAYS_MS.length
}

export function jittered(ms: number, float: () => number): number {
  return Math.round(ms * (1 + JITTER * (2 * float() - 1)))
}
