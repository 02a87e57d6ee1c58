import { describe, expect, it } from 'vitest'
import { Browser, bindings, dana, exchanges, type HttpKit, httpKit, noa } from './support.ts'

const DANA = 'dana@example.com'
const PAGE = 'https://app.example/settings'

function world() {
  const http = httpKit({ settingsPage: '/settings' })
  return { http, browser: new Browser(http, dana) }
}

function pendingTaken(http: HttpKit): () => number {
  const store = http.kit.stores.state.pendingAuthorizations
  const take = store.take.bind(store)
  let taken = 0
  store.take = async id => {
    const pending = await take(id)
    if (pending) taken++
    return pending
  }
  return () => taken
}

/** The callback URL with some of its parameters changed. */
function changed(url: string, change: (query: URLSearchParams) => void): string {
  const target = new URL(url)
  change(target.searchParams)
  return target.href
}

describe('the callback', () => {
  it('row 7: neither state nor cookie', async () => {
    const { http } = world()
    const answer = await new Browser(http).get('/callback')
    expect([answer.status, answer.code, answer.cookies]).toEqual([400, 'authorization-invalid', []])
    expect(exchanges(http)).toBe(0)
  })

  it('row 8: a state without its cookie, and a cookie without its state', async () => {
    const { http, browser } = world()
    const taken = pendingTaken(http)
    const back = browser.consent(await browser.start(), DANA)
    const bare = await new Browser(http, dana).get(back)
    expect([bare.status, bare.location]).toEqual([303, `${PAGE}?google_calendar=invalid`])
    expect(taken()).toBe(1)
    expect((await browser.get('/callback?code=x')).status).toBe(400)
    expect(exchanges(http)).toBe(0)
  })

  it("row 9: a state of the attacker's browser in the victim's, signed in or not", async () => {
    for (const victim of [noa, dana, undefined]) {
      const { http, browser: attacker } = world()
      const back = attacker.consent(await attacker.start(), 'attacker@example.com')
      const browser = new Browser(http, victim)
      await (victim && browser.start())
      expect((await browser.get(back)).result).toBe('invalid')
      expect(exchanges(http)).toBe(0)
      expect((await new Browser(http, victim ?? dana).get('/status')).body.connected).toBe(false)
    }
  })

  it('row 9: the right browser, and by now another user of it', async () => {
    const { http, browser } = world()
    const back = browser.consent(await browser.start({ return_to: '/mine' }), DANA)
    for (const [name, value] of new Browser(http, noa).jar) browser.jar.set(name, value)
    const answer = await browser.get(back)
    expect(answer.location).toBe(`${PAGE}?google_calendar=invalid`)
    expect(exchanges(http)).toBe(0)
  })

  it('row 10: a state that was used goes to the settings page, also when two race', async () => {
    const { http, browser } = world()
    const back = browser.consent(await browser.start(), DANA)
    const jar = new Map(browser.jar)
    const race = await Promise.all([browser.get(back), browser.get(back)])
    expect(race.map(({ result }) => result).sort()).toEqual(['already-used', 'connected'])
    for (const [name, value] of jar) browser.jar.set(name, value)
    const again = await browser.get(back)
    expect([again.status, again.location]).toEqual([303, `${PAGE}?google_calendar=already-used`])
    expect(exchanges(http)).toBe(1)
  })

  it('row 11: older than ten minutes', async () => {
    const { http, browser } = world()
    const back = browser.consent(await browser.start(), DANA)
    await http.kit.runtime.clock.advance(600_001)
    expect((await browser.get(back)).status).toBe(303)
    expect((await browser.get('/status')).body.connected).toBe(false)
    expect(exchanges(http)).toBe(0)
  })

  it('row 12: a state given twice, endless, or in no encoding is a 400', async () => {
    const { http, browser } = world()
    const back = new URL(browser.consent(await browser.start(), DANA))
    const state = back.searchParams.get('state') ?? ''
    for (const query of [
      `state=${state}&state=${state}&code=x`,
      'state=a&state=b',
      `state=${'a'.repeat(10_000_000)}`,
      'state=%ff%fe%c0',
      'state=%',
      'state=%E0%A4%A',
      'state[]=a',
      'state=',
      `state=${state}%00`,
    ]) {
      const { status, code } = await browser.get(`/callback?${query}`)
      expect([query.slice(0, 40), status, code]).toEqual([query.slice(0, 40), 400, 'authorization-invalid'])
    }
    expect(exchanges(http)).toBe(0)
  })

  it('row 13: the binding is no state, and the state no binding', async () => {
    const { http, browser } = world()
    const state = new URL(await browser.start()).searchParams.get('state') ?? ''
    const [name = ''] = bindings(browser)
    const binding = browser.jar.get(name) ?? ''
    expect((await browser.get(`/callback?state=${binding}&code=x`)).result).toBe('already-used')
    browser.jar.set(name, state)
    expect((await browser.get(`/callback?state=${state}&code=x`)).result).toBe('invalid')
    expect(exchanges(http)).toBe(0)
  })

  it('row 14: a wrong issuer, and an issuer given twice', async () => {
    for (const issuers of [
      ['https://evil.example'],
      ['https://accounts.google.com', 'https://evil.example'],
    ]) {
      const { http, browser } = world()
      const taken = pendingTaken(http)
      const back = changed(browser.consent(await browser.start(), DANA), query => {
        query.delete('iss')
        for (const issuer of issuers) query.append('iss', issuer)
      })
      expect((await browser.get(back)).result).toBe('invalid')
      expect([taken(), exchanges(http)]).toEqual([1, 0])
    }
  })

  it('row 15: a refusal is told as a code, and nothing of its text', async () => {
    for (const [error, result] of [
      ['access_denied', 'denied'],
      ['admin_policy_enforced', 'denied'],
      ['<script>alert(1)</script>', 'try-again'],
      ['https://evil.example/', 'try-again'],
    ] as const) {
      const { http, browser } = world()
      const taken = pendingTaken(http)
      const back = changed(browser.consent(await browser.start(), DANA, { deny: true }), query => {
        query.set('error', error)
        query.set('error_description', '<b>'.repeat(1_000))
        query.set('return_to', 'https://evil.example/')
      })
      const answer = await browser.get(back)
      expect([answer.status, answer.location]).toEqual([303, `${PAGE}?google_calendar=${result}`])
      expect(taken()).toBe(1)
      expect(bindings(browser)).toEqual([])
    }
  })

  it("row 16: a code of another flow fails at Google's check of the verifier", async () => {
    const { http, browser: attacker } = world()
    const victim = new Browser(http, noa)
    const stolen = new URL(attacker.consent(await attacker.start(), DANA)).searchParams.get('code') ?? ''
    const back = changed(victim.consent(await victim.start(), 'noa@example.com'), query => {
      query.set('code', stolen)
    })
    expect((await victim.get(back)).result).toBe('try-again')
    expect((await victim.get('/status')).body.connected).toBe(false)
  })

  it('row 22: no header of the request says where the browser goes', async () => {
    const { browser } = world()
    const url = await browser.start()
    const answer = await browser.get(browser.consent(url, DANA), {
      headers: {
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'http',
        forwarded: 'host=evil.example',
        host: 'evil.example',
      },
    })
    expect(new URL(url).searchParams.get('redirect_uri')).toBe('https://app.example/calendar/callback')
    expect(answer.location).toBe(`${PAGE}?google_calendar=connected`)
  })

  it('row 23: whoever left the workspace meanwhile is refused before the code is spent', async () => {
    let isMember = true
    const http = httpKit({ isMember: () => isMember })
    const browser = new Browser(http, dana)
    const taken = pendingTaken(http)
    const back = browser.consent(await browser.start({ return_to: '/inside' }), DANA)
    isMember = false
    const answer = await browser.get(back)
    expect(answer.location).toBe('https://app.example/?google_calendar=invalid')
    expect([taken(), exchanges(http)]).toEqual([1, 0])
  })

  it('a host of bearer tokens knows nobody there, and the cookie is proof enough', async () => {
    const { http, browser } = world()
    const back = browser.consent(await browser.start(), DANA)
    browser.jar.delete('session')
    expect((await browser.get(back)).result).toBe('connected')
    expect((await new Browser(http, dana).get('/status')).body.connected).toBe(true)
  })

  it('a refresh of the page, and a look by HEAD, do no harm', async () => {
    const { http, browser } = world()
    const back = browser.consent(await browser.start(), DANA)
    const looked = await browser.send('HEAD', back)
    expect([looked.status, looked.headers.get('allow')]).toEqual([405, 'GET'])
    expect((await browser.get(back)).result).toBe('connected')
    expect((await browser.get(back)).result).toBe('already-used')
    expect(exchanges(http)).toBe(1)
  })
})

