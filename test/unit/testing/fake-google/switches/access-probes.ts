import { type Account, EVENTS, send } from '../support.ts'
import { authUrl, codeFor, exchange, type Make, type Probes, refresh } from './probe.ts'

const BATCH = 'https://www.googleapis.com/batch/calendar/v3'

/** So many reads of events that do not exist, in one request; the order in which they were carried out. */
async function batched(make: Make, count: number) {
  const { google, accessToken } = make()
  const ids = Array.from({ length: count }, (_, n) => `event${n}`)
  const parts = ids.map(
    id => `--b\r\nContent-Type: application/http\r\n\r\nGET /calendar/v3/${EVENTS}/${id}\r\n\r\n\r\n`,
  )
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'multipart/mixed; boundary=b' }
  const { status } = await send(google, BATCH, { method: 'POST', headers, body: `${parts.join('')}--b--` })
  const done = google.control.requests().map(({ url }) => url.split('/').at(-1))
  return { status, inOrder: JSON.stringify(done) === JSON.stringify(ids) }
}

async function limited(make: Make) {
  const { api } = make({ quota: { perUser: 1 } })
  await api('GET', EVENTS)
  return api('GET', EVENTS)
}

function revoke({ google, refreshToken }: Account) {
  const body = new URLSearchParams({ token: refreshToken })
  return send(google, 'https://oauth2.googleapis.com/revoke', { method: 'POST', body })
}

export const ACCESS_PROBES: Probes<
  | 'authErrorEnvelope'
  | 'quotaStatus'
  | 'retryAfterSeconds'
  | 'lostAnswerAfterMs'
  | 'batchLimit'
  | 'batchOrder'
  | 'accessTokenSeconds'
  | 'codeLifetimeMs'
  | 'testingTokensSayExpiry'
  | 'deadTokenText'
  | 'redirectMismatch'
  | 'wrongSecretText'
  | 'revokeBody'
  | 'revokeTakesEffectAfterMs'
  | 'promptNoneErrors'
  | 'issuerInRedirect'
  | 'idTokenIssuer'
