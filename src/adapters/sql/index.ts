export type { Stores } from './compose.ts'
export type { DialectName } from './dialect.ts'
export {
  type DrizzleSql,
  type DrizzleTransaction,
  drizzleTransaction,
  type HostExecutor,
} from './host-executor.ts'
export type { SqlParameter, SqlStatement } from './mark-statement.ts'
export { type MigrationSqlOptions, migrationSql } from './migration-sql.ts'
export type { SqlPlace } from './place.ts'
export { type HostKysely, type SqlStores, type SqlStoresOptions, sqlStores } from './stores.ts'
