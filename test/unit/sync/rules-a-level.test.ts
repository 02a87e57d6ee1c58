import { describe, expect, it } from 'vitest'
import { leaseName } from '../../../src/oauth/index.ts'
import {
  appointment,
  connectedKit,
  DANA,
  dana,
  deafQueue,
  fill,
  issueCodes,
  linkOf,
  marksOf,
  methods,
  refOf,
  replacing,
  SECOND,
  statusOf,
  twoUsers,
  watched,
  YAEL,
} from './support-rules.ts'

const ref = refOf('a1')

describe('A3: level-triggered', () => {
  it('A3: re-assignment leaves one calendar and appears in the other', async () => {
    const kit = await twoUsers()
    kit.book.put(ref, appointment())
    await kit.changed(ref)
    expect(methods(kit)).toEqual(['events.insert'])
    kit.book.change(ref, { userIds: ['yael'] })
    await kit.changed(ref)
    expect(methods(kit).sort()).toEqual(['events.delete', 'events.insert'])
    expect(kit.events(DANA)).toEqual([])
    expect(kit.events(YAEL)).toHaveLength(1)
    expect(kit.issues).toEqual([])
  })

  it('A3: an appointment of two users, then of one, then of nobody', async () => {
    const kit = await twoUsers()
    kit.book.put(ref, appointment({ userIds: ['dana', 'yael', 'dana'] }))
    await kit.changed(ref)
    expect(methods(kit)).toEqual(['events.insert', 'events.insert'])
    kit.book.change(ref, { userIds: ['yael'] })
    await kit.changed(ref)
    expect(methods(kit)).toEqual(['events.delete'])
    kit.book.change(ref, { userIds: [] })
    await kit.changed(ref)
    expect(methods(kit)).toEqual(['events.delete'])
    expect([...kit.events(DANA), ...kit.events(YAEL)]).toEqual([])
  })

  it('A3: there and back again revives the event, and there is still only one', async () => {
    const kit = await twoUsers()
    for (const userIds of [['dana'], ['yael'], ['dana'], ['yael'], ['dana']]) {
      kit.book.put(ref, appointment({ userIds }))
      await kit.changed(ref)
    }
    expect(kit.events(DANA)).toHaveLength(1)
    expect(kit.events(YAEL)).toEqual([])
    expect(kit.google.control.readCalendar(DANA).events).toHaveLength(1)
    expect(kit.issues).toEqual([])
  })

  it('A3: any number of changes before the run cost what the last one is', async () => {
    const kit = await twoUsers()
    for (let i = 0; i < 10; i++) {
      kit.book.put(ref, appointment({ location: `room ${i}`, userIds: i % 2 ? ['dana'] : ['yael'] }))
      await kit.sync.appointmentChanged(ref)
    }
    await kit.settle()
    expect(methods(kit)).toEqual(['events.insert'])
    expect(kit.events(DANA)).toMatchObject([{ location: 'room 9' }])
    expect(kit.events(YAEL)).toEqual([])
  })

  it('A3: created and deleted before the run leaves nothing, at no request', async () => {
    const kit = await connectedKit()
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    kit.book.delete(ref)
    await kit.sync.appointmentChanged(ref)
    await kit.settle()
    expect(kit.takeRequests()).toEqual([])
    expect(await marksOf(kit, ref)).toEqual([])
    expect(await kit.stores.state.links.ofRef(ref)).toEqual([])
  })

  it('A3: one user whose calendar fails does not hold up the other', async () => {
    const kit = await twoUsers()
    kit.google.control.fault({ fault: 'serviceUnavailable', times: 'always', match: { user: DANA } })
    kit.book.put(ref, appointment({ userIds: ['dana', 'yael'] }))
    await kit.sync.start()
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(0)
    expect(kit.events(YAEL)).toHaveLength(1)
    await kit.runtime.clock.advance(200 * SECOND)
    expect((await statusOf(kit, ref, 'yael'))?.status).toBe('synced')
    expect((await statusOf(kit, ref, 'dana'))?.status).not.toBe('synced')
    expect(methods(kit).length).toBeGreaterThan(6)
    expect(
      kit.google.control.report().rows.filter(row => row.user === YAEL && row.method === 'events.insert'),
    ).toMatchObject([{ count: 1 }])
    await kit.run(() => kit.sync.stop())
  })
})

