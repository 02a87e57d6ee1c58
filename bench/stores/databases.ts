import Database from 'better-sqlite3'
import { Kysely, MysqlDialect, PostgresDialect, SqliteDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import pg from 'pg'
import { MARIADB, POSTGRES } from '../../test/support/services.ts'

const { database: _, ...SERVER } = MARIADB

export type BenchDb = Kysely<Record<string, Record<string, unknown>>>

export interface BenchDatabase {
  readonly name: string
  readonly db: BenchDb
  close(): Promise<void>
}

const own = (): string => `gcs_bench_${process.pid}`

/** Everything in a schema of its own. */
export async function postgres(max = 8, schema = own()): Promise<BenchDatabase> {
  const pool = new pg.Pool({ ...POSTGRES, max, options: `-c search_path=${schema}` })
  await pool.query(`create schema if not exists ${schema}`)
  return {
    name: 'Postgres',
    db: new Kysely({ dialect: new PostgresDialect({ pool }) }),
    async close() {
      await pool.query(`drop schema ${schema} cascade`)
      await pool.end()
    },
  }
}

export async function mariadb(): Promise<BenchDatabase> {
  const server = new Kysely<unknown>({ dialect: new MysqlDialect({ pool: createPool({ ...SERVER }) }) })
  await sql`create database ${sql.id(own())} character set utf8mb4`.execute(server)
  const pool = createPool({ ...SERVER, database: own(), connectionLimit: 8 })
  const db: BenchDb = new Kysely({ dialect: new MysqlDialect({ pool }) })
  return {
    name: 'MariaDB',
    db,
    async close() {
      await db.destroy()
      await sql`drop database ${sql.id(own())}`.execute(server)
      await server.destroy()
    },
  }
}

export async function sqlite(folder: string): Promise<BenchDatabase> {
  const database = new Database(`${folder}/bench.db`)
  database.pragma('journal_mode = WAL')
  const db: BenchDb = new Kysely({ dialect: new SqliteDialect({ database }) })
  return { name: 'SQLite', db, close: () => db.destroy() }
}
