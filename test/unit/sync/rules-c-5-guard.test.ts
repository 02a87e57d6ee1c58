import { describe, expect, it } from 'vitest'
import type { AppointmentRef } from '../../../src/contracts/identity.ts'
import type { TestKit } from '../../../src/testing/index.ts'
import {
  appointment,
  connectedKit,
  DANA,
  DAY,
  dana,
  fill,
  HOUR,
  issueCodes,
  linkOf,
  MINUTE,
  marksOf,
  methods,
  refOf,
  SECOND,
  twoUsers,
  YAEL,
} from './support-rules.ts'

const deletes = (kit: TestKit) => methods(kit).filter(method => method === 'events.delete').length
const forget = (kit: TestKit, refs: readonly AppointmentRef[]) => {
  for (const ref of refs) kit.book.delete(ref)
}

async function repair(kit: TestKit): Promise<void> {
  await kit.run(() => kit.sync.syncNow(dana))
  await kit.settle()
}

/** As a pass leaves it: nobody but a `found` mark speaks for it. */
async function find(kit: TestKit, ref: AppointmentRef): Promise<void> {
  await kit.stores.state.marks.insert([{ ref, lane: 'bulk', origin: 'found', userId: 'dana' }])
  await kit.settle()
}

describe('C5: the mass-change guard', () => {
  it('C5: 21 removals found by repair trip it, and nothing is removed', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 30)
    forget(kit, refs.slice(0, 21))
    await repair(kit)
    expect(deletes(kit)).toBe(0)
    expect(kit.events(DANA)).toHaveLength(30)
    const { status, cause, massChange } = await kit.sync.status(dana)
    expect({ status, cause }).toEqual({ status: 'paused', cause: 'mass-change' })
    expect(massChange).toMatchObject({ found: 21, links: 30 })
    expect(kit.issues).toEqual([{ code: 'mass-change', account: dana, counts: { found: 21, links: 30 } }])
    await kit.runtime.clock.advance(3 * DAY)
    await kit.settle()
    expect(deletes(kit)).toBe(0)
    expect(issueCodes(kit)).toEqual(['mass-change'])
  })

  it('C5: 20 do not trip it', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 30)
    forget(kit, refs.slice(0, 20))
    await repair(kit)
    expect(kit.events(DANA)).toHaveLength(10)
    expect((await kit.sync.status(dana)).status).toBe('active')
    expect(kit.issues).toEqual([])
  })

  it('C5: removals of one hour count together, over two repairs', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 60)
    forget(kit, refs.slice(0, 15))
    await repair(kit)
    expect(kit.events(DANA)).toHaveLength(45)
    await kit.runtime.clock.advance(0.5 * HOUR)
    forget(kit, refs.slice(15, 30))
    await repair(kit)
    expect(kit.events(DANA)).toHaveLength(45)
    expect((await kit.sync.status(dana)).status).toBe('paused')
  })

  it('C5: what was found more than an hour ago does not count', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 60)
    forget(kit, refs.slice(0, 15))
    await repair(kit)
    await kit.runtime.clock.advance(1.1 * HOUR)
    forget(kit, refs.slice(15, 30))
    await repair(kit)
    expect(kit.events(DANA)).toHaveLength(30)
    expect(kit.issues).toEqual([])
  })

  it('C5: above 200 links it is a tenth of them', async () => {
    const kit = await connectedKit({ google: { quota: 'off' }, sync: { quota: 'off' } })
    const refs = await fill(kit, 260)
    forget(kit, refs.slice(0, 26))
    await repair(kit)
    expect(kit.events(DANA)).toHaveLength(234)
    await kit.runtime.clock.advance(2 * HOUR)
    forget(kit, refs.slice(26, 52))
    await repair(kit)
    expect(kit.events(DANA)).toHaveLength(234)
    expect((await kit.sync.status(dana)).massChange).toMatchObject({ found: 26, links: 234 })
  })

  it.each([
    [2, 0, 'active'],
    [3, 3, 'paused'],
  ])('C5: an account of %i that would be emptied keeps %i', async (links, left, status) => {
    const kit = await connectedKit()
    forget(kit, await fill(kit, links))
    await repair(kit)
    expect(kit.events(DANA)).toHaveLength(left)
    expect((await kit.sync.status(dana)).status).toBe(status)
  })

  it('C5: single findings minutes apart do not empty an account of three', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 3)
    for (const [i, ref] of refs.entries()) {
      forget(kit, [ref])
      await find(kit, ref)
      await kit.runtime.clock.advance(5 * MINUTE)
      await kit.settle()
      expect(kit.events(DANA)).toHaveLength(i < 2 ? 2 - i : 1)
    }
    const { status, massChange } = await kit.sync.status(dana)
    expect(status).toBe('paused')
    expect(massChange).toMatchObject({ found: 3, links: 1 })
    await kit.run(() => kit.sync.decideMassChange(dana, massChange?.id ?? '', 'apply'))
    await kit.settle()
    expect(kit.events(DANA)).toEqual([])
  })

  it('C5: the same over two repairs, and an hour later each', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 3)
    forget(kit, refs.slice(0, 2))
    await repair(kit)
    expect(kit.events(DANA)).toHaveLength(1)
    forget(kit, refs.slice(2))
    await repair(kit)
    expect(kit.events(DANA)).toHaveLength(1)
    expect((await kit.sync.status(dana)).status).toBe('paused')

    const patient = await connectedKit()
    for (const ref of await fill(patient, 3)) {
      await patient.runtime.clock.advance(1.1 * HOUR)
      forget(patient, [ref])
      await repair(patient)
    }
    expect(patient.events(DANA)).toEqual([])
    expect(patient.issues).toEqual([])
  })

  /** Three events, and a fourth whose insert is answered between the repair's comparing and its deciding. */
  async function repairBesideAnInsert(
    forgotten: (all: readonly AppointmentRef[]) => readonly AppointmentRef[],
  ) {
    const kit = await connectedKit()
    const refs = [...(await fill(kit, 3)), refOf('fourth')]
    const [, , , fourth = refOf('fourth')] = refs
    kit.google.control.fault({ fault: 'slow', delayMs: 15 * SECOND, match: { method: 'events.insert' } })
    kit.book.put(fourth, appointment())
    await kit.sync.appointmentChanged(fourth)
    const seen: unknown[] = []
    const look = async () => seen.push((await linkOf(kit, fourth))?.event)
    const { clock } = kit.runtime
    const { findings } = kit.stores.state
    const add = findings.add.bind(findings)
    const addLater: typeof add = async (...found) => {
      await look()
      await clock.sleep(20 * SECOND)
      await look()
      return add(...found)
    }
    Object.assign(findings, { add: addLater })
    const repaired = clock.sleep(0.5 * SECOND).then(async () => {
      forget(kit, forgotten(refs))
      await kit.sync.syncNow(dana)
      await kit.sync.runDue({ maxMs: MINUTE })
    })
    await kit.run(() => Promise.all([kit.sync.runDue({ maxMs: MINUTE }), repaired]))
    await kit.settle()
    expect(seen.slice(0, 2)).toEqual(['none', 'live'])
    return kit
  }

  it('C5: untold 1519707: what is being made when a repair looks belongs to what would be lost', async () => {
    const kit = await repairBesideAnInsert(refs => refs)
    expect(deletes(kit)).toBe(0)
    expect(kit.events(DANA)).toHaveLength(4)
    expect((await kit.sync.status(dana)).cause).toBe('mass-change')
  })

  it('C5: nor does it make a loss of all out of one that leaves an event', async () => {
    const kit = await repairBesideAnInsert(([first, second, , fourth]) => [first, second, fourth] as never)
    expect(kit.events(DANA)).toHaveLength(1)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'active', cause: undefined })
  })

  it('C5: marked deletes of the hour are nobody’s findings', async () => {
    const kit = await connectedKit()
    const [first = refOf('a0'), second = refOf('a1'), third = refOf('a2')] = await fill(kit, 3)
    for (const ref of [first, second]) {
      kit.book.delete(ref)
      await kit.changed(ref)
    }
    forget(kit, [third])
    await repair(kit)
    expect(kit.events(DANA)).toEqual([])
    expect((await kit.sync.status(dana)).status).toBe('active')
  })

  it('C5: the share is of the links at the beginning of the hour', async () => {
    const kit = await connectedKit({ google: { quota: 'off' }, sync: { quota: 'off' } })
    const refs = await fill(kit, 300)
    forget(kit, refs.slice(0, 29))
    await repair(kit)
    forget(kit, refs.slice(29, 30))
    await repair(kit)
    // 30 of 300; of the 271 that were left, a tenth would be 27.
    expect(kit.events(DANA)).toHaveLength(270)
    forget(kit, refs.slice(30, 31))
    await repair(kit)
    expect(kit.events(DANA)).toHaveLength(270)
    expect((await kit.sync.status(dana)).massChange).toMatchObject({ found: 31, links: 270 })
  })

  it('C5: moves count too', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 30)
    for (const ref of refs.slice(0, 21)) kit.book.change(ref, { start: '2026-11-25T14:00' })
    await repair(kit)
    expect(methods(kit).filter(method => method === 'events.patch')).toEqual([])
    expect((await kit.sync.status(dana)).massChange).toMatchObject({ found: 21 })
  })

  it('C5: apply: what was found happens, once', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 30)
    forget(kit, refs.slice(0, 21))
    await repair(kit)
    const { massChange } = await kit.sync.status(dana)
    await kit.run(() => kit.sync.decideMassChange(dana, massChange?.id ?? '', 'apply'))
    await kit.settle()
    expect(deletes(kit)).toBe(21)
    expect(kit.events(DANA)).toHaveLength(9)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'active', massChange: undefined })
    await expect(kit.sync.decideMassChange(dana, massChange?.id ?? '', 'apply')).rejects.toMatchObject({
      code: 'conflicting-change',
    })
    expect(kit.audits).toContainEqual(
      expect.objectContaining({ action: 'mass-change-decided', outcome: 'apply' }),
    )
  })

  it('C5: discard: the events stay, also at later repairs, until their appointments change', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 30)
    forget(kit, refs.slice(0, 21))
    await repair(kit)
    const { massChange } = await kit.sync.status(dana)
    await kit.run(() => kit.sync.decideMassChange(dana, massChange?.id ?? '', 'discard'))
    await kit.settle()
    await kit.runtime.clock.advance(2 * DAY)
    await repair(kit)
    expect(deletes(kit)).toBe(0)
    expect(kit.events(DANA)).toHaveLength(30)
    expect((await kit.sync.status(dana)).status).toBe('active')
    expect(issueCodes(kit)).toEqual(['mass-change'])
    const [first = refOf('a0'), second = refOf('a1')] = refs
    await kit.changed(first)
    expect(deletes(kit)).toBe(1)
    kit.book.put(second, appointment({ location: 'back' }))
    await kit.changed(second)
    expect(kit.events(DANA)).toContainEqual(expect.objectContaining({ location: 'back' }))
    expect(kit.events(DANA)).toHaveLength(29)
  })

  it('C5: discard of moves: the events stay where they are until their appointments change', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 30)
    for (const ref of refs.slice(0, 21)) kit.book.change(ref, { start: '2026-11-25T14:00' })
    await repair(kit)
    const { massChange } = await kit.sync.status(dana)
    await kit.run(() => kit.sync.decideMassChange(dana, massChange?.id ?? '', 'discard'))
    await kit.settle()
    await repair(kit)
    expect(methods(kit).filter(method => method === 'events.patch')).toEqual([])
    kit.book.change(refs[0] ?? refOf('a0'), { start: '2026-11-26T14:00' })
    await kit.changed(refs[0] ?? refOf('a0'))
    expect(methods(kit)).toEqual(['events.patch'])
  })

  it('C5: a wrong decision id, or none to decide, is an answer and changes nothing', async () => {
    const kit = await connectedKit()
    await expect(kit.sync.decideMassChange(dana, 'nothing', 'discard')).rejects.toMatchObject({
      code: 'conflicting-change',
    })
  })

  it('C5: marked deletes are exempt, however many', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 30)
    for (const ref of refs) {
      kit.book.delete(ref)
      await kit.sync.appointmentChanged(ref)
    }
    await kit.settle()
    expect(deletes(kit)).toBe(30)
    expect(kit.issues).toEqual([])
  })

  it('C5: a re-scrub is exempt', async () => {
    const kit = await connectedKit()
    await kit.run(() =>
      kit.sync.updateSettings(
        dana,
        { includeClientNames: true },
        { acknowledgements: [{ setting: 'includeClientNames', textId: 'names-1' }] },
      ),
    )
    await kit.settle()
    await fill(kit, 30, { client: { name: 'Canary' } })
    expect(JSON.stringify(kit.events(DANA))).toContain('Canary')
    await kit.run(() => kit.sync.updateSettings(dana, { includeClientNames: false }))
    await kit.settle()
    expect(JSON.stringify(kit.events(DANA))).not.toContain('Canary')
    expect(kit.events(DANA)).toHaveLength(30)
    expect(kit.issues).toEqual([])
  })

  it('C5: a target switch is exempt', async () => {
    const kit = await connectedKit()
    await fill(kit, 30)
    expect((await kit.connect(dana, DANA, { calendar: 'dedicated' })).kind).toBe('connected')
    await kit.settle()
    expect(kit.events(DANA)).toEqual([])
    const { target } = (await kit.stores.state.connections.get(dana)) ?? {}
    expect(target?.kind).toBe('dedicated')
    expect(kit.events(target?.calendarId ?? '')).toHaveLength(30)
    expect((await kit.sync.status(dana)).status).toBe('active')
  })

  it('C5: a single finding is held for 60 s, then done', async () => {
    const kit = await connectedKit()
    const [ref = refOf('a0')] = await fill(kit, 5)
    kit.book.delete(ref)
    await find(kit, ref)
    expect(deletes(kit)).toBe(0)
    expect(await marksOf(kit, ref)).toMatchObject([{ cause: 'held' }])
    await kit.runtime.clock.advance(59 * SECOND)
    await kit.settle()
    expect(deletes(kit)).toBe(0)
    await kit.runtime.clock.advance(2 * SECOND)
    await kit.settle()
    expect(deletes(kit)).toBe(1)
    expect(await marksOf(kit, ref)).toEqual([])
  })

  it('C5: single findings within the minute are counted together', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 3)
    for (const ref of refs) {
      kit.book.delete(ref)
      await find(kit, ref)
      await kit.runtime.clock.advance(10 * SECOND)
    }
    await kit.runtime.clock.advance(120 * SECOND)
    await kit.settle()
    expect(deletes(kit)).toBe(0)
    expect(kit.events(DANA)).toHaveLength(3)
    expect((await kit.sync.status(dana)).status).toBe('paused')
    for (const ref of refs) expect(await marksOf(kit, ref)).toEqual([])
    expect(await linkOf(kit, refs[0] ?? refOf('a0'))).toMatchObject({ event: 'live' })
  })

  it('C5: the host speaking up meanwhile releases what was held', async () => {
    const kit = await connectedKit()
    const [ref = refOf('a0')] = await fill(kit, 5)
    kit.book.delete(ref)
    await find(kit, ref)
    await kit.changed(ref)
    expect(deletes(kit)).toBe(1)
  })

  it('C5: one account tripping leaves the other alone', async () => {
    const kit = await twoUsers()
    forget(kit, await fill(kit, 4))
    await fill(kit, 4, { userIds: ['yael'] }, 'y')
    await repair(kit)
    expect((await kit.sync.status(dana)).status).toBe('paused')
    kit.book.change(refOf('y0'), { location: 'hers' })
    await kit.changed(refOf('y0'))
    expect(kit.events(YAEL)).toContainEqual(expect.objectContaining({ location: 'hers' }))
  })
})
