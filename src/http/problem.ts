import type { ErrorCode } from '../errors.ts'
import type { Reply } from './exchange.ts'

/** Codes that only the HTTP API has; each has a heading in docs/errors.md, as the others have. */
export type HttpProblemCode =
  | 'unauthenticated'
  | 'not-found'
  | 'method-not-allowed'
  | 'origin-refused'
  | 'request-invalid'
  | 'body-too-large'
  | 'media-type-unsupported'
  | 'internal-error'

const HTTP_PROBLEMS: Readonly<Record<HttpProblemCode, readonly [status: number, title: string]>> = {
  unauthenticated: [401, 'Nobody is signed in.'],
  'not-found': [404, 'There is nothing here.'],
  'method-not-allowed': [405, 'This method is not for this address.'],
  'origin-refused': [403, 'The request does not prove that it comes from an allowed origin.'],
  'request-invalid': [400, 'The request is not of the documented form.'],
  'body-too-large': [413, 'The body is too large.'],
  'media-type-unsupported': [415, 'The body has to be JSON in UTF-8.'],
  'internal-error': [500, 'Something went wrong on the server.'],
}

const INTERNAL = HTTP_PROBLEMS['internal-error']

/** How each error of the library is told to a browser. What only an operator can mend is told to the log alone. */
const ERROR_PROBLEMS: Readonly<Record<ErrorCode, readonly [status: number, title: string]>> = {
  'argument-invalid': [400, 'The request names something that cannot be meant.'],
  'authorization-invalid': [400, 'This is not the end of a consent that was started here.'],
  'acknowledgement-missing': [422, 'The setting needs an acknowledgement of the text that was shown.'],
  'not-connected': [409, 'Google Calendar is not connected.'],
  'reauth-required': [409, 'Google Calendar has to be connected again.'],
  'token-missing': [409, 'Google Calendar has to be connected again.'],
  'google-calendar-gone': [409, 'The calendar is gone.'],
  'conflicting-change': [409, 'Something else changed the same thing meanwhile.'],
  'appointment-invalid': [422, 'The appointment cannot be sent.'],
  'mapping-failed': [422, 'The appointment cannot be sent.'],
  'id-token-invalid': [502, 'Google did not prove who signed in.'],
  'google-refused': [502, 'Google refused.'],
  'google-answer-unusable': [502, 'Google gave no usable answer.'],
  'google-unavailable': [503, 'Google does not answer at the moment.'],
  'google-rate-limited': [503, 'Google asks for patience.'],
  'store-failed': [503, 'The calendar sync does not answer at the moment.'],
  stopped: [503, 'The calendar sync does not answer at the moment.'],
  'config-invalid': INTERNAL,
  'store-schema': INTERNAL,
  'transaction-unsupported': INTERNAL,
  'sealed-with-unknown-key': INTERNAL,
  'sealed-value-damaged': INTERNAL,
  'identity-key-unreadable': INTERNAL,
  'google-misconfigured': INTERNAL,
}

export type ProblemCode = HttpProblemCode | ErrorCode

/** Thrown by whatever finds a request wanting; ends as a problem document (RFC 9457). */
export class HttpProblem extends Error {
  readonly code: ProblemCode
  readonly headers: readonly (readonly [string, string])[]
  /** Names of documented fields, never what was sent. */
  readonly fields: readonly string[]

  constructor(
    code: ProblemCode,
    options: {
      readonly headers?: readonly (readonly [string, string])[]
      readonly fields?: readonly string[]
    } = {},
  ) {
    super(code)
    this.code = code
    this.headers = options.headers ?? []
    this.fields = options.fields ?? []
  }
}

export function problemReply(problem: HttpProblem, instance: string): Reply {
  const [status, title] = problemOf(problem.code)
  // An operator's code is of no use to a browser, and tells an attacker where it hurts.
  const code = status === 500 ? 'internal-error' : problem.code
  const body = {
    type: `urn:google-calendar-sync:${code}`,
    title,
    status,
    code,
    instance,
    ...(problem.fields.length > 0 && { fields: problem.fields }),
  }
  return { status, body, headers: [['content-type', 'application/problem+json'], ...problem.headers] }
}

export function statusOfProblem(code: ProblemCode): number {
  return problemOf(code)[0]
}

const PROBLEMS: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  ...ERROR_PROBLEMS,
  ...HTTP_PROBLEMS,
}

function problemOf(code: ProblemCode): readonly [status: number, title: string] {
  // A newer copy of the package in the same process may have codes that this one has not.
  return Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code] : INTERNAL
}
