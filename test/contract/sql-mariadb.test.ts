import { Kysely, MysqlDialect } from 'kysely'
import { createPool } from 'mysql2'
import { MARIADB } from '../support/services.ts'
import { runName, serverSuite, TABLES } from '../unit/adapters-sql/server-suite.ts'

const tablePrefix = `${runName()}_`

await serverSuite({
  name: 'MariaDB',
  place: { tablePrefix },
  tableName: table => `${tablePrefix}${table}`,
  async cleanUp(run) {
    for (const table of [...TABLES, 'schema', 'counter']) {
      await run(`drop table if exists ${tablePrefix}${table}`)
    }
  },
  async connect() {
    const pool = createPool({ ...MARIADB, connectionLimit: 8 })
    await pool.promise().query('select 1')
    return new Kysely<unknown>({ dialect: new MysqlDialect({ pool }) })
  },
})
