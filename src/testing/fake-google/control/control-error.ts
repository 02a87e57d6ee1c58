/** A control call that makes no sense: 400 over HTTP. */
export class ControlError extends Error {
  override readonly name = 'ControlError'
}

export function expect<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new ControlError(message)
  return value
}
