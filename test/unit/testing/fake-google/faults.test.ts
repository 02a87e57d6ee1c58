import { describe, expect, it } from 'vitest'
import {
  OAUTH_REFUSALS,
  PAGE_REFUSALS,
  REFUSALS,
  TRANSPORT_FAULTS,
} from '../../../../src/testing/fake-google/faults/fault.ts'
import {
  FAULT_NAMES,
  type FakeGoogleServer,
  type FaultName,
  startFakeGoogleServer,
} from '../../../../src/testing/fake-google/index.ts'
import { account, EVENTS, REDIRECT, timed, token } from './support.ts'

/** What each refusal of the Calendar API looks like to its caller. */
const REFUSED: Record<(typeof REFUSALS)[number], readonly [number, string | undefined]> = {
  authError: [401, 'authError'],
  rateLimitExceeded: [403, 'rateLimitExceeded'],
  userRateLimitExceeded: [403, 'userRateLimitExceeded'],
  quotaExceeded: [403, 'quotaExceeded'],
  forbidden: [403, 'forbidden'],
  forbiddenForNonOrganizer: [403, 'forbiddenForNonOrganizer'],
  notACalendarUser: [403, 'notACalendarUser'],
  forbiddenForServiceAccounts: [403, 'forbiddenForServiceAccounts'],
  insufficientPermissions: [403, 'insufficientPermissions'],
  accessNotConfigured: [403, 'accessNotConfigured'],
  requiredAccessLevel: [403, 'requiredAccessLevel'],
  notFound: [404, 'notFound'],
  duplicate: [409, 'duplicate'],
  conflict: [409, 'conflict'],
  deleted: [410, 'deleted'],
  fullSyncRequired: [410, 'fullSyncRequired'],
  updatedMinTooLongAgo: [410, 'updatedMinTooLongAgo'],
  conditionNotMet: [412, 'conditionNotMet'],
  dailyLimitExceeded: [403, 'dailyLimitExceeded'],
  invalidSyncToken: [400, 'invalid'],
  invalidPageToken: [400, 'invalid'],
  rateLimited: [429, 'rateLimitExceeded'],
  internalError: [500, 'backendError'],
  internalErrorReason: [500, 'internalError'],
  transientError: [503, 'transientError'],
  badGateway: [502, 'badGateway'],
  badGatewayHtml: [502, undefined],
  serviceUnavailable: [503, 'backendError'],
  serviceUnavailableHtml: [503, undefined],
  serviceNotAvailable: [503, 'serviceNotAvailable'],
  gatewayTimeout: [504, 'gatewayTimeout'],
  okHtml: [200, undefined],
}

const OAUTH: Record<(typeof OAUTH_REFUSALS)[number], readonly [number, string]> = {
  invalidGrant: [400, 'invalid_grant'],
  invalidRapt: [400, 'invalid_grant'],
  raptRequired: [400, 'invalid_grant'],
  invalidClient: [401, 'invalid_client'],
  unauthorizedClient: [401, 'unauthorized_client'],
  adminPolicyEnforced: [400, 'admin_policy_enforced'],
  temporarilyUnavailable: [503, 'temporarily_unavailable'],
}

const PAGES: Record<(typeof PAGE_REFUSALS)[number] | 'adminPolicyEnforced', readonly [number, string]> = {
  adminPolicyEnforced: [400, 'admin_policy_enforced'],
  disallowedUseragent: [403, 'disallowed_useragent'],
  orgInternal: [403, 'org_internal'],
  notATestUser: [403, 'access_denied'],
  newUserLimit: [403, 'rate_limit_exceeded'],
  pageInvalidGrant: [400, 'invalid_grant'],
}

const codeOf = (error: unknown) => (error as { cause?: { code?: string } }).cause?.code

describe('refusals', () => {
  it.each(Object.entries(REFUSED))('%s of an API method', async (fault, [status, reason]) => {
    const { api, google } = account()
    google.control.fault({ fault: fault as FaultName })
    const answer = await api('POST', EVENTS, timed('abc123'))
    expect([answer.status, answer.json?.error.errors[0].reason]).toEqual([status, reason])
    if (reason === undefined) expect(answer.text).toMatch(/^<!DOCTYPE html>/)
    expect((await api('GET', `${EVENTS}/abc123`)).status).toBe(404)
  })

  it.each(Object.entries(OAUTH))('%s of the token endpoint', async (fault, [status, error]) => {
    const { google, clientId, clientSecret, refreshToken } = account()
    google.control.fault({ fault: fault as FaultName, match: { method: 'oauth.token' } })
    const answer = await token(google, {
      ...{ grant_type: 'refresh_token', refresh_token: refreshToken },
      ...{ client_id: clientId, client_secret: clientSecret },
    })
    expect([answer.status, answer.json.error]).toEqual([status, error])
  })

  it.each(Object.entries(PAGES))('%s in the place of the consent page', async (fault, [status, error]) => {
    const { google, clientId } = account()
    google.control.fault({ fault: fault as FaultName })
    const query = `client_id=${clientId}&redirect_uri=${REDIRECT}&response_type=code&scope=openid`
    const answer = await google.fetch(`https://accounts.google.com/o/oauth2/v2/auth?${query}`)
    expect(answer.status).toBe(status)
    expect(await answer.text()).toContain(`Error ${status}: ${error}`)
  })

  it('are all the names there are, with the faults of the way', () => {
    const names = [...REFUSALS, ...OAUTH_REFUSALS, ...PAGE_REFUSALS, ...TRANSPORT_FAULTS]
    expect([...FAULT_NAMES].sort()).toEqual([...names].sort())
  })
})

