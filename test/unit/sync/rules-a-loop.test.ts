import { describe, expect, it } from 'vitest'
import { leaseName } from '../../../src/oauth/index.ts'
import {
  appointment,
  connectedKit,
  DANA,
  DAY,
  dana,
  deafQueue,
  fill,
  HOUR,
  issueCodes,
  MINUTE,
  marksOf,
  methods,
  refOf,
  replacing,
  SECOND,
  twoUsers,
  watched,
  YAEL,
} from './support-rules.ts'

const ref = refOf('a0')

const countOf = (calls: readonly string[], name: string) => calls.filter(call => call === name).length

describe('A2: the loop never spins', () => {
  it('A2: over bulk marks of a ref that a slow run holds', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    const { state, calls } = watched(kit.stores.state)
    const worker = kit.anotherProcess({ stateStore: state })
    await worker.start()
    await kit.runtime.clock.advance(0)
    kit.google.control.fault({ fault: 'slow', delayMs: 25 * SECOND, match: { method: 'events.patch' } })
    kit.book.change(ref, { location: 'slow' })
    await worker.appointmentChanged(ref)
    await kit.runtime.clock.advance(SECOND)
    await kit.stores.state.marks.insert([{ ref, lane: 'bulk', origin: 'found', userId: 'dana' }])
    calls.length = 0
    await kit.runtime.clock.advance(20 * SECOND)
    expect(countOf(calls, 'marks.dueBulkAccounts')).toBeLessThanOrEqual(10)
    await kit.runtime.clock.advance(MINUTE)
    expect(await marksOf(kit, ref)).toEqual([])
    expect(methods(kit)).toEqual(['events.patch'])
    await kit.run(() => worker.stop())
  })

  it("A2: over an account whose bulk work is in another's hands", async () => {
    const kit = await connectedKit()
    const { state, calls } = watched(kit.stores.state)
    const worker = kit.anotherProcess({ stateStore: state })
    await kit.stores.state.leases.acquire(
      leaseName('bulk', { workspaceId: 'w1', userId: 'dana' }),
      'somebody',
      45 * SECOND,
    )
    for (let i = 0; i < 5; i++) kit.book.put(refOf(`b${i}`), appointment())
    await kit.run(() => kit.sync.syncNow(dana))
    await worker.start()
    await kit.runtime.clock.advance(0)
    calls.length = 0
    await kit.runtime.clock.advance(40 * SECOND)
    expect(countOf(calls, 'leases.acquire')).toBeLessThanOrEqual(12)
    expect(kit.takeRequests()).toEqual([])
    await kit.runtime.clock.advance(15 * SECOND)
    expect(kit.events(DANA)).toHaveLength(5)
    await kit.run(() => worker.stop())
  })

  it('A2: runDue waits for work in other hands only as long as it was given', async () => {
    const kit = await connectedKit()
    await kit.stores.state.leases.acquire(
      leaseName('bulk', { workspaceId: 'w1', userId: 'dana' }),
      'somebody',
      HOUR,
    )
    await kit.run(() => kit.sync.syncNow(dana))
    const before = kit.runtime.clock.now()
    expect(await kit.run(() => kit.sync.runDue({ maxMs: 25 * SECOND }))).toEqual({ idle: false })
    expect(kit.runtime.clock.now() - before).toBeLessThanOrEqual(33 * SECOND)
    expect(kit.takeRequests()).toEqual([])
  })

  it('A2: while the store is away, and it goes on when the store is back', async () => {
    const kit = await connectedKit()
    const host = watched(kit.stores.state)
    const worker = kit.anotherProcess({ stateStore: host.state })
    await worker.start()
    await kit.runtime.clock.advance(0)
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    host.failing = /./
    host.calls.length = 0
    await kit.runtime.clock.advance(MINUTE)
    expect(host.calls.length).toBeLessThanOrEqual(40)
    expect(new Set(issueCodes(kit))).toEqual(new Set(['store-failed']))
    host.failing = undefined
    await kit.runtime.clock.advance(20 * SECOND)
    expect(kit.events(DANA)).toHaveLength(1)
    await kit.run(() => worker.stop())
  })

  it('A2: runDue that could not ask the store does not say that nothing was left', async () => {
    const kit = await connectedKit()
    const host = watched(kit.stores.state)
    const worker = kit.anotherProcess({ stateStore: host.state })
    await kit.run(() => worker.runDue())
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    host.failing = /marks\.dueRefs/
    expect(await kit.run(() => worker.runDue({ maxMs: 20 * SECOND }))).toEqual({ idle: false })
    expect(issueCodes(kit)).toContain('store-failed')
  })

  it('A2: runDue that is switched off does not say that nothing was left', async () => {
    let on = true
    const kit = await connectedKit({ sync: { enabled: () => on } })
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    on = false
    const before = kit.runtime.clock.now()
    expect(await kit.run(() => kit.sync.runDue({ maxMs: 20 * SECOND }))).toEqual({ idle: false })
    expect(kit.runtime.clock.now()).toBe(before)
    expect(kit.takeRequests()).toEqual([])
  })
})

