import { Coverage, type CoverageCounts } from './coverage.ts'
import type { Environment } from './environment.ts'
import { runHistory } from './history.ts'
import { inMacrotask } from './microtasks.ts'
import type { WorkloadName } from './workloads.ts'

/** Which histories: seeds from `first`, every `stride`-th, each in the next workload. */
export interface BulkJob {
  readonly workloads: readonly WorkloadName[]
  readonly first: number
  readonly count: number
  readonly stride: number
  readonly stopAtFirst?: boolean | undefined
}

export interface Failure {
  readonly workload: WorkloadName
  readonly seed: number
  readonly code: string
  readonly message: string
}

export interface BulkResult {
  readonly histories: number
  readonly steps: number
  /** Time of the processor, which is what a history costs on a busy machine. */
  readonly cpuMs: number
  readonly failures: readonly Failure[]
  /** Seeds that were run twice; each pair agreed, or it is among the failures. */
  readonly canaries: number
  readonly coverage: CoverageCounts
}

/** One seed in a hundred runs twice. */
const CANARY_EVERY = 100

export async function runBulk(
  environment: Environment,
  job: BulkJob,
  onFailure?: (failure: Failure) => void,
): Promise<BulkResult> {
  // Nobody reads the stacks of the engine's own errors here, and they are dear.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  const coverage = new Coverage()
  const failures: Failure[] = []
  const fail = (failure: Failure) => {
    failures.push(failure)
    onFailure?.(failure)
  }
  const cpuBefore = process.cpuUsage()
  let steps = 0
  let canaries = 0
  let histories = 0
  try {
    while (histories < job.count && !(job.stopAtFirst && failures.length > 0)) {
      const seed = job.first + histories++ * job.stride
      const workload = job.workloads[seed % job.workloads.length] as WorkloadName
      const result = await inMacrotask(() => runHistory(environment, workload, seed))
      steps += result.steps
      coverage.add(result.coverage)
      const [violation] = result.violations
      if (violation) fail({ workload, seed, code: violation.code, message: violation.message })
      if (seed % CANARY_EVERY === 0) {
        canaries++
        const again = await inMacrotask(() => runHistory(environment, workload, seed))
        if (again.hash !== result.hash || again.steps !== result.steps)
          fail({ workload, seed, code: 'canary', message: 'two runs of one seed differ' })
      }
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
  const { user, system } = process.cpuUsage(cpuBefore)
  const cpuMs = (user + system) / 1_000
  return { histories, steps, cpuMs, failures, canaries, coverage: coverage.counts() }
}
