import { Kysely, SqliteDialect } from 'kysely'
import type { Runtime } from '../../contracts/runtime.ts'
import { systemRuntime } from '../../contracts/runtime-default.ts'
import { CalendarSyncError, ConfigError } from '../../errors.ts'
import { type Stores, storesOf } from '../sql/compose.ts'
import { Database } from '../sql/database.ts'
import { dialects } from '../sql/dialect.ts'
import type { HostJoin } from '../sql/host-transaction.ts'
import { migratorOf } from '../sql/migrator.ts'
import { type Tables, tableNames } from '../sql/tables.ts'
import { skipAhead } from './durability.ts'
import { cachedDatabase, type SqliteHandle } from './handle.ts'
import { configure, openFile } from './open.ts'

export interface SqliteStoresOptions {
  /** Time that decides who may act is this clock's: all processes of one file need clocks in step. */
  readonly runtime?: Pick<Runtime, 'clock' | 'random'> | undefined
}

export interface SqliteStores extends Stores {
  /** Optional: the first use migrates by itself. Here a deployment can see early whether the file is usable. */
  migrate(): Promise<void>
  /** Closes the own file; a database that was passed in stays open. */
  close(): Promise<void>
}

const PREFIX = 'gcs_'

const refuseToJoin: HostJoin = async () => {
  throw new CalendarSyncError(
    'transaction-unsupported',
    'sqliteStores keeps a connection of its own and cannot join your transaction: call without `transaction` after your commit, or use sqlStores({ db }) on your Kysely instance.',
  )
}

/**
 * Stores in one SQLite file, with nothing to install. Takes a path (or `:memory:`), or an open `DatabaseSync` or
 * better-sqlite3 `Database` that nothing else uses. Opens and migrates itself at the first call.
 */
export function sqliteStores(
  pathOrDatabase: string | SqliteHandle,
  options: SqliteStoresOptions = {},
): SqliteStores {
  if (pathOrDatabase === '') throw new ConfigError(['sqliteStores: the path of the file is empty.'])
  const open = async () => {
    if (typeof pathOrDatabase === 'string') {
      const handle = openFile(pathOrDatabase)
      return cachedDatabase(handle, () => handle.close())
    }
    configure(pathOrDatabase)
    return cachedDatabase(pathOrDatabase, () => {})
  }
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: open }) })
  const names = tableNames(PREFIX)
  const dialect = dialects.sqlite
  const database = new Database({
    db,
    dialect,
    names,
    runtime: options.runtime ?? systemRuntime,
    label: typeof pathOrDatabase === 'string' ? `The SQLite file ${pathOrDatabase}` : 'The SQLite database',
    async prepare() {
      await migrator.migrate()
      await database.patiently(() => skipAhead(db, names))
    },
  })
  const migrator = migratorOf(database, { dialect, names, prefix: PREFIX }, undefined)
  return {
    ...storesOf(database, refuseToJoin),
    migrate: () => database.ready(),
    async close() {
      await database.end()
      await db.destroy()
    },
  }
}
