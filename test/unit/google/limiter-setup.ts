import type { Lane } from '../../../src/contracts/job-queue.ts'
import type { Admission, CallOutcome, LimitedCall } from '../../../src/google/call-limiter.ts'
import { createLimiter, type LimiterOptions } from '../../../src/google/limiter.ts'
import { ManualClock } from './manual-clock.ts'

export const OK: CallOutcome = { ok: true, limited: false }
export const LIMITED: CallOutcome = { ok: false, limited: true }
const random = { bytes: (n: number) => new Uint8Array(n), float: () => 0 }

export function setup(options: Partial<LimiterOptions> = {}) {
  const clock = new ManualClock()
  const limiter = createLimiter({ clock, random, ...options })
  const log: { at: number; subject: string; lane: Lane; units: number }[] = []
  const started = clock.now()
  const acquire = (call: Partial<LimitedCall> = {}) =>
    limiter.acquire({ subject: 'u', write: false, lane: 'interactive', units: 1, ...call })
  /** Acquires, takes `ms`, releases. */
  const run = async (call: Partial<LimitedCall> = {}, ms = 0, outcome = OK) => {
    const admission = await acquire(call)
    if (!admission.admitted) return admission
    const { subject = 'u', lane = 'interactive', units = 1 } = call
    log.push({ at: clock.now() - started, subject, lane, units })
    if (ms > 0) await clock.sleep(ms)
    admission.release(outcome)
    return admission
  }
  return { clock, limiter, acquire, run, log }
}

export const release = (admission: Admission, outcome = OK) => {
  if (!admission.admitted) throw new Error('was not admitted')
  admission.release(outcome)
}
