import type { Job } from '../../../contracts/job-queue.ts'
import { outcomeOf, race, sorted } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { aJob, type QueueHarness, Worker } from './harness.ts'

const CONCURRENCY = { concurrency: 6 }

export const runningCases: Cases<QueueHarness> = {
  '[1] a job that was enqueued is run with its name, key, data and lane': async ({
    queue,
    expect,
    now,
    until,
    quiet,
  }) => {
    const worker = new Worker(now)
    await queue.start(worker.handler, CONCURRENCY)
    const data = { workspaceId: 'w/1 "é" 👩‍⚕️', count: 7, flag: false, empty: '' }
    await queue.enqueue(aJob('one', { data, lane: 'pull', name: 'pull-account' }))
    await until('the run', () => worker.runs.length > 0)
    const { name, key, lane, data: given } = worker.runs[0]?.job ?? aJob('none')
    expect({ name, key, lane, data: given }).toEqual({ name: 'pull-account', key: 'one', lane: 'pull', data })
    await quiet()
    expect(worker.runs.length).toBe(1)
  },

  '[1] each of 200 jobs is run': async ({ queue, expect, now, until }) => {
    const worker = new Worker(now)
    await queue.start(worker.handler, CONCURRENCY)
    const keys = Array.from({ length: 200 }, (_, index) => `k${index}`)
    await race(keys.length, index => queue.enqueue(aJob(keys[index] ?? 'none')))
    await until('all runs', () => new Set(worker.runs.map(run => run.job.key)).size === keys.length)
    expect(sorted([...new Set(worker.runs.map(run => run.job.key))])).toEqual(sorted(keys))
  },

  '[1] what the caller does to a job afterwards does not reach the handler': async ({
    queue,
    expect,
    now,
    until,
  }) => {
    const worker = new Worker(now)
    const data: Record<string, string> = { id: 'as enqueued' }
    await queue.enqueue(aJob('one', { data }))
    data.id = 'changed later'
    await queue.start(worker.handler, CONCURRENCY)
    await until('the run', () => worker.runs.length > 0)
    expect(worker.runs[0]?.job.data).toEqual({ id: 'as enqueued' })
  },

  '[4] a notBefore in the past means now, one in the future is waited for': async ({
    queue,
    expect,
    now,
    until,
    quiet,
  }) => {
    const worker = new Worker(now)
    await queue.start(worker.handler, CONCURRENCY)
    const due = now() + 800
    await queue.enqueue(aJob('later', { notBefore: due }))
    await queue.enqueue(aJob('past', { notBefore: now() - 3_600_000 }))
    await queue.enqueue(aJob('ever', { notBefore: 0 }))
    await until('the jobs of the past', () => worker.of('past').length > 0 && worker.of('ever').length > 0)
    await quiet()
    if (now() < due) expect(worker.of('later').length).toBe(0)
    await until('the delayed job', () => worker.of('later').length > 0)
    expect(due).toBeLessThanOrEqual(worker.of('later')[0]?.at ?? 0)
  },

  '[5] busy bulk work keeps neither pull nor interactive waiting': async ({ queue, expect, now, until }) => {
    const worker = new Worker(now)
    await queue.start(worker.handler, CONCURRENCY)
    await race(20, index => queue.enqueue(aJob(`held-${index}`, { lane: 'bulk' })))
    await until('bulk jobs', () => worker.running('bulk') > 0)
    await queue.enqueue(aJob('edit'))
    await queue.enqueue(aJob('pull', { lane: 'pull' }))
    await until('the better lanes', () => worker.of('edit').length > 0 && worker.of('pull').length > 0)
    expect(worker.running('bulk')).toBeGreaterThan(0)
    worker.release()
  },

  '[5] busy pull work does not keep interactive waiting': async ({ queue, expect, now, until }) => {
    const worker = new Worker(now)
    await queue.start(worker.handler, CONCURRENCY)
    await race(20, index => queue.enqueue(aJob(`held-${index}`, { lane: index % 2 ? 'pull' : 'bulk' })))
    await until('pull jobs', () => worker.running('pull') > 0)
    await queue.enqueue(aJob('edit'))
    await until('the interactive job', () => worker.of('edit').length > 0)
    expect(worker.running('pull')).toBeGreaterThan(0)
    worker.release()
  },

  '[5] with one job at a time too, a busy bulk lane does not keep interactive waiting': async ({
    queue,
    expect,
    now,
    until,
  }) => {
    const worker = new Worker(now)
    await queue.start(worker.handler, { concurrency: 1 })
    await race(3, index => queue.enqueue(aJob(`held-${index}`, { lane: 'bulk' })))
    await until('a bulk job', () => worker.running('bulk') > 0)
    await queue.enqueue(aJob('edit'))
    await until('the interactive job', () => worker.of('edit').length > 0)
    expect(worker.running('bulk')).toBe(1)
    worker.release()
  },

  '[8] keys and data outside the limits are refused': async ({ queue, expect, now, quiet }) => {
    const worker = new Worker(now)
    await queue.start(worker.handler, CONCURRENCY)
    const keys = ['', 'A', '1a', '-a', 'a:b', 'a/b', 'a b', 'é', 'aé', 'a\n', `a${'b'.repeat(128)}`]
    const bad: Job[] = [
      ...keys.map(key => aJob(key)),
      aJob('a', { data: { id: 'x'.repeat(4_096) } }),
      aJob('a', { data: { id: '日'.repeat(1_400) } }),
      aJob('a', { data: { count: Number.NaN } }),
      JSON.parse('{"name":"sync","key":"a","lane":"interactive","data":{"nested":{"deep":1}}}'),
      JSON.parse('{"name":"sync","key":"a","lane":"interactive","data":["list"]}'),
      JSON.parse('{"name":"sync","key":"a","lane":"fast","data":{}}'),
      aJob('a', { notBefore: Number.NaN }),
    ]
    for (const job of bad) expect(await outcomeOf(queue.enqueue(job))).toBe('argument-invalid')
    await quiet()
    expect(worker.runs.length).toBe(0)
  },

  '[8] keys and data at the limits are taken': async ({ queue, expect, now, until }) => {
    const worker = new Worker(now)
    await queue.start(worker.handler, CONCURRENCY)
    const keys = ['a', 'a.b-c_d9', 'a--', 'constructor', 'z'.repeat(128)]
    for (const key of keys) await queue.enqueue(aJob(key, { data: { id: 'x'.repeat(4_000) } }))
    await until('all runs', () => worker.runs.length >= keys.length)
    expect(sorted(worker.runs.map(run => run.job.key))).toEqual(sorted(keys))
  },

  '[9] jobs enqueued before the start are run after it': async ({ queue, expect, now, until, quiet }) => {
    const worker = new Worker(now)
    await race(10, index => queue.enqueue(aJob(`k${index}`)))
    await quiet()
    await queue.start(worker.handler, CONCURRENCY)
    await until('all runs', () => new Set(worker.runs.map(run => run.job.key)).size === 10)
    expect(worker.runs.length).toBe(10)
  },
}
