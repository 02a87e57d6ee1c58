import { describe, expect, it } from 'vitest'
import { inProcessQueue } from '../../../src/adapters/in-process-queue/index.ts'
import type { TestKit } from '../../../src/testing/index.ts'
import {
  appointment,
  connectedKit,
  DANA,
  deafQueue,
  kitOf,
  marksOf,
  methods,
  refOf,
  SECOND,
  watched,
} from './support-rules.ts'

const ref = refOf('a1')

async function stop(kit: TestKit): Promise<void> {
  await kit.run(() => kit.sync.stop())
}

describe('A1: the queue is never trusted with facts', () => {
  it('A1: a joined mark is invisible until the commit, however late', async () => {
    const kit = await connectedKit()
    const transaction = kit.stores.beginTransaction()
    kit.book.put(ref, appointment())
    expect(await kit.sync.appointmentChanged(ref, { transaction })).toEqual({ marked: true })
    expect(await marksOf(kit, ref)).toEqual([])
    await kit.runtime.clock.advance(60 * SECOND)
    await kit.settle()
    expect(kit.takeRequests()).toEqual([])
    await transaction.commit()
    expect(await marksOf(kit, ref)).toHaveLength(1)
    await kit.settle()
    expect(methods(kit)).toEqual(['events.insert'])
    expect(await marksOf(kit, ref)).toEqual([])
  })

  it('A1: a rollback takes the mark with it', async () => {
    const kit = await connectedKit()
    const transaction = kit.stores.beginTransaction()
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref, { transaction })
    await transaction.rollback()
    kit.book.delete(ref)
    await kit.settle()
    expect(await marksOf(kit, ref)).toEqual([])
    expect(kit.takeRequests()).toEqual([])
    expect(kit.events(DANA)).toEqual([])
  })

  it('A1: of two interleaved transactions the later commit is not lost', async () => {
    const kit = await connectedKit()
    const first = kit.stores.beginTransaction()
    const second = kit.stores.beginTransaction()
    await kit.sync.appointmentChanged(ref, { transaction: first })
    await kit.sync.appointmentChanged(ref, { transaction: second })
    kit.book.put(ref, appointment({ location: 'second' }))
    await second.commit()
    await kit.settle()
    expect(methods(kit)).toEqual(['events.insert'])
    kit.book.put(ref, appointment({ location: 'first' }))
    await first.commit()
    await kit.settle()
    expect(methods(kit)).toEqual(['events.patch'])
    expect(kit.events(DANA)).toMatchObject([{ location: 'first' }])
  })

  it('A1: each call inserts a row of its own, and together they cost one request', async () => {
    const kit = await connectedKit()
    kit.book.put(ref, appointment())
    for (let i = 0; i < 5; i++) await kit.sync.appointmentChanged(ref)
    const marks = await marksOf(kit, ref)
    expect(new Set(marks.map(mark => mark.id)).size).toBe(5)
    expect(marks.every(mark => mark.origin === 'host' && mark.userId === undefined)).toBe(true)
    await kit.settle()
    expect(methods(kit)).toEqual(['events.insert'])
    expect(await marksOf(kit, ref)).toEqual([])
  })

  it('A1: the wake-up of a joined transaction comes 250 ms later', async () => {
    const kit = await connectedKit()
    await kit.sync.start()
    await kit.runtime.clock.advance(0)
    const transaction = kit.stores.beginTransaction()
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref, { transaction })
    await transaction.commit()
    await kit.runtime.clock.advance(249)
    expect(kit.events(DANA)).toEqual([])
    await kit.runtime.clock.advance(1)
    expect(kit.events(DANA)).toHaveLength(1)
    await stop(kit)
  })

  it('A1: wake() after the commit gives full speed', async () => {
    const kit = await connectedKit()
    await kit.sync.start()
    await kit.runtime.clock.advance(0)
    const transaction = kit.stores.beginTransaction()
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref, { transaction })
    await transaction.commit()
    await kit.sync.wake(ref)
    await kit.runtime.clock.advance(0)
    expect(kit.events(DANA)).toHaveLength(1)
    await stop(kit)
  })

  it('A1: a wake-up that comes before the commit is done, and the loop finds the mark', async () => {
    const kit = await connectedKit()
    await kit.sync.start()
    const transaction = kit.stores.beginTransaction()
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref, { transaction })
    await kit.runtime.clock.advance(10 * SECOND)
    expect(kit.events(DANA)).toEqual([])
    await transaction.commit()
    await kit.runtime.clock.advance(6.25 * SECOND)
    expect(kit.events(DANA)).toHaveLength(1)
    expect(methods(kit)).toEqual(['events.insert'])
    await stop(kit)
  })

  it('A1: a wake-up that finds no mark reads nothing of the appointment and asks nobody', async () => {
    const kit = await connectedKit()
    let reads = 0
    const get = kit.book.get.bind(kit.book)
    kit.book.get = asked => {
      reads++
      return get(asked)
    }
    await kit.sync.start()
    for (let i = 0; i < 10; i++) await kit.sync.wake(ref)
    await kit.runtime.clock.advance(0)
    expect(reads).toBe(0)
    expect(kit.takeRequests()).toEqual([])
    await stop(kit)
  })

  it('A1: doubled and merged wake-ups of a started process cost one request', async () => {
    const kit = await connectedKit()
    await kit.sync.start()
    kit.book.put(ref, appointment())
    await Promise.all(Array.from({ length: 100 }, () => kit.sync.appointmentChanged(ref)))
    for (let i = 0; i < 20; i++) await kit.sync.wake(ref)
    await kit.runtime.clock.advance(20 * SECOND)
    expect(methods(kit)).toEqual(['events.insert'])
    expect(await marksOf(kit, ref)).toEqual([])
    await stop(kit)
  })
})

