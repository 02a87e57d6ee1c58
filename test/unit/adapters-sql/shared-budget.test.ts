import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlStores } from '../../../src/adapters/sql/index.ts'
import { reached } from '../../contract/queue-suite.ts'
import { clockFunction, scaledClock, type TimeScale } from '../../fleet/scaled-clock.ts'
import { POSTGRES } from '../../support/services.ts'
import { runName } from './server-suite.ts'

const CHILD = fileURLToPath(new URL('./children/spender.ts', import.meta.url))
const WINDOW_MS = 60_000
const schema = runName()
/** A minute in three seconds, the same in the database. */
const time: TimeScale = { base: Date.now(), factor: 20 }
const clock = scaledClock(time)
const pool = await reached('one budget of four processes on Postgres', async () => {
  const found = new pg.Pool({ ...POSTGRES, max: 2, options: `-c search_path=${schema},pg_catalog` })
  await found.query('select 1')
  return found
})

describe.runIf(pool)('one budget on Postgres', () => {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: pool as pg.Pool }) })

  beforeAll(async () => {
    await pool?.query(`create schema ${schema}`)
    await pool?.query(clockFunction(schema, time))
    await sqlStores({ db }).migrate()
  }, 60_000)

  afterAll(async () => {
    await pool?.query(`drop schema if exists ${schema} cascade`)
    await db.destroy()
  }, 60_000)

  it('four processes never spend more than one may, and what a killed one held comes back', {
    timeout: 240_000,
  }, async () => {
    const sent: { readonly at: number; readonly units: number; readonly by: number }[] = []
    const children = Array.from({ length: 4 }, (_, by): ChildProcess => {
      const child = fork(CHILD, [schema, JSON.stringify(time)], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      })
      child.on('message', message => {
        const [at, units] = message as [number, number]
        sent.push({ at, units, by })
      })
      return child
    })
    try {
      await expect.poll(() => new Set(sent.map(({ by }) => by)).size, { timeout: 150_000 }).toBe(4)
      await sleep(4_000)
      children[0]?.kill('SIGKILL')
      const killedAt = clock.now()
      // Until its grants have stopped counting, and a window more.
      await sleep(9_000)
      const within = (from: number) =>
        sent
          .filter(({ at }) => at >= from && at < from + WINDOW_MS)
          .reduce((sum, { units }) => sum + units, 0)
      expect(Math.max(...sent.map(({ at }) => within(at)))).toBeLessThanOrEqual(600)
      // How much of it is used is shown in virtual time, where no machine is too slow for it.
      expect(within(killedAt + 2 * WINDOW_MS - 1)).toBeGreaterThan(0)
      expect(sent.filter(({ at, by }) => by === 0 && at > killedAt + 1_000)).toEqual([])
    } finally {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        const gone = once(child, 'exit')
        child.kill('SIGKILL')
        await gone
      }
    }
  })
})
