import type { FailureKind, GoogleFailure } from './api.ts'
import { type ErrorEnvelope, readEnvelope } from './error-envelope.ts'
import { DEFINITIVE_STATUSES, ERROR_INFO, REASONS, REASONS_BY_STATUS, UNLISTED } from './error-reasons.ts'
import { retryAfterMs } from './retry-after.ts'
import type { CalendarMethod, GoogleAnswer } from './transport.ts'

export interface ClassifyContext {
  readonly method?: CalendarMethod | undefined
  /** The request asked Google to mail guests: its `quotaExceeded` is the limit on invitations. */
  readonly invites?: boolean | undefined
}

/** The blame for an answer, by reason and never by status alone (ENGINE C1). `undefined`: a 2xx. */
export function classify(answer: GoogleAnswer, context: ClassifyContext = {}): GoogleFailure | undefined {
  const { status } = answer
  if (status >= 200 && status < 300) return undefined
  const envelope = readEnvelope(answer.body)
  if (envelope === undefined) return unreadable(answer)
  const kind = kindOf(status, envelope, context)
  const reason = envelope.reason ?? envelope.info ?? envelope.status ?? `http-${status}`
  return failure(answer, kind, reason)
}

/** A 2xx whose body is not what was asked for: the write may have landed. */
export function unusableAnswer(answer: GoogleAnswer): GoogleFailure {
  return failure(answer, 'server', 'unusable-answer')
}

function unreadable(answer: GoogleAnswer): GoogleFailure {
  const { status } = answer
  if (status < 400) return unusableAnswer(answer)
  // An error page, Google's own or a proxy's. Only these two statuses mean the same whoever sent them.
  const kind = status === 401 ? 'unauthorized' : status === 429 ? 'rate' : 'server'
  return failure(answer, kind, `http-${status}`)
}

function kindOf(status: number, envelope: ErrorEnvelope, context: ClassifyContext): FailureKind {
  const { reason = '', info = '' } = envelope
  if (saysSyncToken(status, envelope, context)) return 'sync-token'
  const kind = ERROR_INFO.get(info) ?? REASONS.get(reason) ?? REASONS_BY_STATUS.get(status)?.get(reason)
  if (kind === 'quota' && reason === 'quotaExceeded' && context.invites) return 'guest-quota'
  if (kind !== undefined) return kind
  if (status === 403 && envelope.domain === 'usageLimits') return 'rate'
  if (status === 404 && reason === '' && envelope.status === 'NOT_FOUND') return 'not-found'
  return UNLISTED.get(status) ?? 'server'
}

/** 410, or 400 "Invalid sync token value.": both are seen (ENGINE F3). */
function saysSyncToken(status: number, envelope: ErrorEnvelope, { method }: ClassifyContext): boolean {
  if (status === 400) return envelope.namesSyncToken
  return status === 410 && (method === 'events.list' || envelope.location === 'syncToken')
}

function failure(answer: GoogleAnswer, kind: FailureKind, reason: string): GoogleFailure {
  const wait = retryAfterMs(answer)
  return {
    kind,
    status: answer.status,
    reason,
    definitive: DEFINITIVE_STATUSES.has(answer.status),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  }
}
