import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FailureKind } from '../../../src/google/api.ts'
import { classify, unusableAnswer } from '../../../src/google/classify-error.ts'
import { MAX_RETRY_AFTER_MS } from '../../../src/google/retry-after.ts'
import type { GoogleAnswer } from '../../../src/google/transport.ts'

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): GoogleAnswer => ({
  status,
  headers,
  body,
})

const backend = (status: number, domain: string, reason: string, message = 'x', location?: string) =>
  answer(status, {
    error: {
      errors: [{ domain, reason, message, ...(location ? { location } : {}) }],
      code: status,
      message,
    },
  })

const frontEnd = (status: number, name: string, reason: string | undefined, info?: string) =>
  answer(status, {
    error: {
      code: status,
      message: 'Some message',
      status: name,
      ...(reason === undefined ? {} : { errors: [{ message: 'm', domain: 'global', reason }] }),
      ...(info === undefined
        ? {}
        : { details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: info, domain: 'd' }] }),
    },
  })

describe('every known reason (google-facts §6.3)', () => {
  const rows: [number, string, string, FailureKind, boolean][] = [
    [400, 'calendar', 'timeRangeEmpty', 'invalid', true],
    [400, 'global', 'badRequest', 'invalid', true],
    [400, 'global', 'parseError', 'invalid', true],
    [400, 'global', 'invalid', 'invalid', true],
    [400, 'global', 'required', 'invalid', true],
    [400, 'global', 'invalidParameter', 'invalid', true],
    [400, 'global', 'participantIsNeitherOrganizerNorAttendee', 'invalid', true],
    [400, 'calendar', 'eventTypeRestriction', 'invalid', true],
    [400, 'calendar', 'malformedWorkingLocationEvent', 'invalid', true],
    [400, 'calendar', 'cannotChangeOrganizerOfInstance', 'invalid', true],
    [400, 'calendar', 'cannotChangeOrganizer', 'invalid', true],
    [400, 'calendar', 'eventDurationExceedsLimit', 'invalid', true],
    [400, 'calendar', 'pushNotSupportedForRequestedResource', 'invalid', true],
    [400, 'global', 'channelIdNotUnique', 'invalid', true],
    [400, 'global', 'push.webhookUrlNotHttps', 'misconfigured', true],
    [400, 'calendar', 'timeRangeTooLong', 'invalid', true],
    [401, 'global', 'authError', 'unauthorized', true],
    [401, 'global', 'required', 'unauthorized', true],
    [401, 'global', 'push.webhookUrlUnauthorized', 'misconfigured', true],
    [400, 'global', 'push.webhookUrlUnauthorized', 'misconfigured', true],
    [403, 'usageLimits', 'userRateLimitExceeded', 'rate', true],
    [403, 'usageLimits', 'rateLimitExceeded', 'rate', true],
    [403, 'usageLimits', 'quotaExceeded', 'quota', true],
    [403, 'usageLimits', 'dailyLimitExceeded', 'quota', true],
    [403, 'calendar', 'forbiddenForNonOrganizer', 'forbidden', true],
    [403, 'calendar', 'requiredAccessLevel', 'forbidden', true],
    [403, 'calendar', 'notACalendarUser', 'no-calendar', true],
    [403, 'calendar', 'forbiddenForServiceAccounts', 'forbidden', true],
    [403, 'calendar', 'cannotDeletePrimaryCalendar', 'forbidden', true],
    [403, 'calendar', 'cannotUnsubscribeFromOwnedCalendar', 'forbidden', true],
    [403, 'global', 'forbidden', 'forbidden', true],
    [403, 'global', 'insufficientPermissions', 'scope', true],
    [403, 'usageLimits', 'accessNotConfigured', 'misconfigured', true],
    [404, 'global', 'notFound', 'not-found', true],
    [409, 'global', 'duplicate', 'duplicate', true],
    [409, 'global', 'conflict', 'server', true],
    [410, 'calendar', 'fullSyncRequired', 'sync-token', true],
    [410, 'calendar', 'updatedMinTooLongAgo', 'sync-token', true],
    [410, 'global', 'deleted', 'deleted', true],
    [412, 'global', 'conditionNotMet', 'precondition', true],
    [429, 'usageLimits', 'rateLimitExceeded', 'rate', true],
    [500, 'global', 'backendError', 'server', false],
    [503, 'global', 'backendError', 'server', false],
    [503, 'global', 'serviceNotAvailable', 'server', false],
  ]
  it.each(rows)('%i %s/%s is %s', (status, domain, reason, kind, definitive) => {
    expect(classify(backend(status, domain, reason))).toEqual({ kind, status, reason, definitive })
  })

  it('reads both forms of a bad sync token', () => {
    const bad = backend(400, 'global', 'invalid', 'Invalid sync token value.')
    expect(classify(bad)).toMatchObject({ kind: 'sync-token', definitive: true })
    const gone = backend(410, 'calendar', 'brandNewReason', 'x', 'syncToken')
    expect(classify(gone)?.kind).toBe('sync-token')
    expect(classify(backend(410, 'global', 'brandNewReason'), { method: 'events.list' })?.kind).toBe(
      'sync-token',
    )
  })

  it('knows the limit on invitations only by what was asked', () => {
    const limit = backend(403, 'usageLimits', 'quotaExceeded', 'Calendar usage limits exceeded.')
    expect(classify(limit, { invites: true })?.kind).toBe('guest-quota')
    expect(classify(limit, { invites: false })?.kind).toBe('quota')
    expect(classify(backend(403, 'usageLimits', 'rateLimitExceeded'), { invites: true })?.kind).toBe('rate')
  })
})

