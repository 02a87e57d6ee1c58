import { execFile, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { startFakeGoogleServer } from '../../../../src/testing/fake-google/index.ts'
import { DISCOVERY_PATH } from './discovery.ts'

const SCRIPT = join(import.meta.dirname, '../../../support/python/calendar_client.py')

/** Debian's `python3-googleapi` belongs to Debian's Python, which may not be the first on the path. */
const python = ['python3', '/usr/bin/python3'].find(command => {
  try {
    execFileSync(command, ['-c', 'import googleapiclient, google_auth_httplib2'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})
const missing = [
  !python && 'the package python3-googleapi',
  !existsSync(DISCOVERY_PATH) && 'the discovery document',
].filter(Boolean)
const note = missing.length > 0 ? ` (skipped: without ${missing.join(' and ')})` : ''

describe.skipIf(missing.length > 0)(`google-api-python-client, unmodified${note}`, () => {
  it('inserts, patches, pages, deletes, asks for busy times, watches, stops and batches', async () => {
    const server = await startFakeGoogleServer({ quota: 'off', deliver: 'off' })
    try {
      const { clientId, clientSecret, refreshToken } = server.google.control.readyAccount()
      const input = [SCRIPT, server.url, DISCOVERY_PATH, clientId, clientSecret, refreshToken]
      const { stdout } = await promisify(execFile)(python ?? '', input, { timeout: 60_000 })
      expect(JSON.parse(stdout)).toEqual({
        patched: 'Patched',
        paged: true,
        twice: 410,
        busy: [
          { start: '2031-05-05T00:00:00Z', end: '2031-05-05T01:00:00Z' },
          { start: '2031-05-05T02:00:00Z', end: '2031-05-05T05:00:00Z' },
        ],
        channel: 'api#channel',
        batch: ['Patched', 404],
      })
    } finally {
      await server.close()
    }
  }, 90_000)
})
