import { type Compilable, CompiledQuery } from 'kysely'
import { CalendarSyncError } from '../../errors.ts'
import type { DialectName } from './dialect.ts'
import { type HostExecutor, hostExecutor } from './host-executor.ts'

/** Runs statements in the host's transaction, or refuses it. */
export type HostJoin = (transaction: unknown, queries: readonly Compilable[]) => Promise<void>

/** The part of a host's Kysely transaction that is used; its Kysely may be another release than ours. */
interface KyselyTransaction {
  readonly isTransaction: true
  withoutPlugins(): KyselyTransaction
  executeQuery(query: CompiledQuery): Promise<unknown>
}

const isKysely = (value: unknown): value is KyselyTransaction =>
  typeof value === 'object' &&
  value !== null &&
  'isTransaction' in value &&
  value.isTransaction === true &&
  'withoutPlugins' in value &&
  'executeQuery' in value

/** Without the host's plugins, which would rename our columns. */
const kyselyExecutor = (transaction: KyselyTransaction): HostExecutor => {
  const host = transaction.withoutPlugins()
  return (sql, params) => host.executeQuery(CompiledQuery.raw(sql, [...params]))
}

/** How to run SQL in what the host gave. Throws `transaction-unsupported`. */
export function executorIn(transaction: unknown, dialect: DialectName): HostExecutor {
  const execute = isKysely(transaction) ? kyselyExecutor(transaction) : hostExecutor(transaction, dialect)
  if (execute) return execute
  throw new CalendarSyncError(
    'transaction-unsupported',
    'The `transaction` option takes an open transaction of the database given to sqlStores: of Kysely, a pg or PGlite client, postgres.js, a mysql2 connection, a SQLite handle, Prisma, or a function (sql, params) that runs a statement in yours. A pool, or a handle outside of BEGIN, has no transaction to join. Else call without `transaction` after your commit.',
  )
}

/** Statements one after the other inside the host's commit. None needs an answer. */
export const joinHost =
  (dialect: DialectName): HostJoin =>
  async (transaction, queries) => {
    const execute = executorIn(transaction, dialect)
    for (const query of queries) {
      const { sql, parameters } = query.compile()
      await execute(sql, parameters)
    }
  }
