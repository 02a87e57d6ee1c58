import { safeToken } from './no-answer.ts'

/** What is read of an error body. Never a message, except to tell one sync-token error from other bad values. */
export interface ErrorEnvelope {
  readonly reason: string | undefined
  readonly domain: string | undefined
  readonly location: string | undefined
  /** `PERMISSION_DENIED` and the like, of the front end. */
  readonly status: string | undefined
  /** `google.rpc.ErrorInfo`, of the front end. */
  readonly info: string | undefined
  readonly namesSyncToken: boolean
}

/**
 * Reads both envelopes of https://developers.google.com/workspace/calendar/api/guides/errors: the backend's
 * `errors[0]`, and the front end's with `status` and `details`. `undefined` for anything else, such as HTML.
 */
export function readEnvelope(body: unknown): ErrorEnvelope | undefined {
  const error = field(body, 'error')
  if (typeof error !== 'object' || error === null) return undefined
  const first = firstOf(field(error, 'errors'))
  const message = field(first, 'message') ?? field(error, 'message')
  return {
    reason: safeToken(field(first, 'reason')),
    domain: safeToken(field(first, 'domain')),
    location: safeToken(field(first, 'location')),
    status: safeToken(field(error, 'status')),
    info: errorInfo(field(error, 'details')),
    namesSyncToken: typeof message === 'string' && /^invalid sync token value/i.test(message),
  }
}

function errorInfo(details: unknown): string | undefined {
  if (!Array.isArray(details)) return undefined
  const info = details.find(detail => field(detail, '@type') === 'type.googleapis.com/google.rpc.ErrorInfo')
  return safeToken(field(info, 'reason'))
}

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined)

/** An own property, so that a body naming `constructor` or `__proto__` finds nothing. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
}
