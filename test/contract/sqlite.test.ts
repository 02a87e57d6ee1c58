import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { type SqliteHandle, sqliteStores } from '../../src/adapters/sqlite/index.ts'
import { stateStoreContract, tokenStoreContract } from '../../src/testing/contracts/index.ts'
import { movedClock, type OpenStores, stateFixture, tokenFixture } from '../unit/adapters-sql/fixtures.ts'

const { runtime, advance } = movedClock()

const onFile = (database: (path: string) => string | SqliteHandle) => (): OpenStores => {
  const directory = mkdtempSync(join(tmpdir(), 'gcs-sqlite-'))
  const closers: (() => Promise<void>)[] = []
  const open = () => {
    const opened = database(join(directory, 'calendar-sync.db'))
    const stores = sqliteStores(opened, { runtime })
    closers.push(async () => {
      await stores.close()
      if (typeof opened !== 'string') opened.close()
    })
    return stores
  }
  return {
    stores: open(),
    open,
    async close() {
      for (const close of closers) await close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

const inMemory = (): OpenStores => {
  const stores = sqliteStores(':memory:', { runtime })
  return { stores, close: () => stores.close() }
}

const own = 'its connection is its own: only sqlStores joins a host transaction'
const skip = {
  'marks: [1] marks of an open transaction are seen by nobody, and by all after its commit': own,
  'marks: [1] marks of a transaction that was rolled back never were': own,
}

const databases = {
  'a path, by node:sqlite': onFile(path => path),
  'a DatabaseSync': onFile(path => new DatabaseSync(path)),
  'a better-sqlite3 Database': onFile(path => new Database(path)),
  ':memory:': inMemory,
}

for (const [name, create] of Object.entries(databases)) {
  describe(`sqliteStores on ${name}`, () => {
    const runner = { describe, it, expect }
    stateStoreContract(runner, { create: () => stateFixture(create()), advance, skip })
    tokenStoreContract(runner, { create: () => tokenFixture(create()) })
  })
}
