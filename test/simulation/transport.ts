import { GOOGLE_ENDPOINTS } from '../../src/google/endpoints.ts'
import { NoAnswerError } from '../../src/google/no-answer.ts'
import { withTimeout } from '../../src/google/request-timeout.ts'
import type { CalendarTransport, GoogleAnswer, OAuthTransport } from '../../src/google/transport.ts'
import type { FakeRequest } from '../../src/testing/index.ts'
import { LATE_MS, SLOW_MS, WIRE_FAULTS, type WireFault } from './faults.ts'
import { formRequest, toWire } from './google-wire.ts'
import type { SimProcess } from './process.ts'

/** The HTTP port of one process: the request arrives at the fake at one point, its answer comes back at another. */
export function calendarTransport(process: SimProcess): CalendarTransport {
  return {
    send(request) {
      const { world } = process
      world.oracles.sent(process, request)
      return deliver(process, request.method, toWire(request), answer =>
        world.oracles.landed(request, answer),
      )
    },
  }
}

export function oauthTransport(
  process: SimProcess,
  client: { clientId: string; clientSecret: string },
): OAuthTransport {
  const { world } = process
  const credentials = { client_id: client.clientId, client_secret: client.clientSecret }
  const send = (site: string, request: FakeRequest, done: () => void = () => {}) =>
    withTimeout(process.runtime.clock, () => deliver(process, site, request, () => {})).finally(done)
  const token = (site: string, form: Record<string, string>, done?: () => void) =>
    send(site, formRequest(GOOGLE_ENDPOINTS.token, { ...credentials, ...form }), done)
  return {
    authorizationUrl: async request => {
      const query = new URLSearchParams({
        client_id: client.clientId,
        redirect_uri: world.redirectUri,
        response_type: 'code',
        access_type: 'offline',
        prompt: 'consent',
        scope: request.scopes.join(' '),
        state: request.state,
        nonce: request.nonce,
        code_challenge: request.codeChallenge,
        code_challenge_method: 'S256',
        ...(request.includeGrantedScopes && { include_granted_scopes: 'true' }),
      })
      return `${GOOGLE_ENDPOINTS.authorization}?${query}`
    },
    exchangeCode: ({ code, codeVerifier }) =>
      token('oauth.code', {
        grant_type: 'authorization_code',
        code,
        code_verifier: codeVerifier,
        redirect_uri: world.redirectUri,
      }),
    refresh(refreshToken) {
      const done = world.oracles.refreshStarts(process, refreshToken)
      return token('oauth.token', { grant_type: 'refresh_token', refresh_token: refreshToken }, done)
    },
    revoke: value => send('oauth.revoke', formRequest(GOOGLE_ENDPOINTS.revoke, { token: value })),
    keys: () => send('oauth.keys', formRequest(GOOGLE_ENDPOINTS.keys)),
  }
}

function deliver(
  process: SimProcess,
  site: string,
  request: FakeRequest,
  landed: (answer: GoogleAnswer) => void,
): Promise<GoogleAnswer> {
  const { world } = process
  const { scheduler } = world
  const fault = process.wireFault(site) ?? world.outageFault()
  return new Promise((resolve, reject) => {
    const there = 5 + Math.floor(scheduler.float() * 150)
    const back = 5 + Math.floor(scheduler.float() * 150)
    const answerLater = (ms: number, settle: () => void) =>
      scheduler.after(ms, `answer ${site}`, settle, process)
    const fail = (ms: number, reason: string) => answerLater(ms, () => reject(new NoAnswerError(reason)))
    const arrive = (afterMs: number, then: (answer: GoogleAnswer) => void) =>
      scheduler.after(afterMs, `arrive ${site}`, () => {
        const answer = world.handle(process, site, request, fault === undefined)
        landed(answer)
        then(answer)
      })
    const answered = (answer: GoogleAnswer) => answerLater(back, () => resolve(answer))
    switch (fault) {
      case undefined:
        arrive(there, answered)
        return
      case 'crash-before':
        process.crash()
        return
      case 'crash-in-flight':
        arrive(there, () => {})
        process.crash()
        return
      case 'crash-after':
        arrive(there, () => process.crash())
        return
      case 'freeze-before':
        process.freeze()
        // It leaves when the process wakes.
        scheduler.after(0, `leave ${site}`, () => void arrive(there, answered), process)
        return
      case 'freeze-after':
        arrive(there, answer => {
          process.freeze()
          answered(answer)
        })
        return
      case 'late':
        arrive(world.faults.pick(LATE_MS), () => {})
        fail(there, 'ECONNRESET')
        return
      case 'lost-before':
        return
      case 'lost-after':
        arrive(there, () => {})
        return
      case 'reset-before':
        fail(there, 'ECONNREFUSED')
        return
      case 'reset-after':
        arrive(there, () => void fail(back, 'ECONNRESET'))
        return
      case 'slow': {
        const ms = world.faults.pick(SLOW_MS)
        arrive(there, answer => void answerLater(ms, () => resolve(answer)))
        return
      }
      case 'truncated':
        arrive(there, answer => {
          const text = JSON.stringify(answer.body ?? '')
          answered({ ...answer, body: text.slice(0, text.length / 2) })
        })
    }
  })
}

export function wireFaultAt(place: number): WireFault | undefined {
  return WIRE_FAULTS[place - 1]
}
