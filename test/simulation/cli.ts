import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import type { BulkResult, Failure } from './bulk.ts'
import { runShared } from './children.ts'
import { Coverage } from './coverage.ts'
import { coverageReport } from './coverage-report.ts'
import { createEnvironment } from './environment.ts'
import { runMutants } from './mutants/run.ts'
import { runReal } from './real/run.ts'
import { replay } from './replay.ts'
import { WORKLOADS, type WorkloadName } from './workloads.ts'

const USAGE = `npm run sim -- [--histories 30000] [--seed 1] [--workload name] [--processes 2] [--coverage]
npm run sim -- --replay workload:seed
npm run sim -- --real [--histories 100] [--seed 1] [--workload name] [--processes 2]
npm run sim -- --mutants [--only name,…] [--histories 3000] [--share 4]`

/** From so many histories on, a rare path that was not taken fails the run. */
const PATHS_FROM = 20_000
/** And so does a fault that struck one of its awaits too seldom. */
const LONG_RUN = 500_000

await main()

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      histories: { type: 'string' },
      seed: { type: 'string', default: '1' },
      workload: { type: 'string' },
      processes: { type: 'string', default: '2' },
      replay: { type: 'string' },
      real: { type: 'boolean', default: false },
      mutants: { type: 'boolean', default: false },
      only: { type: 'string' },
      share: { type: 'string' },
      coverage: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return say(USAGE)
  if (values.replay !== undefined) return replayOne(values.replay)
  const processes = wholeNumber(values.processes, '--processes')
  const seed = wholeNumber(values.seed, '--seed')
  if (values.mutants) {
    const fresh = wholeNumber(values.histories ?? '3000', '--histories')
    const only = values.only?.split(',')
    const share = values.share === undefined ? undefined : wholeNumber(values.share, '--share')
    const summary = await runMutants({ fresh, seed, processes, only, share, turn: turnOf(commit()) }, say)
    say(JSON.stringify(summary))
    if (summary.killed + summary.equivalent < summary.mutants) process.exitCode = 1
    return
  }
  const count = wholeNumber(values.histories ?? (values.real ? '100' : '30000'), '--histories')
  const workloads = values.workload === undefined ? WORKLOADS : [workloadNamed(values.workload)]
  if (values.real) {
    const run = { workloads, seed, histories: count, lanes: processes, commit: commit() }
    if ((await runReal(run, say)) > 0) process.exitCode = 1
    return
  }
  const startedAt = performance.now()
  const results = await runShared({ workloads, first: seed, count }, processes, {
    onFailure: failure => say(lineOf(failure)),
  })
  const minutes = (performance.now() - startedAt) / 60_000
  report(results, minutes, values.coverage, workloads.length === WORKLOADS.length)
}

function report(results: readonly BulkResult[], minutes: number, listed: boolean, isWhole: boolean): void {
  const coverage = new Coverage()
  for (const result of results) coverage.add(result.coverage)
  const sum = (key: 'histories' | 'steps' | 'canaries' | 'cpuMs') =>
    results.reduce((total, result) => total + result[key], 0)
  const failures = results.flatMap(result => result.failures)
  const histories = sum('histories')
  const { summary, thin, untrodden, lines } = coverageReport(coverage)
  if (listed) for (const line of lines) say(line)
  const missing = [
    ...(isWhole && histories >= PATHS_FROM ? untrodden : []),
    ...(isWhole && histories >= LONG_RUN ? thin : []),
  ]
  for (const what of missing) say(`not covered: ${what}`)
  say(
    JSON.stringify({
      histories,
      violations: failures.length,
      historiesPerMinute: Math.round(histories / minutes),
      cpuMsPerHistory: Math.round((10 * sum('cpuMs')) / Math.max(1, histories)) / 10,
      stepsPerHistory: Math.round(sum('steps') / Math.max(1, histories)),
      canaries: sum('canaries'),
      coverage: { ...summary, missing: thin.length + untrodden.length },
    }),
  )
  if (failures.length > 0 || missing.length > 0) process.exitCode = 1
}

function lineOf({ workload, seed, code, message }: Failure): string {
  return `${code} in ${workload} ${seed} at ${commit()}: ${message}\n  npm run sim -- --replay ${workload}:${seed}`
}

async function replayOne(which: string): Promise<void> {
  const [name = '', seed = ''] = which.split(':')
  const environment = await createEnvironment()
  for (const line of await replay(environment, workloadNamed(name), wholeNumber(seed, '--replay'))) say(line)
}

/** Each commit measures another share of the mutants. */
function turnOf(commit: string): number {
  return Number.parseInt(commit, 16) || 0
}

function workloadNamed(name: string): WorkloadName {
  const found = WORKLOADS.find(workload => workload === name)
  if (found) return found
  throw new Error(`No workload "${name}": ${WORKLOADS.join(', ')}.\n${USAGE}`)
}

function wholeNumber(text: string, name: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Error(`${name} is a whole number.\n${USAGE}`)
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    }).trim()
  } catch {
    return 'an unknown commit'
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
