import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LaneJob, RealResult } from './real/lane.ts'
import { runLanes } from './real/lanes.ts'
import { NEVER, SharedClock } from './real/shared-clock.ts'
import { SharedTime } from './real/shared-time.ts'

/** A small share of `npm run sim -- --real`. Seeds of histories in which processes are likely to be hit. */
const CRASHES = { workloads: ['crash'], first: 900_000, count: 4 } as const

async function run(job: Omit<LaneJob, 'stride'>, lanes: number): Promise<RealResult[]> {
  const results: RealResult[] = []
  await runLanes(job, lanes, result => results.push(result))
  return results
}

describe('the simulation with real processes', () => {
  it('finds nothing wrong, whoever is killed', { timeout: 300_000 }, async () => {
    const results = await run(CRASHES, 2)
    expect(results).toHaveLength(CRASHES.count)
    const wrong = results.flatMap(({ workload, seed, violations, script }) =>
      violations.map(({ code, message }) => [`${code} in ${workload} ${seed}: ${message}`, ...script]),
    )
    expect(wrong).toEqual([])
    const sum = (key: 'kills' | 'requests') => results.reduce((total, result) => total + result[key], 0)
    expect(sum('kills')).toBeGreaterThan(0)
    expect(sum('requests')).toBeGreaterThan(CRASHES.count * 10)
  })

  it('fails an engine that is broken on purpose', { timeout: 300_000 }, async () => {
    const mutant = { mutant: 'only-the-new-owner', stopAtFirst: true }
    const results = await run({ workloads: ['churn'], first: 1, count: 12, ...mutant }, 1)
    expect(results.at(-1)?.violations).not.toEqual([])
    expect(results.at(-1)?.script.some(line => line.includes('VIOLATION'))).toBe(true)
  })
})

describe('the clock of a history', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gcs-sim-test-'))
  const file = join(folder, 'time')
  let time: SharedTime
  let clocks: readonly [SharedClock, SharedClock]
  beforeAll(() => {
    time = SharedTime.create(file, 1_000)
    clocks = [new SharedClock(file), new SharedClock(file)]
  })
  afterAll(() => {
    for (const clock of clocks) clock.close()
    time.close()
    rmSync(folder, { recursive: true })
  })

  it('passes in all processes at once, and only when it is let', async () => {
    const [one, other] = clocks
    let isAwake = false
    const sleeping = one.sleep(3_600_000).then(() => {
      isAwake = true
    })
    expect(one.waiting.other).toBe(3_601_000)
    time.pass(3_599_999)
    one.wake()
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(isAwake).toBe(false)
    time.pass(1)
    expect([one.now(), other.now()]).toEqual([3_601_000, 3_601_000])
    one.wake()
    await sleeping
    expect(one.waiting).toEqual({ tick: NEVER, other: NEVER })
  })

  it('wakes a sleeper whose signal is aborted', async () => {
    const stopped = new AbortController()
    const sleeping = clocks[0].sleep(3_600_000, stopped.signal)
    stopped.abort(new Error('stopped'))
    await expect(sleeping).rejects.toThrow('stopped')
  })
})
