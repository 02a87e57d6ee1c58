import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createFakeGoogle } from '../../../../src/testing/fake-google/index.ts'
import { CALENDAR, caller, REDIRECT, send, TestClock, token } from './support.ts'

const VERIFIER = 'v'.repeat(64)
const DAY = 86_400_000

function setup(scope = CALENDAR) {
  const clock = new TestClock()
  const google = createFakeGoogle({ clock, quota: 'off' })
  const { email } = google.control.createUser({ email: 'dana@example.com' })
  const client = google.control.createClient({ redirectUris: [REDIRECT, `${REDIRECT}2`] })
  const auth = { client_id: client.clientId, client_secret: client.clientSecret }
  const code = (params: Record<string, string> = {}, approval: { accessForMs?: number } = {}) => {
    const query = {
      client_id: client.clientId,
      redirect_uri: REDIRECT,
      response_type: 'code',
      scope,
      access_type: 'offline',
    }
    const url = `https://accounts.google.com/o/oauth2/v2/auth?${new URLSearchParams({ ...query, prompt: 'consent', ...params })}`
    return new URL(google.control.approve(url, { email, ...approval })).searchParams.get('code') ?? ''
  }
  const exchange = (form: Record<string, string>) =>
    token(google, { grant_type: 'authorization_code', redirect_uri: REDIRECT, ...auth, ...form })
  const refresh = (refreshToken: string, form: Record<string, string> = {}) =>
    token(google, { grant_type: 'refresh_token', refresh_token: refreshToken, ...auth, ...form })
  return { clock, google, email, client, auth, code, exchange, refresh }
}

describe('the code exchange', () => {
  it('answers tokens, keys in Google’s order, two spaces deep', async () => {
    const { code, exchange } = setup()
    const { status, text, json } = await exchange({ code: code() })
    expect(status).toBe(200)
    expect(Object.keys(json)).toEqual(['access_token', 'expires_in', 'refresh_token', 'scope', 'token_type'])
    expect(json).toMatchObject({ expires_in: 3599, scope: CALENDAR, token_type: 'Bearer' })
    expect(json.access_token).toMatch(/^ya29\./)
    expect(text.startsWith('{\n  "access_token": ')).toBe(true)
  })

  it('takes the client by HTTP Basic too', async () => {
    const { google, code, client } = setup()
    const basic = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')
    const form = { grant_type: 'authorization_code', code: code(), redirect_uri: REDIRECT }
    expect((await token(google, form, { authorization: `Basic ${basic}` })).status).toBe(200)
    expect((await token(google, form, { authorization: 'Basic bm9ib2R5OnNlY3JldA==' })).json.error).toBe(
      'invalid_client',
    )
  })

  it('takes each code once, for ten minutes, and any try uses it up', async () => {
    const { clock, code, exchange } = setup()
    const bad = { error: 'invalid_grant', error_description: 'Bad Request' }
    const used = code()
    expect((await exchange({ code: used })).status).toBe(200)
    expect((await exchange({ code: used })).json).toEqual(bad)
    const late = code()
    clock.ms += 10 * 60_000
    expect((await exchange({ code: late })).json).toEqual(bad)
    const mismatched = code()
    const { status, json } = await exchange({ code: mismatched, redirect_uri: `${REDIRECT}2` })
    expect([status, json.error]).toEqual([400, 'redirect_uri_mismatch'])
    expect((await exchange({ code: mismatched })).json).toEqual(bad)
  })

  it('checks PKCE, S256 and plain', async () => {
    const { code, exchange } = setup()
    const challenge = createHash('sha256').update(VERIFIER).digest('base64url')
    const s256 = () => code({ code_challenge: challenge, code_challenge_method: 'S256' })
    expect((await exchange({ code: s256(), code_verifier: VERIFIER })).status).toBe(200)
    expect((await exchange({ code: s256() })).json.error_description).toBe('Missing code verifier.')
    expect((await exchange({ code: s256(), code_verifier: challenge })).json.error_description).toBe(
      'Invalid code verifier.',
    )
    expect(
      (await exchange({ code: code({ code_challenge: VERIFIER }), code_verifier: VERIFIER })).status,
    ).toBe(200)
  })

  it.each([
    ['a garbled code', { code: '4%2F0Axyz' }, 400, 'invalid_grant', 'Malformed auth code.'],
    ['no code', { code: '' }, 400, 'invalid_request', 'Missing required parameter: code'],
    ['a wrong secret', { client_secret: 'x' }, 401, 'invalid_client', 'Unauthorized'],
    ['no secret', { client_secret: '' }, 400, 'invalid_request', 'client_secret is missing.'],
    ['an unknown client', { client_id: 'x' }, 401, 'invalid_client', 'The OAuth client was not found.'],
    ['no client', { client_id: '' }, 400, 'invalid_request', 'Could not determine client ID from request.'],
    [
      'another grant type',
      { grant_type: 'password' },
      400,
      'unsupported_grant_type',
      'Invalid grant_type: password',
    ],
    [
      'no grant type',
      { grant_type: '' },
      400,
      'invalid_request',
      'Required parameter is missing: grant_type',
    ],
  ])('refuses %s', async (_, form, status, error, error_description) => {
    const { code, exchange } = setup()
    const answer = await exchange({ code: code(), ...form })
    expect([answer.status, answer.json]).toEqual([status, { error, error_description }])
  })
})

