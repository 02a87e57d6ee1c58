import { createPublicKey, createVerify, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { account, CALENDAR, send, token } from './support.ts'

const decode = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString())

async function withIdToken() {
  const ready = account()
  const { clientId, clientSecret, refreshToken } = ready
  const form = {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: clientId,
    client_secret: clientSecret,
  }
  const { json } = await token(ready.google, form)
  return { ...ready, idToken: json.id_token as string, accessToken: json.access_token as string }
}

describe('id_tokens and keys', () => {
  it('verify with the published JWK and with the certificate', async () => {
    const { google, idToken, clientId, clock } = await withIdToken()
    const [header, payload, signature] = idToken.split('.')
    const { kid, alg } = decode(header)
    expect(alg).toBe('RS256')
    const iat = Math.floor(clock.ms / 1000)
    expect(decode(payload)).toMatchObject({
      iss: 'https://accounts.google.com',
      aud: clientId,
      azp: clientId,
      email: 'user@example.com',
      email_verified: true,
      name: 'User',
      iat,
      exp: iat + 3600,
    })
    const { json: jwks } = await send(google, 'https://www.googleapis.com/oauth2/v3/certs')
    const jwk = jwks.keys.find((key: { kid: string }) => key.kid === kid)
    const { json: pems, headers } = await send(google, 'https://www.googleapis.com/oauth2/v1/certs')
    expect(headers.get('cache-control')).toContain('max-age=')
    const certificate = new X509Certificate(pems[kid])
    expect(certificate.subject).toBe('CN=federated-signon.system.gserviceaccount.com')
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    for (const key of [createPublicKey({ key: jwk, format: 'jwk' }), certificate.publicKey, pems[kid]]) {
      const verify = createVerify('RSA-SHA256').update(`${header}.${payload}`)
      expect(verify.verify(key, signature ?? '', 'base64url')).toBe(true)
    }
  })

  it('name the Workspace domain', async () => {
    const { google, clientId, clientSecret } = account()
    google.control.createUser({ email: 'noa@clinic.example', hd: 'clinic.example' })
    const { refreshToken } = google.control.grant('noa@clinic.example', ['openid'])
    const form = {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: clientId,
      client_secret: clientSecret,
    }
    const { id_token } = (await token(google, form)).json
    const claims = decode(id_token.split('.')[1])
    expect(claims.hd).toBe('clinic.example')
    expect(claims.email).toBeUndefined()
  })
})

describe('tokeninfo and userinfo', () => {
  it('tell about access tokens, in strings', async () => {
    const { google, accessToken, clientId } = await withIdToken()
    const { status, json } = await send(
      google,
      `https://oauth2.googleapis.com/tokeninfo?access_token=${accessToken}`,
    )
    expect(status).toBe(200)
    expect(json).toMatchObject({
      aud: clientId,
      azp: clientId,
      email: 'user@example.com',
      email_verified: 'true',
      expires_in: '3599',
    })
    expect(json.scope.split(' ')).toContain(CALENDAR)
    const v2 = await send(
      google,
      `https://www.googleapis.com/oauth2/v2/tokeninfo?access_token=${accessToken}`,
      { method: 'POST' },
    )
    expect(v2.json).toMatchObject({
      issued_to: clientId,
      audience: clientId,
      verified_email: true,
      expires_in: 3599,
    })
  })

  it('tell about id_tokens, and nothing about refresh tokens or forgeries', async () => {
    const { google, idToken, refreshToken } = await withIdToken()
    const info = (query: string) => send(google, `https://oauth2.googleapis.com/tokeninfo?${query}`)
    expect((await info(`id_token=${idToken}`)).json).toMatchObject({
      email: 'user@example.com',
      alg: 'RS256',
    })
    for (const query of [
      `id_token=${idToken}x`,
      'id_token=a.b.c',
      `access_token=${encodeURIComponent(refreshToken)}`,
      '',
    ]) {
      const { status, json } = await info(query)
      expect([status, json]).toEqual([400, { error: 'invalid_token', error_description: 'Invalid Value' }])
    }
  })

  it('answer who it is, in two shapes, and 401 without a sign-in scope', async () => {
    const { google, accessToken } = account()
    const ask = (url: string, bearer: string) =>
      send(google, url, { headers: { authorization: `Bearer ${bearer}` } })
    const oidc = 'https://openidconnect.googleapis.com/v1/userinfo'
    const v2 = 'https://www.googleapis.com/oauth2/v2/userinfo'
    const { json } = await ask(oidc, accessToken)
    expect(json).toMatchObject({
      sub: expect.stringMatching(/^1\d{20}$/),
      email: 'user@example.com',
      email_verified: true,
    })
    expect((await ask(v2, accessToken)).json).toMatchObject({ id: json.sub, verified_email: true })
    const narrow = google.control.grant('user@example.com', [CALENDAR]).accessToken
    const refused = await ask(oidc, narrow)
    expect([refused.status, refused.json]).toEqual([
      401,
      { error: 'invalid_request', error_description: 'Invalid Credentials' },
    ])
    expect((await ask(v2, narrow)).json.error.status).toBe('UNAUTHENTICATED')
  })

  it('tell more of the profile in the older shape, where the user has it', async () => {
    const { google } = account()
    const profile = { locale: 'de', link: 'https://plus.google.com/1', gender: 'female' }
    google.control.createUser({ email: 'noa@example.com', ...profile })
    const ask = async (path: string, email: string, scopes: string[]) => {
      const { accessToken } = google.control.grant(email, scopes)
      const headers = { authorization: `Bearer ${accessToken}` }
      return (await send(google, `https://www.googleapis.com/oauth2/${path}/userinfo`, { headers })).json
    }
    expect(await ask('v2', 'noa@example.com', ['email', 'profile'])).toMatchObject(profile)
    for (const [path, email, scopes] of [
      ['v2', 'noa@example.com', ['email']],
      ['v3', 'noa@example.com', ['email', 'profile']],
      ['v2', 'user@example.com', ['email', 'profile']],
    ] as const)
      for (const key of Object.keys(profile))
        expect(await ask(path, email, [...scopes])).not.toHaveProperty(key)
  })

  it('publish metadata that leads back to the origin asked', async () => {
    const { google } = account()
    const path = '/.well-known/openid-configuration'
    const real = (await send(google, `https://accounts.google.com${path}`)).json
    expect(real.token_endpoint).toBe('https://oauth2.googleapis.com/token')
    const local = (await send(google, `http://127.0.0.1:4000${path}`)).json
    expect([local.issuer, local.token_endpoint]).toEqual([
      'https://accounts.google.com',
      'http://127.0.0.1:4000/token',
    ])
  })
})