describe('H-5: the state is dead after every exit path', () => {
  const EXITS: Record<string, (w: { http: HttpKit; browser: Browser }, back: string) => Promise<unknown>> = {
    success: ({ browser }, back) => browser.get(back),
    'a refusal': ({ browser }, back) =>
      browser.get(changed(back, query => query.set('error', 'access_denied'))),
    'a missing cookie': ({ http }, back) => new Browser(http, dana).get(back),
    'a wrong cookie': ({ browser }, back) => {
      for (const name of bindings(browser)) browser.jar.set(name, 'x'.repeat(43))
      return browser.get(back)
    },
    'a state given twice': ({ browser }, back) =>
      browser.get(changed(back, query => query.append('state', query.get('state') ?? ''))),
    'another account': ({ browser, http }, back) => {
      const other = new Browser(http, noa)
      for (const name of bindings(browser)) other.jar.set(name, browser.jar.get(name) ?? '')
      return other.get(back)
    },
    'a code given twice': ({ browser }, back) =>
      browser.get(changed(back, query => query.append('code', 'x'))),
    'no code': ({ browser }, back) => browser.get(changed(back, query => query.delete('code'))),
    'a wrong issuer': ({ browser }, back) => browser.get(changed(back, query => query.set('iss', 'x'))),
    'a wrong code': ({ browser }, back) => browser.get(changed(back, query => query.set('code', 'x'))),
  }
  for (const [name, leave] of Object.entries(EXITS)) {
    it(`H-5: after ${name}`, async () => {
      const { http, browser } = world()
      const back = browser.consent(await browser.start(), DANA)
      const jar = new Map(browser.jar)
      const taken = pendingTaken(http)
      await leave({ http, browser }, back)
      expect(taken()).toBe(1)
      const spent = exchanges(http)
      for (const [cookie, value] of jar) browser.jar.set(cookie, value)
      const again = await browser.get(back)
      expect([again.status, again.result]).toEqual([303, 'already-used'])
      expect(exchanges(http)).toBe(spent)
      expect(bindings(browser)).toEqual([])
    })
  }

  it('H-5: when Google is down, and when the host cannot say who is there', async () => {
    let broken = false
    const http = httpKit({
      authenticate: () => {
        if (broken) throw new Error('the session store is down')
        return dana
      },
    })
    const browser = new Browser(http)
    const first = browser.consent(await browser.start(), DANA)
    const second = browser.consent(await browser.start(), DANA)
    const jar = new Map(browser.jar)
    const taken = pendingTaken(http)
    http.kit.google.control.fault({
      fault: 'temporarilyUnavailable',
      match: { method: 'oauth.token' },
      times: 'always',
    })
    expect((await browser.get(first)).result).toBe('try-again')
    broken = true
    expect((await browser.get(second)).result).toBe('failed')
    broken = false
    expect([taken(), bindings(browser)]).toEqual([2, []])
    for (const [cookie, value] of jar) browser.jar.set(cookie, value)
    expect((await browser.get(first)).result).toBe('already-used')
    expect((await browser.get(second)).result).toBe('already-used')
    expect(http.kit.runtime.logs.map(({ message }) => message)).toContain('http-callback-failed')
  })
})
