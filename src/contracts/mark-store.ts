import type { AccountRef, AppointmentRef } from './identity.ts'
import type { Lane } from './job-queue.ts'

/**
 * Marks: one inserted row each, "this appointment may have changed" (ENGINE A1).
 *
 * 1. `insert` only ever inserts: no conflict, no update, no lock of the host's. With `transaction` the rows are
 *    part of the host's commit: invisible until then, gone on rollback.
 * 2. Mark ids are never used twice.
 * 3. `dueRefs` answers refs that have a due mark by the store's clock and are not hidden by a live claim: better
 *    lanes first, then longest due, each ref once with its best lane. It may answer a ref to several processes.
 * 4. Marks of the bulk lane always name a user and are drained account by account: `dueBulk`, `dueBulkAccounts`.
 * 5. `bringForward` makes the account's retry marks with one of these causes due now.
 * 6. `ofRef` answers all marks of a ref, due or not.
 */
export interface MarkStore {
  insert(marks: readonly NewMark[], options?: { readonly transaction?: unknown }): Promise<void>
  dueRefs(options: { readonly limit: number; readonly lanes?: readonly Lane[] }): Promise<readonly DueRef[]>
  /** Refs with a due mark of the bulk lane aimed at this account, longest due first, not hidden. */
  dueBulk(account: AccountRef, limit: number): Promise<readonly AppointmentRef[]>
  /** Accounts that due marks of the bulk lane are aimed at, each once. */
  dueBulkAccounts(limit: number): Promise<readonly AccountRef[]>
  bringForward(account: AccountRef, causes: readonly RetryCause[]): Promise<void>
  ofRef(ref: AppointmentRef): Promise<readonly Mark[]>
  /** Marks of the bulk lane aimed at this account, counted up to `cap`. */
  countBulk(account: AccountRef, cap: number): Promise<number>
}

export interface NewMark {
  readonly ref: AppointmentRef
  readonly lane: Lane
  /**
   * Who says so: the host or a user (`host`), a pass that planned and counted it or is exempt (`planned`), or
   * neither (`found`). Only removals that nothing but `found` speaks for are held for the mass-change guard.
   */
  readonly origin: MarkOrigin
  /** Only this user's calendar is meant; absent: every account concerned. */
  readonly userId?: string | undefined
  /** Read the event in Google even when nothing of ours changed. */
  readonly verify?: boolean | undefined
  /** Failed runs before this one. */
  readonly attempts?: number | undefined
  readonly cause?: RetryCause | undefined
  /** Due that much after the insert, by the store's clock. Default 0. */
  readonly delayMs?: number | undefined
}

export interface Mark {
  readonly id: string
  readonly ref: AppointmentRef
  readonly lane: Lane
  readonly origin: MarkOrigin
  readonly userId?: string | undefined
  readonly verify: boolean
  readonly attempts: number
  readonly cause?: RetryCause | undefined
  /** Epoch ms by the store's clock. */
  readonly dueAt: number
}

export interface DueRef {
  readonly ref: AppointmentRef
  readonly lane: Lane
}

export type MarkOrigin = 'host' | 'planned' | 'found'

/** Why a mark waits for another try. */
export type RetryCause = 'network' | 'rate' | 'server' | 'late-write' | 'paused' | 'held' | 'other'
