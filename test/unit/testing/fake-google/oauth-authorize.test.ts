import { describe, expect, it } from 'vitest'
import { createFakeGoogle } from '../../../../src/testing/fake-google/index.ts'
import { CALENDAR, REDIRECT, send, token } from './support.ts'

const AUTH = 'https://accounts.google.com/o/oauth2/v2/auth'
const FREEBUSY = `${CALENDAR}.events.freebusy`

function setup() {
  const google = createFakeGoogle({ quota: 'off' })
  const { email } = google.control.createUser({ email: 'dana@example.com', name: 'Dana Levi' })
  google.control.createUser({ email: 'noa@clinic.example', hd: 'clinic.example' })
  const { clientId, clientSecret } = google.control.createClient({ redirectUris: [REDIRECT] })
  const url = (params: Record<string, string> = {}) => {
    const defaults = {
      client_id: clientId,
      redirect_uri: REDIRECT,
      response_type: 'code',
      scope: `openid email ${CALENDAR}`,
    }
    return `${AUTH}?${new URLSearchParams({ ...defaults, access_type: 'offline', state: 's/+ ü', ...params })}`
  }
  const exchange = async (redirectUrl: string) => {
    const code = new URL(redirectUrl).searchParams.get('code') ?? ''
    const form = {
      grant_type: 'authorization_code',
      code,
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uri: REDIRECT,
    }
    return (await token(google, form)).json
  }
  return { google, email, clientId, url, exchange }
}

