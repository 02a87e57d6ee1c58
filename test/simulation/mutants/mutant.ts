import type { WorkloadName } from '../workloads.ts'

/** One exact replacement in a file under `src/`. The text must occur exactly once. */
export interface Edit {
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** An engine with one mistake that somebody has made before. */
export interface Mutant {
  readonly name: string
  /** Who made it, or what it stands for. */
  readonly origin: string
  /** The workload that finds it most often. */
  readonly workload: WorkloadName
  /** A seed of that workload that finds it. */
  readonly seed?: number
  readonly edits: readonly Edit[]
  /** Why no history can tell it from the engine. */
  readonly equivalent?: string
}
