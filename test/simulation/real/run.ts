import { Coverage } from '../coverage.ts'
import type { WorkloadName } from '../workloads.ts'
import type { RealResult } from './lane.ts'
import { runLanes } from './lanes.ts'

export interface RealRun {
  readonly workloads: readonly WorkloadName[]
  readonly seed: number
  readonly histories: number
  readonly lanes: number
  readonly commit: string
}

const PROGRESS_LINES = 20

/** Histories with real processes, sockets and files. The last line is for machines. Answers the violations. */
export async function runReal(run: RealRun, say: (line: string) => void): Promise<number> {
  const { workloads, seed, histories, lanes, commit } = run
  const startedAt = performance.now()
  const reached = new Coverage()
  const sums = { histories: 0, violations: 0, kills: 0, freezes: 0, requests: 0 }
  const every = Math.ceil(histories / PROGRESS_LINES)
  await runLanes({ workloads, first: seed, count: histories }, lanes, result => {
    sums.histories++
    sums.kills += result.kills
    sums.freezes += result.freezes
    sums.requests += result.requests
    reached.add({ faults: {}, paths: result.paths })
    if (result.violations.length > 0) {
      sums.violations++
      for (const line of failure(result, commit)) say(line)
    }
    if (sums.histories % every === 0 && sums.histories < histories)
      say(`${sums.histories} of ${histories} histories, ${sums.violations} failed, ${sums.kills} kills`)
  })
  for (const [name, count] of [...reached.paths].sort()) say(`  ${count} ${name}`)
  const minutes = (performance.now() - startedAt) / 60_000
  say(JSON.stringify({ ...sums, historiesPerMinute: Math.round((10 * sums.histories) / minutes) / 10 }))
  return sums.violations
}

/** Kills fall at real moments: a second run makes the same decisions, at other moments. */
function* failure({ workload, seed, violations, script }: RealResult, commit: string): Generator<string> {
  for (const { code, message } of violations) yield `${code} in ${workload} ${seed} at ${commit}: ${message}`
  yield `  again, though never exactly: npm run sim -- --real --workload ${workload} --seed ${seed} --histories 1`
  for (const line of script) yield `  ${line}`
}
