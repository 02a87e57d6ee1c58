import type { Claim, ClaimKey, ClaimOutcome, ClaimStore, RenewOptions } from '../../contracts/claim-store.ts'
import type { AppointmentRef } from '../../contracts/identity.ts'
import { claimInOne, finishInOne } from './claims-in-one.ts'
import { type Database, StartOver } from './database.ts'
import { linksOfRef } from './links.ts'
import { markIds, markInserts, markOf } from './mark-row.ts'
import type { Db } from './tables.ts'
import { readInt } from './text.ts'

const CHUNK = 500

export class SqlClaimStore implements ClaimStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  #key(ref: AppointmentRef) {
    return {
      workspace_id: this.#database.text(ref.workspaceId),
      appointment_id: this.#database.text(ref.appointmentId),
    }
  }

  #lock(on: Db, ref: AppointmentRef) {
    const key = this.#key(ref)
    return this.#database.dialect
      .locked(
        on
          .selectFrom(this.#database.names.refs)
          .select(['fence', 'hidden_until'])
          .where('workspace_id', '=', key.workspace_id)
          .where('appointment_id', '=', key.appointment_id),
      )
      .executeTakeFirst()
  }

  #marks(on: Db, ref: AppointmentRef) {
    const key = this.#key(ref)
    return on
      .selectFrom(this.#database.names.marks)
      .where('workspace_id', '=', key.workspace_id)
      .where('appointment_id', '=', key.appointment_id)
  }

  /** Whether the claim still holds; locks the ref's row until the commit when it does. */
  async #holds(on: Db, claim: ClaimKey): Promise<boolean> {
    const row = await this.#lock(on, claim.ref)
    return row !== undefined && readInt(row.fence) === claim.fence
  }

  #hide(on: Db, ref: AppointmentRef, columns: { readonly fence?: number; readonly hidden_until: number }) {
    const key = this.#key(ref)
    return on
      .updateTable(this.#database.names.refs)
      .set(columns)
      .where('workspace_id', '=', key.workspace_id)
      .where('appointment_id', '=', key.appointment_id)
      .execute()
  }

  claim(ref: AppointmentRef, options: { readonly holdMs: number }): Promise<Claim | undefined> {
    const database = this.#database
    const inOne = claimInOne(database, ref, options)
    if (inOne) return inOne
    return database.write(async (on): Promise<Claim | undefined> => {
      const row = await this.#lock(on, ref)
      const now = await database.now(on)
      if (row && readInt(row.hidden_until) > now) return undefined
      const marks = (await this.#marks(on, ref).selectAll().orderBy('id').execute()).map(markOf)
      if (!marks.some(mark => mark.dueAt <= now)) return undefined
      const fence = Math.max(await database.next(on), row ? readInt(row.fence) + 1 : 0)
      const columns = { fence, hidden_until: now + Math.ceil(options.holdMs) }
      if (row) {
        await this.#hide(on, ref, columns)
      } else {
        const { numInsertedOrUpdatedRows } = await database.dialect
          .ifAbsent(on.insertInto(database.names.refs).values({ ...this.#key(ref), ...columns }))
          .executeTakeFirstOrThrow()
        // Another process made the row after our look: see whether its claim still lives.
        if (numInsertedOrUpdatedRows !== 1n) throw new StartOver()
      }
      return { ref, fence, marks, links: await linksOfRef(database, on, ref), now }
    })
  }

  renew(claim: ClaimKey, options: RenewOptions): Promise<{ readonly newMarks: boolean } | null> {
    const database = this.#database
    return database.write(async on => {
      if (!(await this.#holds(on, claim))) return null
      const now = await database.now(on)
      await this.#hide(on, claim.ref, { hidden_until: now + Math.ceil(options.holdMs) })
      const due = await this.#marks(on, claim.ref).select('id').where('due_at', '<=', now).execute()
      const seen = new Set(options.seen)
      return { newMarks: due.some(mark => !seen.has(String(mark.id))) }
    })
  }

  finish(claim: ClaimKey, outcome: ClaimOutcome): Promise<{ readonly more: boolean } | null> {
    const database = this.#database
    const inOne = finishInOne(database, claim, outcome)
    if (inOne) return inOne
    return database.write(async on => {
      if (!(await this.#holds(on, claim))) return null
      const key = this.#key(claim.ref)
      const gone = markIds(outcome.deleteMarks)
      for (let at = 0; at < gone.length; at += CHUNK) {
        await on
          .deleteFrom(database.names.marks)
          .where('id', 'in', gone.slice(at, at + CHUNK))
          .where('workspace_id', '=', key.workspace_id)
          .where('appointment_id', '=', key.appointment_id)
          .execute()
      }
      for (const insert of markInserts(database, on, outcome.addMarks)) await insert.execute()
      const now = await database.now(on)
      // The end of the hiding doubles as the time of last use, by which `prune` knows an idle row.
      await this.#hide(on, claim.ref, { hidden_until: now })
      const left = await this.#marks(on, claim.ref)
        .select('id')
        .where('due_at', '<=', now)
        .limit(1)
        .executeTakeFirst()
      return { more: left !== undefined }
    })
  }
}
