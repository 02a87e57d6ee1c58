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
import { type Database, Undone } from './database.ts'
import { guardLink, type LinkKey } from './link-guard.ts'
import { linkColumns, linkOf } from './link-row.ts'
import { LinkSummaries } from './link-summary.ts'
import { rewriteLinks } from './rewrite-links.ts'
import type { Db } from './tables.ts'

const OTHER_VERSION: LinkRefused = Object.freeze({ ok: false, reason: 'version' })

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
      const { key, version, now } = guarded
      const fields = write.intent
        ? { ...write.set, intents: [...write.set.intents, { ...write.intent, number: version, at: now }] }
        : write.set
      const columns = { version, ...linkColumns(database, fields) }
      if (write.expectedVersion === null) {
        if (await this.#exists(on, key)) throw new Undone(OTHER_VERSION)
        await on
          .insertInto(names.links)
          .values({ ...key, ...columns })
          .execute()
      } else {
        const { numUpdatedRows } = await on
          .updateTable(names.links)
          .set(columns)
          .where(eb => eb.and(uniquely(key)))
          .where('version', '=', write.expectedVersion)
          .executeTakeFirstOrThrow()
        if (numUpdatedRows !== 1n) throw new Undone(OTHER_VERSION)
      }
      return { ok: true, link: linkOf({ ...key, ...columns }), now }
    })
  }

  remove(claim: ClaimKey, condition: LinkCondition): Promise<{ readonly ok: true } | LinkRefused> {
    const { names } = this.#database
    return this.#database.write(async (on): Promise<{ readonly ok: true } | LinkRefused> => {
      const guarded = await guardLink(this.#database, on, claim, condition)
      if ('ok' in guarded) return guarded
      if (condition.expectedVersion === null) {
        // There is nothing to remove, and the counter stays where it was.
        throw new Undone((await this.#exists(on, guarded.key)) ? OTHER_VERSION : { ok: true })
      }
      const { numDeletedRows } = await on
        .deleteFrom(names.links)
        .where(eb => eb.and(uniquely(guarded.key)))
        .where('version', '=', condition.expectedVersion)
        .executeTakeFirstOrThrow()
      if (numDeletedRows !== 1n) throw new Undone(OTHER_VERSION)
      return { ok: true }
    })
  }

  /** Nobody else writes links of this account until the commit: the connection's row is locked. */
  async #exists(on: Db, key: LinkKey): Promise<boolean> {
    const link = await on
      .selectFrom(this.#database.names.links)
      .select('id')
      .where(eb => eb.and(uniquely(key)))
      .executeTakeFirst()
    return link !== undefined
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

const uniquely = ({ workspace_id, appointment_id, connection_id, target }: LinkKey) => ({
  workspace_id,
  appointment_id,
  connection_id,
  target,
})

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
