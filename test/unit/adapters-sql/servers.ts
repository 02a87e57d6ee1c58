import { Kysely, MysqlDialect, PostgresAdapter, PostgresDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import pg from 'pg'
import { describe, it } from 'vitest'
import { type DatabaseServer, MARIADB, POSTGRES } from '../../support/services.ts'
import { runName } from './server-suite.ts'

export type Place = Pick<DatabaseServer, 'host' | 'port'>

/** A real server of the two that several processes share. */
export interface RealServer {
  readonly name: string
  readonly dialect: 'postgres' | 'mysql'
  readonly place: DatabaseServer
  /** A pool of its own at another address: a proxy's. */
  open(place?: Place): Kysely<Record<string, Record<string, unknown>>>
}

const all: readonly RealServer[] = [
  {
    name: 'Postgres',
    dialect: 'postgres',
    place: POSTGRES,
    open(place = POSTGRES) {
      const pool = new pg.Pool({ ...POSTGRES, ...place, max: 6 })
      // Without both, a broken connection ends the process: idle ones speak to the pool, others to themselves.
      pool.on('error', () => {}).on('connect', client => client.on('error', () => {}))
      return new Kysely({ dialect: new PostgresDialect({ pool }) })
    },
  },
  {
    name: 'MariaDB',
    dialect: 'mysql',
    place: MARIADB,
    open: (place = MARIADB) =>
      new Kysely({
        dialect: new MysqlDialect({
          pool: createPool({ ...MARIADB, ...place, connectionLimit: 6 }),
        }),
      }),
  },
]

async function isThere(server: RealServer): Promise<boolean> {
  const db = server.open()
  try {
    await db.introspection.getTables()
    return true
  } catch (error) {
    if (process.env.REQUIRE_SERVICES === '1') throw error
    return false
  } finally {
    await db.destroy()
  }
}

/** The cases on each real server that answers; by name skipped on one that does not. */
export async function onRealServers(
  title: string,
  cases: (server: RealServer, prefix: string) => void,
): Promise<void> {
  for (const [index, server] of all.entries()) {
    const found = await isThere(server)
    if (found) describe(`${title} on ${server.name}`, () => cases(server, `${runName()}${index}_`))
    else
      describe.skip(`${title} on ${server.name}: SKIPPED, it cannot be reached`, () => {
        it('runs', () => {})
      })
  }
}

/** Drops what a test made under its prefix. */
export async function dropTables(
  db: Kysely<Record<string, Record<string, unknown>>>,
  prefix: string,
): Promise<void> {
  const tables = await db.introspection.getTables()
  for (const { name } of tables.filter(table => table.name.startsWith(prefix))) {
    await db.schema.dropTable(name).ifExists().execute()
  }
  if (!(db.getExecutor().adapter instanceof PostgresAdapter)) return
  const like = `${prefix.replaceAll('_', '\\_')}%`
  const { rows } = await sql<{
    name: string
  }>`select sequencename as name from pg_sequences where sequencename like ${like}`.execute(db)
  for (const { name } of rows) await sql`drop sequence ${sql.table(name)}`.execute(db)
}
