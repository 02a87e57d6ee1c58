import type { Lane } from '../contracts/job-queue.ts'

/** What stands between a call and the network. `limiter.ts` implements it. */
export interface CallLimiter {
  /** Resolves when the call may leave. Rejects with the signal's reason only. */
  acquire(call: LimitedCall): Promise<Admission>
}

export interface LimitedCall {
  readonly subject: string
  readonly calendarId?: string | undefined
  /** Writes to one calendar go one at a time. */
  readonly write: boolean
  readonly lane: Lane
  readonly units: number
  readonly signal?: AbortSignal | undefined
}

export type Admission =
  | {
      readonly admitted: true
      /** Exactly once, when the answer is in. */
      release(outcome: CallOutcome): void
    }
  /** Google has asked for a pause that is too long to wait out here, or the queue is. */
  | { readonly admitted: false; readonly retryAfterMs: number }

export interface CallOutcome {
  /** Google answered with a rate limit. */
  readonly limited: boolean
  readonly retryAfterMs?: number | undefined
  /** Google did as asked. */
  readonly ok: boolean
}
