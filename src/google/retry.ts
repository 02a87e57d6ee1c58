import pRetry from 'p-retry'
import type { Clock, Random } from '../contracts/runtime.ts'

/** ENGINE C2: five retries in process. */
export const RETRY_DELAYS_MS: readonly number[] = [1000, 2000, 4000, 8000, 16_000]

/** Share of a delay by which it varies, both ways. */
export const RETRY_JITTER = 0.25

/** Whoever is asked to wait longer than this does so in the store, not in a process. */
export const MAX_WAIT_IN_PROCESS_MS = 30_000

export type Attempt<T> = { readonly value: T } | { readonly error: unknown }

export interface RetryOptions<T> {
  readonly delaysMs?: readonly number[]
  readonly jitter?: number
  readonly clock: Clock
  readonly random: Random
  /** Ends the waiting. A running attempt is not touched, and its outcome is never thrown away. */
  readonly signal?: AbortSignal | undefined
  /** Whether to go again, and how long to wait at least. */
  shouldRetry(attempt: Attempt<T>): boolean | { readonly afterMs: number }
}

/** Runs until the outcome is not to be retried, then answers or throws it. `run` gets the attempt's number, from 1. */
export async function withRetries<T>(
  run: (attempt: number) => Promise<T>,
  options: RetryOptions<T>,
): Promise<T> {
  const { delaysMs = RETRY_DELAYS_MS, jitter = RETRY_JITTER, clock, random, signal } = options
  signal?.throwIfAborted()
  const attempt = await pRetry<Attempt<T>>(
    async number => {
      const outcome = await settle(run, number)
      const verdict = options.shouldRetry(outcome)
      const afterMs = typeof verdict === 'object' ? verdict.afterMs : 0
      const again = verdict !== false && number <= delaysMs.length && afterMs <= MAX_WAIT_IN_PROCESS_MS
      if (again) throw new Again(afterMs)
      return outcome
    },
    {
      retries: delaysMs.length,
      // p-retry's own delay runs on the process's timers; zero skips it.
      minTimeout: 0,
      async onFailedAttempt({ error, attemptNumber }) {
        if (!(error instanceof Again)) throw error
        const delay = delaysMs[attemptNumber - 1] ?? 0
        const varied = delay * (1 + jitter * (2 * random.float() - 1))
        await clock.sleep(Math.max(varied, error.afterMs), signal)
      },
    },
  )
  if ('error' in attempt) throw attempt.error
  return attempt.value
}

async function settle<T>(run: (attempt: number) => Promise<T>, number: number): Promise<Attempt<T>> {
  try {
    return { value: await run(number) }
  } catch (error) {
    return { error }
  }
}

class Again extends Error {
  readonly afterMs: number

  constructor(afterMs: number) {
    super('again')
    this.afterMs = afterMs
  }
}
