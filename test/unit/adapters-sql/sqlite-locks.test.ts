import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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
})
