import type { Lane } from '../../contracts/job-queue.ts'

/** Best first. */
export const LANES: readonly Lane[] = ['interactive', 'pull', 'bulk']

export const betterLane = (a: Lane, b: Lane): Lane => (LANES.indexOf(a) < LANES.indexOf(b) ? a : b)

export type RunningByLane = Readonly<Record<Lane, number>>

/**
 * Whether one more job of that lane may start. A slot is kept from bulk for pull, and one from both for
 * interactive, so that a busy lane never keeps a better one waiting. That takes three slots at least.
 */
export function mayStart(lane: Lane, running: RunningByLane, concurrency: number): boolean {
  const { interactive, pull, bulk } = running
  if (interactive + pull + bulk >= Math.max(3, concurrency)) return false
  if (lane === 'interactive') return true
  if (pull + bulk >= Math.max(2, concurrency - 1)) return false
  return lane === 'pull' || bulk < Math.max(1, concurrency - 2)
}
