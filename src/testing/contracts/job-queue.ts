import type { MaybePromise } from '../../contracts/appointment-source.ts'
import { systemRuntime } from '../../contracts/runtime-default.ts'
import type { JobQueueFixture } from './queue/harness.ts'
import { mergingCases } from './queue/merging.ts'
import { outcomeCases } from './queue/outcomes.ts'
import { runningCases } from './queue/running.ts'
import { register, type SuiteOptions, type TestRunner, withFixture } from './runner.ts'

export interface JobQueueContractOptions extends SuiteOptions {
  /** An empty queue that was not started, for each case anew. */
  create(): MaybePromise<JobQueueFixture>
  /** The queue's clock. Default: the real one. */
  now?(): number
  /** Moves the queue's clock, for queues on a virtual one. Absent: the suite waits in real time. */
  advance?(ms: number): MaybePromise<void>
  /** How long to wait for what should come, by the queue's clock. Default 15 s. */
  readonly patienceMs?: number
  /** How long to wait for what should not come. Default 200 ms; more for queues that poll. */
  readonly quietMs?: number
}

const STEP_MS = 10

/** Checks a JobQueue against its contract. The number in a case's name is the guarantee's. */
export function jobQueueContract(runner: TestRunner, options: JobQueueContractOptions): void {
  const { patienceMs = 15_000, quietMs = 200 } = options
  const { clock } = systemRuntime
  const pass = async (ms: number) => {
    await (options.advance?.(ms) ?? clock.sleep(ms))
  }
  const until = async (what: string, condition: () => boolean) => {
    for (let waited = 0; !condition(); waited += STEP_MS) {
      if (waited > patienceMs) throw new Error(`Waited ${patienceMs} ms in vain for ${what}.`)
      await pass(STEP_MS)
    }
  }
  register(
    runner,
    {
      name: 'JobQueue contract',
      groups: { running: runningCases, merging: mergingCases, outcomes: outcomeCases },
      run: test =>
        withFixture(options.create, async fixture => {
          const { queue } = fixture
          try {
            await test({
              queue,
              expect: runner.expect,
              now: () => options.now?.() ?? clock.now(),
              until,
              quiet: (ms = quietMs) => pass(Math.max(ms, quietMs)),
              reopen: async () => {
                if (!fixture.reopen)
                  throw new Error("Expected the fixture's reopen: give it, or skip the case.")
                return fixture.reopen()
              },
            })
          } finally {
            await queue.stop({ drainMs: 0 })
          }
        }),
    },
    options,
  )
}