describe('refreshing', () => {
  it('gives new access tokens and no new refresh token', async () => {
    const { google, clock, code, exchange, refresh } = setup()
    const first = (await exchange({ code: code() })).json
    clock.ms += 3599_000
    expect((await caller(google, first.access_token)('GET', 'calendars/primary')).status).toBe(401)
    const { json } = await refresh(first.refresh_token)
    expect(Object.keys(json)).toEqual(['access_token', 'expires_in', 'scope', 'token_type'])
    expect((await caller(google, json.access_token)('GET', 'calendars/primary')).status).toBe(200)
    expect((await refresh(first.refresh_token)).status).toBe(200)
  })

  it('narrows the scope on request and refuses one never granted', async () => {
    const both = `${CALENDAR} ${CALENDAR}.readonly`
    const { code, exchange, refresh } = setup(both)
    const { refresh_token } = (await exchange({ code: code() })).json
    expect((await refresh(refresh_token, { scope: CALENDAR })).json.scope).toBe(CALENDAR)
    const { status, json } = await refresh(refresh_token, { scope: 'https://www.googleapis.com/auth/drive' })
    expect([status, json]).toEqual([400, { error: 'invalid_scope', error_description: 'Bad Request' }])
  })

  it('says why only for the first twelve hours', async () => {
    const { google, clock, email, code, exchange, refresh } = setup()
    const { refresh_token } = (await exchange({ code: code() })).json
    google.control.revokeGrant(email)
    const { status, json } = await refresh(refresh_token)
    expect([status, json]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
    ])
    clock.ms += DAY / 2
    expect((await refresh(refresh_token)).json.error_description).toBe('Bad Request')
  })

  it('refuses another client’s token', async () => {
    const { google, code, exchange, refresh } = setup()
    const { refresh_token } = (await exchange({ code: code() })).json
    const { clientId, clientSecret } = google.control.createClient()
    const { status, json } = await refresh(refresh_token, {
      client_id: clientId,
      client_secret: clientSecret,
    })
    expect([status, json.error]).toEqual([401, 'unauthorized_client'])
  })

  it('the 101st token of an account and client kills the first', async () => {
    const { code, exchange, refresh } = setup()
    const tokens: string[] = []
    for (let n = 0; n < 101; n++) tokens.push((await exchange({ code: code() })).json.refresh_token)
    expect((await refresh(tokens[0]!)).json.error).toBe('invalid_grant')
    expect((await refresh(tokens[1]!)).status).toBe(200)
    expect((await refresh(tokens[100]!)).status).toBe(200)
  })

  it('only live ones count toward the hundred', async () => {
    const { google, clock, client, code, exchange, refresh } = setup()
    const first = (await exchange({ code: code() })).json.refresh_token
    google.control.updateClient(client.clientId, { publishing: 'testing' })
    for (let n = 0; n < 99; n++) await exchange({ code: code() })
    clock.ms += 7 * DAY
    google.control.updateClient(client.clientId, { publishing: 'production' })
    for (let n = 0; n < 99; n++) await exchange({ code: code() })
    expect((await refresh(first)).status).toBe(200)
    await exchange({ code: code() })
    expect((await refresh(first)).json.error).toBe('invalid_grant')
  })

  it('ends after seven days for an app in Testing, after six months unused for any', async () => {
    const { google, clock, client, code, exchange, refresh } = setup()
    const lasting = (await exchange({ code: code() })).json
    google.control.updateClient(client.clientId, { publishing: 'testing' })
    const short = (await exchange({ code: code() })).json
    expect(short.refresh_token_expires_in).toBe(604_799)
    clock.ms += 7 * DAY
    expect((await refresh(short.refresh_token)).json.error).toBe('invalid_grant')
    expect((await refresh(lasting.refresh_token)).status).toBe(200)
    clock.ms += 184 * DAY
    expect((await refresh(lasting.refresh_token)).json.error).toBe('invalid_grant')
  })

  it('outlasts the seven days in Testing when it is for signing in alone', async () => {
    const { google, clock, client, code, exchange, refresh } = setup()
    google.control.updateClient(client.clientId, { publishing: 'testing' })
    const userinfo = 'https://www.googleapis.com/auth/userinfo.profile'
    const { json } = await exchange({ code: code({ scope: `openid email profile ${userinfo}` }) })
    expect(json.refresh_token).toMatch(/^1\/\//)
    expect(json.refresh_token_expires_in).toBeUndefined()
    clock.ms += 30 * DAY
    expect((await refresh(json.refresh_token)).status).toBe(200)
  })

  it('ends with the time for which the user granted access, which the exchange tells', async () => {
    const { google, clock, client, email, code, exchange, refresh } = setup()
    google.control.setSwitches({ testingTokensSayExpiry: false })
    const limited = (await exchange({ code: code({}, { accessForMs: 2 * DAY }) })).json
    expect(limited.refresh_token_expires_in).toBe((2 * DAY) / 1000 - 1)
    clock.ms += 2 * DAY - 1
    const refreshed = await refresh(limited.refresh_token)
    expect(refreshed.status).toBe(200)
    expect(refreshed.json.refresh_token_expires_in).toBeUndefined()
    clock.ms += 1
    const { status, json } = await refresh(limited.refresh_token)
    expect([status, json]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
    ])
    // The consent is over as well, so that the next one is a first one.
    const again = (await exchange({ code: code({ prompt: '' }) })).json
    expect(again.refresh_token).toMatch(/^1\/\//)
    expect(again.refresh_token_expires_in).toBeUndefined()
    google.control.updateClient(client.clientId, { publishing: 'testing' })
    const both = (await exchange({ code: code({}, { accessForMs: 30 * DAY }) })).json
    expect(both.refresh_token_expires_in).toBe(604_799)
    expect(() => google.control.approve('x', { email, accessForMs: 0 })).toThrow('accessForMs')
  })

  it.each([
    ['deleted', 400, { error: 'invalid_grant', error_description: 'The account has been deleted' }],
    [
      'reauthRequired',
      400,
      {
        error: 'invalid_grant',
        error_description: 'reauth related error (invalid_rapt)',
        error_subtype: 'invalid_rapt',
      },
    ],
    ['adminRestricted', 400, { error: 'admin_policy_enforced' }],
  ] as const)('is refused to an account that is %s', async (state, status, body) => {
    const { google, email, code, exchange, refresh } = setup()
    const { refresh_token } = (await exchange({ code: code() })).json
    google.control.setUserState(email, state)
    const answer = await refresh(refresh_token)
    expect([answer.status, answer.json]).toEqual([status, body])
    google.control.setUserState(email, 'active')
    expect((await refresh(refresh_token)).status).toBe(200)
  })
})