describe('the authorization endpoint', () => {
  it('shows accounts, scopes and both ways out on a page without outside assets', async () => {
    const { google, url } = setup()
    const { status, headers, text } = await send(google, url({ login_hint: 'noa@clinic.example' }))
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/html; charset=UTF-8')
    expect(text).toContain('<html lang="en">')
    expect(text).toContain('value="dana@example.com" required>')
    expect(text).toContain('value="noa@clinic.example" required checked>')
    expect(text).toContain(`<input type="checkbox" name="scope" value="${CALENDAR}" checked>`)
    expect(text).toContain('<input type="hidden" name="scope" value="openid">')
    expect(text).toMatch(/<button name="decision" value="allow">.*\n<button name="decision" value="deny"/)
    expect(text.match(/(src|href)="[^"]*"/g)).toEqual(['href="/_pages/style.css"'])
    expect(text).not.toMatch(/<script|<style|style=|@import|url\(/)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'self'")
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect((await send(google, 'https://accounts.google.com/_pages/style.css')).text).not.toMatch(
      /@import|url\(/,
    )
  })

  it('says in words what is asked for, and offers a choice of accounts where there is one', async () => {
    const google = createFakeGoogle({ quota: 'off' })
    google.control.createUser({ email: 'only@example.com', name: 'A <b>bold</b> one' })
    const { clientId } = google.control.createClient({ redirectUris: [REDIRECT] })
    const ask = async (params: Record<string, string>) => {
      const defaults = { client_id: clientId, redirect_uri: REDIRECT, response_type: 'code' }
      const query = new URLSearchParams({ ...defaults, scope: `openid ${CALENDAR}.app.created`, ...params })
      return (await send(google, `${AUTH}?${query}`)).text
    }
    const text = await ask({})
    expect(text).toContain('Make new calendars of its own')
    expect(text).toContain('<input type="hidden" name="account" value="only@example.com">')
    expect(text).toContain('A &lt;b&gt;bold&lt;/b&gt; one')
    expect(text).not.toContain('type="radio"')
    expect(await ask({ prompt: 'select_account' })).toContain('type="radio"')
    expect(await ask({ scope: `openid ${CALENDAR}.acls` })).toContain(`<code>${CALENDAR}.acls</code>`)
  })

  it('lets the form be posted by a script, with the state back byte for byte', async () => {
    const { google, url } = setup()
    const { text } = await send(google, url())
    const action = /action="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const body = new URLSearchParams({ account: 'dana@example.com', decision: 'allow', scope: CALENDAR })
    const { status, headers } = await send(google, new URL(action, AUTH).href, { method: 'POST', body })
    expect(status).toBe(302)
    const location = headers.get('location') ?? ''
    expect(location.startsWith(`${REDIRECT}?state=s%2F%2B%20%C3%BC&code=4%2F0A`)).toBe(true)
    const back = new URL(location).searchParams
    expect(back.get('state')).toBe('s/+ ü')
    expect(back.get('scope')?.split(' ')).toEqual([
      'openid',
      'email',
      CALENDAR,
      'https://www.googleapis.com/auth/userinfo.email',
    ])
    expect([back.get('authuser'), back.get('prompt')]).toEqual(['0', 'none'])
  })

  it('answers denial with access_denied, from the page, the query and the control', async () => {
    const { google, url, email } = setup()
    const body = new URLSearchParams({ account: email, decision: 'deny' })
    const posted = await send(google, url(), { method: 'POST', body })
    const asked = await send(google, `${url()}&_deny=${email}`)
    const expected = `${REDIRECT}?state=s%2F%2B%20%C3%BC&error=access_denied`
    expect(posted.headers.get('location')).toBe(expected)
    expect(asked.headers.get('location')).toBe(expected)
    expect(google.control.approve(url(), { email, deny: true })).toBe(expected)
  })

  it('lets a script approve by query or header', async () => {
    const { google, url } = setup()
    const { headers } = await send(
      google,
      `${url({ scope: `${CALENDAR} ${FREEBUSY}` })}&_approve=noa@clinic.example&_scopes=${FREEBUSY}`,
    )
    const back = new URL(headers.get('location') ?? '').searchParams
    expect([back.get('scope'), back.get('hd')]).toEqual([FREEBUSY, 'clinic.example'])
    const byHeader = await send(google, url(), { headers: { _approve: 'dana@example.com' } })
    expect(byHeader.headers.get('location')).toContain('code=4%2F')
    expect((await send(google, `${url()}&_approve=nobody@example.com`)).status).toBe(400)
  })

  it.each([
    ['an unknown client', { client_id: 'nobody' }, 400, 'invalid_client'],
    ['another redirect', { redirect_uri: `${REDIRECT}/` }, 400, 'redirect_uri_mismatch'],
    [
      'a redirect of other case',
      { redirect_uri: 'https://APP.example/callback' },
      400,
      'redirect_uri_mismatch',
    ],
    ['another response type', { response_type: 'token' }, 400, 'unsupported_response_type'],
    ['no scope', { scope: '' }, 400, 'invalid_request'],
    ['an unknown scope', { scope: 'calendar' }, 400, 'invalid_scope'],
    ['an unknown access type', { access_type: 'always' }, 400, 'invalid_request'],
    ['an unknown prompt', { prompt: 'Consent' }, 400, 'invalid_request'],
    ['none among prompts', { prompt: 'none consent' }, 400, 'invalid_request'],
    ['a short challenge', { code_challenge: 'x' }, 400, 'invalid_request'],
    [
      'an unknown challenge method',
      { code_challenge: 'x'.repeat(43), code_challenge_method: 's256' },
      400,
      'invalid_request',
    ],
  ])('shows Google’s own error page for %s', async (_, params, status, error) => {
    const { google, url, email } = setup()
    const page = await send(google, url(params))
    expect(page.status).toBe(status)
    expect(page.text).toContain(`Error ${status}: ${error}`)
    expect(page.headers.get('location')).toBeNull()
    expect(() => google.control.approve(url(params), { email })).toThrow(error)
  })

  it('escapes what it shows', async () => {
    const { google, url } = setup()
    const { text } = await send(google, url({ redirect_uri: 'https://x/"><script>alert(1)</script>' }))
    expect(text).not.toContain('<script>')
  })

  it('offers no tick box for a single scope, and a granted part when some are unticked', async () => {
    const { google, url, email, exchange } = setup()
    expect((await send(google, url({ scope: CALENDAR }))).text).not.toContain(
      `name="scope" value="${CALENDAR}" checked`,
    )
    const part = google.control.approve(url({ scope: `openid ${CALENDAR} ${FREEBUSY}` }), {
      email,
      grantScopes: [FREEBUSY],
    })
    expect((await exchange(part)).scope).toBe(`openid ${FREEBUSY}`)
    const nothing = google.control.approve(url({ scope: `${CALENDAR} ${FREEBUSY}` }), {
      email,
      grantScopes: [],
    })
    expect(nothing).toContain('error=access_denied')
  })

  it('gives a refresh token with the first offline consent, then only for prompt=consent', async () => {
    const { google, url, email, exchange } = setup()
    const run = (params: Record<string, string>) => exchange(google.control.approve(url(params), { email }))
    expect((await run({ access_type: 'online' })).refresh_token).toBeUndefined()
    google.control.revokeGrant(email)
    const first = await run({})
    expect(first.refresh_token).toMatch(/^1\/\/0/)
    expect((await run({})).refresh_token).toBeUndefined()
    const again = await run({ prompt: 'consent' })
    expect(again.refresh_token).toMatch(/^1\/\/0/)
    expect(again.refresh_token).not.toBe(first.refresh_token)
    expect((await run({ prompt: 'consent', access_type: 'online' })).refresh_token).toBeUndefined()
  })

  it('adds what was granted before only with include_granted_scopes', async () => {
    const { google, url, email, exchange } = setup()
    await exchange(google.control.approve(url({ scope: CALENDAR }), { email }))
    const without = await exchange(google.control.approve(url({ scope: FREEBUSY }), { email }))
    expect(without.scope).toBe(FREEBUSY)
    const within = await exchange(
      google.control.approve(url({ scope: FREEBUSY, include_granted_scopes: 'true' }), { email }),
    )
    expect(within.scope.split(' ').sort()).toEqual([CALENDAR, FREEBUSY])
  })

  it('asks a returning user only for what is new, unless the app wants the page', async () => {
    const { google, url, email, exchange } = setup()
    const hint = { login_hint: email, access_type: 'online' }
    const ask = (params: Record<string, string> = {}) => send(google, url({ ...hint, ...params }))
    expect((await ask()).status).toBe(200)
    google.control.approve(url({ scope: `email ${CALENDAR}` }), { email })
    expect((await ask()).status).toBe(200)
    google.control.approve(url(), { email })
    const back = await ask()
    expect(back.status).toBe(302)
    const location = back.headers.get('location') ?? ''
    expect(new URL(location).searchParams.get('state')).toBe('s/+ ü')
    const tokens = await exchange(location)
    expect([tokens.token_type, tokens.refresh_token]).toEqual(['Bearer', undefined])
    expect((await ask({ scope: CALENDAR })).status).toBe(302)
    expect((await ask({ scope: `${CALENDAR} ${FREEBUSY}` })).status).toBe(200)
    expect((await ask({ prompt: 'consent' })).status).toBe(200)
    expect((await ask({ prompt: 'select_account' })).status).toBe(200)
    // Somebody else, or anybody: there are two accounts.
    expect((await ask({ login_hint: 'noa@clinic.example' })).status).toBe(200)
    expect((await ask({ login_hint: 'nobody@example.com' })).status).toBe(200)
    expect((await send(google, url())).status).toBe(200)
    google.control.setUserState(email, 'reauthRequired')
    expect((await ask()).status).toBe(200)
    google.control.setUserState(email, 'active')
    google.control.revokeGrant(email)
    expect((await ask()).status).toBe(200)
  })

  it('asks the only account nothing that it has granted to another client of the project', async () => {
    const google = createFakeGoogle({ quota: 'off' })
    google.control.readyAccount({ scopes: [CALENDAR] })
    const ask = async (projectNumber?: string) => {
      const client = google.control.createClient({ redirectUris: [REDIRECT], projectNumber })
      const own = { client_id: client.clientId, redirect_uri: REDIRECT }
      const query = new URLSearchParams({ ...own, response_type: 'code', scope: CALENDAR })
      return (await send(google, `${AUTH}?${query}`)).status
    }
    expect([await ask(), await ask('999')]).toEqual([302, 200])
  })

  it('prompt=none works only for a known account with the grant', async () => {
    const { google, url, email } = setup()
    const none = async (params: Record<string, string> = {}) =>
      new URL((await send(google, url({ prompt: 'none', ...params }))).headers.get('location') ?? '')
        .searchParams
    expect((await none()).get('error')).toBe('login_required')
    expect((await none({ login_hint: email })).get('error')).toBe('consent_required')
    google.control.approve(url(), { email })
    expect((await none({ login_hint: email })).get('code')).toMatch(/^4\//)
  })

  it('calls a deleted client by its name', async () => {
    const { google, url, clientId } = setup()
    google.control.updateClient(clientId, { deleted: true })
    const { status, text } = await send(google, url())
    expect(status).toBe(400)
    expect(text).toContain('Error 400: deleted_client')
  })

  it('prompt=none needs an account that may go on as it is', async () => {
    const { google, url, email } = setup()
    google.control.approve(url(), { email })
    const none = async () => {
      const { headers } = await send(google, url({ prompt: 'none', login_hint: email }))
      return new URL(headers.get('location') ?? '').searchParams.get('error')
    }
    google.control.setUserState(email, 'reauthRequired')
    expect(await none()).toBe('interaction_required')
    google.control.setUserState(email, 'deleted')
    expect(await none()).toBe('login_required')
    google.control.setUserState(email, 'active')
    expect(await none()).toBeNull()
  })

  it('names the issuer when switched so', () => {
    const { google, url, email } = setup()
    google.control.setSwitches({ issuerInRedirect: true })
    const back = new URL(google.control.approve(url(), { email })).searchParams
    expect(back.get('iss')).toBe('https://accounts.google.com')
  })
})
