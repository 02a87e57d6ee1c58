import type { Finding, FindingPage, FindingStore } from '../../contracts/finding-store.ts'
import type { AccountRef, AppointmentRef } from '../../contracts/identity.ts'
import type { PageOptions } from '../../contracts/link-store.ts'
import { pageOf, readCursor, writeCursor } from './cursor.ts'
import type { Database } from './database.ts'
import type { Text } from './text.ts'
import { readInt, readText } from './text.ts'

const CHUNK = 500

export class SqlFindingStore implements FindingStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  #account(account: AccountRef) {
    return {
      workspace_id: this.#database.text(account.workspaceId),
      user_id: this.#database.text(account.userId),
    }
  }

  async add(account: AccountRef, findings: readonly Finding[]): Promise<void> {
    if (findings.length === 0) return
    const database = this.#database
    const key = this.#account(account)
    // One row a ref, in one order: writers that meet must not lock each other's rows crosswise.
    const kinds = new Map(findings.map(finding => [finding.ref.appointmentId, finding.kind]))
    const sorted = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1))
    await database.write(async on => {
      const found_at = await database.now(on)
      for (let at = 0; at < sorted.length; at += CHUNK) {
        const rows = sorted
          .slice(at, at + CHUNK)
          .map(([id, kind]) => ({ ...key, appointment_id: database.text(id), kind, found_at }))
        await on
          .deleteFrom(database.names.findings)
          .where('workspace_id', '=', key.workspace_id)
          .where('user_id', '=', key.user_id)
          .where(
            'appointment_id',
            'in',
            rows.map(row => row.appointment_id),
          )
          .execute()
        await database.dialect.ifAbsent(on.insertInto(database.names.findings).values(rows)).execute()
      }
    })
  }

  async count(
    account: AccountRef,
    withinMs: number,
  ): Promise<{ readonly removals: number; readonly moves: number }> {
    const database = this.#database
    const key = this.#account(account)
    const rows = await database.run(async on =>
      on
        .selectFrom(database.names.findings)
        .select(eb => ['kind', eb.fn.countAll().as('count')])
        .where('workspace_id', '=', key.workspace_id)
        .where('user_id', '=', key.user_id)
        .where('found_at', '>=', (await database.now(on)) - Math.floor(withinMs))
        .groupBy('kind')
        .execute(),
    )
    const of = (kind: Finding['kind']) => readInt(rows.find(row => row.kind === kind)?.count ?? 0)
    return { removals: of('removal'), moves: of('move') }
  }

  async list(account: AccountRef, options: PageOptions): Promise<FindingPage> {
    const database = this.#database
    const key = this.#account(account)
    const after: Text | undefined =
      options.after === undefined ? undefined : database.text(String(readCursor(options.after, 1)[0]))
    const rows = await database.run(on => {
      const query = on
        .selectFrom(database.names.findings)
        .select(['appointment_id', 'kind'])
        .where('workspace_id', '=', key.workspace_id)
        .where('user_id', '=', key.user_id)
        .orderBy('appointment_id')
        .limit(options.limit + 1)
      return (after === undefined ? query : query.where('appointment_id', '>', after)).execute()
    })
    const { rows: page, last } = pageOf(rows, options.limit)
    return {
      findings: page.map(row => ({
        ref: { workspaceId: account.workspaceId, appointmentId: readText(row.appointment_id) },
        kind: row.kind as Finding['kind'],
      })),
      ...(last && { next: writeCursor(readText(last.appointment_id)) }),
    }
  }

  async clear(account: AccountRef, ref?: AppointmentRef): Promise<void> {
    const database = this.#database
    const key = this.#account(account)
    await database.run(on => {
      const query = on
        .deleteFrom(database.names.findings)
        .where('workspace_id', '=', key.workspace_id)
        .where('user_id', '=', key.user_id)
      return (ref ? query.where('appointment_id', '=', database.text(ref.appointmentId)) : query).execute()
    })
  }
}
