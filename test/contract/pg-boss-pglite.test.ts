import { PGlite } from '@electric-sql/pglite'
import { fromPglite, PgBoss } from 'pg-boss'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pgBossQueue } from '../../src/adapters/pg-boss/index.ts'
import { jobQueueContract } from '../../src/testing/contracts/job-queue.ts'

describe('pgBossQueue on PGlite', () => {
  const pglite = new PGlite()
  const boss = new PgBoss({ db: fromPglite(pglite), backend: 'pglite' })
  let count = 0

  beforeAll(() => boss.start().then(() => {}), 60_000)
  afterAll(async () => {
    await boss.stop({ graceful: false })
    await pglite.close()
  })

  jobQueueContract(
    { describe, it, expect },
    {
      quietMs: 300,
      create() {
        const options = { boss, queue: `q${++count}`, pollMs: 50 }
        return { queue: pgBossQueue(options), reopen: () => pgBossQueue(options) }
      },
    },
  )
})