describe('A2: every started process runs one timer loop', () => {
  it('A2: it asks the store every 5 s, 25 % more or less', async () => {
    const kit = await connectedKit()
    const { state, calls } = watched(kit.stores.state)
    const other = kit.anotherProcess({ stateStore: state })
    await other.start()
    await kit.runtime.clock.advance(0)
    calls.length = 0
    await kit.runtime.clock.advance(600 * SECOND)
    const asked = calls.filter(call => call === 'marks.dueRefs').length
    expect(asked).toBeGreaterThanOrEqual(96)
    expect(asked).toBeLessThanOrEqual(160)
    await kit.run(() => other.stop())
    calls.length = 0
    await kit.runtime.clock.advance(60 * SECOND)
    expect(calls).toEqual([])
  })

  it('A2: starting twice starts one loop', async () => {
    const kit = await connectedKit()
    const { state, calls } = watched(kit.stores.state)
    const other = kit.anotherProcess({ stateStore: state })
    await other.start()
    await other.start()
    await kit.runtime.clock.advance(0)
    calls.length = 0
    await kit.runtime.clock.advance(60 * SECOND)
    expect(calls.filter(call => call === 'marks.dueRefs').length).toBeLessThanOrEqual(16)
    await kit.run(() => other.stop())
  })

  it('A2: a lost wake-up costs one period', async () => {
    const kit = await connectedKit({ sync: { jobQueue: deafQueue } })
    await kit.sync.start()
    await kit.runtime.clock.advance(0)
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(6.25 * SECOND)
    expect(methods(kit)).toEqual(['events.insert'])
    await stop(kit)
  })

  it('A2: a queue that refuses costs one period and says so', async () => {
    const jobQueue = { ...deafQueue, enqueue: () => Promise.reject(new Error('redis is away')) }
    const kit = await connectedKit({ sync: { jobQueue } })
    await kit.sync.start()
    await kit.runtime.clock.advance(0)
    kit.book.put(ref, appointment())
    expect(await kit.sync.appointmentChanged(ref)).toEqual({ marked: true })
    expect(kit.issues).toEqual([{ code: 'wake-failed', ref, cause: 'unexpected' }])
    await kit.runtime.clock.advance(6.25 * SECOND)
    expect(methods(kit)).toEqual(['events.insert'])
    await stop(kit)
  })

  it('A2: runDue does the same once, without a started process', async () => {
    const kit = await connectedKit()
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(60 * SECOND)
    expect(kit.takeRequests()).toEqual([])
    expect(await kit.run(() => kit.sync.runDue())).toEqual({ idle: true })
    expect(methods(kit)).toEqual(['events.insert'])
    expect(await kit.run(() => kit.sync.runDue())).toEqual({ idle: true })
    expect(kit.takeRequests()).toEqual([])
  })

  it('A2: runDue heeds its signal and its time', async () => {
    const kit = await connectedKit()
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    const aborted = await kit.run(() => kit.sync.runDue({ signal: AbortSignal.abort() }))
    expect(aborted).toEqual({ idle: false })
    expect(kit.takeRequests()).toEqual([])
    kit.google.control.fault({ fault: 'slow', delayMs: 20 * SECOND, times: 'always' })
    for (let i = 0; i < 30; i++) {
      kit.book.put(refOf(`s${i}`), appointment())
      await kit.sync.appointmentChanged(refOf(`s${i}`))
    }
    const before = kit.runtime.clock.now()
    expect(await kit.run(() => kit.sync.runDue({ maxMs: 5 * SECOND }))).toEqual({ idle: false })
    // What is under way is ended, not abandoned: one answer may still be waited for.
    expect(kit.runtime.clock.now() - before).toBeLessThanOrEqual(45 * SECOND)
    kit.google.control.clearFaults()
    await kit.runtime.clock.advance(30 * SECOND)
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(31)
  })

  it('A2: due times are rows, so another process carries on where a dead one stopped', async () => {
    const kit = await connectedKit()
    kit.google.control.fault({ fault: 'serviceUnavailable', times: 6, match: { method: 'events.insert' } })
    kit.book.put(ref, appointment())
    await kit.changed(ref)
    expect(methods(kit)).toHaveLength(6)
    const survivor = kit.anotherProcess()
    await survivor.start()
    await kit.runtime.clock.advance(14 * SECOND)
    expect(methods(kit)).toEqual(['events.insert'])
    expect(kit.events(DANA)).toHaveLength(1)
    await kit.run(() => survivor.stop())
  })

  it('A2: a process that never starts can mark, and a started one does it', async () => {
    const kit = kitOf()
    await kit.connect({ workspaceId: 'w1', userId: 'dana' }, DANA)
    await kit.settle()
    const worker = kit.anotherProcess({ jobQueue: inProcessQueue({ runtime: kit.runtime }) })
    await worker.start()
    kit.takeRequests()
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(6.25 * SECOND)
    expect(methods(kit)).toEqual(['events.insert'])
    await kit.run(() => worker.stop())
  })
})
