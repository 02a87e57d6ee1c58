import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MARIADB, POSTGRES, REDIS } from '../support/services.ts'

type Server = Pick<typeof POSTGRES, 'host' | 'port'>

const FOLDER = join(import.meta.dirname, '../../examples/adapters')
const FROM_SOURCE = join(import.meta.dirname, '../support/from-source.ts')
const LONGEST_MS = 60_000
const SHARED = ['google.ts', 'rows.ts', 'walk.ts']

/** What each needs to be there. */
const SERVERS: Readonly<Record<string, Server | undefined>> = {
  'postgres-pg-boss.ts': POSTGRES,
  'mysql-in-process.ts': MARIADB,
  'redis-bullmq.ts': REDIS,
  'sqlite-embedded.ts': undefined,
  'existing-tables.ts': undefined,
}

const answers = ({ host, port }: Server) =>
  new Promise<boolean>(resolve => {
    const socket = connect(port, host)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

async function run(file: string) {
  const child = spawn(process.execPath, ['--import', FROM_SOURCE, join(FOLDER, file)], {
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_MS,
  })
  const [said, complained, status] = await Promise.all([
    child.stdout.setEncoding('utf8').toArray(),
    child.stderr.setEncoding('utf8').toArray(),
    new Promise<number | null>(resolve => child.once('close', resolve)),
  ])
  return { status, said: said.join(''), complained: complained.join('') }
}

describe('the examples of the adapters', () => {
  it('are all known here', () => {
    const files = readdirSync(FOLDER).filter(name => name.endsWith('.ts') && !SHARED.includes(name))
    expect(files.sort()).toEqual(Object.keys(SERVERS).sort())
  })

  for (const [file, server] of Object.entries(SERVERS)) {
    it(`${file} brings an appointment into the calendar and out again`, {
      timeout: LONGEST_MS,
    }, async context => {
      const isThere = server === undefined || process.env.REQUIRE_SERVICES === '1' || (await answers(server))
      context.skip(!isThere, `nothing listens on port ${server?.port}`)
      const { status, said, complained } = await run(file)
      expect({ status, complained }).toEqual({ status: 0, complained: '' })
      expect(said).toMatch(
        /^In Google: Consultation, .*Z\n(In Google: Consultation, .*Z\n)?In Google: nothing\n$/,
      )
    })
  }
})
