import type { Job, JobData, Lane } from '../../contracts/job-queue.ts'
import { CalendarSyncError } from '../../errors.ts'

const KEY = /^[a-z][a-z0-9._-]{0,127}$/
/** Two ids of 255 characters fit, whatever is in them. */
const DATA_LIMIT_BYTES = 4096
const LANES: readonly Lane[] = ['interactive', 'pull', 'bulk']

/** The job as the queue keeps it: a copy, of which nobody else holds a part. */
export function checkJob(job: Job): Job {
  const problem = problemOf(job)
  if (problem) throw new CalendarSyncError('argument-invalid', `The job cannot be enqueued: ${problem}.`)
  const { name, key, data, lane, notBefore } = job
  return { name, key, lane, data: { ...data }, ...(notBefore === undefined ? {} : { notBefore }) }
}

// Names what is wrong, never the value: it may be what should not be logged.
function problemOf({ name, key, data, lane, notBefore }: Job): string | undefined {
  if (typeof name !== 'string' || name.length === 0) return 'its name is empty'
  if (typeof key !== 'string' || !KEY.test(key)) return 'its key does not match [a-z][a-z0-9._-]{0,127}'
  if (!LANES.includes(lane)) return 'its lane is none of interactive, pull and bulk'
  if (notBefore !== undefined && !Number.isFinite(notBefore)) return 'notBefore is no time in milliseconds'
  if (!isPlain(data)) return 'its data is not an object of strings, finite numbers and booleans'
  if (new TextEncoder().encode(JSON.stringify(data)).length > DATA_LIMIT_BYTES)
    return 'its data is over 4 kB of JSON'
  return undefined
}

function isPlain(data: JobData): boolean {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return false
  return Object.values(data).every(
    value => typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value),
  )
}
