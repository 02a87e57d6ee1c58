import { expect, it } from 'vitest'
import { inProcessQueue } from '../../../../src/adapters/in-process-queue/index.ts'
import type { Job, JobHandler } from '../../../../src/contracts/job-queue.ts'
import { CalendarSyncError } from '../../../../src/errors.ts'
import { testRuntime } from '../../../../src/testing/virtual-time.ts'

const job = (key: string, more: Partial<Job> = {}): Job => ({
  name: 'sync',
  key,
  data: { id: key },
  lane: 'interactive',
  ...more,
})

async function started(handler: JobHandler, concurrency = 4) {
  const runtime = testRuntime()
  const queue = inProcessQueue({ runtime })
  await queue.start(handler, { concurrency })
  return { runtime, clock: runtime.clock, queue }
}

it('waits longer after each throw, doubling from 1 s to 60 s, and drops the job after ten', async () => {
  const runs: number[] = []
  const { clock, queue, runtime } = await started(async () => {
    runs.push(clock.now())
    throw new CalendarSyncError('google-unavailable', 'down')
  })
  await queue.enqueue(job('a'))
  await clock.advance(3_600_000)
  const gaps = runs.slice(1).map((at, index) => at - (runs[index] ?? 0))
  expect(gaps).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map(seconds => seconds * 1_000))
  expect(runtime.logs.at(-1)).toEqual({
    level: 'error',
    message: 'job dropped after its last try',
    fields: { name: 'sync', key: 'a', failures: 10 },
  })
  expect(clock.sleepers()).toBe(0)
})

it('brings a job that waits after a failure forward when it is enqueued again', async () => {
  let runs = 0
  const { clock, queue } = await started(async () => {
    runs++
    throw new Error('no')
  })
  await queue.enqueue(job('a'))
  await clock.advance(20_000)
  expect(runs).toBe(5)
  await queue.enqueue(job('a'))
  await clock.settle()
  expect(runs).toBe(6)
})

it('sleeps once for any number of delayed jobs, and not at all when idle or stopped', async () => {
  const ran: string[] = []
  const { clock, queue } = await started(async ({ key }) => {
    ran.push(key)
    return 'done'
  })
  expect(clock.sleepers()).toBe(0)
  for (let index = 0; index < 50; index++) {
    await queue.enqueue(job(`k${index}`, { notBefore: clock.now() + 1_000 * (50 - index) }))
  }
  expect(clock.sleepers()).toBe(1)
  await clock.advance(10_000)
  expect(ran).toEqual(['k49', 'k48', 'k47', 'k46', 'k45', 'k44', 'k43', 'k42', 'k41', 'k40'])
  await queue.stop({ drainMs: 1_000 })
  expect(clock.sleepers()).toBe(0)
})

it('waits for a day with sleeps that a jump of the clock cannot stretch', async () => {
  let runs = 0
  const { clock, queue } = await started(async () => {
    runs++
    return 'done'
  })
  await queue.enqueue(job('a', { notBefore: clock.now() + 40 * 24 * 3_600_000 }))
  expect((clock.nextAt() ?? 0) - clock.now()).toBe(3_600_000)
  await clock.advance(40 * 24 * 3_600_000)
  expect(runs).toBe(1)
})

it('never runs two jobs of one key at once, nor inside the call that enqueues', async () => {
  let running = 0
  let most = 0
  const { clock, queue } = await started(async () => {
    most = Math.max(most, ++running)
    await clock.sleep(100)
    running--
    return 'done' as const
  })
  const first = queue.enqueue(job('a'))
  expect(running).toBe(0)
  await first
  for (let index = 0; index < 10; index++) {
    await clock.advance(30)
    await queue.enqueue(job('a'))
  }
  await clock.advance(1_000)
  expect([running, most]).toEqual([0, 1])
})

it('refuses jobs once stopped, and takes them again after a new start, with what was left', async () => {
  const ran: string[] = []
  const { clock, queue } = await started(async ({ key }, { signal }) => {
    ran.push(key)
    if (key === 'slow' && ran.length === 1) await clock.sleep(60_000, signal)
    return 'done' as const
  })
  await queue.enqueue(job('slow'))
  await queue.enqueue(job('later', { notBefore: clock.now() + 5_000 }))
  await clock.settle()
  await queue.stop({ drainMs: 0 })
  await expect(queue.enqueue(job('b'))).rejects.toMatchObject({ code: 'stopped' })
  await clock.advance(10_000)
  expect(ran).toEqual(['slow'])
  await queue.start(
    async ({ key }) => {
      ran.push(`again ${key}`)
      return 'done'
    },
    { concurrency: 1 },
  )
  await clock.settle()
  expect(ran).toEqual(['slow', 'again slow', 'again later'])
})

it('refuses a second start and a concurrency that is none', async () => {
  const { queue } = await started(async () => 'done')
  await expect(queue.start(async () => 'done', { concurrency: 1 })).rejects.toMatchObject({
    code: 'argument-invalid',
  })
  for (const concurrency of [0, -1, 1.5, Number.NaN]) {
    const other = inProcessQueue({ runtime: testRuntime() })
    await expect(other.start(async () => 'done', { concurrency })).rejects.toMatchObject({
      code: 'argument-invalid',
    })
  }
})

it('takes an unusable retryAt for a failure, not for now', async () => {
  let runs = 0
  const { clock, queue } = await started(async () => (++runs === 1 ? { retryAt: Number.NaN } : 'done'))
  await queue.enqueue(job('a'))
  await clock.advance(999)
  expect(runs).toBe(1)
  await clock.advance(1)
  expect(runs).toBe(2)
})

it('takes no more than its limit of jobs, and says so', async () => {
  const { queue, clock } = await started(async () => 'done')
  const later = { notBefore: clock.now() + 1_000 }
  for (let index = 0; index < 100_000; index++) await queue.enqueue(job(`k${index}`, later))
  await queue.enqueue(job('k1', later))
  await expect(queue.enqueue(job('one-more', later))).rejects.toMatchObject({
    code: 'store-failed',
    retryable: true,
  })
})

it('keeps a thousand jobs of a process that does not start, and complains of none', async () => {
  const runtime = testRuntime()
  const queue = inProcessQueue({ runtime })
  for (let index = 0; index < 1_500; index++) await queue.enqueue(job(`k${index}`))
  const ran = new Set<string>()
  const handler: JobHandler = async ({ key }) => {
    ran.add(key)
    return 'done'
  }
  await queue.start(handler, { concurrency: 4 })
  await queue.enqueue(job('k1499'))
  await runtime.clock.advance(1_000)
  expect([ran.size, ran.has('k999'), ran.has('k1000'), ran.has('k1499')]).toEqual([1_001, true, false, true])
})

it('takes ids of any kind in its data', async () => {
  const { queue } = await started(async () => 'done')
  const data = { workspaceId: '\u65e5'.repeat(255), appointmentId: '\u0001'.repeat(255) }
  await queue.enqueue(job('a', { data }))
  await expect(queue.enqueue(job('b', { data: { note: 'x'.repeat(4_096) } }))).rejects.toThrow(/over 4 kB/)
})

it('names no value in its errors and logs no text of an error', async () => {
  const { clock, queue, runtime } = await started(async () => {
    throw new Error('secret of a client')
  })
  await queue.enqueue(job('a'))
  await clock.advance(10_000)
  expect(JSON.stringify(runtime.logs)).not.toContain('secret')
  const error = await queue.enqueue(job('Secret Name')).catch(String)
  expect(error).not.toContain('Secret Name')
})
