import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sqliteStores } from '../../../src/adapters/sqlite/index.ts'
import { movedClock } from './fixtures.ts'

const run = promisify(execFile)
const child = (name: string) => fileURLToPath(new URL(`./children/${name}.ts`, import.meta.url))
const bounds = { timeout: 60_000, maxBuffer: 1 << 24 }
let directory = ''
let path = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gcs-processes-'))
  path = join(directory, 'calendar-sync.db')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

describe('processes on one file', () => {
  it('migrate and claim at once: each mark is finished once, each fence given once', async () => {
    const inserts = 100
    const names = ['one', 'two', 'three']
    const outputs = await Promise.all(
      names.map(name => run(process.execPath, [child('worker'), path, name, String(inserts)], bounds)),
    )
    const done = outputs.flatMap(
      ({ stdout }) => JSON.parse(stdout) as { readonly id: string; readonly fence: number }[],
    )
    expect(done.length).toBe(inserts * names.length)
    expect(new Set(done.map(({ id }) => id)).size).toBe(done.length)
    expect(new Set(done.map(({ fence }) => fence)).size).toBe(done.length)
    const stores = sqliteStores(path)
    expect(await stores.state.marks.dueRefs({ limit: 10 })).toEqual([])
    await stores.close()
  }, 90_000)

  it('one that is killed inside a transaction leaves no trace of it, and its ref is taken over', async () => {
    await expect(run(process.execPath, [child('dies'), path], bounds)).rejects.toMatchObject({
      signal: 'SIGKILL',
    })
    const { runtime, advance } = movedClock()
    const stores = sqliteStores(path, { runtime })
    const ref = { workspaceId: 'w1', appointmentId: 'a1' }
    expect((await stores.state.marks.ofRef(ref)).length).toBe(1)
    expect(await stores.state.claims.claim(ref, { holdMs: 15_000 })).toBe(undefined)
    advance(15_001)
    const claim = await stores.state.claims.claim(ref, { holdMs: 15_000 })
    expect(claim?.marks.length).toBe(1)
    await stores.close()
  }, 90_000)
})
