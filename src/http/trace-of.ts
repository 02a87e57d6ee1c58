import type { LogFields } from '../contracts/runtime.ts'

const MAX_FRAMES = 8
/** `at f (file:1:2)` or `at file:1:2`. */
const FRAME = /^\s*at .*:\d+:\d+\)?$/

/** Where an error that nobody expected was thrown. Never its message: a host's may quote names and tokens. */
export function traceOf(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error }
  const { name, message, stack = '' } = error
  const lines = stack.replace(message, '').split('\n')
  const frames = lines.filter(line => FRAME.test(line)).map(line => line.trim())
  return { error: name, trace: frames.slice(0, MAX_FRAMES).join('; ') }
}
