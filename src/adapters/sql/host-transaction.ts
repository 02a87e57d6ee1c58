import { type Compilable, CompiledQuery } from 'kysely'
import { CalendarSyncError } from '../../errors.ts'

/** The part of a host's Kysely transaction that is used; its Kysely may be another release than ours. */
interface HostTransaction {
  readonly isTransaction: true
  withoutPlugins(): HostTransaction
  executeQuery(query: CompiledQuery): Promise<unknown>
}

const isHostTransaction = (value: unknown): value is HostTransaction =>
  typeof value === 'object' &&
  value !== null &&
  'isTransaction' in value &&
  value.isTransaction === true &&
  'withoutPlugins' in value &&
  'executeQuery' in value

/** Runs statements in the host's transaction, or refuses it. */
export type HostJoin = (transaction: unknown, queries: readonly Compilable[]) => Promise<void>

/** Inside the host's commit, without the host's plugins, which would rename our columns. */
export const joinKysely: HostJoin = async (transaction, queries) => {
  if (!isHostTransaction(transaction)) {
    throw new CalendarSyncError(
      'transaction-unsupported',
      'The `transaction` option takes a Kysely Transaction of the database given to sqlStores. With another library, call without `transaction` after your commit.',
    )
  }
  const host = transaction.withoutPlugins()
  for (const query of queries) {
    const { sql, parameters } = query.compile()
    await host.executeQuery(CompiledQuery.raw(sql, [...parameters]))
  }
}