describe('A7: appointmentChanged never breaks the host', () => {
  it('A7: a failing store: not marked, one issue, and `changes` finds it', async () => {
    const kit = await connectedKit()
    const host = watched(kit.stores.state)
    const web = kit.anotherProcess({ stateStore: host.state })
    await kit.run(() => web.appointmentChanged(ref))
    await kit.settle()
    kit.book.put(ref, appointment())
    host.failing = /./
    expect(await kit.run(() => web.appointmentChanged(ref))).toEqual({ marked: false })
    expect(kit.issues).toEqual([{ code: 'mark-failed', ref, cause: 'store-failed' }])
    await kit.settle()
    expect(kit.takeRequests()).toEqual([])
    await kit.runtime.clock.advance(76 * 60 * SECOND)
    await kit.settle()
    expect(methods(kit).filter(method => method === 'events.insert')).toHaveLength(1)
  })

  it('A7: a store that is away from the very first call on does not break the host either', async () => {
    const kit = await connectedKit()
    const host = watched(kit.stores.state)
    host.failing = /./
    const web = kit.anotherProcess({ stateStore: host.state })
    expect(await kit.run(() => web.appointmentChanged(ref))).toEqual({ marked: false })
    expect(issueCodes(kit)).toEqual(['mark-failed'])
    host.failing = undefined
    expect(await kit.run(() => web.appointmentChanged(ref))).toEqual({ marked: true })
  })

  it('A7: a store that throws something of its own does not break the host', async () => {
    const kit = await connectedKit()
    const { marks } = kit.stores.state
    const broken = replacing(marks, { insert: () => Promise.reject(new TypeError('connect ECONNREFUSED')) })
    const web = kit.anotherProcess({ stateStore: { ...kit.stores.state, marks: broken } })
    expect(await kit.run(() => web.appointmentChanged(ref))).toEqual({ marked: false })
    expect(kit.issues).toEqual([{ code: 'mark-failed', ref, cause: 'unexpected' }])
  })

  it('A7: a queue that throws at once does not break the host', async () => {
    const jobQueue = {
      ...deafQueue,
      enqueue: () => {
        throw new Error('not connected')
      },
    }
    const kit = await connectedKit({ sync: { jobQueue } })
    kit.book.put(ref, appointment())
    expect(await kit.sync.appointmentChanged(ref)).toEqual({ marked: true })
    expect(issueCodes(kit)).toEqual(['wake-failed'])
  })

  it('A7: with a transaction store trouble rejects', async () => {
    const kit = await connectedKit()
    const host = watched(kit.stores.state)
    const web = kit.anotherProcess({ stateStore: host.state })
    await kit.run(() => web.appointmentChanged(ref))
    const transaction = kit.stores.beginTransaction()
    host.failing = /marks\.insert/
    await expect(web.appointmentChanged(ref, { transaction })).rejects.toMatchObject({ code: 'store-failed' })
    expect(kit.issues).toEqual([])
    // Any other call could wait for the connection that the host's transaction holds.
    host.failing = /connections/
    host.calls.length = 0
    expect(await web.appointmentChanged(ref, { transaction })).toEqual({ marked: true })
    expect(host.calls).toEqual(['marks.insert'])
  })

  it('A7: with a transaction, a queue that throws does not undo the mark', async () => {
    const jobQueue = { ...deafQueue, enqueue: () => Promise.reject(new Error('redis is away')) }
    const kit = await connectedKit({ sync: { jobQueue } })
    const transaction = kit.stores.beginTransaction()
    expect(await kit.sync.appointmentChanged(ref, { transaction })).toEqual({ marked: true })
    await transaction.commit()
    expect(await marksOf(kit, ref)).toHaveLength(1)
  })

  it('A7: bad arguments always throw, and say which', async () => {
    const kit = await connectedKit()
    const bad: unknown[] = [
      undefined,
      null,
      'a1',
      {},
      { workspaceId: 'w1' },
      { workspaceId: '', appointmentId: 'a' },
      { workspaceId: 'w1', appointmentId: '' },
      { workspaceId: 'w1', appointmentId: 7 },
      { workspaceId: 'w1', appointmentId: 'x'.repeat(256) },
      { workspaceId: ['w1'], appointmentId: 'a' },
    ]
    for (const argument of bad) {
      await expect(kit.sync.appointmentChanged(argument as typeof ref)).rejects.toMatchObject({
        code: 'argument-invalid',
        message: expect.stringMatching(/workspaceId|appointmentId/),
      })
    }
    await expect(kit.sync.appointmentChanged(ref, { transaction: {} })).rejects.toMatchObject({
      code: 'transaction-unsupported',
    })
    expect(kit.issues).toEqual([])
    expect(await marksOf(kit, ref)).toEqual([])
  })

  it('A7: a finished transaction is refused, since its commit cannot hold the mark', async () => {
    const kit = await connectedKit()
    const transaction = kit.stores.beginTransaction()
    await transaction.commit()
    await expect(kit.sync.appointmentChanged(ref, { transaction })).rejects.toMatchObject({
      code: 'transaction-unsupported',
    })
  })

  it('A7: a workspace with no connection costs one read and no wake-up', async () => {
    const kit = await connectedKit()
    const host = watched(kit.stores.state)
    let rung = 0
    const jobQueue = { ...deafQueue, enqueue: async () => void rung++ }
    const web = kit.anotherProcess({ stateStore: host.state, jobQueue })
    const elsewhere = refOf('a1', 'unconnected')
    await kit.run(() => web.appointmentChanged(elsewhere))
    host.calls.length = 0
    expect(await web.appointmentChanged(elsewhere)).toEqual({ marked: false })
    expect(host.calls).toEqual(['connections.existsIn'])
    expect(rung).toBe(0)
    expect(await marksOf(kit, elsewhere)).toEqual([])
    expect(kit.issues).toEqual([])
  })

  it('A7: awkward ids of 255 characters of any kind work', async () => {
    const kit = await connectedKit()
    const awkward = [
      refOf('a/b.c:d', 'w1'),
      refOf('💥'.repeat(127), 'w1'),
      refOf('x'.repeat(255), 'w1'),
      refOf('../..', 'w1'),
      refOf('__proto__', 'w1'),
    ]
    for (const each of awkward) {
      kit.book.put(each, appointment({ location: 'here' }))
      await kit.changed(each)
    }
    expect(methods(kit)).toEqual(awkward.map(() => 'events.insert'))
    for (const each of awkward) expect(await linkOf(kit, each)).toMatchObject({ status: 'synced' })
  })
})

