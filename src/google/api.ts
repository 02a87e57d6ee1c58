import type { GoogleEvent, GoogleEventBody, GoogleEventPage } from '../contracts/google-event.ts'
import type { Lane } from '../contracts/job-queue.ts'

/**
 * The port through which the engine sees Google Calendar. Each call is one request: it waits for the limiter,
 * is aborted after `REQUEST_TIMEOUT_MS`, and answers a value. Only a programming error or the caller's abort
 * throws. Nothing here sends a request twice: a repeated write needs an intent of its own (ENGINE B1).
 */
export interface CalendarApi {
  insertEvent(
    calendarId: string,
    body: GoogleEventBody,
    options?: WriteOptions,
  ): Promise<GoogleResult<GoogleEvent>>
  patchEvent(at: EventAt, body: GoogleEventBody, options: WriteOptions): Promise<GoogleResult<GoogleEvent>>
  updateEvent(at: EventAt, body: GoogleEventBody, options: WriteOptions): Promise<GoogleResult<GoogleEvent>>
  deleteEvent(at: EventAt, options: WriteOptions): Promise<GoogleResult<undefined>>
  getEvent(at: EventAt): Promise<GoogleResult<GoogleEvent>>
  listEvents(calendarId: string, query: ListEventsQuery): Promise<GoogleResult<GoogleEventPage>>
  insertCalendar(body: {
    readonly summary: string
    readonly timeZone: string
  }): Promise<GoogleResult<{ id: string }>>
}

export interface EventAt {
  readonly calendarId: string
  readonly eventId: string
}

export interface WriteOptions {
  readonly ifMatch?: string | undefined
  readonly sendUpdates?: 'none' | 'all' | undefined
}

export interface ListEventsQuery {
  readonly privateExtendedProperty?: string | undefined
  readonly showDeleted?: boolean | undefined
  readonly maxResults?: number | undefined
  readonly pageToken?: string | undefined
  readonly syncToken?: string | undefined
  /** Which parts of the answer to send, in Google's partial-response syntax. Default: all. */
  readonly fields?: string | undefined
}

/** Who calls, for whom, and how urgent it is. */
export interface ApiSession {
  /** Limiter key: the connection's subject. */
  readonly subject: string
  readonly accessToken: string
  readonly lane: Lane
  readonly signal?: AbortSignal | undefined
}

export type OpenCalendarApi = (session: ApiSession) => CalendarApi

export type GoogleResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: GoogleFailure }

export interface GoogleFailure {
  readonly kind: FailureKind
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  /** Google's `errors[0].reason`, or one of ours such as `timeout`. Safe to show. */
  readonly reason: string
  /**
   * The answer proves that nothing was written (400, 401, 403, 404, 409, 410, 412, 429), or nothing was sent
   * (`rate`, reason `held-back`).
   */
  readonly definitive: boolean
  readonly retryAfterMs?: number | undefined
}

export type FailureKind =
  /** No answer: the write may have landed. */
  | 'network'
  /** 5xx, or an answer that cannot be read: the write may have landed. */
  | 'server'
  | 'rate'
  /** `quotaExceeded`: this user's writes pause for hours. */
  | 'quota'
  /** The limit on invitations alone. */
  | 'guest-quota'
  /** 401: the access token is not accepted. */
  | 'unauthorized'
  /** The grant lacks a scope. */
  | 'scope'
  /** The operator's Cloud project is the cause. */
  | 'misconfigured'
  /** The user has no Google Calendar: it was switched off by an administrator, or never used. */
  | 'no-calendar'
  /** No right to do this to this calendar or event. */
  | 'forbidden'
  | 'not-found'
  /** 410: deleted before. */
  | 'deleted'
  /** 409: the id is taken. */
  | 'duplicate'
  /** 412: the etag has moved. */
  | 'precondition'
  /** 410 or 400 for a sync token that is no longer valid. */
  | 'sync-token'
  /** 400: Google will never accept this body. */
  | 'invalid'
