import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sqlStores } from '../../../src/adapters/sql/index.ts'
import { sqliteStores } from '../../../src/adapters/sqlite/index.ts'

const ref = { workspaceId: 'w1', appointmentId: 'a1' }
let directory = ''
let path = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gcs-locks-'))
  path = join(directory, 'calendar-sync.db')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

describe('while another connection holds the write lock', () => {
  it('calls wait without blocking the event loop, and reads go on', async () => {
    const stores = sqliteStores(path)
    await stores.migrate()
    const blocker = new DatabaseSync(path)
    blocker.exec('begin immediate')
    let longest = 0
    let last = performance.now()
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 5)
    const started = performance.now()
    const calls = Promise.all([
      stores.state.marks.insert([{ ref, lane: 'interactive', origin: 'host' }]),
      stores.state.leases.acquire('name', 'holder', 60_000),
      stores.tokens.put({ workspaceId: 'w1', userId: 'u1' }, 'sealed', null),
    ])
    await pause(100)
    expect(await stores.state.marks.ofRef(ref)).toEqual([])
    expect(performance.now() - started).toBeLessThan(600)
    await pause(900)
    blocker.exec('commit')
    const [, acquired, version] = await calls
    clearInterval(timer)
    expect(acquired).toBe(true)
    expect(typeof version).toBe('string')
    expect((await stores.state.marks.ofRef(ref)).length).toBe(1)
    expect(longest).toBeLessThan(100)
    blocker.close()
    await stores.close()
  })

  it('gives up with a retryable error, after a bounded time by the runtime clock', async () => {
    let slept = 0
    const clock = {
      now: () => 1_767_225_600_000,
      async sleep(ms: number) {
        slept += ms
      },
    }
    const random = { bytes: (length: number) => new Uint8Array(length), float: () => 0.9 }
    const stores = sqliteStores(path, { runtime: { clock, random } })
    await stores.migrate()
    const blocker = new DatabaseSync(path)
    blocker.exec('begin immediate')
    const call = stores.state.leases.acquire('name', 'holder', 60_000)
    await expect(call).rejects.toMatchObject({ code: 'store-failed', retryable: true })
    expect(slept).toBeGreaterThan(9_000)
    expect(slept).toBeLessThan(12_000)
    blocker.exec('rollback')
    expect(await stores.state.leases.acquire('name', 'holder', 60_000)).toBe(true)
    blocker.close()
    await stores.close()
  })

  it('gives up as soon when each try takes seconds itself, as with a driver that waits for the lock', async () => {
    let [now, tries] = [1_767_225_600_000, 0]
    const clock = {
      now: () => now,
      async sleep(ms: number) {
        now += ms
      },
    }
    const random = { bytes: (length: number) => new Uint8Array(length), float: () => 0.9 }
    const handle = new Database(path, { timeout: 1 })
    const stores = sqlStores({
      db: new Kysely({ dialect: new SqliteDialect({ database: handle }) }),
      runtime: { clock, random },
    })
    await stores.migrate()
    // Of the same SQLite: two of them in one process do not see each other's locks.
    const blocker = new Database(path)
    blocker.exec('begin immediate')
    // As if its timeout were the default one of five seconds.
    const prepare = handle.prepare.bind(handle)
    handle.prepare = ((text: string) => {
      if (text.startsWith('begin')) [now, tries] = [now + 5_000, tries + 1]
      return prepare(text)
    }) as typeof handle.prepare
    const call = stores.state.leases.acquire('name', 'holder', 60_000)
    await expect(call).rejects.toMatchObject({ code: 'store-failed', retryable: true })
    expect(tries).toBe(2)
    blocker.close()
    handle.close()
  })
})
