import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type SqlStores, sqlStores } from '../../../src/adapters/sql/index.ts'
import { StoreError } from '../../../src/errors.ts'
import { someConnection } from '../../../src/testing/contracts/samples.ts'
import { breakingProxy, silentServer } from './proxy.ts'
import { dropTables, onRealServers } from './servers.ts'

const account = { workspaceId: 'w1', userId: 'u1' }
const ref = { workspaceId: 'w1', appointmentId: 'a1' }
const mark = { ref, lane: 'interactive', origin: 'host' } as const

async function failureOf(call: Promise<unknown>): Promise<StoreError> {
  const error = await call.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (!(error instanceof StoreError)) throw new Error(`Expected a StoreError, got ${String(error)}.`)
  return error
}

await onRealServers('sqlStores in trouble', (server, tablePrefix) => {
  const db = server.open()
  const stores = sqlStores({ db, tablePrefix })

  beforeAll(() => stores.migrate())
  afterAll(async () => {
    await dropTables(db, tablePrefix)
    await db.destroy()
  })

  it('says within 5 s which database cannot be reached, and why', async () => {
    const away = server.open({ host: '127.0.0.1', port: 1 })
    const from = Date.now()
    const error = await failureOf(sqlStores({ db: away }).migrate())
    expect(Date.now() - from).toBeLessThan(5_000)
    expect(error).toMatchObject({ code: 'store-failed', retryable: true })
    expect(error.message).toMatch(
      /database of the SQL stores.*ECONNREFUSED at 127\.0\.0\.1:1\b.*cannot be reached/,
    )
    await away.destroy()
  })

  it('says within 5 s that a database does not answer', async () => {
    const silent = await silentServer()
    const away = server.open(silent.place)
    const from = Date.now()
    const error = await failureOf(sqlStores({ db: away }).tokens.get(account))
    expect(Date.now() - from).toBeLessThan(5_000)
    expect(error.message).toMatch(/did not answer within 4500 ms/)
    silent.close()
    await away.destroy().catch(() => {})
  })

  it('says which command makes missing tables', async () => {
    const error = await failureOf(sqlStores({ db, tablePrefix: 'none_' }).tokens.get(account))
    expect(error).toMatchObject({ code: 'store-schema', retryable: false })
    expect(error.message).toContain('`await stores.migrate()`')
    expect(error.message).toContain(`migrationSql('${server.dialect}', { from: 0 })`)
  })

  it('writes nothing into the tables of a newer release', async () => {
    const other = `${tablePrefix}n`
    const fresh = () => sqlStores({ db, tablePrefix: other })
    await fresh().migrate()
    await db.updateTable(`${other}schema`).set({ version: 999 }).execute()
    for (const call of [
      () => fresh().state.marks.insert([mark]),
      () => fresh().tokens.put(account, 'sealed', null),
      () => fresh().migrate(),
    ]) {
      const error = await failureOf(call())
      expect(error).toMatchObject({ code: 'store-schema', retryable: false })
      expect(error.message).toMatch(/version 999.*newer release/)
    }
    for (const table of ['marks', 'tokens']) {
      expect(await db.selectFrom(`${other}${table}`).selectAll().execute()).toEqual([])
    }
  })

  const cuts = [
    ['before-commit', null],
    ['after-commit', 'made'],
  ] as const
  it.each(cuts)(
    'connection lost %s: a retryable error, nothing half-written, and it goes on',
    async (when, was) => {
      const proxy = await breakingProxy(server.place)
      const wire = server.open(proxy.place)
      const broken: SqlStores = sqlStores({ db: wire, tablePrefix })
      const who = { workspaceId: 'w1', userId: `lost-${when.length}` }
      expect(await broken.state.connections.get(who)).toBe(undefined)
      proxy.cutAtNext(when)
      const error = await failureOf(broken.state.connections.create(who, someConnection()))
      expect(error).toMatchObject({ code: 'store-failed', retryable: true })
      expect(error.message).toMatch(/connection was lost/)
      expect(proxy.cuts).toBe(1)
      // Through the same pool: the dead connection is gone from it.
      expect((await broken.state.connections.get(who)) === undefined ? null : 'made').toBe(was)
      const again = await broken.state.connections.create(who, someConnection())
      expect(again === null).toBe(was === 'made')
      await wire.destroy()
      await proxy.close()
    },
  )

  it('connection lost in a claim: the claim is whole or not there, and nobody waits for ever', async () => {
    const proxy = await breakingProxy(server.place)
    const wire = server.open(proxy.place)
    const broken = sqlStores({ db: wire, tablePrefix })
    // Where a claim is one statement, that is its commit.
    const commit = server.dialect === 'postgres' ? /insert into \S+refs/i : undefined
    for (const when of ['before-commit', 'after-commit'] as const) {
      const own = { workspaceId: 'w1', appointmentId: `claim-${when.length}` }
      await broken.state.marks.insert([{ ...mark, ref: own }])
      proxy.cutAtNext(when, commit)
      await failureOf(broken.state.claims.claim(own, { holdMs: 100 }))
      await expect
        .poll(() => stores.state.claims.claim(own, { holdMs: 1_000 }), { timeout: 5_000 })
        .toMatchObject({ marks: [{ ref: own }] })
    }
    await wire.destroy()
    await proxy.close()
  })

  it('wins, or starts over after, a deadlock with a transaction of the host', {
    timeout: 30_000,
  }, async () => {
    const own = { workspaceId: 'w1', appointmentId: 'deadlock' }
    await stores.state.marks.insert([{ ...mark, ref: own }])
    const claim = await stores.state.claims.claim(own, { holdMs: 60_000 })
    if (!claim) throw new Error('Expected a claim.')
    const marks = sql.table(`${tablePrefix}marks`)
    const refs = sql.table(`${tablePrefix}refs`)
    const host = await db.startTransaction().execute()
    await sql`select id from ${marks} for update`.execute(host)
    // Holds the ref's row and waits for the mark's.
    const finishing = stores.state.claims.finish(claim, {
      deleteMarks: claim.marks.map(({ id }) => id),
      addMarks: [],
    })
    await new Promise(resolve => setTimeout(resolve, 300))
    await sql`select fence from ${refs} for update`.execute(host).catch(() => undefined)
    await host.rollback().execute()
    expect(await finishing).toEqual({ more: false })
    expect(await stores.state.marks.ofRef(own)).toEqual([])
  })
})
