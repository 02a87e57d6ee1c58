import { CalendarSyncError } from '../../errors.ts'
import type { PgBossExecutor } from './boss.ts'

/** What is used of `sqlStores`: it runs a statement in the host's transaction, of whatever library that is. */
export interface HostDatabase {
  runIn(transaction: unknown, sql: string, params: readonly unknown[]): Promise<unknown>
}

/** The host's transaction as pg-boss wants it. Throws `transaction-unsupported`. */
export function hostExecutor(host: HostDatabase | undefined, transaction: unknown): PgBossExecutor {
  if (!host) {
    throw new CalendarSyncError(
      'transaction-unsupported',
      'pgBossQueue joins a transaction only with `sameDatabaseAs`: give it the sqlStores of the database that also holds the tables of pg-boss.',
    )
  }
  return {
    async executeSql(text, values = []) {
      return { rows: rowsOf(await host.runIn(transaction, text, values)) }
    },
  }
}

function rowsOf(answer: unknown): unknown[] {
  const rows = (answer as { rows?: unknown } | null | undefined)?.rows ?? answer
  return Array.isArray(rows) ? rows : []
}
