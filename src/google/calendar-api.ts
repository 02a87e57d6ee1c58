import type { GoogleEventPage } from '../contracts/google-event.ts'
import type { Lane } from '../contracts/job-queue.ts'
import type { Runtime } from '../contracts/runtime.ts'
import type {
  ApiSession,
  EventAt,
  GoogleFailure,
  GoogleResult,
  OpenCalendarApi,
  WriteOptions,
} from './api.ts'
import type { Admission, CallLimiter } from './call-limiter.ts'
import { type ClassifyContext, classify, unusableAnswer } from './classify-error.ts'
import { reasonOfRejection } from './no-answer.ts'
import { withTimeout } from './request-timeout.ts'
import type { CalendarMethod, CalendarRequest, CalendarTransport, GoogleAnswer } from './transport.ts'
import { isEmpty, readCalendar, readOneEvent, readPage } from './usable-answer.ts'

/** The most that Google gives: https://developers.google.com/workspace/calendar/api/v3/reference/events/list */
export const MAX_PAGE_SIZE = 2500

/** PATCH costs three units, all else one: https://developers.google.com/workspace/calendar/api/guides/quota */
export const PATCH_UNITS = 3

/**
 * What is asked back of a write. Lists and reads ask for everything: a PUT is allowed only when every key of the
 * event is known (ENGINE B6).
 */
const WRITE_FIELDS = [
  'id,etag,status,eventType,created,updated,summary,description,location,colorId,start,end,recurrence',
  'recurringEventId,transparency,visibility,attendees,reminders,extendedProperties',
].join(',')

/** One request that left, for metrics. No ids and no contents. */
export interface RequestReport {
  readonly method: CalendarMethod
  /** 0 when no answer came. */
  readonly status: number
  readonly reason?: string | undefined
  readonly units: number
  readonly lane: Lane
}

export interface CalendarApiOptions {
  readonly transport: CalendarTransport
  readonly limiter: CallLimiter
  readonly runtime: Runtime
  readonly onRequest?: ((report: RequestReport) => void) | undefined
}

type Call = Omit<CalendarRequest, 'accessToken' | 'signal'>
type Read<T> = (answer: GoogleAnswer) => T | undefined

export function createCalendarApi(options: CalendarApiOptions): OpenCalendarApi {
  return session => {
    const run = <T>(call: Call, read: Read<T>) => perform(options, session, call, read)
    const write = (
      method: CalendarMethod,
      at: EventAt,
      { ifMatch, sendUpdates }: WriteOptions,
      body?: Body,
    ) =>
      ({
        method,
        ...at,
        body,
        ifMatch,
        query: { sendUpdates, ...(method === 'events.delete' ? {} : { fields: WRITE_FIELDS }), ...COMPACT },
      }) satisfies Call
    return {
      insertEvent: (calendarId, body, { sendUpdates } = {}) =>
        run(
          {
            method: 'events.insert',
            calendarId,
            body,
            query: { sendUpdates, fields: WRITE_FIELDS, ...COMPACT },
          },
          ({ body: answer }) => readOneEvent(answer, body.id),
        ),
      patchEvent: (at, body, given) =>
        run(write('events.patch', at, given, body), answer => readOneEvent(answer.body, at.eventId)),
      updateEvent: (at, body, given) =>
        run(write('events.update', at, given, body), answer => readOneEvent(answer.body, at.eventId)),
      deleteEvent: async (at, given) => {
        const result = await run(write('events.delete', at, given), ({ body }) => isEmpty(body) || undefined)
        return result.ok ? DELETED : result
      },
      getEvent: at =>
        run({ method: 'events.get', ...at, query: COMPACT }, answer => readOneEvent(answer.body, at.eventId)),
      listEvents: (calendarId, query) =>
        run<GoogleEventPage>(
          {
            method: 'events.list',
            calendarId,
            query: { maxResults: MAX_PAGE_SIZE, ...query, ...COMPACT },
          },
          answer => readPage(answer.body),
        ),
      insertCalendar: body =>
        run({ method: 'calendars.insert', body, query: COMPACT }, answer => readCalendar(answer.body)),
    }
  }
}

type Body = Readonly<Record<string, unknown>>

const COMPACT = { prettyPrint: false } as const
const DELETED = { ok: true, value: undefined } as const

async function perform<T>(
  { transport, limiter, runtime, onRequest }: CalendarApiOptions,
  session: ApiSession,
  call: Call,
  read: Read<T>,
): Promise<GoogleResult<T>> {
  checkIds(call)
  const { subject, lane, signal, accessToken } = session
  const { method, calendarId } = call
  const units = method === 'events.patch' ? PATCH_UNITS : 1
  const write = method !== 'events.get' && method !== 'events.list'
  const admission = await limiter.acquire({ subject, calendarId, write, lane, units, signal })
  if (!admission.admitted) return { ok: false, failure: heldBack(admission.retryAfterMs) }
  let result: GoogleResult<T> | undefined
  try {
    // From here on the caller's signal is not heeded: the write may land, so its answer is wanted.
    signal?.throwIfAborted()
    const answer = await withTimeout(runtime.clock, timeout =>
      transport.send({ ...call, accessToken, signal: timeout }),
    ).catch((error: unknown) => noAnswer(error))
    result = 'kind' in answer ? { ok: false, failure: answer } : toResult(answer, call, read)
    const status = 'kind' in answer ? 0 : answer.status
    const reason = result.ok ? undefined : result.failure.reason
    report(runtime, onRequest, { method, status, reason, units, lane })
    return result
  } finally {
    release(admission, result)
  }
}

/** What a host's hook throws must not cost the answer to a write. */
function report(
  { logger }: Runtime,
  onRequest: CalendarApiOptions['onRequest'],
  request: RequestReport,
): void {
  try {
    onRequest?.(request)
  } catch {
    logger.error('onRequest failed', { method: request.method })
  }
}

function toResult<T>(answer: GoogleAnswer, call: Call, read: Read<T>): GoogleResult<T> {
  const failure = classify(answer, contextOf(call))
  if (failure !== undefined) return { ok: false, failure }
  const value = read(answer)
  return value === undefined ? { ok: false, failure: unusableAnswer(answer) } : { ok: true, value }
}

function contextOf({ method, query, body }: Call): ClassifyContext {
  const guests = body?.attendees
  return { method, invites: query?.sendUpdates === 'all' && Array.isArray(guests) && guests.length > 0 }
}

function noAnswer(error: unknown): GoogleFailure {
  return { kind: 'network', status: 0, reason: reasonOfRejection(error), definitive: false }
}

/** Nothing was sent, so nothing was written. */
function heldBack(retryAfterMs: number): GoogleFailure {
  return { kind: 'rate', status: 0, reason: 'held-back', definitive: true, retryAfterMs }
}

function release(admission: Admission & { admitted: true }, result: GoogleResult<unknown> | undefined): void {
  const failure = result?.ok === false ? result.failure : undefined
  const limited = failure?.kind === 'rate'
  admission.release({ ok: result?.ok === true, limited, retryAfterMs: failure?.retryAfterMs })
}

/** An empty id would address the collection, and `..` its parent. */
function checkIds({ calendarId, eventId }: Call): void {
  for (const id of [calendarId, eventId]) {
    if (id === '' || id === '.' || id === '..')
      throw new RangeError('A calendar or event id is empty or a path.')
  }
}
