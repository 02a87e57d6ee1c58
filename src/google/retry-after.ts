import type { GoogleAnswer } from './transport.ts'

/** A longer wish is cut to this: the next answer can repeat it. */
export const MAX_RETRY_AFTER_MS = 60 * 60 * 1000

/**
 * `Retry-After` in milliseconds (RFC 9110 §10.2.3). A date is measured from the answer's own `Date`, so that our
 * clock does not matter; without one it is ignored, as is everything malformed.
 */
export function retryAfterMs({ headers }: GoogleAnswer): number | undefined {
  const value = headers['retry-after']?.trim()
  if (value === undefined) return undefined
  if (/^\d+$/.test(value)) return clamp(Number(value) * 1000)
  const until = httpDate(value)
  const sent = httpDate(headers.date)
  return until === undefined || sent === undefined ? undefined : clamp(until - sent)
}

const clamp = (ms: number) => Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS)

// Date.parse reads far more than HTTP dates, "-5" among them.
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

function httpDate(value: string | undefined): number | undefined {
  if (value === undefined || !HTTP_DATE.test(value)) return undefined
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? undefined : ms
}
