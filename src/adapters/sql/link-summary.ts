import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { AccountRef } from '../../contracts/identity.ts'
import type { LinkStatus } from '../../contracts/link.ts'
import type { LinkSummary } from '../../contracts/link-store.ts'
import type { Database } from './database.ts'
import type { Db, TableNames } from './tables.ts'
import { type Int, readInt, type Text } from './text.ts'

const STATUSES: readonly LinkStatus[] = ['synced', 'pending', 'failed', 'conflict', 'out-of-window']

type Row = Readonly<Record<string, Int | null>>

/**
 * Counts by index ranges that stop at the cap, however many links there are. One statement, and its text is made
 * once for each cap: a status page asks for it at every poll, and making it took longer than the database did.
 */
export class LinkSummaries {
  readonly #database: Database
  readonly #made = new Map<number, CompiledQuery<Row>>()

  constructor(database: Database) {
    this.#database = database
  }

  async read(on: Db, account: AccountRef, cap: number): Promise<LinkSummary> {
    const parameters = [
      this.#database.text(account.workspaceId),
      this.#database.text(account.userId),
    ] as const
    const made = this.#made.get(cap) ?? query(this.#database.names, parameters, cap).compile(on)
    this.#made.set(cap, made)
    const { rows } = await on.executeQuery<Row>({ ...made, parameters })
    const count = (name: string) => readInt(rows[0]?.[name] ?? 0)
    const newest = rows[0]?.newest
    const live = STATUSES.reduce((sum, _, i) => sum + count(`live${i}`), 0)
    return {
      live: Math.min(cap, live),
      pending: count('pending'),
      failed: count('failed'),
      ...(newest != null && { lastSyncedAt: readInt(newest) }),
    }
  }
}

/** The account alone is bound; statuses and the cap are our own and written out. */
function query(names: TableNames, account: readonly [Text, Text], cap: number): RawBuilder<Row> {
  const links = sql`from ${sql.table(names.links)} where connection_id = (select id from own)`
  const count = (name: string, status: LinkStatus, and = sql``) =>
    sql`(select count(*) from (select id ${links} and status = ${sql.lit(status)}${and} limit ${sql.lit(cap)}) as capped) as ${sql.ref(name)}`
  const columns = sql.join([
    ...STATUSES.map((status, i) => count(`live${i}`, status, sql` and event = 'live'`)),
    count('pending', 'pending'),
    count('failed', 'failed'),
    sql`(select synced_at ${links} and synced_at is not null order by synced_at desc limit 1) as newest`,
  ])
  return sql<Row>`with own as (select id from ${sql.table(names.connections)}
    where workspace_id = ${account[0]} and user_id = ${account[1]}) select ${columns}`
}
