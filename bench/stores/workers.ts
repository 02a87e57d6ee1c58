import { bundleWorker } from '../../test/fleet/bundle-worker.ts'
import { runRound } from '../../test/fleet/round.ts'
import type { Figure } from './figures.ts'

const APPOINTMENTS = 1_000
/** Of the plan, what is there before anybody connects. */
const BACKFILLED = APPOINTMENTS * 0.8

/** A backfill by 1, 2 and 4 workers on Postgres; fake Google, database and workers share this machine. */
export async function workerThroughput(): Promise<Figure[]> {
  const worker = await bundleWorker()
  const figures: Figure[] = []
  for (const workers of [1, 2, 4]) {
    const { violations, workedMs } = await runRound(
      {
        ...{ seed: 1, size: APPOINTMENTS, workers, worker, factor: 1, isCalm: true },
        ...{ queue: 'in-process', database: 'postgres' },
      },
      () => {},
    )
    if (violations.length > 0) throw new Error(`${workers} workers: ${violations[0]}`)
    const value = BACKFILLED / (workedMs / 1_000)
    figures.push({ name: `backfill, ${workers} worker${workers > 1 ? 's' : ''}`, value, unit: 'events/s' })
  }
  return figures
}
