import { describe, expect, it } from 'vitest'
import { Browser, dana, httpKit } from './support.ts'

const REFUSED = [
  'https://evil.example',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '/\t/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/ /evil.example',
  '/\u2028/evil.example',
  '%2f%2fevil.example',
  '/%2fevil.example',
  '/%2F%2Fevil.example',
  '/%5cevil.example',
  '/.//evil.example',
  '/..//evil.example',
  '/%2e%2e//evil.example',
  '/a/..//evil.example',
  'https://app.example.evil.example/',
  'https://good.app.example/',
  'https://app.example@evil.example/',
  'https://evil.example/https://app.example/',
  'https://app.example:444/',
  'http://app.example/settings',
  'https://app.example/settings',
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'settings',
  '',
  '/settings\r\nset-cookie: a=b',
  '/settings\0',
  `/${'a'.repeat(2_050)}`,
  `/${'ü'.repeat(1_000)}`,
  '/calendar/callback?state=x',
  'https://partner.example/done?x=1',
  'https://partner.example/done/',
]

const ACCEPTED: readonly (readonly [string, string])[] = [
  ['/', 'https://app.example/?google_calendar=connected'],
  ['/a/b?c=d&google_calendar=evil', 'https://app.example/a/b?c=d&google_calendar=connected'],
  ['/a/../b#part', 'https://app.example/b?google_calendar=connected#part'],
  ['/team/%2fslash', 'https://app.example/team/%2fslash?google_calendar=connected'],
  ['/?next=//evil.example', 'https://app.example/?next=%2F%2Fevil.example&google_calendar=connected'],
  ['https://partner.example/done', 'https://partner.example/done?google_calendar=connected'],
]

describe('H-4, row 3: where the browser goes in the end', () => {
  const http = httpKit({ settingsPage: '/settings', returnPages: ['https://partner.example/done'] })

  it.each(REFUSED)('row 3: %j falls back to the settings page', async page => {
    const back = await new Browser(http, dana).connect('dana@example.com', { return_to: page })
    expect(back.location).toBe('https://app.example/settings?google_calendar=connected')
  })

  it.each(ACCEPTED)('row 3: %j is taken', async (page, location) => {
    const back = await new Browser(http, dana).connect('dana@example.com', { return_to: page })
    expect(back.location).toBe(location)
  })

  it('H-4: the callback never reads a page from its query', async () => {
    const browser = new Browser(http, dana)
    const back = new URL(browser.consent(await browser.start({ return_to: '/mine' }), 'dana@example.com'))
    for (const name of ['return_to', 'returnTo', 'redirect', 'next', 'google_calendar'])
      back.searchParams.set(name, 'https://evil.example/')
    expect((await browser.get(back.href)).location).toBe('https://app.example/mine?google_calendar=connected')
  })

  it('H-4: a refusal goes to the page that the start named, a foreign state to the settings page', async () => {
    const browser = new Browser(http, dana)
    const back = browser.consent(await browser.start({ return_to: '/mine' }), 'dana@example.com', {
      deny: true,
    })
    expect((await browser.get(back)).location).toBe('https://app.example/mine?google_calendar=denied')
    expect((await browser.get(back)).location).toBe(
      'https://app.example/settings?google_calendar=already-used',
    )
  })
})
