import { CompiledQuery, type Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SqlStoresOptions, sqlStores } from '../../../src/adapters/sql/index.ts'
import { stateStoreContract, tokenStoreContract } from '../../../src/testing/contracts/index.ts'
import { type OpenStores, stateFixture, tokenFixture } from './fixtures.ts'

export const TABLES = [
  'tokens',
  'connections',
  'marks',
  'refs',
  'links',
  'findings',
  'authorizations',
  'leases',
  'identity',
  'budgets',
  'pull_hints',
]

export interface Server {
  readonly name: string
  /** Throws when the database cannot be reached. */
  connect(): Promise<Kysely<unknown>>
  /** Where the tables of this run lie. */
  readonly place: Pick<SqlStoresOptions, 'tablePrefix' | 'schema'>
  readonly tableName: (table: string) => string
  /** Cases that this database cannot have, and why. */
  readonly skip?: Readonly<Record<string, string>>
  readonly cleanUp: (run: (sql: string) => Promise<unknown>) => Promise<void>
}

/** The shipped suites on a database shared with others: tables of its own, dropped afterwards. */
export async function serverSuite(server: Server): Promise<void> {
  const reached = await server.connect().catch((error: unknown) => {
    if (process.env.REQUIRE_SERVICES === '1') throw error
    return undefined
  })
  if (!reached) {
    describe.skip(`sqlStores on ${server.name}: SKIPPED, it cannot be reached`, () => {
      it('runs the shipped suites', () => {})
    })
    return
  }
  const db = reached
  const run = (sql: string) => db.executeQuery(CompiledQuery.raw(sql))
  const stores = sqlStores({ db, ...server.place })

  async function create(): Promise<OpenStores> {
    for (const table of TABLES) await run(`delete from ${server.tableName(table)}`)
    return {
      stores,
      open: () => sqlStores({ db, ...server.place }),
      async beginTransaction() {
        const transaction = await db.startTransaction().execute()
        return {
          transaction,
          commit: () => transaction.commit().execute(),
          rollback: () => transaction.rollback().execute(),
        }
      },
      close: async () => {},
    }
  }

  describe(`sqlStores on ${server.name}`, () => {
    beforeAll(async () => {
      const atOnce = Array.from({ length: 5 }, () => sqlStores({ db, ...server.place }))
      await Promise.all(atOnce.map(one => one.migrate()))
      await stores.migrate()
    })
    afterAll(async () => {
      await server.cleanUp(run)
      await db.destroy()
    })
    const runner = { describe, it, expect }
    stateStoreContract(runner, { create: async () => stateFixture(await create()), skip: server.skip })
    tokenStoreContract(runner, { create: async () => tokenFixture(await create()) })
  })
}

export const runName = (): string => `gcs_t${process.pid}_${Date.now().toString(36)}`