describe('revoking', () => {
  it('ends every client and token of the project, and says so the second time', async () => {
    const { google, email, code, exchange, refresh } = setup()
    const mine = (await exchange({ code: code() })).json
    const sibling = google.control.createClient()
    const other = google.control.createClient({ projectNumber: '999' })
    const siblings = google.control.grant(email, [CALENDAR], sibling.clientId)
    const others = google.control.grant(email, [CALENDAR], other.clientId)
    const revoke = (value: string) =>
      send(google, 'https://oauth2.googleapis.com/revoke', {
        method: 'POST',
        body: new URLSearchParams({ token: value }),
      })
    const { status, json } = await revoke(mine.access_token)
    expect([status, json]).toEqual([200, {}])
    expect((await refresh(mine.refresh_token)).json.error).toBe('invalid_grant')
    expect((await caller(google, siblings.accessToken)('GET', 'calendars/primary')).status).toBe(401)
    expect((await caller(google, others.accessToken)('GET', 'calendars/primary')).status).toBe(200)
    for (const gone of [mine.access_token, mine.refresh_token, 'nonsense']) {
      const again = await revoke(gone)
      expect([again.status, again.json]).toEqual([
        400,
        { error: 'invalid_token', error_description: 'Token expired or revoked' },
      ])
    }
  })

  it('is not undone by a clock that is set back', async () => {
    const { google, clock, email, code, exchange, refresh } = setup()
    const { refresh_token } = (await exchange({ code: code() })).json
    google.control.revokeGrant(email)
    clock.ms -= DAY
    expect((await refresh(refresh_token)).json.error).toBe('invalid_grant')
    expect((await exchange({ code: code({ prompt: '' }) })).json.refresh_token).toMatch(/^1\/\//)
  })

  it('may take effect later, and ends then what was refreshed meanwhile, and not what was granted anew', async () => {
    const { google, clock, email, code, exchange, refresh } = setup()
    google.control.setSwitches({ revokeTakesEffectAfterMs: 60_000 })
    const old = (await exchange({ code: code() })).json
    const unused = code()
    const revoke = () =>
      send(google, `https://oauth2.googleapis.com/revoke?token=${encodeURIComponent(old.refresh_token)}`, {
        method: 'POST',
      })
    expect((await revoke()).status).toBe(200)
    expect((await exchange({ code: unused })).json.error).toBe('invalid_grant')
    const refreshed = (await refresh(old.refresh_token)).json
    clock.ms += 30_000
    // A second call does not put it off.
    expect((await revoke()).status).toBe(200)
    const anew = (await exchange({ code: code() })).json
    clock.ms += 30_000
    const status = async (token: string) => (await caller(google, token)('GET', 'calendars/primary')).status
    expect(await status(old.access_token)).toBe(401)
    expect(await status(refreshed.access_token)).toBe(401)
    expect((await refresh(old.refresh_token)).json.error_description).toBe(
      'Token has been expired or revoked.',
    )
    expect((await revoke()).status).toBe(400)
    expect(await status(anew.access_token)).toBe(200)
    expect((await refresh(anew.refresh_token)).status).toBe(200)
    google.control.revokeGrant(email)
    expect((await refresh(anew.refresh_token)).status).toBe(400)
  })

  it('takes the token from the query, by POST only', async () => {
    const { google, code, exchange } = setup()
    const { refresh_token } = (await exchange({ code: code() })).json
    const url = `https://oauth2.googleapis.com/revoke?token=${encodeURIComponent(refresh_token)}`
    expect((await send(google, url)).status).toBe(404)
    expect((await send(google, url, { method: 'POST' })).status).toBe(200)
  })
})
