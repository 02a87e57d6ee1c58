import type { Runtime } from '../../src/contracts/runtime.ts'
import type { Owner, Scheduler } from './scheduler.ts'

/** Floats of 1/16, 3/16, …: the jittered period of the timer loop then equals no other sleep of the engine. */
const LEVELS = 8
const TICK_MS = 5_000
const TICKS: ReadonlySet<number> = new Set(
  Array.from({ length: LEVELS }, (_, i) => Math.round(TICK_MS * (1 + 0.25 * (2 * ((2 * i + 1) / 16) - 1)))),
)

/** A sleep of that length is an idle timer loop's, which may be late. */
export function isTick(ms: number): boolean {
  return TICKS.has(ms)
}

/** Chance by levels, so that ticks can be told. */
export function levelOf(float: number): number {
  return (2 * Math.floor(float * LEVELS) + 1) / (2 * LEVELS)
}

/** What a process sees of time and chance. Its clock may be off by `skewMs`. */
export function simRuntime(
  scheduler: Scheduler,
  owner: Owner,
  options: { readonly skewMs: number; readonly log: (line: string) => void },
): Runtime {
  const log = (message: string, fields?: object) =>
    options.log(fields ? message + JSON.stringify(fields) : message)
  return {
    clock: {
      now: () => scheduler.now + options.skewMs,
      sleep: (ms, signal) => sleep(scheduler, owner, ms, signal),
    },
    random: {
      float: () => levelOf(scheduler.float()),
      bytes: length => Uint8Array.from({ length }, () => Math.floor(scheduler.float() * 256)),
    },
    logger: { debug: log, info: log, error: log },
    fetch: () => Promise.reject(new Error('The simulation cuts at the HTTP port.')),
  }
}

function sleep(scheduler: Scheduler, owner: Owner, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const wake = () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }
    const event = scheduler.after(ms, 'sleep', wake, owner, isTick(ms))
    const onAbort = () => {
      event.cancelled = true
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
