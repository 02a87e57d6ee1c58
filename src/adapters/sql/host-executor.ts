import { CalendarSyncError } from '../../errors.ts'
import type { DialectName } from './dialect.ts'

/** Runs one statement in the host's open transaction; what it answers is not looked at. */
export type HostExecutor = (sql: string, params: readonly unknown[]) => unknown

type Method = (...args: unknown[]) => unknown
type Shape = Readonly<Record<string, unknown>>

const has = (value: Shape, name: string): boolean => typeof value[name] === 'function'
const call = (value: Shape, name: string, ...args: unknown[]): unknown => (value[name] as Method)(...args)

/** How to run SQL in what the host gave, told by its shape; `undefined` when it is no transaction. */
export function hostExecutor(transaction: unknown, dialect: DialectName): HostExecutor | undefined {
  if (typeof transaction === 'function') return fromFunction(transaction, dialect)
  if (typeof transaction !== 'object' || transaction === null) return undefined
  const host = transaction as Shape
  if (has(host, '$executeRawUnsafe')) return prisma(host)
  return dialect === 'sqlite' ? sqliteHandle(host) : client(host)
}

/**
 * The host's own function, unless it only looks like one: postgres.js's `tx`, Knex's and drizzle's `sql` take a text
 * for something else and send nothing of it.
 */
function fromFunction(transaction: object, dialect: DialectName): HostExecutor | undefined {
  const host = transaction as Shape
  if (has(host, 'unsafe')) {
    // Only inside `begin` it has savepoints.
    if (!has(host, 'savepoint')) return undefined
    return (sql, params) => call(host, 'unsafe', sql, [...params])
  }
  if (has(host, 'raw')) return undefined
  const run = transaction as HostExecutor
  return dialect === 'sqlite' ? run : (sql, params) => mustPromise(run(sql, params))
}

/** Whoever forgets the `return` in front of `client.query(…)` would commit before the statement ran, or without it. */
function mustPromise(answer: unknown): unknown {
  if (typeof (answer as PromiseLike<unknown> | undefined)?.then === 'function') return answer
  throw new CalendarSyncError(
    'transaction-unsupported',
    'The function given as `transaction` answered no promise. It has to return the one of the statement it runs.',
  )
}

/** Only inside `$transaction`. The client can connect; a transaction cannot, but may begin another (Prisma 7). */
function prisma(host: Shape): HostExecutor | undefined {
  if (has(host, '$connect')) return undefined
  return (sql, params) => call(host, '$executeRawUnsafe', sql, ...params)
}

/** node:sqlite's `DatabaseSync` says `isTransaction`, better-sqlite3's `Database` says `inTransaction`. */
function sqliteHandle(host: Shape): HostExecutor | undefined {
  if (!has(host, 'prepare') || (host.isTransaction ?? host.inTransaction) !== true) return undefined
  return (sql, params) => call(call(host, 'prepare', sql) as Shape, 'run', ...params)
}

function client(host: Shape): HostExecutor | undefined {
  // A pool, or PGlite itself, would run the statement outside of any transaction of the host's.
  const isPool = has(host, 'getConnection') || 'totalCount' in host || has(host, 'transaction')
  if (!has(host, 'query') || isPool) return undefined
  if (has(host, 'getTransactionStatus') && call(host, 'getTransactionStatus') === 'I') return undefined
  // mysql2 without promises.
  const promised = has(host, 'promise') ? (call(host, 'promise') as Shape) : host
  return (sql, params) => call(promised, 'query', sql, [...params])
}

/** What is used of drizzle's `sql`. */
export interface DrizzleSql<Query> {
  raw(text: string): Query
  param(value: unknown): unknown
  join(chunks: never[]): Query
}

/** What is used of a drizzle transaction: `execute` (Postgres, MySQL) or `run` (SQLite). */
export type DrizzleTransaction<Query> = { execute(query: Query): unknown } | { run(query: Query): unknown }

/** `transaction: drizzleTransaction(tx, sql)`, with the `sql` of your drizzle-orm. */
export function drizzleTransaction<Query>(
  tx: DrizzleTransaction<Query>,
  sql: DrizzleSql<Query>,
): HostExecutor {
  return (text, params) => {
    let next = 0
    // Our statements hold no question mark and no dollar sign but those of parameters.
    const chunks = text
      .split(/(\$\d+|\?)/)
      .map(part => (/^(?:\$\d+|\?)$/.test(part) ? sql.param(params[next++]) : sql.raw(part)))
    const query = sql.join(chunks as never[])
    return 'run' in tx ? tx.run(query) : tx.execute(query)
  }
}
