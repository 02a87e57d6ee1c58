import { inTurn, race } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { anAccount } from '../samples.ts'
import type { TokenHarness } from './harness.ts'

export const tokenRaceCases: Cases<TokenHarness> = {
  '[2] of 20 racing first writers exactly one wins': async ({ store, other, expect }) => {
    const versions = await race(20, index =>
      (index % 2 ? store : other).put(anAccount(), `by ${index}`, null),
    )
    const winner = versions.findIndex(version => version !== null)
    expect(versions.filter(version => version !== null).length).toBe(1)
    expect(await store.get(anAccount())).toEqual({ value: `by ${winner}`, version: versions[winner] })
  },

  '[2] of 20 racing writers on one version exactly one wins': async ({ store, other, expect }) => {
    let read = await store.put(anAccount(), 'first', null)
    for (let round = 0; round < 5; round++) {
      const versions = await race(20, index =>
        (index % 2 ? store : other).put(anAccount(), `round ${round} by ${index}`, read),
      )
      const winner = versions.findIndex(version => version !== null)
      expect(versions.filter(version => version !== null).length).toBe(1)
      const value = `round ${round} by ${winner}`
      expect(await other.get(anAccount())).toEqual({ value, version: versions[winner] })
      read = versions[winner] ?? null
    }
  },

  '[2] interleaved readers and writers: no update is lost and no reader goes back': async ({
    store,
    other,
    expect,
  }) => {
    await store.put(anAccount(), '0', null)
    const log: string[] = []
    let acknowledged = 0
    const write = async (process: typeof store) => {
      await inTurn(10, async () => {
        for (let tries = 0; tries < 500; tries++) {
          const read = await process.get(anAccount())
          const next = Number(read?.value) + 1
          if (!(await process.put(anAccount(), String(next), read?.version ?? null))) continue
          acknowledged = Math.max(acknowledged, next)
          return
        }
        log.push('a writer never got its turn')
      })
    }
    const follow = async (process: typeof store) => {
      let last = 0
      await inTurn(40, async () => {
        const atLeast = Math.max(last, acknowledged)
        last = Number((await process.get(anAccount()))?.value)
        if (!(last >= atLeast)) log.push(`read ${last} after ${atLeast}`)
      })
    }
    await Promise.all([
      race(4, index => write(index % 2 ? store : other)),
      race(3, index => follow(index % 2 ? store : other)),
    ])
    expect(log).toEqual([])
    expect((await store.get(anAccount()))?.value).toBe('40')
  },

  '[3] a version is never used twice, not even after a delete': async ({ store, other, expect }) => {
    const versions: (string | null)[] = []
    for (let round = 0; round < 10; round++) {
      const process = round % 2 ? store : other
      const first = await process.put(anAccount(), 'same value', null)
      versions.push(first, await process.put(anAccount(), 'same value', first))
      await process.delete(anAccount())
    }
    expect(versions.includes(null)).toBe(false)
    expect(new Set(versions).size).toBe(20)
  },

  '[3] a put with a version of before a delete gets null, also once a new token is there': async ({
    store,
    other,
    expect,
  }) => {
    const slow = await store.put(anAccount(), 'value', null)
    await other.delete(anAccount())
    expect(await store.put(anAccount(), 'resurrected', slow)).toBe(null)
    expect(await store.get(anAccount())).toBe(undefined)
    const fresh = await other.put(anAccount(), 'value', null)
    expect(await store.put(anAccount(), 'resurrected', slow)).toBe(null)
    expect(await store.get(anAccount())).toEqual({ value: 'value', version: fresh })
  },

  '[3] a put that races a delete never brings the token back after both': async ({
    store,
    other,
    expect,
  }) => {
    for (let round = 0; round < 10; round++) {
      const version = await store.put(anAccount(), 'value', null)
      const racing = () => store.put(anAccount(), 'refreshed', version)
      await Promise.all(
        round % 2 ? [other.delete(anAccount()), racing()] : [racing(), other.delete(anAccount())],
      )
      expect(await store.get(anAccount())).toBe(undefined)
    }
  },

  '[6] a lost race is an answer, never a throw': async ({ store, other, expect }) => {
    const version = await store.put(anAccount(), 'value', null)
    const calls = await Promise.allSettled([
      ...(await race(10, async index =>
        (index % 2 ? store : other).put(anAccount(), 'lost', 'no such version'),
      )),
      ...Array.from({ length: 10 }, () => other.put(anAccount(), 'new', null)),
      ...Array.from({ length: 10 }, () => store.put(anAccount(), 'newer', version)),
    ])
    expect(calls.filter(call => call.status === 'rejected')).toEqual([])
  },
}
