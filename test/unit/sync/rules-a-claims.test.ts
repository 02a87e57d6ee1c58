import { describe, expect, it } from 'vitest'
import type { Appointment } from '../../../src/contracts/appointment.ts'
import {
  appointment,
  connectedKit,
  DANA,
  dana,
  deafQueue,
  Gate,
  linkOf,
  marksOf,
  methods,
  NOW,
  refOf,
  SECOND,
  watched,
} from './support-rules.ts'

const ref = refOf('a1')

describe('A4: claimed and fenced', () => {
  it('A4: four processes, slow answers and one ref send one request', async () => {
    const kit = await connectedKit()
    const others = [kit.anotherProcess(), kit.anotherProcess(), kit.anotherProcess()]
    const all = [kit.sync, ...others]
    for (const process of all) await process.start()
    kit.google.control.fault({ fault: 'slow', delayMs: 25 * SECOND, times: 'always' })
    kit.book.put(ref, appointment())
    await Promise.all(all.map(process => process.appointmentChanged(ref)))
    await kit.runtime.clock.advance(120 * SECOND)
    expect(methods(kit)).toEqual(['events.insert'])
    expect(await marksOf(kit, ref)).toEqual([])
    expect(kit.events(DANA)).toHaveLength(1)
    expect(await linkOf(kit, ref)).toMatchObject({ event: 'live', status: 'synced', intents: [] })
    await kit.run(() => Promise.all(all.map(process => process.stop())))
  })

  it('A4: a stream of edits under slow answers and four processes still finishes', async () => {
    const kit = await connectedKit()
    const all = [kit.sync, kit.anotherProcess(), kit.anotherProcess(), kit.anotherProcess()]
    for (const process of all) await process.start()
    kit.google.control.fault({ fault: 'slow', delayMs: 12 * SECOND, times: 'always' })
    for (let i = 0; i < 20; i++) {
      kit.book.put(ref, appointment({ location: `room ${i}` }))
      await all[i % 4]?.appointmentChanged(ref)
      await kit.runtime.clock.advance(3 * SECOND)
    }
    await kit.runtime.clock.advance(60 * SECOND)
    expect(kit.events(DANA)).toMatchObject([{ location: 'room 19' }])
    expect(await marksOf(kit, ref)).toEqual([])
    const sent = methods(kit)
    expect(sent[0]).toBe('events.insert')
    expect(sent.slice(1).every(method => method === 'events.patch')).toBe(true)
    // One answer takes 12 s: twenty edits in 60 s are at most one write for each answer and one more.
    expect(sent.length).toBeLessThanOrEqual(7)
    await kit.run(() => Promise.all(all.map(process => process.stop())))
  })

  it('A4: a new mark during a live run does not void it: the run goes round again', async () => {
    const kit = await connectedKit()
    const { state, calls } = watched(kit.stores.state)
    const worker = kit.anotherProcess({ stateStore: state })
    await worker.start()
    kit.google.control.fault({ fault: 'slow', delayMs: 10 * SECOND, match: { method: 'events.insert' } })
    kit.book.put(ref, appointment())
    await worker.appointmentChanged(ref)
    await kit.runtime.clock.advance(3 * SECOND)
    kit.book.change(ref, { location: 'later' })
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(8 * SECOND)
    expect(methods(kit)).toEqual(['events.insert', 'events.patch'])
    expect(kit.events(DANA)).toMatchObject([{ location: 'later' }])
    expect(await marksOf(kit, ref)).toEqual([])
    expect(calls).toContain('claims.renew')
    await kit.run(() => worker.stop())
  })

  it('A4: the run looks for new marks before each retry', async () => {
    const kit = await connectedKit()
    kit.google.control.fault({ fault: 'serviceUnavailable', match: { method: 'events.insert' } })
    await kit.sync.start()
    kit.book.put(ref, appointment({ location: 'old' }))
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(500)
    expect(methods(kit)).toEqual(['events.insert'])
    kit.book.change(ref, { location: 'new' })
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(2 * SECOND)
    expect(methods(kit)).toEqual(['events.insert'])
    const [, second] = kit.google.control.requests().filter(entry => entry.method === 'events.insert')
    expect(second?.body).toContain('"new"')
    expect(await marksOf(kit, ref)).toEqual([])
    await kit.run(() => kit.sync.stop())
  })

  it('A4: a crash right after the claim costs at most its 15 s and one period', async () => {
    const kit = await connectedKit()
    kit.book.put(ref, appointment())
    await kit.sync.appointmentChanged(ref)
    const abandoned = await kit.stores.state.claims.claim(ref, { holdMs: 15 * SECOND })
    expect(abandoned?.marks).toHaveLength(1)
    await kit.sync.start()
    await kit.runtime.clock.advance(14.9 * SECOND)
    expect(kit.takeRequests()).toEqual([])
    await kit.runtime.clock.advance(6.35 * SECOND)
    expect(methods(kit)).toEqual(['events.insert'])
    expect(await marksOf(kit, ref)).toEqual([])
    await kit.run(() => kit.sync.stop())
  })

  it('A4: a run that stopped renewing is taken over, and its writes are refused', async () => {
    const kit = await connectedKit()
    const gate = new Gate()
    const stale: Appointment = appointment({ location: 'what the zombie read' })
    const zombieStores = watched(kit.stores.state)
    zombieStores.failing = /claims\.renew/
    const zombie = kit.anotherProcess({
      stateStore: zombieStores.state,
      appointmentSource: {
        changes: query => kit.book.changes(query),
        get: async () => {
          await gate.pass()
          return stale
        },
      },
    })
    kit.book.put(ref, appointment({ location: 'the truth' }))
    await zombie.start()
    await zombie.appointmentChanged(ref)
    await kit.runtime.clock.advance(0)
    await gate.reached
    await kit.sync.start()
    await kit.runtime.clock.advance(22 * SECOND)
    expect(methods(kit)).toEqual(['events.insert'])
    const before = await linkOf(kit, ref)
    gate.open()
    await kit.runtime.clock.advance(0)
    expect(kit.takeRequests()).toEqual([])
    expect(await linkOf(kit, ref)).toEqual(before)
    expect(kit.events(DANA)).toMatchObject([{ location: 'the truth' }])
    await kit.run(() => Promise.all([zombie.stop({ drainMs: 0 }), kit.sync.stop()]))
  })

  it('A4: a zombie whose request is on its way neither doubles the event nor touches the link', async () => {
    const kit = await connectedKit()
    const zombieStores = watched(kit.stores.state)
    zombieStores.failing = /claims\.renew/
    const zombie = kit.anotherProcess({ stateStore: zombieStores.state })
    kit.google.control.fault({ fault: 'slow', delayMs: 28 * SECOND, match: { method: 'events.insert' } })
    kit.book.put(ref, appointment())
    await zombie.start()
    await zombie.appointmentChanged(ref)
    await kit.runtime.clock.advance(0)
    await kit.sync.start()
    await kit.runtime.clock.advance(22 * SECOND)
    const settled = await linkOf(kit, ref)
    expect(settled).toMatchObject({ event: 'live', status: 'synced', intents: [] })
    await kit.runtime.clock.advance(30 * SECOND)
    expect(await linkOf(kit, ref)).toEqual(settled)
    expect(kit.events(DANA)).toHaveLength(1)
    expect(kit.google.control.readCalendar(DANA).events).toHaveLength(1)
    await kit.run(() => Promise.all([zombie.stop({ drainMs: 0 }), kit.sync.stop()]))
  })

  it('A4: wake-ups that find the ref claimed, or no due mark, leave the running claim alone', async () => {
    const kit = await connectedKit({ sync: { jobQueue: deafQueue } })
    const other = kit.anotherProcess()
    await kit.sync.start()
    await other.start()
    kit.google.control.fault({ fault: 'slow', delayMs: 20 * SECOND, match: { method: 'events.insert' } })
    kit.book.put(ref, appointment())
    await other.appointmentChanged(ref)
    for (let i = 0; i < 40; i++) {
      await other.wake(ref)
      await kit.runtime.clock.advance(500)
    }
    expect(methods(kit)).toEqual(['events.insert'])
    expect(await marksOf(kit, ref)).toEqual([])
    for (let i = 0; i < 10; i++) await other.wake(ref)
    await kit.runtime.clock.advance(10 * SECOND)
    expect(kit.takeRequests()).toEqual([])
    await kit.run(() => Promise.all([other.stop(), kit.sync.stop()]))
  })

  it('A4: a reconnect during a run refuses its first link too, and one event comes of it', async () => {
    const kit = await connectedKit()
    const gate = new Gate()
    let held = true
    const worker = kit.anotherProcess({
      appointmentSource: {
        changes: query => kit.book.changes(query),
        get: async asked => {
          if (held) await gate.pass()
          return kit.book.get(asked)
        },
      },
    })
    await worker.start()
    kit.book.put(ref, appointment())
    await worker.appointmentChanged(ref)
    await kit.runtime.clock.advance(0)
    await gate.reached
    const before = await kit.stores.state.connections.get(dana)
    await kit.connect(dana, DANA)
    const after = await kit.stores.state.connections.get(dana)
    expect(after?.epoch).toBeGreaterThan(before?.epoch ?? 0)
    held = false
    gate.open()
    await kit.runtime.clock.advance(30 * SECOND)
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(1)
    expect(kit.google.control.readCalendar(DANA).events).toHaveLength(1)
    expect(await marksOf(kit, ref)).toEqual([])
    await kit.run(() => worker.stop())
  })
})

