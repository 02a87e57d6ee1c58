import type { Connection } from '../../contracts/connection.ts'
import type { Departure } from '../../contracts/departure.ts'
import type { BulkLease } from '../bulk-lease.ts'
import type { Engine } from '../run-context.ts'

/** What a phase of a departure is given. */
export interface DepartureStep {
  readonly engine: Engine
  readonly connection: Connection
  readonly departure: Departure
  readonly lease: BulkLease
  /** Nobody wants to wait any longer: a day is over, or "finish now" was asked. */
  readonly isOver: boolean
}

export type StepResult =
  | { readonly next: 'done'; readonly set: Partial<Connection> }
  /** Something of it was done, or it is to be looked at again at `dueAt` (epoch ms). */
  | { readonly next: 'later'; readonly set: Partial<Departure>; readonly dueAt: number }
  /** Came to nothing: tried again with growing waits. */
  | { readonly next: 'failed'; readonly set?: Partial<Departure> }
