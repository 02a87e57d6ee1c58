import type { JobQueue } from '../../contracts/job-queue.ts'
import type { Runtime } from '../../contracts/runtime.ts'
import { systemRuntime } from '../../contracts/runtime-default.ts'
import { InProcessQueue } from './queue.ts'

/**
 * A queue inside this process: it wakes at once and needs no server. Waiting jobs end with the process; the
 * timer loop finds their work in the state store again. A `concurrency` below 3 still runs one job a lane, so
 * that a busy lane never keeps a better one waiting.
 */
export function inProcessQueue(options: { readonly runtime?: Runtime } = {}): JobQueue {
  return new InProcessQueue(options.runtime ?? systemRuntime)
}
