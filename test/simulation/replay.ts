import type { Environment } from './environment.ts'
import { type HistoryResult, runHistory, type Tapes } from './history.ts'
import { inMacrotask } from './microtasks.ts'
import type { WorkloadName } from './workloads.ts'

const MAX_RUNS = 1_500

export interface Shrunk {
  readonly result: HistoryResult
  /** Decisions left that are not the harmless ones. */
  readonly decisions: number
  readonly runs: number
}

/**
 * Sets decisions to the harmless one, in chunks and then one by one, as long as the same invariant breaks. What is
 * left is the script of what has to happen.
 */
export async function shrink(
  environment: Environment,
  failed: HistoryResult,
  stillFails: (result: HistoryResult) => boolean = sameViolation(failed),
): Promise<Shrunk> {
  const { workload, seed } = failed
  let best = failed
  let runs = 0
  const tryOut = async (tapes: Tapes): Promise<boolean> => {
    runs++
    const result = await inMacrotask(() => runHistory(environment, workload, seed, tapes))
    if (!stillFails(result)) return false
    best = result
    return true
  }
  for (const name of ['faults', 'acts'] as const) {
    let size = Math.ceil(best.tapes[name].length / 2)
    while (size >= 1 && runs < MAX_RUNS) {
      for (let at = best.tapes[name].length - size; at > -size && runs < MAX_RUNS; at -= size) {
        const tape = best.tapes[name]
        const from = Math.max(0, at)
        const chunk = tape.slice(from, at + size)
        if (!chunk.some(value => value !== 0)) continue
        const zeroed = tape.map((value, i) => (i >= from && i < at + size ? 0 : value))
        await tryOut({ ...best.tapes, [name]: zeroed })
      }
      size = size === 1 ? 0 : Math.ceil(size / 2)
    }
  }
  const decisions = [...best.tapes.acts, ...best.tapes.faults].filter(value => value !== 0).length
  return { result: best, decisions, runs }
}

function sameViolation(failed: HistoryResult): (result: HistoryResult) => boolean {
  const code = failed.violations[0]?.code
  return ({ violations }) => violations[0]?.code === code
}

/** Runs one seed again, exactly; shrinks it when it fails. The lines tell the story. */
export async function replay(
  environment: Environment,
  workload: WorkloadName,
  seed: number,
): Promise<readonly string[]> {
  const result = await inMacrotask(() => runHistory(environment, workload, seed))
  const hash = result.hash.toString(16).padStart(8, '0')
  const head = `${workload} ${seed}: ${result.steps} steps, trace ${hash}`
  if (result.violations.length === 0) return [...result.script, `${head}, no violation`]
  const { result: small, decisions, runs } = await shrink(environment, result)
  const told = result.violations.map(
    ({ code, message, at }) => `${code} at ${new Date(at).toISOString()}: ${message}`,
  )
  return [
    ...told,
    `-- the history as it was: ${head} --`,
    ...result.script,
    `-- shrunk to ${decisions} decisions in ${runs} runs --`,
    ...small.script,
  ]
}
