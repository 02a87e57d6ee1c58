import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { POSTGRES } from '../support/services.ts'
import { runName, serverSuite } from '../unit/adapters-sql/server-suite.ts'

const schema = runName()

await serverSuite({
  name: 'Postgres',
  place: { schema },
  tableName: table => `${schema}.gcs_${table}`,
  cleanUp: run => run(`drop schema if exists ${schema} cascade`).then(() => {}),
  async connect() {
    const pool = new pg.Pool({ ...POSTGRES, max: 8 })
    await pool.query('select 1')
    return new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  },
})
