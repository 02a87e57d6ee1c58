import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type SqliteStores, sqliteStores } from '../../../src/adapters/sqlite/index.ts'
import { StoreError } from '../../../src/errors.ts'

const account = { workspaceId: 'w1', userId: 'u1' }
let directory = ''
let path = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gcs-trouble-'))
  path = join(directory, 'calendar-sync.db')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

async function failure(stores: SqliteStores): Promise<StoreError> {
  const error = await stores.tokens.get(account).then(
    () => undefined,
    (caught: unknown) => caught,
  )
  await stores.close()
  if (!(error instanceof StoreError)) throw new Error('Expected a StoreError.')
  return error
}

describe('sqliteStores', () => {
  it('does no I/O before the first call, then makes and migrates the file', async () => {
    const stores = sqliteStores(path)
    expect(existsSync(path)).toBe(false)
    expect(await stores.tokens.get(account)).toBe(undefined)
    expect(existsSync(path)).toBe(true)
    await stores.migrate()
    await stores.close()
  })

  it('says so when it is used after close, and never makes a file then', async () => {
    const stores = sqliteStores(path)
    await stores.close()
    await expect(stores.tokens.get(account)).rejects.toMatchObject({ code: 'stopped' })
    expect(existsSync(path)).toBe(false)
  })

  it('lets calls under way end before it closes', async () => {
    const stores = sqliteStores(path)
    await stores.migrate()
    const put = stores.tokens.put(account, 'sealed', null)
    const lease = stores.state.leases.acquire('name', 'holder', 1_000)
    await Promise.all([put, lease, stores.close()])
    expect(await lease).toBe(true)
  })

  it('leaves a database that was passed in open', async () => {
    const database = new DatabaseSync(path)
    const stores = sqliteStores(database)
    await stores.tokens.put(account, 'sealed', null)
    await stores.close()
    expect(database.prepare('select count(*) as count from gcs_tokens').get()).toMatchObject({ count: 1 })
    database.close()
  })

  it('does not join a transaction, and says what to do', async () => {
    const stores = sqliteStores(path)
    const mark = {
      ref: { workspaceId: 'w1', appointmentId: 'a1' },
      lane: 'interactive',
      origin: 'host',
    } as const
    const call = stores.state.marks.insert([mark], { transaction: {} })
    await expect(call).rejects.toMatchObject({ code: 'transaction-unsupported' })
    await expect(call).rejects.toThrow(/sqlStores\(\{ db \}\)/)
    await stores.close()
  })

  it('refuses the tables of a newer release', async () => {
    const first = sqliteStores(path)
    await first.migrate()
    await first.close()
    const database = new DatabaseSync(path)
    database.exec('update gcs_schema set version = version + 1')
    database.close()
    const error = await failure(sqliteStores(path))
    expect([error.code, error.retryable]).toEqual(['store-schema', false])
    expect(error.message).toMatch(/newer release/)
  })

  it('goes on where an older release stopped', async () => {
    const first = sqliteStores(path)
    await first.migrate()
    await first.close()
    const database = new DatabaseSync(path)
    // The last two steps make a table and its index.
    database.exec('drop table gcs_pull_hints; update gcs_schema set version = version - 2')
    database.close()
    const again = sqliteStores(path)
    expect(await again.state.pullHints.add({ workspaceId: 'w1', userId: 'u1' })).toBe(true)
    await again.close()
  })

  it('says that a file is no database, or damaged', async () => {
    writeFileSync(path, 'this is not a database, and long enough to be looked at as one. '.repeat(100))
    const error = await failure(sqliteStores(path))
    expect([error.code, error.retryable]).toEqual(['store-failed', false])
    expect(error.message).toMatch(/damaged or no SQLite database/)
    expect(error.message).toContain(path)
    expect(error.cause).toBeInstanceOf(Error)
  })

  it('says what to do about a directory that is missing', async () => {
    const error = await failure(sqliteStores(join(directory, 'missing', 'calendar-sync.db')))
    expect([error.code, error.retryable]).toEqual(['store-failed', false])
    expect(error.message).toMatch(/create the directory/)
  })

  it('says that a database cannot be written', async () => {
    const first = sqliteStores(path)
    await first.migrate()
    await first.close()
    const database = new DatabaseSync(path, { readOnly: true })
    const stores = sqliteStores(database)
    expect(await stores.tokens.get(account)).toBe(undefined)
    const put = stores.tokens.put(account, 'sealed', null)
    await expect(put).rejects.toThrow(/read-only/)
    await expect(put).rejects.toMatchObject({ code: 'store-failed', retryable: false })
    await stores.close()
    database.close()
  })

  it('works again once the cause is gone', async () => {
    const broken = sqliteStores(join(directory, 'later', 'calendar-sync.db'))
    await expect(broken.tokens.get(account)).rejects.toMatchObject({ code: 'store-failed' })
    const { mkdirSync } = await import('node:fs')
    mkdirSync(join(directory, 'later'))
    expect(await broken.tokens.get(account)).toBe(undefined)
    await broken.close()
  })

  it('never gives out a number again, even when a power cut took the last commits back', async () => {
    const ref = { workspaceId: 'w1', appointmentId: 'a1' }
    const turns = async (count: number) => {
      const stores = sqliteStores(path)
      let fence = 0
      for (let turn = 0; turn < count; turn++) {
        await stores.state.marks.insert([{ ref, lane: 'interactive', origin: 'host' }])
        fence = (await stores.state.claims.claim(ref, { holdMs: 0 }))?.fence ?? 0
        if (turn === 0) lastSynced = [path, `${path}-wal`].map(file => [file, readFileSync(file)] as const)
      }
      await stores.close()
      return fence
    }
    let lastSynced: readonly (readonly [string, Buffer])[] = []
    const before = await turns(20)
    rmSync(`${path}-shm`, { force: true })
    for (const [file, bytes] of lastSynced) writeFileSync(file, bytes)
    expect(await turns(1)).toBeGreaterThan(before)
  })

  it('says which Node it needs when node:sqlite is missing or too old', async () => {
    for (const found of [undefined, { StatementSync: class {} }]) {
      const spy = vi.spyOn(process, 'getBuiltinModule').mockImplementation(() => found)
      const call = sqliteStores(path).tokens.get(account)
      await expect(call).rejects.toMatchObject({ code: 'config-invalid' })
      await expect(call).rejects.toThrow(/22\.16.*better-sqlite3/)
      spy.mockRestore()
    }
  })

  it('wants a path', () => {
    expect(() => sqliteStores('')).toThrow(/path/)
  })
})
