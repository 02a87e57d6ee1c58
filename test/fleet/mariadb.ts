import { Kysely, MysqlDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import { MARIADB } from '../support/services.ts'
import type { Space } from './database.ts'

const { database: _, ...SERVER } = MARIADB

/** Its clock cannot be made to run faster: rounds on it take the time that they take. */
export function mariadbSpace(name: string): Space {
  const admin = async (work: (db: Kysely<unknown>) => Promise<unknown>) => {
    const db = new Kysely<unknown>({
      dialect: new MysqlDialect({ pool: createPool({ ...SERVER, connectionLimit: 1 }) }),
    })
    try {
      await work(db)
    } finally {
      await db.destroy()
    }
  }
  return {
    open: <Tables>(max: number) =>
      new Kysely<Tables>({
        dialect: new MysqlDialect({
          pool: createPool({ ...SERVER, database: name, connectionLimit: max }),
        }),
      }),
    create: () => admin(db => sql`create database ${sql.id(name)} character set utf8mb4`.execute(db)),
    cut: () =>
      admin(async db => {
        const { rows } = await sql<{
          id: number
        }>`select id from information_schema.processlist where db = ${name}`.execute(db)
        // One that has ended by itself meanwhile is none the worse for it.
        for (const { id } of rows)
          await sql`kill connection ${sql.lit(Number(id))}`.execute(db).catch(() => {})
      }),
    drop: () => admin(db => sql`drop database if exists ${sql.id(name)}`.execute(db)),
  }
}