describe('A2: what is due, by itself', () => {
  it('A2: runDue and stop leave no timer behind that would keep a process alive', async () => {
    const kit = await connectedKit()
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.run(() => kit.sync.runDue({ maxMs: HOUR }))
    expect(kit.runtime.clock.sleepers()).toBe(0)
    await kit.sync.start()
    await kit.runtime.clock.advance(MINUTE)
    await kit.run(() => kit.sync.stop())
    expect(kit.runtime.clock.sleepers()).toBe(0)
  })

  it('A2: a change that nobody told of is found within the hour and a quarter', async () => {
    const kit = await twoUsers()
    await fill(kit, 1)
    await kit.sync.start()
    kit.book.put(refOf('silent'), appointment({ userIds: ['dana', 'yael'] }))
    await kit.runtime.clock.advance(1.26 * HOUR)
    expect(kit.events(DANA)).toHaveLength(2)
    expect(kit.events(YAEL)).toHaveLength(1)
    await kit.run(() => kit.sync.stop())
  })

  it('A2: an idle connection costs one listing a day and no other request', async () => {
    const kit = await connectedKit()
    await fill(kit, 5)
    await kit.sync.start()
    await kit.runtime.clock.advance(5 * DAY)
    const sent = methods(kit)
    expect(new Set(sent)).toEqual(new Set(['events.list']))
    expect(sent.length).toBeGreaterThanOrEqual(4)
    expect(sent.length).toBeLessThanOrEqual(7)
    expect(kit.issues).toEqual([])
    await kit.run(() => kit.sync.stop())
  })

  it('A8: bulk work runs in slices: the lease is given back every 20 s or so', async () => {
    const kit = await connectedKit({ google: { latencyMs: 200 } })
    const taken: number[] = []
    const { leases } = kit.stores.state
    const noted = replacing(leases, {
      acquire(name, holder, ttlMs) {
        // Ids may be long, the column of the name is not.
        expect(name).toMatch(/^(?:bulk|refresh):[\w-]{43}$/)
        if (name.startsWith('bulk:')) taken.push(kit.runtime.clock.now())
        return leases.acquire(name, holder, ttlMs)
      },
    })
    const worker = kit.anotherProcess({ stateStore: { ...kit.stores.state, leases: noted } })
    for (let i = 0; i < 450; i++) kit.book.put(refOf(`b${i}`), appointment())
    await kit.run(() => kit.sync.syncNow(dana))
    await worker.start()
    await kit.runtime.clock.advance(80 * SECOND)
    const gaps = taken.slice(1).map((at, i) => at - (taken[i] ?? 0))
    expect(taken.length).toBeGreaterThanOrEqual(3)
    for (const gap of gaps) expect(gap).toBeLessThanOrEqual(30 * SECOND)
    await kit.runtime.clock.advance(60 * SECOND)
    expect(kit.events(DANA)).toHaveLength(450)
    await kit.run(() => worker.stop())
  })

  it('A8: the holder renews: a second process does not join in while it lives', async () => {
    const kit = await connectedKit({ google: { latencyMs: 300 } })
    for (let i = 0; i < 150; i++) kit.book.put(refOf(`b${i}`), appointment())
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.sync.start()
    await kit.runtime.clock.advance(SECOND)
    const mine = watched(kit.stores.state)
    const other = kit.anotherProcess({ stateStore: mine.state })
    await other.start()
    await kit.runtime.clock.advance(17 * SECOND)
    expect(countOf(mine.calls, 'claims.claim')).toBe(0)
    expect(countOf(mine.calls, 'leases.acquire')).toBeGreaterThan(1)
    await kit.runtime.clock.advance(2 * MINUTE)
    expect(kit.events(DANA)).toHaveLength(150)
    expect(methods(kit).filter(method => method === 'events.insert')).toHaveLength(150)
    await kit.run(() => Promise.all([kit.sync.stop(), other.stop()]))
  })

  it.each([10, -10])(
    'A2: what is asked for starts at once though its process is off by %i minutes',
    async minutes => {
      const kit = await connectedKit()
      const { clock } = kit.runtime
      const off = { now: () => clock.now() + minutes * MINUTE, sleep: clock.sleep.bind(clock) }
      const web = kit.anotherProcess({ runtime: { ...kit.runtime, clock: off }, jobQueue: deafQueue })
      kit.book.put(refOf('a1'), appointment())
      await kit.run(() => web.syncNow(dana))
      await kit.run(() => kit.sync.start())
      await clock.advance(30 * SECOND)
      expect(kit.events(DANA)).toHaveLength(1)

      kit.book.put(refOf('a2'), appointment())
      await web.appointmentChanged(refOf('a2'))
      await clock.advance(30 * SECOND)
      expect(kit.events(DANA)).toHaveLength(2)

      await kit.run(() => web.disconnect(dana, { events: 'remove' }))
      await clock.advance(30 * SECOND)
      expect(kit.events(DANA)).toEqual([])
      expect((await kit.sync.status(dana)).status).toBe('disconnected')
      await kit.run(() => kit.sync.stop({ drainMs: MINUTE }))
    },
  )
})
