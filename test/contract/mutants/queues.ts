import type { Job, JobHandler, JobQueue } from '../../../src/contracts/job-queue.ts'
import { type Mutant, override } from './mutant.ts'

type Replace = (inner: JobQueue) => Partial<JobQueue>

const mutant = (name: string, caughtBy: readonly string[], replace: Replace): Mutant<JobQueue> => ({
  name: `queue: ${name}`,
  caughtBy,
  make: queue => override(queue, replace(queue)),
})

const handling =
  (change: (handler: JobHandler) => JobHandler): Replace =>
  inner => ({
    start: (handler, options) => inner.start(change(handler), options),
  })

const enqueueing =
  (change: (job: Job) => Job): Replace =>
  inner => ({
    enqueue: async job => inner.enqueue(change(job)),
  })

const AFTER_RUN = 'merging: [3] an enqueue while a job of that key runs leads to one more run after it'

export const queueMutants: readonly Mutant<JobQueue>[] = [
  mutant('jobs are lost', ['running: [1] each of 200 jobs is run'], inner => {
    let count = 0
    return { enqueue: async job => (++count % 50 ? inner.enqueue(job) : undefined) }
  }),
  mutant(
    'equal jobs are not merged',
    ['merging: [2] a hundred equal calls lead to at most two runs, and at least one'],
    inner => {
      let count = 0
      return { enqueue: job => inner.enqueue({ ...job, key: `${job.key}-${count++}` }) }
    },
  ),
  mutant(
    'names are not told apart',
    ['merging: [2] only jobs of one name and key are merged'],
    enqueueing(job => ({ ...job, name: 'sync' })),
  ),
  mutant(
    'a waiting job absorbs an earlier one',
    [
      'merging: [2] a delayed job never keeps back one of its key that may start now',
      'merging: [2] of two delayed jobs the earlier time is kept, whichever came first',
    ],
    inner => {
      const waiting = new Set<string>()
      return {
        async enqueue(job) {
          if (waiting.has(`${job.name} ${job.key}`)) return
          if (job.notBefore) waiting.add(`${job.name} ${job.key}`)
          await inner.enqueue(job)
        },
      }
    },
  ),
  mutant(
    'a running job absorbs an enqueue',
    [AFTER_RUN, 'merging: [3] an enqueue in the last moment of a run is not lost'],
    inner => {
      const running = new Set<string>()
      return {
        enqueue: async job => (running.has(job.key) ? undefined : inner.enqueue(job)),
        start: (handler, options) =>
          inner.start(async (job, context) => {
            running.add(job.key)
            try {
              return await handler(job, context)
            } finally {
              running.delete(job.key)
            }
          }, options),
      }
    },
  ),
  mutant(
    'notBefore means nothing',
    ['running: [4] a notBefore in the past means now, one in the future is waited for'],
    enqueueing(({ notBefore: _, ...job }) => job),
  ),
  mutant(
    'a notBefore in the past is never reached',
    ['running: [4] a notBefore in the past means now, one in the future is waited for'],
    inner => ({
      enqueue: async job => (job.notBefore === 0 ? undefined : inner.enqueue(job)),
    }),
  ),
  mutant(
    'there is one lane',
    [
      'running: [5] busy bulk work keeps neither pull nor interactive waiting',
      'running: [5] busy pull work does not keep interactive waiting',
    ],
    enqueueing(job => ({ ...job, lane: 'bulk' })),
  ),
  mutant(
    'merging keeps the worse lane',
    ['merging: [2] merging takes the better lane: a user overtakes the bulk job of the same key'],
    inner => {
      const lanes = new Map<string, Job['lane']>()
      return {
        enqueue(job) {
          const lane = lanes.get(job.key) ?? job.lane
          lanes.set(job.key, lane)
          return inner.enqueue({ ...job, lane })
        },
      }
    },
  ),
  mutant(
    'retryAt runs at once',
    ['outcomes: [6] retryAt runs it again then, as often as asked, and counts as no failure'],
    handling(handler => async (job, context) => {
      const result = await handler(job, context)
      return typeof result === 'object' && 'retryAt' in result ? { retryAt: 0 } : result
    }),
  ),
  mutant(
    'retryAt counts as a failure',
    ['outcomes: [6] retryAt runs it again then, as often as asked, and counts as no failure'],
    handling(handler => async (job, context) => {
      const result = await handler(job, context)
      if (typeof result === 'object' && 'retryAt' in result) throw new Error('again')
      return result
    }),
  ),
  mutant(
    'dead runs again',
    ['outcomes: [6] dead ends it at once; a later enqueue runs again'],
    handling(handler => async (job, context) => {
      const result = await handler(job, context)
      if (typeof result === 'object' && 'dead' in result) throw new Error(result.dead)
      return result
    }),
  ),
  mutant(
    'a throw ends the job',
    ['outcomes: [6] a throw, at once or later, runs it again, and harms no other job'],
    handling(handler => async (job, context) => {
      try {
        return await handler(job, context)
      } catch {
        return 'done'
      }
    }),
  ),
  mutant('stop does not wait', ['outcomes: [7] stop waits for what runs and starts nothing new'], inner => ({
    stop: () => inner.stop({ drainMs: 0 }),
  })),
  mutant(
    'stop aborts nothing',
    ['outcomes: [7] after drainMs the signal of what still runs is aborted, and stop ends'],
    handling(handler => job => handler(job, { signal: new AbortController().signal })),
  ),
  mutant(
    'anything may be a key',
    ['running: [8] keys and data outside the limits are refused'],
    enqueueing(job => ({ ...job, key: job.key.replace(/[^a-z0-9._-]/g, '-') || 'a' })),
  ),
  mutant(
    'jobs before the start are lost',
    ['running: [9] jobs enqueued before the start are run after it'],
    inner => {
      let isStarted = false
      return {
        enqueue: async job => (isStarted ? inner.enqueue(job) : undefined),
        start(handler, options) {
          isStarted = true
          return inner.start(handler, options)
        },
      }
    },
  ),
]
