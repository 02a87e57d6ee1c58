export type { Stores } from './compose.ts'
export type { DialectName } from './dialect.ts'
export { type HostKysely, type SqlStores, type SqlStoresOptions, sqlStores } from './stores.ts'
