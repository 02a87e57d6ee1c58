import { CompiledQuery } from 'kysely'
import { StoreError } from '../../errors.ts'
import type { Database } from './database.ts'
import { alreadyThere, troubleOf } from './driver-errors.ts'
import { type MigrationScope, migrations } from './migrations.ts'
import type { Db } from './tables.ts'
import { readInt } from './text.ts'

const ROW = 1

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

  const current = () =>
    database.patiently(() =>
      version(database.bare).catch((error: unknown) => {
        if (troubleOf(error) === 'no-table') return undefined
        throw error
      }),
    )

  const refuseNewer = (found: number) => {
    if (found <= migrations.length) return
    throw new StoreError(
      `The tables of google-calendar-sync are at version ${found}, and this release knows versions up to ${migrations.length}: deploy the newer release again; schemas are never taken back.`,
      { code: 'store-schema', retryable: false },
    )
  }

  const upgrade = async (on: Db): Promise<void> => {
    if (schema !== undefined && dialect.name === 'postgres')
      await run(on, `create schema if not exists ${schema}`)
    const { int } = dialect.types
    await run(
      on,
      `create table if not exists ${names.schema} (id ${int} not null primary key, version ${int} not null) ${dialect.tableEnd}`,
    )
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
      throw new StoreError(
        'The tables of google-calendar-sync are missing or older than this release: run `await stores.migrate()` once before use.',
        { code: 'store-schema', retryable: false },
      )
    },
  }
}
