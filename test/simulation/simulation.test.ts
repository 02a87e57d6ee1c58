import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { runInChild } from './children.ts'
import { createEnvironment, type Environment } from './environment.ts'
import { type HistoryResult, runHistory } from './history.ts'
import { inMacrotask } from './microtasks.ts'
import { KILL_PERCENT } from './mutants/kill-percent.ts'
import { MUTANTS, mutate } from './mutants/mutants.ts'
import { mutantTable } from './mutants/table.ts'
import { shrink } from './replay.ts'
import { WORKLOADS } from './workloads.ts'

/** A small share of what `npm run sim` does: the harness works, and the engine holds in some hundred histories. */
const HISTORIES_EACH = 20
const FIRST_SEED = 900_000

/** Seeds that once failed: the first by a hole in the engine, the others because a judge had misread them. */
const FOUND_WRONG = [
  ['untold', 1_519_707],
  ['zombie', 1_127_140],
  ['toggle', 1_244_945],
  ['farewell', 1_292_111],
  ['uniform', 1_369_875],
  ['untold', 1_481_397],
  ['toggle', 1_496_315],
  ['zombie', 1_573_135],
  ['zombie', 1_583_125],
  ['crash', 2_650_594],
  ['toggle', 4_011_305],
] as const

let environment: Environment
beforeAll(async () => {
  environment = await createEnvironment()
})

const run = (workload: (typeof WORKLOADS)[number], seed: number) =>
  inMacrotask(() => runHistory(environment, workload, seed))

describe('the simulation', () => {
  for (const workload of WORKLOADS) {
    it(`finds nothing wrong in ${HISTORIES_EACH} histories of ${workload}`, async () => {
      let steps = 0
      for (let seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES_EACH; seed++) {
        const result = await run(workload, seed)
        steps += result.steps
        const wrong = result.violations.map(({ code, message }) => `${code} ${message}`)
        expect(wrong, `npm run sim -- --replay ${workload}:${seed}`).toEqual([])
      }
      expect(steps).toBeGreaterThan(HISTORIES_EACH * 50)
    })
  }

  it.each(FOUND_WRONG)('finds nothing wrong any more in %s %i', async (workload, seed) => {
    const { violations } = await run(workload, seed)
    expect(violations.map(({ code, message }) => `${code} ${message}`)).toEqual([])
  })

  it('repeats a seed exactly, and a recorded tape does as its seed did', async () => {
    for (const workload of WORKLOADS) {
      const first = await run(workload, FIRST_SEED)
      const again = await run(workload, FIRST_SEED)
      expect([again.hash, again.steps]).toEqual([first.hash, first.steps])
      const taped = await inMacrotask(() => runHistory(environment, workload, FIRST_SEED, first.tapes))
      expect([taped.hash, taped.steps]).toEqual([first.hash, first.steps])
      const other = await run(workload, FIRST_SEED + 1)
      expect(other.hash).not.toBe(first.hash)
    }
  })

  it('fails an engine that is broken on purpose', async () => {
    const job = { workloads: ['churn'] as const, first: 1, count: 60, stride: 1, stopAtFirst: true }
    const { failures } = await runInChild(job, { mutant: 'only-the-new-owner' })
    expect(failures).toHaveLength(1)
  })

  it('shrinks a history to the decisions that it takes', async () => {
    const isOverwritten = ({ script }: HistoryResult) =>
      script.some(line => line.includes('issue overwritten'))
    let seed = FIRST_SEED
    let result = await run('hands', seed)
    while (!isOverwritten(result) && seed < FIRST_SEED + 200) result = await run('hands', ++seed)
    const { result: small, decisions } = await shrink(environment, result, isOverwritten)
    expect(isOverwritten(small)).toBe(true)
    const count = ({ tapes }: HistoryResult) =>
      [...tapes.acts, ...tapes.faults].filter(value => value !== 0).length
    expect(decisions).toBe(count(small))
    expect(decisions).toBeLessThan(count(result))
    // An edit of the host, an edit by hand, another of the host.
    expect(small.script.filter(line => /host: |hand: /.test(line)).length).toBeLessThanOrEqual(5)
  })
})

describe('the mutants', () => {
  it('are at least 30, each with a name, an origin and a place in the sources', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(30)
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length)
    for (const mutant of MUTANTS) {
      expect(mutant.origin).not.toBe('')
      for (const file of new Set(mutant.edits.map(edit => edit.file))) {
        const source = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8')
        expect(mutate(mutant, file, source)).not.toBe(source)
      }
    }
  })

  it('stand in docs/spec.md, row by row', () => {
    const spec = readFileSync(new URL('../../docs/spec.md', import.meta.url), 'utf8')
    const [, table = ''] = spec.split(
      '| mutant | origin | workload | kills | found by |\n|---|---|---|---|---|\n',
    )
    expect(table.slice(0, table.indexOf('\n\n')).split('\n')).toEqual(mutantTable())
  })

  it('have each been measured', () => {
    const measured = Object.keys(KILL_PERCENT).sort()
    const killed = MUTANTS.filter(({ equivalent }) => equivalent === undefined)
    expect(measured).toEqual(killed.map(({ name }) => name).sort())
  })

  it('say so loudly when their place is gone', () => {
    const [mutant] = MUTANTS
    if (!mutant) throw new Error('There are no mutants.')
    expect(() => mutate(mutant, mutant.edits[0]?.file ?? '', 'other text')).toThrow(/does not find its place/)
  })
})
