import { describe, expect, it } from 'vitest'
import { inProcessQueue } from '../../src/adapters/in-process-queue/index.ts'
import { jobQueueContract } from '../../src/testing/contracts/job-queue.ts'
import { testRuntime } from '../../src/testing/virtual-time.ts'

const runner = { describe, it, expect }
const skip = { 'outcomes: [7] unfinished jobs of a durable queue come back': 'it lives in the process alone' }

const runtime = testRuntime()

jobQueueContract(runner, {
  create: () => ({ queue: inProcessQueue({ runtime }) }),
  now: () => runtime.clock.now(),
  advance: ms => runtime.clock.advance(ms),
  skip,
})

describe('on the real clock', () => {
  jobQueueContract(runner, { create: () => ({ queue: inProcessQueue() }), quietMs: 50, skip })
})
