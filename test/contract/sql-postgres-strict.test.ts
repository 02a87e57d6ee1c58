import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { POSTGRES } from '../support/services.ts'
import { runName, serverSuite } from '../unit/adapters-sql/server-suite.ts'

const schema = runName()

/** A host may have set both: its transactions are serializable by default, and its pool is as small as can be. */
await serverSuite({
  name: 'Postgres, serializable by default, with a pool of two',
  place: { schema },
  tableName: table => `${schema}.gcs_${table}`,
  cleanUp: run => run(`drop schema if exists ${schema} cascade`).then(() => {}),
  async connect() {
    const pool = new pg.Pool({
      ...POSTGRES,
      max: 2,
      options: '-c default_transaction_isolation=serializable',
    })
    const { rows } = await pool.query('show transaction_isolation')
    if (rows[0]?.transaction_isolation !== 'serializable') throw new Error('The isolation was not set.')
    return new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  },
})
