import { describe, expect, it } from 'vitest'
import { inProcessQueue } from '../../../src/adapters/in-process-queue/index.ts'
import type { JobQueue } from '../../../src/contracts/job-queue.ts'
import { StoreError } from '../../../src/errors.ts'
import { appointment, connectedKit, DANA, MINUTE, refOf, SECOND } from './support-rules.ts'

/** Refuses its first starts, as a queue does whose server is not up yet. */
class LateQueue implements JobQueue {
  readonly #inner: JobQueue
  refusals: number

  constructor(inner: JobQueue, refusals: number) {
    this.#inner = inner
    this.refusals = refusals
  }

  async start(...args: Parameters<JobQueue['start']>): Promise<void> {
    if (this.refusals-- > 0) throw new StoreError('The queue is away.')
    return this.#inner.start(...args)
  }

  enqueue(...args: Parameters<JobQueue['enqueue']>): Promise<void> {
    return this.#inner.enqueue(...args)
  }

  stop(...args: Parameters<JobQueue['stop']>): Promise<void> {
    return this.#inner.stop(...args)
  }
}

describe('A2: a queue that does not start', () => {
  it('A2: the start rejects and leaves nothing running; the next is a whole one', async () => {
    const kit = await connectedKit()
    const jobQueue = new LateQueue(inProcessQueue({ runtime: kit.runtime }), 2)
    const sync = kit.anotherProcess({ jobQueue })
    kit.book.put(refOf('a1'), appointment())
    for (let tries = 0; tries < 2; tries++) {
      await expect(kit.run(() => sync.start())).rejects.toMatchObject({ code: 'store-failed' })
    }
    await sync.appointmentChanged(refOf('a1'))
    await kit.runtime.clock.advance(MINUTE)
    expect(kit.events(DANA)).toEqual([])

    await kit.run(() => sync.start())
    await kit.runtime.clock.advance(SECOND)
    expect(kit.events(DANA)).toHaveLength(1)
    kit.book.put(refOf('a2'), appointment())
    await sync.appointmentChanged(refOf('a2'))
    await kit.runtime.clock.advance(SECOND)
    expect(kit.events(DANA)).toHaveLength(2)
    await kit.run(() => sync.stop({ drainMs: MINUTE }))
  })

  it('A2: a second start while the first is under way answers as that one does', async () => {
    const kit = await connectedKit()
    const jobQueue = new LateQueue(inProcessQueue({ runtime: kit.runtime }), 1)
    const start = jobQueue.start.bind(jobQueue)
    jobQueue.start = async (...args) => {
      await kit.runtime.clock.sleep(15 * SECOND)
      return start(...args)
    }
    const sync = kit.anotherProcess({ jobQueue })
    const first = sync.start()
    await kit.runtime.clock.advance(10 * SECOND)
    const both = Promise.allSettled([first, sync.start()])
    await kit.runtime.clock.advance(10 * SECOND)
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await kit.run(() => sync.start())
    await kit.run(() => sync.start())
    await kit.run(() => sync.stop({ drainMs: MINUTE }))
  })
})
