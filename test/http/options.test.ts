import { describe, expect, it } from 'vitest'
import { ConfigError, GoogleCalendarSync, type GoogleCalendarSyncOptions } from '../../src/index.ts'
import { Browser, dana, httpKit, signedIn } from './support.ts'

const { kit } = httpKit()
const google = kit.options.google

function refusal(
  change: Record<string, unknown>,
  use = (_sync: GoogleCalendarSync): unknown => undefined,
): string {
  try {
    use(new GoogleCalendarSync({ ...kit.options, ...change } as GoogleCalendarSyncOptions))
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).issues.join('\n')
  }
  return 'accepted'
}

const WRONG: readonly (readonly [Record<string, unknown>, RegExp])[] = [
  [{ authenticate: {} }, /^authenticate: must be a function/],
  [{ isMember: true }, /^isMember: must be a function/],
  [{ allowedOrigins: 'https://a.example' }, /^allowedOrigins: must be origins/],
  [{ allowedOrigins: ['https://a.example/'] }, /^allowedOrigins\.0: must be origins/],
  [{ allowedOrigins: ['https://A.example'] }, /^allowedOrigins\.0: /],
  [{ allowedOrigins: ['http://a.example'] }, /^allowedOrigins\.0: /],
  [{ allowedOrigins: ['*'] }, /^allowedOrigins\.0: /],
  [{ allowedOrigins: ['null'] }, /^allowedOrigins\.0: /],
  [{ settingsPage: 'settings' }, /^settingsPage: must be an absolute path/],
  [{ settingsPage: '//evil.example' }, /^settingsPage: /],
  [{ settingsPage: 'https://evil.example/' }, /^settingsPage: .*allowedOrigins/],
  [{ settingsPage: 'javascript:alert(1)' }, /^settingsPage: /],
  [{ settingsPage: 7 }, /^settingsPage: must be a path/],
  [{ returnPages: ['/path'] }, /^returnPages\.0: must be absolute https URLs/],
  [{ returnPages: ['http://a.example/'] }, /^returnPages\.0: /],
  [{ returnPages: ['https://u:p@a.example/'] }, /^returnPages\.0: /],
  [{ returnPages: ['javascript:alert(1)'] }, /^returnPages\.0: /],
  [{ google: { ...google, redirectUri: ` ${google.redirectUri}` } }, /^google\.redirectUri: .*blanks/],
  [{ google: { ...google, redirectUri: `${google.redirectUri}\n` } }, /^google\.redirectUri: .*blanks/],
  [{ runtime: null }, /^runtime: /],
  [{ runtime: [] }, /^runtime: /],
  [{ runtime: { logger: {} } }, /^runtime\.logger: must have debug, info and error/],
  [{ runtime: { clock: null } }, /^runtime\.clock: must have now\(\) and sleep/],
  [{ runtime: { random: Math } }, /^runtime\.random: must have bytes/],
  [{ runtime: { fetch: 'node-fetch' } }, /^runtime\.fetch: must be a function/],
]

describe('options of the HTTP API', () => {
  it.each(WRONG)('%j is refused', (change, message) => {
    expect(refusal(change)).toMatch(message)
  })

  it('are taken when right', () => {
    const right = {
      allowedOrigins: ['https://admin.example', 'http://localhost:5173'],
      settingsPage: 'https://admin.example/calendar?tab=1',
      returnPages: ['https://partner.example/done', 'http://127.0.0.1:9000/x'],
      authenticate: signedIn,
      isMember: () => true,
    }
    expect(refusal(right, sync => sync.handler)).toBe('accepted')
  })

  it('a part of the runtime given as undefined is the default one', async () => {
    const runtime = { ...kit.runtime, logger: undefined } as unknown as typeof kit.runtime
    const throws = () => {
      throw new Error('a bug of the host')
    }
    const sync = kit.anotherProcess({ runtime, authenticate: throws })
    expect((await sync.handler(new Request('https://app.example/calendar/status'))).status).toBe(500)
  })

  it('a handler without authenticate names the fix, and costs nothing until it is asked for', () => {
    expect(refusal({})).toBe('accepted')
    expect(refusal({}, sync => sync.handler)).toMatch(/^authenticate: missing.*Pass \(request, context\)/)
  })

  it('a redirect URI that does not end in /callback has no base path', () => {
    const change = { authenticate: signedIn, google: { ...google, redirectUri: 'https://app.example/cb' } }
    expect(refusal(change, sync => sync.handler)).toMatch(/^google\.redirectUri: .*\/callback/)
  })

  it('at the root of a host, the routes are there too', async () => {
    const redirectUri = 'https://app.example/callback'
    const sync = kit.anotherProcess({ google: { ...google, redirectUri }, authenticate: () => dana })
    expect(sync.handler).toBe(sync.handler)
    const status = async (path: string, method = 'GET') =>
      (await sync.handler(new Request(`https://app.example${path}`, { method }))).status
    expect(await status('/status')).toBe(200)
    expect(await status('/', 'GET')).toBe(405)
    expect(await status('//status')).toBe(404)
    expect(await status('/calendar/status')).toBe(404)
  })

  it('the settings page may lie on an allowed origin', async () => {
    const http = httpKit({
      allowedOrigins: ['https://admin.example'],
      settingsPage: 'https://admin.example/calendar?tab=1',
    })
    const back = await new Browser(http, dana).connect('dana@example.com')
    expect(back.location).toBe('https://admin.example/calendar?tab=1&google_calendar=connected')
  })
})
