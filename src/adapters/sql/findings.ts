import type { Finding, FindingPage, FindingPageOptions, FindingStore } from '../../contracts/finding-store.ts'
import type { AccountRef, AppointmentRef } from '../../contracts/identity.ts'
import { pageOf, readKeyCursor, writeKeyCursor } from './cursor.ts'
import type { Database } from './database.ts'
import { readInt, readText } from './text.ts'

const CHUNK = 500
const KEY = ['workspace_id', 'user_id', 'ref_workspace_id', 'appointment_id'] as const

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
    const byRef = new Map(
      findings.map(finding => [
        JSON.stringify([finding.ref.workspaceId, finding.ref.appointmentId]),
        finding,
      ]),
    )
    const sorted = [...byRef].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, finding]) => finding)
    await database.write(async on => {
      const found_at = await database.now(on)
      for (let at = 0; at < sorted.length; at += CHUNK) {
        const rows = sorted.slice(at, at + CHUNK).map(({ ref, kind }) => ({
          ...key,
          ref_workspace_id: database.text(ref.workspaceId),
          appointment_id: database.text(ref.appointmentId),
          kind,
          found_at,
        }))
        await database.dialect
          .orUpdate(on.insertInto(database.names.findings).values(rows), KEY, ['kind', 'found_at'])
          .execute()
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

  async list(account: AccountRef, options: FindingPageOptions): Promise<FindingPage> {
    const database = this.#database
    const key = this.#account(account)
    const [workspace, appointment] = options.after === undefined ? ['', ''] : readKeyCursor(options.after)
    const after = { workspace: database.text(workspace), appointment: database.text(appointment) }
    const { withinMs } = options
    const rows = await database.run(async on => {
      const since = withinMs === undefined ? 0 : (await database.now(on)) - Math.floor(withinMs)
      return on
        .selectFrom(database.names.findings)
        .select(['ref_workspace_id', 'appointment_id', 'kind'])
        .where('found_at', '>=', since)
        .where('workspace_id', '=', key.workspace_id)
        .where('user_id', '=', key.user_id)
        .where('ref_workspace_id', '>=', after.workspace)
        .where(({ or, and, eb }) =>
          or([
            eb('ref_workspace_id', '>', after.workspace),
            and([eb('ref_workspace_id', '=', after.workspace), eb('appointment_id', '>', after.appointment)]),
          ]),
        )
        .orderBy('ref_workspace_id')
        .orderBy('appointment_id')
        .limit(options.limit + 1)
        .execute()
    })
    const { rows: page, last } = pageOf(rows, options.limit)
    return {
      findings: page.map(row => ({
        ref: { workspaceId: readText(row.ref_workspace_id), appointmentId: readText(row.appointment_id) },
        kind: row.kind as Finding['kind'],
      })),
      ...(last && { next: writeKeyCursor(readText(last.ref_workspace_id), readText(last.appointment_id)) }),
    }
  }

  async clear(account: AccountRef, ref?: AppointmentRef): Promise<void> {
    const database = this.#database
    const key = this.#account(account)
    await database.run(on => {
      const own = on
        .deleteFrom(database.names.findings)
        .where('workspace_id', '=', key.workspace_id)
        .where('user_id', '=', key.user_id)
      if (!ref) return own.execute()
      return own
        .where('ref_workspace_id', '=', database.text(ref.workspaceId))
        .where('appointment_id', '=', database.text(ref.appointmentId))
        .execute()
    })
  }
}
