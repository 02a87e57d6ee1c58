import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { assembleFrame, assembleWorks } from '../../src/assembly.ts'
import { resolveOptions } from '../../src/options.ts'
import { POSTGRES } from '../../test/support/services.ts'
import { optionsOf } from './host.ts'
import type { StampedeTask } from './stampede.ts'

/** By then the token has expired, and is not yet good for the next refresh. */
const AHEAD_MS = 2 * 3_600_000

const { schema, google, account, runs } = JSON.parse(process.argv[2] ?? '{}') as StampedeTask
const pool = new pg.Pool({ ...POSTGRES, max: 8, options: `-c search_path=${schema}` })
const db = new Kysely<Record<string, Record<string, unknown>>>({ dialect: new PostgresDialect({ pool }) })
const frame = assembleFrame(resolveOptions(optionsOf({ db, google, aheadMs: AHEAD_MS })))
const { deps } = await assembleWorks(frame)
const connection = await deps.state.connections.get(account)
if (!connection) throw new Error('The account is not connected.')

process.once('message', async startAt => {
  await new Promise(resolve => setTimeout(resolve, Number(startAt) - Date.now()))
  const tokens = await Promise.all(
    Array.from({ length: runs }, () => deps.tokens.accessToken(account, connection.epoch)),
  )
  const endedAt = Date.now()
  process.send?.({ endedAt, tokens: new Set(tokens.map(({ accessToken }) => accessToken)).size })
})
process.once('disconnect', () => process.exit(0))
process.send?.('ready')
