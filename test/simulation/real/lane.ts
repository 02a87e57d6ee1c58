import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Tape } from '../tape.ts'
import { setupOf, type WorkloadName } from '../workloads.ts'
import { Pool } from './crew.ts'
import { GoogleProcess } from './google-process.ts'
import { RealHistory } from './history.ts'
import { WaitingPost } from './waiting-post.ts'
import { RealWorld } from './world.ts'

/** Which histories a lane runs, one after the other. */
export interface LaneJob {
  readonly workloads: readonly WorkloadName[]
  readonly first: number
  readonly count: number
  readonly stride: number
  readonly mutant?: string | undefined
  readonly stopAtFirst?: boolean | undefined
}

export interface RealResult {
  readonly workload: WorkloadName
  readonly seed: number
  readonly violations: readonly { readonly code: string; readonly message: string }[]
  readonly script: readonly string[]
  readonly kills: number
  readonly freezes: number
  readonly requests: number
  /** What was reached, by name: answers of Google, and what people were told. */
  readonly paths: Readonly<Record<string, number>>
  readonly wallMs: number
}

const SPARE_WORKERS = 3

export async function runLane(job: LaneJob, onResult: (result: RealResult) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gcs-sim-'))
  const compileCache = join(tmpdir(), 'gcs-sim-compile-cache')
  const pool = new Pool({ mutant: job.mutant, compileCache }, SPARE_WORKERS)
  const google = new GoogleProcess(compileCache)
  const post = new WaitingPost()
  try {
    for (let i = 0; i < job.count; i++) {
      const seed = job.first + i * job.stride
      const workload = job.workloads[seed % job.workloads.length] as WorkloadName
      const startedAt = performance.now()
      const tapes = { acts: new Tape(seed), faults: new Tape(~seed) }
      const lane = { pool, google, post, folder: join(folder, 'history') }
      const world = await RealWorld.open(lane, setupOf(workload, seed), seed, tapes)
      try {
        await new RealHistory(world).run()
      } catch (error) {
        world.oracles.fail('harness', String((error as Error).stack))
      } finally {
        await world.close()
      }
      const { violations, script, trouble, observer } = world
      const { kills, freezes } = trouble
      const requests = observer.traffic.requests
      const { paths } = world.coverage.counts()
      const wallMs = performance.now() - startedAt
      onResult({ workload, seed, violations, script, kills, freezes, requests, paths, wallMs })
      if (job.stopAtFirst && violations.length > 0) return
    }
  } finally {
    pool.end()
    google.end()
    await post.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
