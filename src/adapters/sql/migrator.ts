import { CompiledQuery } from 'kysely'
import { StoreError } from '../../errors.ts'
import type { Database } from './database.ts'
import { alreadyThere, troubleOf } from './driver-errors.ts'
import { beginning, type MigrationScope, migrations } from './migrations.ts'
import type { Db } from './tables.ts'
import { readInt } from './text.ts'

const ROW = 1
/** For the first answer of a server. */
const FIRST_ANSWER_MS = 4_500

export interface Migrator {
  /** Brings the schema to this code's version; safe to call by any number of processes at once. */
  migrate(): Promise<void>
  /** Throws unless the schema is this code's version. */
  check(): Promise<void>
}

export function migratorOf(database: Database, scope: MigrationScope, schema: string | undefined): Migrator {
  const { names, dialect } = scope
  const run = (on: Db, text: string) => on.executeQuery(CompiledQuery.raw(text))

  const version = async (on: Db): Promise<number | undefined> => {
    const row = await on.selectFrom(names.schema).select('version').where('id', '=', ROW).executeTakeFirst()
    return row && readInt(row.version)
  }

  const look = () =>
    database.patiently(() =>
      version(database.bare).catch((error: unknown) => {
        if (troubleOf(error) === 'no-table') return undefined
        throw error
      }),
    )
  // A file has no server that could be away; there is only waiting for its lock.
  const current = () => (dialect.name === 'sqlite' ? look() : database.inTime(FIRST_ANSWER_MS, look))

  const refuseNewer = (found: number) => {
    if (found <= migrations.length) return
    throw new StoreError(
      `The tables of google-calendar-sync are at version ${found}, and this release knows versions up to ${migrations.length}: deploy the newer release again; schemas are never taken back.`,
      { code: 'store-schema', retryable: false },
    )
  }

  const upgrade = async (on: Db): Promise<void> => {
    for (const statement of beginning(scope, schema)) await run(on, statement)
    let at = await version(on)
    if (at === undefined) {
      await on.insertInto(names.schema).values({ id: ROW, version: 0 }).execute()
      at = 0
    }
    refuseNewer(at)
    for (const [position, step] of migrations.slice(at).entries()) {
      for (const statement of step(scope)) {
        await run(on, statement).catch((error: unknown) => {
          if (!alreadyThere(error)) throw error
        })
      }
      await on
        .updateTable(names.schema)
        .set({ version: at + position + 1 })
        .where('id', '=', ROW)
        .execute()
    }
  }

  return {
    async migrate() {
      const found = await current()
      if (found !== undefined) refuseNewer(found)
      if (found === migrations.length) return
      await database.patiently(() => dialect.alone(database.bare, `${names.schema}_migration`, upgrade))
    },
    async check() {
      const found = await current()
      if (found !== undefined) refuseNewer(found)
      if (found === migrations.length) return
      const state = found === undefined ? 'are missing' : `are at version ${found} of ${migrations.length}`
      throw new StoreError(
        `The tables of google-calendar-sync ${state}: run \`await stores.migrate()\` once before use, or the SQL that \`migrationSql('${dialect.name}', { from: ${found ?? 0} })\` of google-calendar-sync/sql gives.`,
        { code: 'store-schema', retryable: false },
      )
    },
  }
}