/** What the caller of an insert sees in memory, and whether the event is there afterwards. */
const ON_THE_WAY: Record<
  Exclude<(typeof TRANSPORT_FAULTS)[number], 'staleRead'>,
  readonly [string | undefined, boolean]
> = {
  timeoutBeforeCommit: ['UND_ERR_HEADERS_TIMEOUT', false],
  timeoutAfterCommit: ['UND_ERR_HEADERS_TIMEOUT', true],
  resetBeforeCommit: ['ECONNRESET', false],
  resetAfterCommit: ['ECONNRESET', true],
  lateCommit: ['UND_ERR_HEADERS_TIMEOUT', false],
  connectRefused: ['ECONNREFUSED', false],
  slow: [undefined, true],
  slowDrip: [undefined, true],
  truncated: [undefined, true],
  cutOff: [undefined, true],
  gzipBomb: [undefined, true],
}

describe('faults on the way, in memory', () => {
  it.each(Object.entries(ON_THE_WAY))('%s', async (fault, [code, there]) => {
    const { api, google, clock, accessToken } = account()
    google.control.fault({ fault: fault as FaultName, delayMs: 60_000, bytes: 200_000 })
    const sent = google.fetch(`https://www.googleapis.com/calendar/v3/${EVENTS}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}` },
      body: JSON.stringify(timed('abc123')),
    })
    if (code === undefined) expect((await sent).status).toBe(200)
    else expect(codeOf(await sent.catch(error => error))).toBe(code)
    expect((await api('GET', `${EVENTS}/abc123`)).status).toBe(there ? 200 : 404)
    clock.ms += 60_000
    expect((await api('GET', `${EVENTS}/abc123`)).status).toBe(there || fault === 'lateCommit' ? 200 : 404)
  })

  it('the body is as the fault says', async () => {
    const { google, clock, accessToken } = account()
    const body = async (fault: FaultName) => {
      google.control.fault({ fault, delayMs: 1000, bytes: 200_000 })
      const response = await google.fetch('https://www.googleapis.com/calendar/v3/colors', {
        headers: { authorization: `Bearer ${accessToken}` },
      })
      return response.text()
    }
    const { length } = await body('slow')
    expect((await body('truncated')).length).toBe(Math.floor(length / 2))
    await expect(body('cutOff')).rejects.toThrow()
    clock.slept.length = 0
    expect((await body('slowDrip')).length).toBe(length)
    expect(clock.slept).toEqual(Array(15).fill(1000))
    const bomb = await body('gzipBomb')
    expect(bomb.length).toBe(length + 200_000)
    expect(JSON.parse(bomb)).toMatchObject({ kind: 'calendar#colors' })
  })

  it('a stale read is of the version before, or of nothing', async () => {
    const { api, google } = account()
    const { json: first } = await api('POST', EVENTS, timed('abc123'))
    const stale = async () => {
      google.control.fault({ fault: 'staleRead', match: { method: 'events.get' } })
      return api('GET', `${EVENTS}/abc123`)
    }
    expect((await stale()).status).toBe(404)
    await api('PATCH', `${EVENTS}/abc123`, { summary: 'Two' })
    expect((await stale()).json).toMatchObject({ etag: first.etag, summary: 'Appointment' })
    expect((await api('GET', `${EVENTS}/abc123`)).json.summary).toBe('Two')
    await api('DELETE', `${EVENTS}/abc123`)
    expect((await stale()).json.status).toBe('confirmed')
  })
})

describe('faults on the way, over HTTP', () => {
  async function served(run: (server: FakeGoogleServer, read: () => Promise<Response>) => Promise<void>) {
    const server = await startFakeGoogleServer({ quota: 'off', deliver: 'off' })
    const { accessToken } = server.google.control.readyAccount()
    const headers = { authorization: `Bearer ${accessToken}` }
    try {
      await run(server, () => fetch(`${server.url}/calendar/v3/colors`, { headers }))
    } finally {
      await server.close()
    }
  }

  it('breaks, refuses, cuts, drips and packs', async () => {
    await served(async ({ google }, read) => {
      const whole = await (await read()).text()
      for (const fault of ['connectRefused', 'resetAfterCommit', 'timeoutBeforeCommit'] as const) {
        google.control.fault({ fault })
        await expect(read()).rejects.toThrow()
      }
      google.control.fault({ fault: 'cutOff' })
      const cut = await read()
      expect(cut.status).toBe(200)
      await expect(cut.text()).rejects.toThrow()
      google.control.fault({ fault: 'slowDrip', delayMs: 5 })
      expect(await (await read()).text()).toBe(whole)
      google.control.fault({ fault: 'gzipBomb', bytes: 5_000_000 })
      const bomb = await read()
      expect(bomb.headers.get('content-encoding')).toBe('gzip')
      expect((await bomb.text()).length).toBe(whole.length + 5_000_000)
      expect(google.control.pendingFaults()).toEqual([])
    })
  })

  it('survives a caller that hangs up in the middle', async () => {
    await served(async ({ google }, read) => {
      google.control.fault({ fault: 'gzipBomb', bytes: 500_000_000 })
      await (await read()).body?.cancel()
      google.control.fault({ fault: 'slowDrip', delayMs: 60_000 })
      await (await read()).body?.cancel()
      expect((await read()).status).toBe(200)
    })
  })
})
