import type { AccountRef } from './contracts/identity.ts'

/** Stable codes; each has a heading in docs/errors.md. */
export type ErrorCode =
  | 'config-invalid'
  | 'argument-invalid'
  | 'appointment-invalid'
  | 'mapping-failed'
  | 'store-failed'
  | 'store-schema'
  | 'transaction-unsupported'
  | 'token-missing'
  | 'sealed-with-unknown-key'
  | 'sealed-value-damaged'
  | 'identity-key-unreadable'
  | 'reauth-required'
  | 'not-connected'
  | 'authorization-invalid'
  | 'id-token-invalid'
  | 'google-misconfigured'
  | 'google-unavailable'
  | 'google-rate-limited'
  | 'google-refused'
  | 'google-calendar-gone'
  | 'google-answer-unusable'
  | 'acknowledgement-missing'
  | 'not-permitted'
  | 'conflicting-change'
  | 'stopped'

export interface ErrorOptions {
  readonly cause?: unknown
  readonly account?: AccountRef | undefined
  readonly retryable?: boolean
}

const BRAND = Symbol.for('google-calendar-sync/error')

/**
 * Base of all errors of this library. Its message says what happened and what to do, and never holds a token, a
 * code, an address or a client's name. Google's own errors do, so they are read and dropped, never attached.
 */
export class CalendarSyncError extends Error {
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly account: AccountRef | undefined
  readonly [BRAND] = true

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.retryable = options.retryable ?? false
    this.account = options.account
  }

  /** By brand, not `instanceof`: two copies of the package in one process still know each other's errors. */
  static is(value: unknown): value is CalendarSyncError {
    return typeof value === 'object' && value !== null && BRAND in value
  }
}

/** An option is missing or wrong. `issues` names each with its fix. */
export class ConfigError extends CalendarSyncError {
  readonly issues: readonly string[]

  constructor(issues: readonly string[], code: ErrorCode = 'config-invalid') {
    super(code, `GoogleCalendarSync cannot start:\n${issues.map(issue => `- ${issue}`).join('\n')}`)
    this.issues = issues
  }
}

/** A host's appointment, or what its mapping made of it, cannot be sent. `problems` names fields, not values. */
export class AppointmentError extends CalendarSyncError {
  readonly problems: readonly string[]

  constructor(code: 'appointment-invalid' | 'mapping-failed', problems: readonly string[]) {
    super(code, `The appointment cannot be sent to Google Calendar: ${problems.join('; ')}`)
    this.problems = problems
  }
}

/** A host's store failed. The driver's error is the `cause`. */
export class StoreError extends CalendarSyncError {
  constructor(
    message: string,
    options: ErrorOptions & { readonly code?: 'store-failed' | 'store-schema' } = {},
  ) {
    super(options.code ?? 'store-failed', message, { retryable: true, ...options })
  }
}

/** The user has to connect again. `reason` says what Google or the store gave as cause. */
export class ReauthRequiredError extends CalendarSyncError {
  readonly reason: string

  constructor(reason: string, account: AccountRef) {
    super('reauth-required', `The Google connection needs the user to connect again (${reason}).`, {
      account,
    })
    this.reason = reason
  }
}

/** What Google answered, reduced to what is safe to show. */
export class GoogleApiError extends CalendarSyncError {
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  readonly reason: string

  constructor(
    code: ErrorCode,
    message: string,
    options: ErrorOptions & { readonly status: number; readonly reason: string },
  ) {
    super(code, message, options)
    this.status = options.status
    this.reason = options.reason
  }
}
