import { inTurn, race, sorted } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { aJob, type QueueHarness, Worker } from './harness.ts'

const CONCURRENCY = { concurrency: 6 }

export const mergingCases: Cases<QueueHarness> = {
  '[2] a hundred equal calls lead to at most two runs, and at least one': async ({
    queue,
    expect,
    now,
    until,
    quiet,
  }) => {
    const worker = new Worker(now)
    await race(100, () => queue.enqueue(aJob('same')))
    await queue.start(worker.handler, CONCURRENCY)
    await until('a run', () => worker.runs.length > 0)
    await quiet()
    expect(worker.runs.length).toBeLessThanOrEqual(2)
  },

  '[2] only jobs of one name and key are merged': async ({ queue, expect, now, until }) => {
    const worker = new Worker(now)
    const jobs = [
      aJob('a'),
      aJob('a', { name: 'repair' }),
      aJob('a.b'),
      aJob('a-b'),
      aJob('a_b'),
      aJob('ab'),
      aJob('b', { name: 'synca' }),
    ]
    const names = (list: readonly { name: string; key: string }[]) =>
      sorted(list.map(({ name, key }) => `${name} ${key}`))
    for (const job of jobs) await queue.enqueue(job)
    await queue.start(worker.handler, CONCURRENCY)
    await until('all runs', () => worker.runs.length >= jobs.length)
    expect(names(worker.runs.map(run => run.job))).toEqual(names(jobs))
  },

  '[2] a delayed job never keeps back one of its key that may start now': async ({
    queue,
    expect,
    now,
    until,
  }) => {
    const worker = new Worker(now)
    await queue.start(worker.handler, CONCURRENCY)
    const later = now() + 600_000
    await queue.enqueue(aJob('one', { notBefore: later }))
    await queue.enqueue(aJob('one'))
    await until('the immediate run', () => worker.of('one').length > 0)
    expect(worker.of('one')[0]?.at ?? later).toBeLessThanOrEqual(later - 1)
  },

  '[2] of two delayed jobs the earlier time is kept, whichever came first': async ({
    queue,
    expect,
    now,
    until,
  }) => {
    const worker = new Worker(now)
    await queue.start(worker.handler, CONCURRENCY)
    const soon = now() + 600
    const late = now() + 600_000
    for (const notBefore of [soon, late]) await queue.enqueue(aJob('soon-first', { notBefore }))
    for (const notBefore of [late, soon]) await queue.enqueue(aJob('late-first', { notBefore }))
    const ran = (key: string) => worker.of(key).length > 0
    await until('both runs', () => ran('soon-first') && ran('late-first'))
    for (const key of ['soon-first', 'late-first']) {
      const at = worker.of(key)[0]?.at ?? 0
      expect(soon).toBeLessThanOrEqual(at)
      expect(at).toBeLessThanOrEqual(late - 1)
    }
  },

  '[2] merging takes the better lane: a user overtakes the bulk job of the same key': async ({
    queue,
    expect,
    now,
    until,
  }) => {
    const worker = new Worker(now)
    await queue.start(worker.handler, CONCURRENCY)
    await race(20, index => queue.enqueue(aJob(`held-${index}`, { lane: 'bulk' })))
    await until('bulk jobs', () => worker.running('bulk') > 0)
    await queue.enqueue(aJob('one', { lane: 'bulk' }))
    await queue.enqueue(aJob('one', { lane: 'interactive' }))
    await until('the merged job', () => worker.of('one').length > 0)
    expect(worker.of('one')[0]?.job.lane).toBe('interactive')
    worker.release()
  },

  '[3] an enqueue while a job of that key runs leads to one more run after it': async ({
    queue,
    expect,
    now,
    until,
    quiet,
  }) => {
    const worker = new Worker(now)
    await queue.start(worker.handler, CONCURRENCY)
    await queue.enqueue(aJob('held'))
    await until('the first run', () => worker.runs.length === 1)
    await inTurn(20, () => queue.enqueue(aJob('held')))
    worker.release()
    await until('one more run', () => worker.runs.length > 1)
    worker.release()
    await quiet()
    worker.release()
    expect(worker.runs.length).toBeLessThanOrEqual(3)
  },

  '[3] an enqueue in the last moment of a run is not lost': async ({ queue, expect, now, until }) => {
    let again = 5
    const worker = new Worker(now, async job => {
      if (again-- > 0) await queue.enqueue(job)
      return 'done' as const
    })
    await queue.start(worker.handler, CONCURRENCY)
    await queue.enqueue(aJob('one'))
    await until('a run for each enqueue', () => worker.runs.length >= 6)
    expect(worker.runs.length).toBe(6)
  },
}
