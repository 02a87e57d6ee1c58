import { race } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { LONG_MS, SHORT_MS, type StateHarness } from './harness.ts'

export const leaseCases: Cases<StateHarness> = {
  '[1] one holder at a time, the same one may acquire again': async ({ store, other, expect }) => {
    expect(await store.leases.acquire('bulk u1', 'A', LONG_MS)).toBe(true)
    expect(await other.leases.acquire('bulk u1', 'B', LONG_MS)).toBe(false)
    expect(await store.leases.acquire('bulk u1', 'A', LONG_MS)).toBe(true)
    expect(await other.leases.acquire('bulk u2', 'B', LONG_MS)).toBe(true)
  },

  '[1] of 20 racing holders exactly one acquires': async ({ store, other, expect }) => {
    const got = await race(20, index =>
      (index % 2 ? store : other).leases.acquire('lease', `holder ${index}`, LONG_MS),
    )
    expect(got.filter(Boolean).length).toBe(1)
  },

  '[1] it ends by the clock of the store; then of 20 racing holders exactly one acquires': async ({
    store,
    other,
    expect,
    advance,
  }) => {
    expect(await store.leases.acquire('lease', 'A', SHORT_MS)).toBe(true)
    await advance(SHORT_MS + 20)
    const got = await race(20, index =>
      (index % 2 ? store : other).leases.acquire('lease', `holder ${index}`, LONG_MS),
    )
    expect(got.filter(Boolean).length).toBe(1)
  },

  '[1] renewing and acquiring again hold it for longer': async ({ store, other, expect, advance }) => {
    expect(await store.leases.acquire('renewed', 'A', SHORT_MS)).toBe(true)
    expect(await store.leases.renew('renewed', 'A', LONG_MS)).toBe(true)
    expect(await store.leases.acquire('acquired', 'A', SHORT_MS)).toBe(true)
    expect(await store.leases.acquire('acquired', 'A', LONG_MS)).toBe(true)
    await advance(SHORT_MS + 20)
    expect(await other.leases.acquire('renewed', 'B', LONG_MS)).toBe(false)
    expect(await other.leases.acquire('acquired', 'B', LONG_MS)).toBe(false)
  },

  '[1] a released lease is free at once': async ({ store, other, expect }) => {
    await store.leases.acquire('lease', 'A', LONG_MS)
    await store.leases.release('lease', 'A')
    expect(await other.leases.acquire('lease', 'B', LONG_MS)).toBe(true)
  },

  '[2] renew and release do nothing once another holds it': async ({ store, other, expect, advance }) => {
    await store.leases.acquire('lease', 'A', SHORT_MS)
    await advance(SHORT_MS + 20)
    expect(await other.leases.acquire('lease', 'B', LONG_MS)).toBe(true)
    expect(await store.leases.renew('lease', 'A', LONG_MS)).toBe(false)
    await store.leases.release('lease', 'A')
    expect(await store.leases.acquire('lease', 'A', LONG_MS)).toBe(false)
    expect(await other.leases.renew('lease', 'B', LONG_MS)).toBe(true)
  },

  '[2] a lease that nobody ever held cannot be renewed, and releasing it is fine': async ({
    store,
    expect,
  }) => {
    await store.leases.release('lease', 'A')
    expect(await store.leases.renew('lease', 'A', LONG_MS)).toBe(false)
    expect(await store.leases.acquire('lease', 'B', LONG_MS)).toBe(true)
  },
}
