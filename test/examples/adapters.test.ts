import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const FOLDER = join(import.meta.dirname, '../../examples/adapters')
const FROM_SOURCE = join(import.meta.dirname, '../support/from-source.ts')
const LONGEST_MS = 60_000
const SHARED = ['google.ts', 'rows.ts', 'walk.ts']

/** What each needs to be listening on this machine. */
const PORTS: Readonly<Record<string, number | undefined>> = {
  'postgres-pg-boss.ts': 5432,
  'mysql-in-process.ts': 3306,
  'redis-bullmq.ts': 6379,
  'sqlite-embedded.ts': undefined,
  'existing-tables.ts': undefined,
}

const answers = (port: number) =>
  new Promise<boolean>(resolve => {
    const socket = connect(port, '127.0.0.1')
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
    expect(files.sort()).toEqual(Object.keys(PORTS).sort())
  })

  for (const [file, port] of Object.entries(PORTS)) {
    it(`${file} brings an appointment into the calendar and out again`, {
      timeout: LONGEST_MS,
    }, async context => {
      const isThere = port === undefined || process.env.REQUIRE_SERVICES === '1' || (await answers(port))
      context.skip(!isThere, `nothing listens on port ${port}`)
      const { status, said, complained } = await run(file)
      expect({ status, complained }).toEqual({ status: 0, complained: '' })
      expect(said).toMatch(
        /^In Google: Consultation, .*Z\n(In Google: Consultation, .*Z\n)?In Google: nothing\n$/,
      )
    })
  }
})
