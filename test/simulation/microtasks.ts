import { setFlagsFromString } from 'node:v8'

/**
 * Runs every microtask that is ready, from inside a macrotask. The engine awaits nothing but ports and the clock,
 * both owned by the scheduler, so after this it stands still. A turn of the event loop a step costs ten times as much.
 */
export const drain: () => void = makeDrain()

function makeDrain(): () => void {
  setFlagsFromString('--allow-natives-syntax')
  const checkpoint = new Function('%PerformMicrotaskCheckpoint()') as () => void
  // Compiled at the first call, so that has to come before the flag is taken back.
  checkpoint()
  setFlagsFromString('--no-allow-natives-syntax')
  return checkpoint
}

/** Runs `work` in a macrotask of its own: inside a microtask `drain` would do nothing. */
export function inMacrotask<T>(work: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(work())
      } catch (error) {
        reject(error)
      }
    })
  })
}
