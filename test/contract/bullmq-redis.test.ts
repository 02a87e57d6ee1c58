import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import * as bullmq from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, it } from 'vitest'
import { type BullmqJobQueue, bullmqQueue } from '../../src/adapters/bullmq/index.ts'
import { jobQueueContract } from '../../src/testing/contracts/job-queue.ts'
import { aJob, Worker } from '../../src/testing/contracts/queue/harness.ts'
import { REDIS } from '../support/services.ts'
import { runName } from '../unit/adapters-sql/server-suite.ts'
import { reached } from './queue-suite.ts'

const prefix = runName()
const connection = REDIS
const redis = await reached('BullMQ on Redis', async () => {
  const client = new Redis({
    ...connection,
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    retryStrategy: () => null,
  })
  await client.connect()
  return client
})

if (redis) {
  let count = 0
  const open = (queue = `q${++count}`) => bullmqQueue({ bullmq, connection, prefix, queue })
  const worker = () => new Worker(() => Date.now())
  const until = (what: () => boolean, timeout = 15_000) =>
    expect.poll(what, { timeout, interval: 20 }).toBe(true)
  const shut = async (queue: BullmqJobQueue) => {
    await queue.stop({ drainMs: 1_000 })
    await queue.close()
  }

  afterAll(async () => {
    const keys = await redis.keys(`${prefix}:*`)
    if (keys.length > 0) await redis.del(keys)
    redis.disconnect()
  })

  describe('bullmqQueue on Redis', () => {
    jobQueueContract(
      { describe, it, expect },
      {
        create() {
          const queue = open()
          const name = `q${count}`
          const opened = [queue]
          return {
            queue,
            reopen() {
              const again = open(name)
              opened.push(again)
              return again
            },
            async close() {
              await Promise.all(opened.map(shut))
            },
          }
        },
      },
    )
  })

  describe('bullmqQueue, what Redis adds', () => {
    it('keeps an immediate job that came beside a running one, whatever delayed one follows', async () => {
      const queue = open()
      const seen = worker()
      await queue.start(seen.handler, { concurrency: 3 })
      await queue.enqueue(aJob('held'))
      await until(() => seen.runs.length === 1)
      await queue.enqueue(aJob('held'))
      await queue.enqueue(aJob('held', { notBefore: Date.now() + 600_000 }))
      seen.release()
      await until(() => seen.runs.length === 2)
      seen.release()
      await shut(queue)
    })

    it('brings back the job of a killed process within 15 s, twice in a row', {
      timeout: 60_000,
    }, async () => {
      const name = `q${++count}`
      const queue = open(name)
      await queue.enqueue(aJob('one'))
      let from = 0
      for (let kill = 0; kill < 2; kill++) {
        const child = fork(join(import.meta.dirname, '../support/bullmq-child.ts'), [prefix, name], {
          execArgv: ['--disable-warning=ExperimentalWarning'],
        })
        await once(child, 'message')
        child.kill('SIGKILL')
        await once(child, 'exit')
        from = Date.now()
      }
      const seen = worker()
      await queue.start(seen.handler, { concurrency: 3 })
      await until(() => seen.runs.length === 1, 16_000)
      expect(Date.now() - from).toBeLessThan(15_000)
      await shut(queue)
    })

    it('shares one load between workers, each job run once', async () => {
      const name = `q${++count}`
      const queues = Array.from({ length: 3 }, () => open(name))
      const seen = worker()
      for (const each of queues) await each.start(seen.handler, { concurrency: 4 })
      await Promise.all(Array.from({ length: 300 }, (_, index) => queues[0]?.enqueue(aJob(`k${index}`))))
      await until(() => seen.runs.length >= 300)
      expect(new Set(seen.runs.map(run => run.job.key)).size).toBe(300)
      expect(seen.runs.length).toBe(300)
      await Promise.all(queues.map(shut))
    })

    it('goes on after its keys were flushed, and leaves none of a done job behind', async () => {
      const queue = open()
      const seen = worker()
      await queue.start(seen.handler, { concurrency: 3 })
      await queue.enqueue(aJob('held'))
      await queue.enqueue(aJob('later', { notBefore: Date.now() + 60_000 }))
      await until(() => seen.of('held').length === 1)
      await redis.del(await redis.keys(`${prefix}:q${count}-*`))
      seen.release()
      await queue.enqueue(aJob('after'))
      await until(() => seen.of('after').length === 1)
      await until(() => seen.runs.every(run => run.isOver))
      await queue.stop({ drainMs: 1_000 })
      const left = await redis.keys(`${prefix}:q${count}-*`)
      expect(left.filter(key => /:de:|:dn:|:\d+$/.test(key))).toEqual([])
      await queue.close()
    })

    it('rejects within 6 s while Redis is away, at start too, and never hangs the end', {
      timeout: 30_000,
    }, async () => {
      const nowhere = bullmqQueue({ bullmq, connection: { host: '127.0.0.1', port: 1 }, prefix })
      const from = Date.now()
      await expect(nowhere.enqueue(aJob('one'))).rejects.toMatchObject({
        code: 'store-failed',
        retryable: true,
      })
      await expect(nowhere.start(worker().handler, { concurrency: 3 })).rejects.toThrow(/Redis/)
      expect(Date.now() - from).toBeLessThan(12_000)
      await nowhere.stop({ drainMs: 100 })
      await nowhere.close()
    })
  })
}
