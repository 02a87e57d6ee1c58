import { describe, expect, it } from 'vitest'
import type { LaneJob, RealResult } from './real/lane.ts'
import { runLanes } from './real/lanes.ts'

/** A small share of `npm run sim -- --real`: histories in which processes are likely to be hit. */
const CRASHES = { workloads: ['crash'], first: 900_000, count: 6 } as const

async function run(job: Omit<LaneJob, 'stride'>, lanes: number): Promise<RealResult[]> {
  const results: RealResult[] = []
  await runLanes(job, lanes, result => results.push(result))
  return results
}

describe('the simulation with real processes', () => {
  it('finds nothing wrong, whoever is killed', { timeout: 600_000 }, async () => {
    const results = await run(CRASHES, 2)
    expect(results).toHaveLength(CRASHES.count)
    const wrong = results.flatMap(({ workload, seed, violations, script }) =>
      violations.map(({ code, message }) => [`${code} in ${workload} ${seed}: ${message}`, ...script]),
    )
    expect(wrong).toEqual([])
    const sum = (key: 'kills' | 'requests') => results.reduce((total, result) => total + result[key], 0)
    expect(sum('kills')).toBeGreaterThan(0)
    expect(sum('requests')).toBeGreaterThan(CRASHES.count * 5)
  })

  it('fails an engine that is broken on purpose', { timeout: 600_000 }, async () => {
    const mutant = { mutant: 'only-the-new-owner', stopAtFirst: true }
    const results = await run({ workloads: ['churn'], first: 1, count: 40, ...mutant }, 1)
    expect(results.at(-1)?.violations).not.toEqual([])
    expect(results.at(-1)?.script.some(line => line.includes('VIOLATION'))).toBe(true)
  })
})
