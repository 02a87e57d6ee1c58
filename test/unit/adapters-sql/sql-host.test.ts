import Database from 'better-sqlite3'
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type SqlStores, sqlStores } from '../../../src/adapters/sql/index.ts'
import { stateStoreContract } from '../../../src/testing/contracts/index.ts'
import { movedClock, stateFixture } from './fixtures.ts'

interface HostTables {
  hostRows: { id: number }
}

const ref = { workspaceId: 'w1', appointmentId: 'a1' }
const mark = { ref, lane: 'interactive', origin: 'host' } as const

function hostDatabase(): Kysely<HostTables> {
  const dialect = new SqliteDialect({ database: new Database(':memory:') })
  return new Kysely<HostTables>({ dialect, plugins: [new CamelCasePlugin()] })
}

describe("sqlStores in a host's Kysely", () => {
  let db: Kysely<HostTables>
  let stores: SqlStores

  beforeEach(async () => {
    db = hostDatabase()
    await db.schema.createTable('hostRows').addColumn('id', 'integer').execute()
    stores = sqlStores({ db })
    await stores.migrate()
  })
  afterEach(() => db.destroy())

  it('marks in the same commit as the host, whatever its plugins', async () => {
    await db.transaction().execute(async trx => {
      await trx.insertInto('hostRows').values({ id: 1 }).execute()
      await stores.state.marks.insert([mark], { transaction: trx })
    })
    expect((await stores.state.marks.ofRef(ref)).length).toBe(1)
  })

  it('leaves no mark when the host rolls back', async () => {
    const rolledBack = db.transaction().execute(async trx => {
      await stores.state.marks.insert([mark], { transaction: trx })
      throw new Error('no')
    })
    await expect(rolledBack).rejects.toThrow('no')
    expect(await stores.state.marks.ofRef(ref)).toEqual([])
  })

  it('takes a transaction before anything else was called', async () => {
    const fresh = sqlStores({ db })
    await db.transaction().execute(trx => fresh.state.marks.insert([mark], { transaction: trx }))
    expect((await fresh.state.marks.ofRef(ref)).length).toBe(1)
  })

  it('refuses what is no transaction, the Kysely itself among it', async () => {
    for (const transaction of [db, {}, 'trx', null]) {
      await expect(stores.state.marks.insert([mark], { transaction })).rejects.toMatchObject({
        code: 'transaction-unsupported',
      })
    }
  })

  it('keeps two prefixes apart', async () => {
    const other = sqlStores({ db, tablePrefix: 'other_' })
    await other.migrate()
    await other.state.marks.insert([mark])
    expect(await stores.state.marks.ofRef(ref)).toEqual([])
  })

  it('asks for migrate() when the tables are missing', async () => {
    const unprepared = sqlStores({ db, tablePrefix: 'none_' })
    const call = unprepared.tokens.get({ workspaceId: 'w1', userId: 'u1' })
    await expect(call).rejects.toMatchObject({ code: 'store-schema', retryable: false })
    await expect(call).rejects.toThrow(/stores\.migrate\(\)/)
    const joined = db
      .transaction()
      .execute(trx => unprepared.state.marks.insert([mark], { transaction: trx }))
    await expect(joined).rejects.toMatchObject({ code: 'store-schema' })
  })

  it('migrates once however often it is asked', async () => {
    const again = Array.from({ length: 5 }, () => sqlStores({ db, tablePrefix: 'many_' }))
    await Promise.all(again.map(one => one.migrate()))
    expect(await again[0]?.state.leases.acquire('name', 'holder', 1_000)).toBe(true)
  })

  it('names every wrong option', async () => {
    expect(() => sqlStores({ db, tablePrefix: 'Bad Prefix' })).toThrow(/tablePrefix/)
    expect(() => sqlStores({ db, tablePrefix: '' })).toThrow(/tablePrefix/)
    expect(() => sqlStores({ db, schema: 'other' })).toThrow(/Postgres/)
    await db.transaction().execute(async trx => {
      expect(() => sqlStores({ db: trx })).toThrow(/transaction/)
    })
    const unknown = {
      isTransaction: false,
      withoutPlugins: () => unknown,
      getExecutor: () => ({ adapter: {} }),
    }
    expect(() => sqlStores({ db: unknown })).toThrow(/dialect/)
  })
})

describe('sqlStores on a Kysely over better-sqlite3', () => {
  const { runtime, advance } = movedClock()
  stateStoreContract(
    { describe, it, expect },
    {
      advance,
      skip: {
        'marks: [1] marks of an open transaction are seen by nobody, and by all after its commit':
          'one connection: a read beside the open transaction waits for it',
      },
      async create() {
        const db = hostDatabase()
        const stores = sqlStores({ db, runtime })
        await stores.migrate()
        return stateFixture({
          stores,
          async beginTransaction() {
            const transaction = await db.startTransaction().execute()
            return {
              transaction,
              commit: () => transaction.commit().execute(),
              rollback: () => transaction.rollback().execute(),
            }
          },
          close: () => db.destroy(),
        })
      },
    },
  )
})
