import { describe, expect, it } from 'vitest'
import { createFakeGoogle } from '../../../../src/testing/fake-google/index.ts'

const HTTPS = 'be https, except on localhost'
const NAME = 'have a name for its host, except on localhost'
const TRAVERSAL = 'have no path traversal'
const USERINFO = 'have no user name or password'

describe('the redirect URIs of a client', () => {
  it.each([
    'https://app.example/callback',
    'https://app.example:8443/a/b.c/.d?tenant=7&page=/settings',
    'https://app.example',
    'http://localhost:3000/callback',
    'http://127.0.0.1/callback',
    'http://[::1]:8080/callback',
    'https://localhost/callback',
  ])('takes %s', uri => {
    const { control } = createFakeGoogle()
    expect(control.createClient({ redirectUris: [uri] }).redirectUris).toEqual([uri])
  })

  it.each([
    ['nowhere', 'be an absolute URL'],
    ['http://app.example/callback', HTTPS],
    ['ftp://localhost/callback', HTTPS],
    ['com.example.app:/callback', HTTPS],
    ['https://192.0.2.7/callback', NAME],
    ['https://[2001:db8::1]/callback', NAME],
    ['https://3221225991/callback', NAME],
    ['https://app.example/callback#top', 'have no fragment'],
    ['https://dana:secret@app.example/callback', USERINFO],
    ['https://@app.example/callback', USERINFO],
    ['https://*.app.example/callback', 'have no wildcard'],
    ['https://app.example/a/../callback', TRAVERSAL],
    ['https://app.example/a%2F%2e%2E/callback', TRAVERSAL],
    ['https://app.example/a\\..\\callback', TRAVERSAL],
    ['https://intranet/callback', 'have a host under a public suffix'],
    ['https://x.googleusercontent.com/callback', 'not be of googleusercontent.com'],
    ['https://app.example/callback?next=https://other.example', 'have no address in its query'],
    ['https://app.example/callback?next=%2F%2Fother.example', 'have no address in its query'],
  ])('refuses %s, and says why without repeating it', (uri, rule) => {
    const { control } = createFakeGoogle()
    const { clientId } = control.createClient()
    const message = `Not a redirect URI: it must ${rule}`
    for (const register of [
      () => control.createClient({ redirectUris: [uri] }),
      () => control.updateClient(clientId, { redirectUris: [uri] }),
      () => control.readyAccount({ redirectUris: [uri] }),
    ])
      expect(register).toThrow(message)
    expect(control.clients()).toMatchObject([{ redirectUris: [] }])
  })

  it('is a 400 over HTTP', async () => {
    const { fetch } = createFakeGoogle()
    const body = JSON.stringify({ redirectUris: ['http://app.example/callback'] })
    const answer = await fetch('http://fake/_control/create-client', { method: 'POST', body })
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { error: `Not a redirect URI: it must ${HTTPS}` },
    ])
  })
})
