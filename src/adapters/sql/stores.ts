import { MysqlAdapter, PostgresAdapter, SqliteAdapter } from 'kysely'
import type { AppointmentRef } from '../../contracts/identity.ts'
import type { Runtime } from '../../contracts/runtime.ts'
import { systemRuntime } from '../../contracts/runtime-default.ts'
import { type Stores, storesOf } from './compose.ts'
import { Database } from './database.ts'
import { type DialectName, dialects } from './dialect.ts'
import { executorIn, joinHost } from './host-transaction.ts'
import { markStatement, type SqlStatement } from './mark-statement.ts'
import { migratorOf } from './migrator.ts'
import { DEFAULT_PREFIX, placeIssues, refuse, type SqlPlace } from './place.ts'
import { type Db, tableNames } from './tables.ts'

/** A host's Kysely instance, of any release from 0.28 and any schema type. */
export interface HostKysely {
  readonly isTransaction: boolean
  withoutPlugins(): HostKysely
  getExecutor(): { readonly adapter: object }
}

export interface SqlStoresOptions extends SqlPlace {
  readonly db: HostKysely
  /** Found from `db`; say it for a dialect of a third party. MariaDB is `mysql`, PGlite `postgres`. */
  readonly dialect?: DialectName | undefined
  /** The clock is the database's, except on SQLite. */
  readonly runtime?: Pick<Runtime, 'clock' | 'random'> | undefined
}

export interface SqlStores extends Stores {
  /** Creates or upgrades the tables. Explicit, idempotent, safe in several processes at once. */
  migrate(): Promise<void>
  /**
   * The mark as one statement that needs no answer, for drivers whose transactions are synchronous or take statements
   * only. Run it beside your own write; `sync.wake(ref)` after the commit gives full speed.
   */
  markStatement(ref: AppointmentRef): SqlStatement
  /**
   * Runs a statement in a transaction that `appointmentChanged` would join, and answers what its driver does. For
   * a queue in the same database. Throws `transaction-unsupported`.
   */
  runIn(transaction: unknown, sql: string, params: readonly unknown[]): Promise<unknown>
}

/** Stores in the host's own database, through the host's own Kysely. Call `migrate()` once before use. */
export function sqlStores(options: SqlStoresOptions): SqlStores {
  const { tablePrefix: prefix = DEFAULT_PREFIX, schema } = options
  const name = options.dialect ?? dialectOf(options.db)
  refuse([
    ...placeIssues('sqlStores', options, name),
    ...(name === undefined ? ['`db` of sqlStores: say its `dialect`: sqlite, postgres or mysql.'] : []),
    ...(options.db.isTransaction ? ['`db` of sqlStores is a transaction; give the Kysely instance.'] : []),
  ])
  const dialect = dialects[name as DialectName]
  const names = tableNames(prefix, schema)
  const database = new Database({
    // The host's plugins would rename our columns and results.
    db: options.db.withoutPlugins() as unknown as Db,
    dialect,
    names,
    runtime: options.runtime ?? systemRuntime,
    label: 'The database of the SQL stores',
    prepare: () => migrator.check(),
  })
  const migrator = migratorOf(database, { dialect, names, prefix }, schema)
  return {
    ...storesOf(database, joinHost(dialect.name)),
    migrate: () => migrator.migrate(),
    markStatement: ref => markStatement(database, ref),
    runIn: async (transaction, sql, params) => executorIn(transaction, dialect.name)(sql, params),
  }
}

function dialectOf(db: HostKysely): DialectName | undefined {
  const { adapter } = db.getExecutor()
  if (adapter instanceof PostgresAdapter) return 'postgres'
  if (adapter instanceof MysqlAdapter) return 'mysql'
  if (adapter instanceof SqliteAdapter) return 'sqlite'
  // Another copy of Kysely: its classes are not ours, their names are.
  for (let type = adapter.constructor; type?.name; type = Object.getPrototypeOf(type)) {
    if (/postgres|pglite/i.test(type.name)) return 'postgres'
    if (/mysql|mariadb/i.test(type.name)) return 'mysql'
    if (/sqlite/i.test(type.name)) return 'sqlite'
  }
  return undefined
}
