import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { sqlStores } from '../../../../src/adapters/sql/index.ts'
import { systemRuntime } from '../../../../src/contracts/runtime-default.ts'
import { createLimiter } from '../../../../src/google/limiter.ts'
import { scaledClock, type TimeScale } from '../../../fleet/scaled-clock.ts'
import { POSTGRES } from '../../../support/services.ts'

/** A process that makes calls of one user for as long as it lives, and tells when each leaves. */
const [schema = '', scale = ''] = process.argv.slice(2)
const clock = scaledClock(JSON.parse(scale) as TimeScale)
const pool = new pg.Pool({
  ...POSTGRES,
  max: 3,
  options: `-c search_path=${schema},pg_catalog`,
})
const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
const { budgets } = sqlStores({ db }).state
const limiter = createLimiter({ clock, random: systemRuntime.random, budgets })
process.once('disconnect', () => process.exit(0))

async function spend(units: number): Promise<never> {
  for (;;) {
    const call = { subject: 'u', write: false, lane: 'interactive', units } as const
    const admission = await limiter.acquire(call)
    if (!admission.admitted) continue
    process.send?.([clock.now(), units])
    await clock.sleep(100)
    admission.release({ ok: true, limited: false })
  }
}
await Promise.all([1, 3, 1, 3].map(spend))