describe('the front-end envelope', () => {
  const rows: [number, string, string | undefined, string | undefined, FailureKind][] = [
    [401, 'UNAUTHENTICATED', 'authError', undefined, 'unauthorized'],
    [401, 'UNAUTHENTICATED', undefined, 'CREDENTIALS_MISSING', 'unauthorized'],
    [401, 'UNAUTHENTICATED', 'somethingNew', undefined, 'unauthorized'],
    [403, 'PERMISSION_DENIED', 'insufficientPermissions', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT', 'scope'],
    [403, 'PERMISSION_DENIED', 'forbidden', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT', 'scope'],
    [403, 'PERMISSION_DENIED', undefined, 'SERVICE_DISABLED', 'misconfigured'],
    [403, 'PERMISSION_DENIED', 'rateLimitExceeded', 'RATE_LIMIT_EXCEEDED', 'rate'],
    [429, 'RESOURCE_EXHAUSTED', undefined, undefined, 'rate'],
    [404, 'NOT_FOUND', undefined, undefined, 'not-found'],
    [503, 'UNAVAILABLE', undefined, undefined, 'server'],
  ]
  it.each(rows)('%i %s %s %s is %s', (status, name, reason, info, kind) => {
    expect(classify(frontEnd(status, name, reason, info))).toMatchObject({ kind, status })
  })
})

describe('what proves nothing', () => {
  it.each([200, 201, 204])('%i is no failure', status => {
    expect(classify(answer(status, undefined))).toBeUndefined()
  })

  it.each([
    [404, 'brandNewReason'],
    [409, 'brandNewReason'],
    [410, 'brandNewReason'],
    [410, 'notFound'],
    [404, 'deleted'],
    [500, 'deleted'],
    [500, 'notFound'],
    [503, 'duplicate'],
    [502, 'invalid'],
  ])('%i with the reason %s is transient', (status, reason) => {
    expect(classify(backend(status, 'global', reason))).toMatchObject({ kind: 'server', reason })
  })

  it('takes unlisted reasons of 400 and 403 by domain', () => {
    expect(classify(backend(400, 'calendar', 'newRule'))?.kind).toBe('invalid')
    expect(classify(backend(403, 'calendar', 'newRule'))?.kind).toBe('forbidden')
    expect(classify(backend(403, 'usageLimits', 'newLimit'))?.kind).toBe('rate')
  })

  const bodies: [string, unknown][] = [
    ['an HTML page', '<html>Error 404 (Not Found)!!1</html>'],
    ['nothing', undefined],
    ['truncated JSON', '{"error":{"errors":[{"reason":"notFo'],
    ['null', null],
    ['a number', 7],
    ['an array', []],
    ['a string error', { error: 'invalid_grant' }],
    ['a null error', { error: null }],
  ]
  for (const [name, body] of bodies) {
    it.each([400, 403, 404, 409, 410, 412, 500, 502])(`${name} with %i is transient`, status => {
      const definitive = status < 500
      expect(classify(answer(status, body))).toEqual({
        kind: 'server',
        status,
        reason: `http-${status}`,
        definitive,
      })
    })
  }

  it('reads 401 and 429 without a body', () => {
    expect(classify(answer(401, undefined))?.kind).toBe('unauthorized')
    expect(classify(answer(429, undefined))?.kind).toBe('rate')
  })

  it.each([0, 100, 301, 302, 304, 307])('%i is unusable', status => {
    expect(classify(answer(status, undefined))).toEqual({
      kind: 'server',
      status,
      reason: 'unusable-answer',
      definitive: false,
    })
  })

  it('marks an unusable 2xx', () => {
    expect(unusableAnswer(answer(200, '<html>'))).toMatchObject({
      reason: 'unusable-answer',
      definitive: false,
    })
  })

  it.each([405, 408, 413, 418, 422])('%i is not definitive', status => {
    expect(classify(answer(status, { error: { errors: [{ reason: 'x' }] } }))?.definitive).toBe(false)
  })
})

describe('what is shown', () => {
  it.each([
    'Anna Müller <anna@example.com>',
    'a'.repeat(65),
    '',
    '-x',
    'a b',
    '<script>',
    7,
    null,
    { toString: 'x' },
  ])('never a reason such as %j', reason => {
    const failure = classify(answer(403, { error: { errors: [{ reason }], message: 'anna@example.com' } }))
    expect(failure?.reason).toBe('http-403')
  })

  it('reads own properties only', () => {
    const body = JSON.parse('{"error":{"__proto__":{"errors":[{"reason":"deleted"}]}}}')
    expect(classify(answer(410, body))).toMatchObject({ kind: 'server', reason: 'http-410' })
    expect(classify(answer(403, { error: { errors: [{ reason: 'constructor' }] } }))?.kind).toBe('forbidden')
  })

  it('answers a value for any body', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.jsonValue(), (status, body) => {
        const failure = classify(answer(status, body))
        expect(failure?.reason).toMatch(/^[A-Za-z0-9._-]{1,64}$/)
      }),
    )
  })
})

describe('Retry-After', () => {
  const wait = (value: string, date?: string) =>
    classify(answer(429, undefined, { 'retry-after': value, ...(date ? { date } : {}) }))?.retryAfterMs
  const date = 'Wed, 21 Oct 2026 07:28:00 GMT'

  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 5 ', 5000],
    ['1000000000', MAX_RETRY_AFTER_MS],
    ['99999999999999999999999999', MAX_RETRY_AFTER_MS],
    ['-5', undefined],
    ['1e9', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['', undefined],
    ['2026-10-21', undefined],
  ])('%j is %s', (value, expected) => {
    expect(wait(value, date)).toBe(expected)
  })

  it('measures a date from the date of the answer', () => {
    expect(wait('Wed, 21 Oct 2026 07:28:30 GMT', date)).toBe(30_000)
    expect(wait('Wed, 21 Oct 2020 07:28:30 GMT', date)).toBe(0)
    expect(wait('Wed, 21 Oct 2099 07:28:30 GMT', date)).toBe(MAX_RETRY_AFTER_MS)
    expect(wait('Wed, 21 Oct 2026 07:28:30 GMT')).toBeUndefined()
    expect(wait('Wed, 99 Oct 2026 07:28:30 GMT', date)).toBeUndefined()
  })
})
