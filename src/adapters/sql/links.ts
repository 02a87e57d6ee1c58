import type { ClaimKey } from '../../contracts/claim-store.ts'
import type { AccountRef, AppointmentRef } from '../../contracts/identity.ts'
import type { Link } from '../../contracts/link.ts'
import type {
  LinkCondition,
  LinkPage,
  LinkRefused,
  LinkRewrite,
  LinkStore,
  LinkSummary,
  LinkWrite,
  LinkWriteResult,
  PageOptions,
  StaleCondition,
} from '../../contracts/link-store.ts'
import { connectionId } from './connection-row.ts'
import { pageOf, readRowCursor } from './cursor.ts'
import type { Database } from './database.ts'
import { guardLink } from './link-guard.ts'
import { linkColumns, linkOf } from './link-row.ts'
import { LinkSummaries } from './link-summary.ts'
import { rewriteLinks } from './rewrite-links.ts'
import type { Db } from './tables.ts'

export class SqlLinkStore implements LinkStore {
  readonly #database: Database
  readonly #summaries: LinkSummaries

  constructor(database: Database) {
    this.#database = database
    this.#summaries = new LinkSummaries(database)
  }

  write(claim: ClaimKey, write: LinkWrite): Promise<LinkWriteResult> {
    const database = this.#database
    const { names } = database
    return database.write(async (on): Promise<LinkWriteResult> => {
      const guarded = await guardLink(database, on, claim, write)
      if ('ok' in guarded) return guarded
      const now = await database.now(on)
      const version = Math.max(await database.next(on), guarded.counter + 1)
      const { key } = guarded
      await on
        .updateTable(names.connections)
        .set({ counter: version })
        .where('id', '=', key.connection_id)
        .execute()
      const fields = write.intent
        ? { ...write.set, intents: [...write.set.intents, { ...write.intent, number: version, at: now }] }
        : write.set
      const columns = { version, ...linkColumns(database, fields) }
      if (guarded.id === undefined) {
        await on
          .insertInto(names.links)
          .values({ ...key, ...columns })
          .execute()
      } else {
        await on.updateTable(names.links).set(columns).where('id', '=', guarded.id).execute()
      }
      return { ok: true, link: linkOf({ ...key, ...columns }), now }
    })
  }

  remove(claim: ClaimKey, condition: LinkCondition): Promise<{ readonly ok: true } | LinkRefused> {
    return this.#database.write(async (on): Promise<{ readonly ok: true } | LinkRefused> => {
      const guarded = await guardLink(this.#database, on, claim, condition)
      if ('ok' in guarded) return guarded
      if (guarded.id !== undefined) {
        await on.deleteFrom(this.#database.names.links).where('id', '=', guarded.id).execute()
      }
      return { ok: true }
    })
  }

  async ofRef(ref: AppointmentRef): Promise<readonly Link[]> {
    return this.#database.run(on => linksOfRef(this.#database, on, ref))
  }

  page(account: AccountRef, options: PageOptions): Promise<LinkPage> {
    return this.#page(account, options, undefined)
  }

  stale(account: AccountRef, current: StaleCondition, options: PageOptions): Promise<LinkPage> {
    return this.#page(account, options, current)
  }

  async #page(
    account: AccountRef,
    options: PageOptions,
    current: StaleCondition | undefined,
  ): Promise<LinkPage> {
    const database = this.#database
    const after = options.after === undefined ? 0 : readRowCursor(options.after)
    const rows = await database.run(on => {
      const query = on
        .selectFrom(database.names.links)
        .selectAll()
        .where('connection_id', '=', connectionId(database, on, account))
        .where('id', '>', after)
        .orderBy('id')
        .limit(options.limit + 1)
      if (!current) return query.execute()
      return query
        .where(eb =>
          eb.or([
            eb('behind', '=', 1),
            eb('settings_version', '<', current.settingsVersion),
            eb('target', '<>', database.text(current.target)),
          ]),
        )
        .execute()
    })
    const { rows: page, last } = pageOf(rows, options.limit)
    return { links: page.map(linkOf), ...(last && { next: String(last.id) }) }
  }

  rewrite(account: AccountRef, rewrite: LinkRewrite): Promise<{ next?: string } | null> {
    return rewriteLinks(this.#database, account, rewrite)
  }

  summary(account: AccountRef, options: { readonly cap: number }): Promise<LinkSummary> {
    return this.#database.run(on => this.#summaries.read(on, account, options.cap))
  }
}

export async function linksOfRef(database: Database, on: Db, ref: AppointmentRef): Promise<readonly Link[]> {
  const rows = await on
    .selectFrom(database.names.links)
    .selectAll()
    .where('workspace_id', '=', database.text(ref.workspaceId))
    .where('appointment_id', '=', database.text(ref.appointmentId))
    .orderBy('id')
    .execute()
  return rows.map(linkOf)
}
