import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { POSTGRES } from '../support/services.ts'
import type { Space } from './database.ts'
import { clockFunction } from './scaled-clock.ts'

/** The server itself never dies in a round, so that commits need not wait for its disk. */
const SETTINGS = '-c synchronous_commit=off'

function poolOf(name: string, max: number, options = SETTINGS): pg.Pool {
  const pool = new pg.Pool({ ...POSTGRES, max, options, application_name: name })
  pool.on('error', () => {}).on('connect', client => client.on('error', () => {}))
  return pool
}

export function postgresSpace(name: string): Space {
  const query = async (...statements: readonly (readonly [string, ...unknown[]])[]) => {
    const pool = poolOf(`${name}_admin`, 1)
    try {
      for (const [text, ...values] of statements) await pool.query(text, values)
    } finally {
      await pool.end()
    }
  }
  return {
    open: <Tables>(max: number): Kysely<Tables> => {
      const pool = poolOf(name, max, `${SETTINGS} -c search_path=${name},pg_catalog`)
      return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
    },
    create: time => query([`create schema ${name}`], [clockFunction(name, time)]),
    cut: () =>
      query(['select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', name]),
    drop: () =>
      query([`drop schema if exists ${name} cascade`], [`drop schema if exists ${name}_boss cascade`]),
  }
}
