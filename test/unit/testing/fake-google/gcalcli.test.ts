import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { startFakeGoogleServer } from '../../../../src/testing/fake-google/index.ts'
import { startGoogleProxy } from '../../../support/google-proxy.ts'
import { DISCOVERY_PATH } from './discovery.ts'

const missing = [
  !runs('gcalcli', '--version') && 'the package gcalcli',
  !runs('openssl', 'version') && 'openssl',
  !existsSync(DISCOVERY_PATH) && 'the discovery document',
].filter(Boolean)
const note = missing.length > 0 ? ` (skipped: without ${missing.join(' and ')})` : ''

/** It has no option for Google's address: it goes through a proxy in which Google's hosts are the fake. */
describe.skipIf(missing.length > 0)(`gcalcli, unmodified${note}`, () => {
  it('lists, adds, quick-adds, searches, shows the agenda and deletes', async () => {
    const server = await startFakeGoogleServer({ quota: 'off', deliver: 'off' })
    const folder = mkdtempSync(join(tmpdir(), 'gcalcli-'))
    const proxy = await startGoogleProxy({ fake: server.url, discovery: DISCOVERY_PATH, folder })
    const { control } = server.google
    try {
      const { email, clientId, clientSecret, refreshToken } = control.readyAccount()
      writeFileSync(join(folder, 'oauth'), grantFile(server.url, clientId, clientSecret, refreshToken))
      const gcalcli = async (...words: string[]) => {
        const env = {
          ...process.env,
          https_proxy: proxy.url,
          HTTPLIB2_CA_CERTS: proxy.certificate,
          TZ: 'UTC',
        }
        const input = ['--config-folder', folder, '--noincluderc', '--nocolor', '--calendar', email, ...words]
        const running = promisify(execFile)('gcalcli', input, { env, timeout: 30_000 })
        running.child.stdin?.end()
        return (await running).stdout
      }
      const titles = () =>
        control
          .readCalendar(email)
          .events.filter(event => event.status !== 'cancelled')
          .map(event => event.summary)

      expect(await gcalcli('list')).toContain(email)
      const when = ['--when', '2031-05-05 10:00', '--duration', '50', '--where', 'Room 4']
      await gcalcli('add', '--noprompt', '--title', 'Intake talk', ...when)
      await gcalcli('quick', 'Supervision tomorrow 5pm')
      expect(titles()).toEqual(['Intake talk', expect.stringContaining('Supervision')])
      const agenda = await gcalcli('agenda', '--tsv', '2031-05-01', '2031-05-31')
      expect(agenda).toContain('2031-05-05\t10:00\t2031-05-05\t10:50')
      expect(agenda).toContain('Intake talk')
      expect(await gcalcli('search', '--tsv', 'Intake', '2031-05-01')).toContain('Intake talk')
      await gcalcli('delete', '--iamaexpert', 'Intake', '2031-05-01')
      expect(titles()).toEqual([expect.stringContaining('Supervision')])
    } finally {
      await proxy.close()
      await server.close()
      rmSync(folder, { recursive: true })
    }
  }, 120_000)
})

function runs(command: string, word: string): boolean {
  try {
    execFileSync(command, [word], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** What oauth2client, under gcalcli, keeps of a grant. */
function grantFile(base: string, clientId: string, clientSecret: string, refreshToken: string): string {
  return JSON.stringify({
    access_token: null,
    client_id: clientId,
    client_secret: clientSecret,
    refresh_token: refreshToken,
    token_expiry: null,
    token_uri: `${base}/token`,
    user_agent: 'gcalcli',
    revoke_uri: `${base}/revoke`,
    id_token: null,
    id_token_jwt: null,
    token_response: null,
    scopes: ['https://www.googleapis.com/auth/calendar'],
    token_info_uri: null,
    invalid: false,
    _class: 'OAuth2Credentials',
    _module: 'oauth2client.client',
  })
}