describe('A8: bulk work', () => {
  it('A8: two processes at one backfill send each event once', async () => {
    const kit = await connectedKit({ google: { latencyMs: 100 } })
    for (let i = 0; i < 60; i++) kit.book.put(refOf(`b${i}`), appointment())
    await kit.run(() => kit.sync.syncNow(dana))
    const other = kit.anotherProcess()
    await kit.run(() => Promise.all([kit.sync.runDue({ maxMs: 300_000 }), other.runDue({ maxMs: 300_000 })]))
    await kit.settle()
    expect(methods(kit).filter(method => method === 'events.insert')).toHaveLength(60)
    expect(kit.events(DANA)).toHaveLength(60)
  })

  it('A8: an edit during a backfill is served first', async () => {
    const kit = await connectedKit({ google: { latencyMs: 50 } })
    const [edited] = await fill(kit, 1)
    for (let i = 0; i < 700; i++) kit.book.put(refOf(`b${i}`), appointment())
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.sync.start()
    await kit.runtime.clock.advance(40 * SECOND)
    const done = kit.events(DANA).length
    expect(done).toBeGreaterThan(100)
    expect(done).toBeLessThan(650)
    kit.book.change(edited ?? ref, { location: 'now' })
    await kit.sync.appointmentChanged(edited ?? ref)
    await kit.runtime.clock.advance(2 * SECOND)
    expect(kit.events(DANA)).toContainEqual(expect.objectContaining({ location: 'now' }))
    expect(kit.events(DANA).length).toBeLessThan(660)
    await kit.runtime.clock.advance(180 * SECOND)
    expect(kit.events(DANA)).toHaveLength(701)
    expect(kit.takeRequests().filter(request => request.status >= 400)).toEqual([])
    await kit.run(() => kit.sync.stop())
  })

  it('A8: a backfill takes at most 80 % of the budget of its user', async () => {
    const kit = await connectedKit()
    await kit.runtime.clock.advance(61 * SECOND)
    for (let i = 0; i < 700; i++) kit.book.put(refOf(`b${i}`), appointment())
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.sync.start()
    await kit.runtime.clock.advance(59 * SECOND)
    const units = kit.takeRequests().reduce((sum, request) => sum + request.units, 0)
    expect(units).toBeLessThanOrEqual(480)
    expect(units).toBeGreaterThan(400)
    await kit.run(() => kit.sync.stop())
  })

  it('A8: a lost lease corrupts nothing', async () => {
    const kit = await connectedKit({ google: { latencyMs: 200 } })
    for (let i = 0; i < 100; i++) kit.book.put(refOf(`b${i}`), appointment())
    const mine = watched(kit.stores.state)
    mine.failing = /leases\.renew/
    const worker = kit.anotherProcess({ stateStore: mine.state })
    const { leases } = kit.stores.state
    await kit.run(() => kit.sync.syncNow(dana))
    await worker.start()
    await kit.runtime.clock.advance(5 * SECOND)
    expect(
      await leases.acquire(leaseName('bulk', { workspaceId: 'w1', userId: 'dana' }), 'somebody', SECOND),
    ).toBe(false)
    mine.failing = undefined
    const generous = replacing(leases, { acquire: async () => true, renew: async () => true })
    const robber = kit.anotherProcess({ stateStore: { ...kit.stores.state, leases: generous } })
    await robber.start()
    await kit.runtime.clock.advance(120 * SECOND)
    expect(kit.events(DANA)).toHaveLength(100)
    expect(kit.google.control.readCalendar(DANA).events).toHaveLength(100)
    expect(methods(kit).filter(method => method === 'events.insert')).toHaveLength(100)
    await kit.run(() => Promise.all([worker.stop(), robber.stop()]))
  })
})
