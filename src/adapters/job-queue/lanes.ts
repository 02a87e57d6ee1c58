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

/**
 * For queues that fetch several jobs of a lane *or better* at once: how many, from the worst lane that has room. All
 * of them may turn out to be of that worst lane.
 */
export function freeSlots(
  { interactive, pull, bulk }: RunningByLane,
  concurrency: number,
): { readonly lane: Lane; readonly count: number } | undefined {
  const free = Math.max(3, concurrency) - interactive - pull - bulk
  const worse = Math.min(free, Math.max(2, concurrency - 1) - pull - bulk)
  const worst = Math.min(worse, Math.max(1, concurrency - 2) - bulk)
  if (worst > 0) return { lane: 'bulk', count: worst }
  if (worse > 0) return { lane: 'pull', count: worse }
  return free > 0 ? { lane: 'interactive', count: free } : undefined
}

/** For engines with a worker of its own for each lane: how the slots are dealt out, most to the best lane. */
export function laneShares(concurrency: number): RunningByLane {
  const total = Math.max(3, concurrency)
  const share = Math.max(1, Math.floor(total / 6))
  return { interactive: total - 2 * share, pull: share, bulk: share }
}
