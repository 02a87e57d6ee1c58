export type { Stores } from '../sql/compose.ts'
export type { SqliteHandle, SqliteHandleStatement, SqliteValue } from './handle.ts'
export { type SqliteStores, type SqliteStoresOptions, sqliteStores } from './stores.ts'
