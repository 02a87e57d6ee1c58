import { setTimeout as realPause, setImmediate as turn } from 'node:timers/promises'
import type { Clock, Fetch, LogFields, Random, Runtime } from '../contracts/runtime.ts'

export interface VirtualClock extends Clock {
  /** Moves the time forward, firing each sleep at its own moment and letting what it woke run before the next. */
  advance(ms: number): Promise<void>
  /** Lets everything run that needs no time to pass. */
  settle(): Promise<void>
  /** Fires sleep after sleep until the work has settled; its outcome is the outcome of the work. */
  runUntil<T>(work: Promise<T>, options?: RunUntilOptions): Promise<T>
  /** When the next sleep ends; `undefined` when nothing sleeps. */
  nextAt(): number | undefined
  /** How many sleep now. */
  sleepers(): number
}

export interface RunUntilOptions {
  /** Fail when that much virtual time was not enough. Default: a day. */
  readonly withinMs?: number
}

export interface VirtualClockOptions {
  /** Epoch ms. Default: 2026-01-01T00:00:00Z. */
  readonly now?: number
  /** Event loop turns given to woken work before the next sleep ends. More than one for code that yields turns. */
  readonly turns?: number
}

interface Sleep {
  readonly at: number
  readonly order: number
  readonly wake: () => void
}

const DAY_MS = 24 * 60 * 60 * 1000
const IDLE_LIMIT_MS = 5_000
const IDLE_STEP_MS = 2

/** A clock that stands still until it is told to move. Equal moments fire in the order they were asked for. */
export function virtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const turns = options.turns ?? 3
  const sleeps = new Set<Sleep>()
  let now = options.now ?? Date.UTC(2026, 0, 1)
  let asked = 0

  const next = (): Sleep | undefined => {
    let first: Sleep | undefined
    for (const sleep of sleeps) {
      if (!first || sleep.at < first.at || (sleep.at === first.at && sleep.order < first.order)) first = sleep
    }
    return first
  }

  const settle = async (): Promise<void> => {
    for (let i = 0; i < turns; i++) await turn()
  }

  const fire = async (sleep: Sleep): Promise<void> => {
    sleeps.delete(sleep)
    now = Math.max(now, sleep.at)
    sleep.wake()
    await settle()
  }

  return {
    now: () => now,
    nextAt: () => next()?.at,
    sleepers: () => sleeps.size,
    settle,

    sleep(ms, signal) {
      return new Promise<void>((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason)
          return
        }
        const onAbort = () => {
          sleeps.delete(sleep)
          reject(signal?.reason)
        }
        const wake = () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        }
        const sleep: Sleep = { at: now + (ms > 0 ? ms : 0), order: asked++, wake }
        sleeps.add(sleep)
        signal?.addEventListener('abort', onAbort, { once: true })
      })
    },

    async advance(ms) {
      const end = now + ms
      await settle()
      for (let sleep = next(); sleep && sleep.at <= end; sleep = next()) await fire(sleep)
      now = Math.max(now, end)
    },

    async runUntil<T>(work: Promise<T>, { withinMs = DAY_MS }: RunUntilOptions = {}) {
      const end = now + withinMs
      let settled = false
      const note = () => {
        settled = true
      }
      work.then(note, note)
      await settle()
      let idleMs = 0
      while (!settled) {
        const sleep = next()
        if (sleep && sleep.at > end)
          throw new Error(`The work was not done within ${withinMs} ms of virtual time.`)
        if (sleep) await fire(sleep)
        else if (idleMs >= IDLE_LIMIT_MS)
          throw new Error('The work waits for something that no clock will bring.')
        else {
          // Real input and output, such as a loopback server, takes real time and no virtual time.
          await realPause(IDLE_STEP_MS)
          idleMs += IDLE_STEP_MS
        }
        if (sleep) idleMs = 0
      }
      return work
    },
  }
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'error'
  readonly message: string
  readonly fields?: LogFields | undefined
}

export interface TestRuntime extends Runtime {
  readonly clock: VirtualClock
  /** Everything logged so far. */
  readonly logs: readonly LogLine[]
}

export interface TestRuntimeOptions extends VirtualClockOptions {
  /** The same seed gives the same chance. Default 1. */
  readonly seed?: number
  /** Default: every request is refused, so that no test reaches the network unawares. */
  readonly fetch?: Fetch
}

/** A runtime of which a test owns the time, the chance, the network and the log. */
export function testRuntime(options: TestRuntimeOptions = {}): TestRuntime {
  const logs: LogLine[] = []
  const log = (level: LogLine['level']) => (message: string, fields?: LogFields) => {
    logs.push(fields ? { level, message, fields } : { level, message })
  }
  return {
    clock: virtualClock(options),
    random: seededRandom(options.seed ?? 1),
    logger: { debug: log('debug'), info: log('info'), error: log('error') },
    fetch: options.fetch ?? (async () => Promise.reject(new Error('This test runtime has no network.'))),
    logs,
  }
}

/** Repeatable chance (mulberry32): for tests only, never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const float = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return { float, bytes: length => Uint8Array.from({ length }, () => Math.floor(float() * 256)) }
}
