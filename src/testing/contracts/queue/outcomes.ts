import { must, outcomeOf } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { aJob, type QueueHarness, Worker } from './harness.ts'

const CONCURRENCY = { concurrency: 6 }

export const outcomeCases: Cases<QueueHarness> = {
  '[6] done ends it; a later enqueue runs again': async ({ queue, expect, now, until, quiet }) => {
    const worker = new Worker(now)
    await queue.start(worker.handler, CONCURRENCY)
    await queue.enqueue(aJob('one'))
    await until('the run', () => worker.runs.length === 1)
    await quiet()
    expect(worker.runs.length).toBe(1)
    await queue.enqueue(aJob('one'))
    await until('the second run', () => worker.runs.length === 2)
  },

  '[6] retryAt runs it again then, as often as asked, and counts as no failure': async ({
    queue,
    expect,
    now,
    until,
    quiet,
  }) => {
    const asked: number[] = []
    const worker = new Worker(now, (_job, run) => {
      if (run > 15) return 'done'
      const retryAt = now() + 20
      asked.push(retryAt)
      return { retryAt }
    })
    await queue.start(worker.handler, CONCURRENCY)
    await queue.enqueue(aJob('one', { data: { id: 'kept' } }))
    await until('sixteen runs', () => worker.runs.length === 16)
    await quiet()
    expect(worker.runs.length).toBe(16)
    for (const [index, retryAt] of asked.entries()) {
      expect(retryAt).toBeLessThanOrEqual(worker.runs[index + 1]?.at ?? 0)
    }
    expect(worker.runs.at(-1)?.job.data).toEqual({ id: 'kept' })
  },

  '[6] retryAt does not keep back an enqueue that came while it ran': async ({
    queue,
    expect,
    now,
    until,
  }) => {
    const far = now() + 600_000
    const worker = new Worker(now, (_job, run) => (run === 1 ? { retryAt: far } : 'done'))
    await queue.start(worker.handler, CONCURRENCY)
    await queue.enqueue(aJob('held'))
    await until('the first run', () => worker.runs.length === 1)
    await queue.enqueue(aJob('held'))
    worker.release()
    await until('the second run', () => worker.runs.length === 2)
    worker.release()
    expect(worker.runs[1]?.at ?? far).toBeLessThanOrEqual(far - 1)
  },

  '[6] dead ends it at once; a later enqueue runs again': async ({ queue, expect, now, until, quiet }) => {
    const worker = new Worker(now, (_job, run) => (run === 1 ? { dead: 'no such account' } : 'done'))
    await queue.start(worker.handler, CONCURRENCY)
    await queue.enqueue(aJob('one'))
    await until('the run', () => worker.runs.length === 1)
    await quiet(1_500)
    expect(worker.runs.length).toBe(1)
    await queue.enqueue(aJob('one'))
    await until('the second run', () => worker.runs.length === 2)
  },

  '[6] a throw, at once or later, runs it again, and harms no other job': async ({
    queue,
    expect,
    now,
    until,
  }) => {
    const worker = new Worker(now, (job, run) => {
      if (job.key === 'good' || run > 2) return 'done'
      if (job.key === 'throws') throw new Error('at once')
      return Promise.reject(new Error('later'))
    })
    await queue.start(worker.handler, CONCURRENCY)
    for (const key of ['throws', 'rejects', 'good']) await queue.enqueue(aJob(key))
    await until(
      'three runs each',
      () => worker.of('throws').length === 3 && worker.of('rejects').length === 3,
    )
    expect(worker.of('good').length).toBe(1)
    const [first, second] = worker.of('throws')
    expect(must(second, 'a second run').at).toBeGreaterThan(must(first, 'a first run').at)
  },

  '[7] stop waits for what runs and starts nothing new': async ({ queue, expect, now, until, quiet }) => {
    const worker = new Worker(now)
    await queue.start(worker.handler, CONCURRENCY)
    await queue.enqueue(aJob('held'))
    await until('the run', () => worker.runs.length === 1)
    await queue.enqueue(aJob('delayed', { notBefore: now() + 50 }))
    let stopped = false
    const stopping = queue.stop({ drainMs: 60_000 }).then(() => {
      stopped = true
    })
    await outcomeOf(queue.enqueue(aJob('late')))
    await quiet()
    expect([stopped, worker.runs.length, worker.runs[0]?.signal.aborted]).toEqual([false, 1, false])
    worker.release()
    await until('the stop', () => stopped)
    await stopping
    await quiet()
    expect([worker.runs.length, worker.runs[0]?.signal.aborted]).toEqual([1, false])
  },

  '[7] after drainMs the signal of what still runs is aborted, and stop ends': async ({
    queue,
    expect,
    now,
    until,
  }) => {
    const worker = new Worker(now)
    await queue.start(worker.handler, CONCURRENCY)
    await queue.enqueue(aJob('held-1'))
    await queue.enqueue(aJob('held-2'))
    await until('both runs', () => worker.runs.length === 2)
    let stopped = false
    const stopping = queue.stop({ drainMs: 100 }).then(() => {
      stopped = true
    })
    await until('the abort', () => worker.runs.every(run => run.signal.aborted))
    worker.release()
    await until('the stop', () => stopped)
    await stopping
    expect(worker.runs.length).toBe(2)
  },

  '[7] stop is fine before a start, with nothing running, and twice': async ({
    queue,
    expect,
    now,
    until,
  }) => {
    const stops: string[] = []
    const stop = async () => {
      void outcomeOf(queue.stop({ drainMs: 100 })).then(outcome => stops.push(outcome))
      const count = stops.length + 1
      await until('the stop', () => stops.length >= count)
    }
    await stop()
    await queue.start(new Worker(now).handler, CONCURRENCY)
    await stop()
    await stop()
    expect(stops).toEqual(['resolved', 'resolved', 'resolved'])
  },

  '[7] unfinished jobs of a durable queue come back': async ({ queue, expect, now, until, reopen }) => {
    const first = new Worker(now)
    await queue.start(first.handler, CONCURRENCY)
    await queue.enqueue(aJob('held'))
    await until('the run', () => first.runs.length === 1)
    await queue.enqueue(aJob('delayed', { notBefore: now() + 300 }))
    let stopped = false
    void queue.stop({ drainMs: 0 }).then(() => {
      stopped = true
    })
    await until('the stop', () => stopped)
    const second = new Worker(now)
    const again = await reopen()
    await again.start(second.handler, CONCURRENCY)
    const ran = (key: string) => second.of(key).length > 0
    await until('both runs', () => ran('held') && ran('delayed'))
    second.release()
    first.release()
    void again.stop({ drainMs: 0 })
    expect(first.of('delayed').length).toBe(0)
  },
}
