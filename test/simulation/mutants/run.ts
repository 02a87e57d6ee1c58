import type { Failure } from '../bulk.ts'
import { runInChild, runShared } from '../children.ts'
import type { Mutant } from './mutant.ts'
import { MUTANTS } from './mutants.ts'

export interface MutantRun {
  /** Histories for each mutant besides its known seed. */
  readonly fresh: number
  readonly seed: number
  readonly processes: number
  readonly only?: readonly string[] | undefined
  /** Fresh histories for so many mutants only, another share with each `turn`; the known seeds of all. */
  readonly share?: number | undefined
  readonly turn?: number | undefined
}

export interface MutantSummary {
  readonly mutants: number
  readonly killed: number
  readonly equivalent: number
  /** With fresh histories, not by known seeds alone. */
  readonly measured: number
  readonly survivors: readonly string[]
}

/** Replays what is known to kill each mutant, then measures how often fresh histories do. */
export async function runMutants(run: MutantRun, say: (line: string) => void): Promise<MutantSummary> {
  const chosen = MUTANTS.filter(({ name }) => !run.only || run.only.includes(name))
  const known = await replayKnown(chosen, run.processes)
  const measured = new Set(shareOf(chosen, run))
  const survivors: string[] = []
  let killed = 0
  for (const [i, mutant] of chosen.entries()) {
    const bySeed = known[i] === true
    const { failures, histories } = measured.has(mutant) ? await measure(mutant, run) : NOT_MEASURED
    const dead = bySeed || failures.length > 0
    say(lineOf(mutant, bySeed, failures, histories))
    if (mutant.equivalent === undefined && dead) killed++
    else if ((mutant.equivalent === undefined) !== dead) survivors.push(mutant.name)
    // A known seed that no longer kills is a drop in sensitivity, even when others still do.
    if (mutant.seed !== undefined && !bySeed) survivors.push(`${mutant.name} (seed ${mutant.seed})`)
  }
  for (const name of survivors) say(`survives: ${name}`)
  const equivalent = chosen.filter(mutant => mutant.equivalent !== undefined).length
  return { mutants: chosen.length, killed, equivalent, measured: measured.size, survivors }
}

const NOT_MEASURED = Object.freeze({ failures: [] as readonly Failure[], histories: 0 })

function shareOf(chosen: readonly Mutant[], { share = chosen.length, turn = 0 }: MutantRun): Mutant[] {
  const from = (turn * share) % Math.max(1, chosen.length)
  return [...chosen.slice(from), ...chosen.slice(0, from)].slice(0, share)
}

function lineOf(mutant: Mutant, bySeed: boolean, failures: readonly Failure[], histories: number): string {
  const share = histories > 0 ? `${((100 * failures.length) / histories).toFixed(2)} %` : 'not measured'
  const { seed } = mutant
  const known = seed === undefined ? 'no known seed' : `seed ${seed} ${bySeed ? 'kills' : 'DOES NOT KILL'}`
  const [first] = failures
  return `${mutant.name}: ${share} in ${mutant.workload}, ${known}${first ? `, first ${first.seed} ${first.code}` : ''}`
}

/** Whether the known seed of each kills it; a child process each, as many at once as there are processes. */
async function replayKnown(mutants: readonly Mutant[], processes: number): Promise<readonly boolean[]> {
  const killed: boolean[] = []
  const waiting = [...mutants.entries()]
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [i, mutant] = next
      killed[i] = mutant.seed !== undefined && (await isKilledBy(mutant, mutant.seed))
    }
  }
  await Promise.all(Array.from({ length: processes }, work))
  return killed
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
