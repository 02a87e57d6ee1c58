import { DatabaseSync } from 'node:sqlite'
import { PGlite } from '@electric-sql/pglite'
import Database from 'better-sqlite3'
import { type CompiledQuery, Kysely, PGliteDialect, CompiledQuery as Query, SqliteDialect, sql } from 'kysely'
import { afterAll, describe, expect, it } from 'vitest'
import { migrationSql, sqlStores } from '../../../src/adapters/sql/index.ts'
import { sqliteStores } from '../../../src/adapters/sqlite/index.ts'
import { runName } from './server-suite.ts'
import { dropTables, onRealServers } from './servers.ts'

type Db = Kysely<Record<string, Record<string, unknown>>>

/** As a migration tool would: statement by statement. */
async function runByHand(db: Db, text: string): Promise<void> {
  for (const statement of text.split(/;\n/)) {
    const bare = statement.replace(/^--.*\n/, '').trim()
    if (bare) await db.executeQuery(Query.raw(bare))
  }
}

const versionIn = (text: string) => Number(/to (\d+)\n/.exec(text)?.[1])
const rows = async (db: Db, query: CompiledQuery) => JSON.stringify((await db.executeQuery(query)).rows)

/** Columns and indexes as the database itself describes them, without the names' prefix. */
async function described(db: Db, dialect: 'postgres' | 'mysql', prefix: string): Promise<string> {
  const like = `${prefix.replaceAll('_', '\\_')}%`
  const columns =
    dialect === 'postgres'
      ? sql`select table_name, column_name, data_type, collation_name, is_nullable, is_identity from information_schema.columns where table_name like ${like} and table_schema = current_schema() order by 1, 2`
      : sql`select table_name as t, column_name as c, column_type as y, collation_name as l, is_nullable as n, extra as e from information_schema.columns where table_schema = database() and table_name like ${like} order by 1, 2`
  const indexes =
    dialect === 'postgres'
      ? sql`select indexname, indexdef from pg_indexes where schemaname = current_schema() and tablename like ${like} order by 1`
      : sql`select table_name as t, index_name as i, seq_in_index as s, column_name as c, non_unique as u from information_schema.statistics where table_schema = database() and table_name like ${like} order by 1, 2, 3`
  const text = (await rows(db, columns.compile(db))) + (await rows(db, indexes.compile(db)))
  return text.replaceAll(prefix, '')
}

await onRealServers('migrationSql', (server, prefix) => {
  const db = server.open()
  const made = `${prefix}m_`
  const byHand = `${prefix}h_`
  const inSteps = `${prefix}s_`
  afterAll(async () => {
    await dropTables(db, prefix)
    await db.destroy()
  })

  it('run by hand makes the tables that migrate() makes, and they work', async () => {
    await sqlStores({ db, tablePrefix: made }).migrate()
    await runByHand(db, migrationSql(server.dialect, { tablePrefix: byHand }))
    const expected = await described(db, server.dialect, made)
    expect(expected.length).toBeGreaterThan(2_000)
    expect(await described(db, server.dialect, byHand)).toBe(expected)
    const stores = sqlStores({ db, tablePrefix: byHand })
    expect(await stores.tokens.put({ workspaceId: 'w1', userId: 'u1' }, 'sealed', null)).not.toBe(null)
    await stores.migrate()
  })

  it('goes on from any version', async () => {
    const to = versionIn(migrationSql(server.dialect))
    const upTo = (text: string, count: number) => text.split(';\n').slice(0, count)
    // The first eight statements by hand, as an older release would have left them: three to begin, five versions.
    const whole = migrationSql(server.dialect, { tablePrefix: inSteps })
    const schemaTable = sql.table(`${inSteps}schema`)
    await runByHand(db, upTo(whole, 6).join(';\n'))
    await sql`insert into ${schemaTable} (id, version) values (1, 5)`.execute(db)
    await expect(
      sqlStores({ db, tablePrefix: inSteps }).tokens.get({ workspaceId: 'w', userId: 'u' }),
    ).rejects.toThrow(/at version 5 of .*\{ from: 5 \}/)
    await runByHand(db, migrationSql(server.dialect, { tablePrefix: inSteps, from: 5 }))
    expect(await described(db, server.dialect, inSteps)).toBe(await described(db, server.dialect, made))
    expect(
      (await db.selectFrom(`${inSteps}schema`).selectAll().execute()).map(row => Number(row.version)),
    ).toEqual([to])
  })
})

describe('migrationSql on SQLite', () => {
  const schemaOf = (run: (text: string) => unknown[]) =>
    JSON.stringify(run('select type, name, tbl_name, sql from sqlite_schema order by type, name'))

  it('run by hand makes the tables that migrate() makes, and they work', async () => {
    const made = new DatabaseSync(':memory:')
    await sqliteStores(made).migrate()
    const handle = new Database(':memory:')
    handle.exec(migrationSql('sqlite'))
    expect(schemaOf(text => handle.prepare(text).all())).toBe(schemaOf(text => made.prepare(text).all()))
    const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: handle }) })
    const stores = sqlStores({ db })
    expect(await stores.state.leases.acquire('name', 'holder', 1_000)).toBe(true)
    await db.destroy()
    made.close()
  })
})

describe('migrationSql', () => {
  it('says nothing to do when the tables are at this version, and refuses what is none', () => {
    const to = versionIn(migrationSql('postgres'))
    expect(migrationSql('postgres', { from: to })).toBe(
      `-- google-calendar-sync: tables from version ${to} to ${to}\n`,
    )
    for (const from of [-1, 1.5, to + 1, Number.NaN]) {
      expect(() => migrationSql('postgres', { from })).toThrow(/`from` of migrationSql/)
    }
    expect(() => migrationSql('oracle' as 'mysql')).toThrow(/dialect of migrationSql/)
    expect(() => migrationSql('mysql', { schema: 'x' })).toThrow(/for Postgres/)
    expect(() => migrationSql('mysql', { tablePrefix: 'x; drop' })).toThrow(/tablePrefix/)
  })

  it('a role that may make tables and no schemas is enough for a schema that is there', async () => {
    const pglite = new PGlite()
    await pglite.exec(
      'create role app; create schema calsync; grant all on schema calsync to app; set role app',
    )
    await pglite.exec(migrationSql('postgres', { schema: 'calsync' }))
    const db: Db = new Kysely({ dialect: new PGliteDialect({ pglite }) })
    await sqlStores({ db, schema: 'calsync' }).migrate()
    await sqlStores({ db, schema: 'calsync', tablePrefix: 'other_' }).migrate()
    await expect(sqlStores({ db, schema: 'not_there' }).migrate()).rejects.toMatchObject({
      code: 'store-failed',
    })
    await db.destroy()
  })

  it('puts everything into the schema that is asked for', () => {
    const schema = runName()
    const text = migrationSql('postgres', { schema })
    expect(text).toContain(
      `if to_regnamespace('${schema}') is null then create schema if not exists ${schema};`,
    )
    for (const [, table] of text.matchAll(/create table if not exists (\S+)/g))
      expect(table).toMatch(`${schema}.gcs_`)
  })
})
