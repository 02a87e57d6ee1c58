import { ConfigError } from '../../errors.ts'
import type { SqliteHandle } from './handle.ts'

// The wait inside SQLite blocks the event loop; all longer waiting is done by the stores, asynchronously.
const BUSY_TIMEOUT_MS = 2
const CACHE_KIB = 8_000

/** Opens an own connection; the driver's error comes through as it is. */
export function openFile(path: string): SqliteHandle {
  const { DatabaseSync } = loadSqlite()
  const handle: SqliteHandle = new DatabaseSync(path)
  try {
    configure(handle)
    return handle
  } catch (error) {
    handle.close()
    throw error
  }
}

export function configure(handle: SqliteHandle): void {
  handle.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`)
  handle.exec('pragma journal_mode = wal')
  handle.exec('pragma synchronous = full')
  handle.exec(`pragma cache_size = -${CACHE_KIB}`)
}

/** Late, so that hosts with another store can import this package on any runtime. */
function loadSqlite(): typeof import('node:sqlite') {
  const found = process.getBuiltinModule('node:sqlite') as typeof import('node:sqlite') | undefined
  if (found && 'columns' in found.StatementSync.prototype) return found
  throw new ConfigError([
    `sqliteStores with a path needs node:sqlite of Node 22.16 or newer, and this is ${process.version}: update Node, or pass a better-sqlite3 Database instead of the path.`,
  ])
}