describe('A5: counters never restart', () => {
  it('A5: link versions, and so write numbers, grow across removal and re-creation', async () => {
    const kit = await connectedKit()
    const numbers: number[] = []
    const note = async () => {
      const link = await linkOf(kit, ref)
      if (link?.writeNumber !== undefined) numbers.push(link.writeNumber, link.version)
    }
    for (let i = 0; i < 3; i++) {
      kit.book.put(ref, appointment({ location: `round ${i}` }))
      await kit.changed(ref)
      await note()
      kit.book.delete(ref)
      await kit.changed(ref)
      kit.google.control.emptyBin(DANA)
      await note()
    }
    expect(numbers.length).toBeGreaterThanOrEqual(6)
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
  })

  it('A5: the marker in the event names the link version that recorded its intent', async () => {
    const kit = await connectedKit()
    kit.book.put(ref, appointment())
    await kit.changed(ref)
    const marker = () => {
      const [event] = kit.events(DANA)
      const properties = event?.extendedProperties as { private: Record<string, string> } | undefined
      return Number.parseInt(properties?.private.gcsm?.split('.')[1] ?? '', 36)
    }
    const first = marker()
    expect((await linkOf(kit, ref))?.writeNumber).toBe(first)
    kit.book.change(ref, { location: 'elsewhere' })
    await kit.changed(ref)
    expect(marker()).toBeGreaterThan(first)
    expect((await linkOf(kit, ref))?.writeNumber).toBe(marker())
  })

  it('A5: versions of one account follow the order of commits, over several refs', async () => {
    const kit = await connectedKit()
    const versions: number[] = []
    for (let i = 0; i < 5; i++) {
      kit.book.put(refOf(`o${i}`), appointment())
      await kit.changed(refOf(`o${i}`))
      versions.push((await linkOf(kit, refOf(`o${i}`)))?.version ?? 0)
      expect(await kit.stores.state.connections.readMark(dana)).toBe(versions.at(-1))
    }
    expect(versions).toEqual([...versions].sort((a, b) => a - b))
  })

  it('A5: epoch and settings version only grow, whatever happens to the connection', async () => {
    const kit = await connectedKit()
    const seen: { epoch: number; settings: number }[] = []
    const note = async () => {
      const connection = await kit.stores.state.connections.get(dana)
      if (connection) seen.push({ epoch: connection.epoch, settings: connection.settingsVersion })
    }
    await note()
    await kit.connect(dana, DANA)
    await note()
    await kit.run(() => kit.sync.updateSettings(dana, { enabled: false }))
    await note()
    await kit.run(() => kit.sync.updateSettings(dana, { enabled: true }))
    await note()
    for (let i = 1; i < seen.length; i++) {
      const [a, b] = [seen[i - 1], seen[i]]
      expect(b?.epoch).toBeGreaterThanOrEqual(a?.epoch ?? 0)
      expect(b?.settings).toBeGreaterThanOrEqual(a?.settings ?? 0)
    }
    expect(seen[1]?.epoch).toBeGreaterThan(seen[0]?.epoch ?? 0)
    expect(seen[3]?.settings).toBeGreaterThan(seen[1]?.settings ?? 0)
    expect(NOW).toBeLessThan(kit.runtime.clock.now() + 1)
  })
})
