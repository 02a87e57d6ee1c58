import { runInChild, runShared } from '../children.ts'
import type { Mutant } from './mutant.ts'
import { MUTANTS } from './mutants.ts'

export interface MutantRun {
  /** Histories for each mutant besides its known seed. */
  readonly fresh: number
  readonly seed: number
  readonly processes: number
  readonly only?: readonly string[] | undefined
}

export interface MutantSummary {
  readonly mutants: number
  readonly killed: number
  readonly equivalent: number
  readonly survivors: readonly string[]
}

/** Replays what is known to kill each mutant, then measures how often fresh histories do. */
export async function runMutants(run: MutantRun, say: (line: string) => void): Promise<MutantSummary> {
  const chosen = MUTANTS.filter(({ name }) => !run.only || run.only.includes(name))
  const survivors: string[] = []
  let killed = 0
  for (const mutant of chosen) {
    const bySeed = mutant.seed !== undefined && (await isKilledBy(mutant, mutant.seed))
    const { failures, histories } = await measure(mutant, run)
    const dead = bySeed || failures.length > 0
    const [first] = failures
    const share = histories > 0 ? `${((100 * failures.length) / histories).toFixed(2)} %` : 'not measured'
    const known =
      mutant.seed === undefined
        ? 'no known seed'
        : `seed ${mutant.seed} ${bySeed ? 'kills' : 'DOES NOT KILL'}`
    say(
      `${mutant.name}: ${share} in ${mutant.workload}, ${known}${first ? `, first ${first.seed} ${first.code}` : ''}`,
    )
    if (mutant.equivalent === undefined && dead) killed++
    else if ((mutant.equivalent === undefined) !== dead) survivors.push(mutant.name)
    // A known seed that no longer kills is a drop in sensitivity, even when others still do.
    if (mutant.seed !== undefined && !bySeed) survivors.push(`${mutant.name} (seed ${mutant.seed})`)
  }
  for (const name of survivors) say(`survives: ${name}`)
  const equivalent = chosen.filter(mutant => mutant.equivalent !== undefined).length
  return { mutants: chosen.length, killed, equivalent, survivors }
}

async function isKilledBy(mutant: Mutant, seed: number): Promise<boolean> {
  const job = { workloads: [mutant.workload], first: seed, count: 1, stride: 1 }
  const { failures } = await runInChild(job, { mutant: mutant.name })
  return failures.length > 0
}

async function measure(mutant: Mutant, { fresh, seed, processes }: MutantRun) {
  const job = { workloads: [mutant.workload], first: seed, count: fresh }
  const results = await runShared(job, processes, { mutant: mutant.name })
  const failures = results.flatMap(result => result.failures).sort((a, b) => a.seed - b.seed)
  return { failures, histories: results.reduce((total, result) => total + result.histories, 0) }
}