> = {
  authErrorEnvelope: {
    values: [
      ['frontEnd', [['frontEnd', 'authError'], ['frontEnd', 'authError'], 'frontEnd']],
      ['backend', [['backend', 'authError'], ['backend', 'authError'], 'frontEnd']],
    ],
    async look(make) {
      const { google, api } = make()
      const refused = async (headers?: Record<string, string>) => {
        const { text, json } = await api('GET', EVENTS, undefined, headers)
        const { status, errors } = json.error
        const indent = /^{\n( +)"/.exec(text)?.[1]?.length
        const isFrontEnd = status === 'UNAUTHENTICATED' && indent === 2
        const isBackend = status === undefined && indent === 1
        return [isFrontEnd ? 'frontEnd' : isBackend && 'backend', errors[0].reason] as const
      }
      const expired = await refused({ authorization: 'Bearer ya29.old' })
      google.control.fault({ fault: 'authError' })
      const injected = await refused()
      const [withoutToken] = await refused({ authorization: '' })
      return [expired, injected, withoutToken]
    },
  },
  quotaStatus: {
    values: [
      [403, [403, 'PERMISSION_DENIED']],
      [429, [429, 'RESOURCE_EXHAUSTED']],
    ],
    async look(make) {
      const { status, json } = await limited(make)
      return [status, json.error.status]
    },
  },
  retryAfterSeconds: {
    values: [
      [null, null],
      [7, '7'],
    ],
    look: async make => (await limited(make)).headers.get('retry-after'),
  },
  lostAnswerAfterMs: {
    values: [
      [0, []],
      [5000, [5000]],
      ['never', ['given up']],
    ],
    async look(make) {
      const { google, clock, accessToken } = make()
      google.control.fault({ fault: 'timeoutBeforeCommit' })
      const headers = { authorization: `Bearer ${accessToken}` }
      const url = `https://www.googleapis.com/calendar/v3/${EVENTS}`
      const giveUp = new AbortController()
      const hanging = google.fetch(url, { headers, signal: giveUp.signal }).catch(error => error.message)
      const first = await Promise.race([hanging, new Promise(resolve => setTimeout(resolve, 20))])
      giveUp.abort(new Error('given up'))
      return first === undefined ? [await hanging] : clock.slept.filter(ms => ms > 0)
    },
  },
  batchLimit: {
    values: [
      [1000, 200],
      [50, 400],
    ],
    look: async make => (await batched(make, 51)).status,
  },
  batchOrder: {
    values: [
      ['asSent', true],
      ['shuffled', false],
    ],
    look: async make => (await batched(make, 20)).inOrder,
  },
  accessTokenSeconds: {
    values: [
      [3599, 3599],
      [3600, 3600],
    ],
    look: async make => (await refresh(make())).json.expires_in,
  },
  codeLifetimeMs: {
    values: [
      [600_000, 200],
      [60_000, 400],
    ],
    async look(make) {
      const ready = make()
      const code = codeFor(ready)
      ready.clock.ms += 300_000
      return (await exchange(ready, code)).status
    },
  },
  testingTokensSayExpiry: {
    values: [
      [true, 604_799],
      [false, undefined],
    ],
    async look(make) {
      const ready = make()
      ready.google.control.updateClient(ready.clientId, { publishing: 'testing' })
      return (await exchange(ready, codeFor(ready))).json.refresh_token_expires_in
    },
  },
  deadTokenText: {
    values: [
      ['changes', ['Token has been expired or revoked.', 'Bad Request']],
      ['constant', ['Token has been expired or revoked.', 'Token has been expired or revoked.']],
    ],
    async look(make) {
      const ready = make()
      ready.google.control.revokeGrant('user@example.com')
      const first = (await refresh(ready)).json.error_description
      ready.clock.ms += 13 * 3_600_000
      return [first, (await refresh(ready)).json.error_description]
    },
  },
  redirectMismatch: {
    values: [
      ['redirect_uri_mismatch', 'redirect_uri_mismatch'],
      ['invalid_grant', 'invalid_grant'],
    ],
    async look(make) {
      const ready = make()
      const other = { redirect_uri: 'https://app.example/other' }
      return (await exchange(ready, codeFor(ready), other)).json.error
    },
  },
  wrongSecretText: {
    values: [
      ['Unauthorized', 'Unauthorized'],
      ['The provided client secret is invalid.', 'The provided client secret is invalid.'],
    ],
    look: async make => (await refresh(make(), 'wrong')).json.error_description,
  },
  revokeBody: {
    values: [
      ['object', [200, '{}']],
      ['empty', [200, '']],
    ],
    async look(make) {
      const { status, text } = await revoke(make())
      return [status, text.trim()]
    },
  },
  revokeTakesEffectAfterMs: {
    values: [
      [0, [400, 401, 400, 401]],
      [60_000, [200, 200, 400, 401]],
    ],
    async look(make) {
      const ready = make()
      await revoke(ready)
      const states = async () => [(await refresh(ready)).status, (await ready.api('GET', EVENTS)).status]
      const before = await states()
      ready.clock.ms += 60_000
      return [...before, ...(await states())]
    },
  },
  promptNoneErrors: {
    values: [
      ['redirected', [302, true]],
      ['shown', [400, false]],
    ],
    async look(make) {
      const ready = make()
      const url = authUrl(ready, { prompt: 'none' })
      const { status, headers } = await send(ready.google, url)
      return [status, headers.get('location')?.includes('error=login_required') ?? false]
    },
  },
  issuerInRedirect: {
    values: [
      [false, null],
      [true, 'https://accounts.google.com'],
    ],
    async look(make) {
      const ready = make()
      const back = ready.google.control.approve(authUrl(ready), { email: 'user@example.com' })
      return new URL(back).searchParams.get('iss')
    },
  },
  idTokenIssuer: {
    values: [
      ['https://accounts.google.com', 'https://accounts.google.com'],
      ['accounts.google.com', 'accounts.google.com'],
    ],
    async look(make) {
      const { id_token } = (await refresh(make())).json
      return JSON.parse(Buffer.from(id_token.split('.')[1], 'base64url').toString()).iss
    },
  },
}
