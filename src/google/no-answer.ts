/**
 * No answer came, or none that may be read. Google's client puts the request, tokens included, into its errors, so
 * nothing of them is kept but a short code.
 */
export class NoAnswerError extends Error {
  readonly reason: string

  constructor(reason: string) {
    super(`Google gave no answer (${reason}).`)
    this.name = 'NoAnswerError'
    this.reason = reason
  }
}

const TOKEN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const MAX_CAUSES = 5

/** A value from outside as a short token, or `undefined`. Never a message: messages quote addresses and ids. */
export function safeToken(value: unknown): string | undefined {
  return typeof value === 'string' && TOKEN.test(value) ? value : undefined
}

/** `ECONNRESET` and the like, from an error or, rather, from what caused it. */
export function reasonOfRejection(error: unknown): string {
  let current = error
  let found: string | undefined
  for (let depth = 0; depth < MAX_CAUSES && typeof current === 'object' && current !== null; depth++) {
    if (current instanceof NoAnswerError) return current.reason
    const { code, name, cause } = current as { code?: unknown; name?: unknown; cause?: unknown }
    if (name === 'TimeoutError' || code === 'TimeoutError') return 'timeout'
    found = safeToken(code) ?? found
    current = cause
  }
  return found ?? 'network-error'
}
