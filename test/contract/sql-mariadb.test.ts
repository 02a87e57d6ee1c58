import { Kysely, MysqlDialect } from 'kysely'
import { createPool } from 'mysql2'
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
    const pool = createPool({
      host: '127.0.0.1',
      port: 3306,
      user: 'root',
      database: 'test',
      connectionLimit: 8,
    })
    await pool.promise().query('select 1')
    return new Kysely<unknown>({ dialect: new MysqlDialect({ pool }) })
  },
})
