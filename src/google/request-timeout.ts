import type { Clock } from '../contracts/runtime.ts'
import { NoAnswerError } from './no-answer.ts'

/** ENGINE B1: requests abort at 30 s, long before `LATE_WRITE_MS`. */
export const REQUEST_TIMEOUT_MS = 30_000

/** Rejects with reason `timeout` on time even when `send` does not heed its signal. */
export async function withTimeout<T>(
  clock: Clock,
  send: (signal: AbortSignal) => Promise<T>,
  ms = REQUEST_TIMEOUT_MS,
): Promise<T> {
  const request = new AbortController()
  const timer = new AbortController()
  const timeout = clock.sleep(ms, timer.signal).then(
    () => {
      const error = new NoAnswerError('timeout')
      request.abort(error)
      throw error
    },
    // Aborted below: the race is over.
    () => new Promise<never>(() => {}),
  )
  try {
    return await Promise.race([send(request.signal), timeout])
  } finally {
    timer.abort(ANSWERED)
  }
}

const ANSWERED = Object.freeze({ name: 'Answered' })
