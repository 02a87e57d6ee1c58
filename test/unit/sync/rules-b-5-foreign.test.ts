import { describe, expect, it } from 'vitest'
import type { JsonObject, TestKit } from '../../../src/testing/index.ts'
import { OtherLife } from './helpers-other-life.ts'
import {
  allEvents,
  appointment,
  calls,
  connectedKit,
  DANA,
  dana,
  forget,
  issueCodes,
  kitWithEvent,
  linkOf,
  linksOf,
  markerOf,
  methods,
  only,
  ref,
} from './helpers-scenario.ts'

function copyOf(event: JsonObject, change: JsonObject = {}): JsonObject {
  const { id: _id, etag: _etag, iCalUID: _uid, created: _c, updated: _u, htmlLink: _h, ...rest } = event
  const { creator: _by, organizer: _o, sequence: _s, kind: _k, ...fields } = rest
  return { ...fields, ...change }
}

function byId(kit: TestKit, event: JsonObject): JsonObject | undefined {
  return allEvents(kit).find(({ id }) => id === event.id)
}

async function syncNow(kit: TestKit): Promise<void> {
  await kit.sync.syncNow(dana)
  await kit.settle()
}

/** Edited, repaired, deleted, repaired: the whole life of the original. */
async function liveOn(kit: TestKit): Promise<void> {
  kit.book.change(ref(), { title: 'Changed', start: '2026-11-24T09:00' })
  await kit.changed(ref())
  await syncNow(kit)
  kit.book.delete(ref())
  await kit.changed(ref())
  await syncNow(kit)
}

describe('B5: two private properties', () => {
  it('B5: the tag is 16 hex of the account, the marker verifies and tells the write number', async () => {
    const { kit, event } = await kitWithEvent()
    const { private: own } = event.extendedProperties as { private: Record<string, string> }
    expect(Object.keys(own).sort()).toEqual(['gcs', 'gcsm'])
    expect(own.gcs).toMatch(/^[0-9a-f]{16}$/)
    expect(own.gcsm).toMatch(/^1\.[0-9a-z]+\.[\w-]{22}$/)
    kit.book.put(ref('a2'), appointment())
    await kit.changed(ref('a2'))
    const other = kit.events(DANA).find(({ id }) => id !== event.id) as JsonObject
    expect((other.extendedProperties as { private: Record<string, string> }).private.gcs).toBe(own.gcs)
    expect(markerOf(other)).not.toBe(markerOf(event))
  })

  it('B5: repair lists by the tag alone', async () => {
    const { kit, event } = await kitWithEvent()
    await syncNow(kit)
    const { private: own } = event.extendedProperties as { private: Record<string, string> }
    const list = only(calls(kit))
    expect(list.method).toBe('events.list')
    expect(list.query.get('privateExtendedProperty')).toBe(`gcs=${own.gcs}`)
    expect(list.query.get('maxResults')).toBe('1000')
  })

  it('B5: a user’s duplicate of the event is never touched', async () => {
    const { kit, event } = await kitWithEvent()
    const copy = kit.google.control.createEvent(DANA, copyOf(event))
    await liveOn(kit)
    expect(byId(kit, copy)).toEqual(copy)
    expect(kit.events(DANA)).toEqual([copy])
    expect(kit.issues).toEqual([])
  })

  it('B5: the copy that splitting a series makes is never touched', async () => {
    const { kit, event } = await kitWithEvent({ recurrence: ['RRULE:FREQ=WEEKLY;COUNT=10'] })
    const split = kit.google.control.createEvent(DANA, copyOf(event, { id: `${event.id}r20261208t140000` }))
    await liveOn(kit)
    expect(byId(kit, split)).toEqual(split)
    expect(kit.events(DANA)).toEqual([split])
  })

  it.each([
    ['of our shape', '1.7.AAAAAAAAAAAAAAAAAAAAAA'],
    ['of no shape', 'hello'],
    ['of an enormous number', `1.zzzzzzzzzzz.${'A'.repeat(22)}`],
  ])('B5: a foreign event with the tag and a forged marker %s is never touched', async (_name, gcsm) => {
    const { kit, event } = await kitWithEvent()
    const { private: own } = event.extendedProperties as { private: Record<string, string> }
    const properties = { private: { gcs: own.gcs as string, gcsm } }
    const forged = kit.google.control.createEvent(DANA, copyOf(event, { extendedProperties: properties }))
    await liveOn(kit)
    expect(byId(kit, forged)).toEqual(forged)
    expect(kit.events(DANA)).toEqual([forged])
  })

  it.each([
    ['removed', { gcsm: null }],
    ['forged', { gcsm: '1.1.AAAAAAAAAAAAAAAAAAAAAA' }],
  ])(
    'B5: an event of ours whose marker was %s is no longer proven, and left alone',
    async (_name, change) => {
      const { kit, eventId } = await kitWithEvent()
      const stripped = kit.google.control.editEvent(DANA, eventId, {
        summary: 'Mine now',
        extendedProperties: { private: change },
      })
      kit.book.change(ref(), { title: 'Changed' })
      await kit.changed(ref())
      expect(byId(kit, stripped)).toEqual(stripped)
      expect(kit.events(DANA).map(({ summary }) => summary)).toEqual(['Mine now', 'Changed'])
      expect(await linkOf(kit)).toMatchObject({ generation: 1, event: 'live' })
      expect(issueCodes(kit)).toContain('foreign-event')
    },
  )

  it('B5: nor is it deleted with its appointment', async () => {
    const { kit, eventId } = await kitWithEvent()
    const stripped = kit.google.control.editEvent(DANA, eventId, {
      extendedProperties: { private: { gcsm: null } },
    })
    kit.book.delete(ref())
    await kit.changed(ref())
    await syncNow(kit)
    expect(kit.events(DANA)).toEqual([stripped])
    expect(await linksOf(kit)).toEqual([])
  })

  it('B5: two workspaces in one calendar keep out of each other’s events', async () => {
    const { kit, event } = await kitWithEvent()
    const there = { workspaceId: 'w2', userId: 'dana' }
    await kit.connect(there, DANA)
    await kit.settle()
    kit.book.put(ref('a1', 'w2'), appointment({ title: 'Other practice' }))
    await kit.changed(ref('a1', 'w2'))
    const other = kit.events(DANA).find(({ id }) => id !== event.id) as JsonObject
    await kit.sync.syncNow(there)
    await syncNow(kit)
    expect(kit.events(DANA)).toEqual([event, other])
    kit.book.delete(ref('a1', 'w2'))
    await kit.changed(ref('a1', 'w2'))
    expect(kit.events(DANA)).toEqual([event])
    expect(kit.issues).toEqual([])
  })
})

describe('B5: orphans', () => {
  /** As after a restored backup: Google has events that the state store knows nothing of. */
  async function orphaned(count: number, keep: number) {
    const kit = await connectedKit()
    for (let i = 0; i < count; i++) {
      kit.book.put(ref(`a${i}`), appointment({ title: `Session ${i}` }))
      await kit.changed(ref(`a${i}`))
    }
    for (let i = keep; i < count; i++) kit.book.delete(ref(`a${i}`))
    const life = await OtherLife.of(kit, { sameIdentity: true })
    forget(kit)
    return { kit, life }
  }

  it('B5: an event that verifies and matches no ref is removed by repair', async () => {
    const { kit, life } = await orphaned(3, 2)
    await life.connect(dana, DANA)
    await life.settle()
    expect(kit.events(DANA).map(({ summary }) => summary)).toEqual(['Session 0', 'Session 1'])
    const removal = only(calls(kit).filter(({ method }) => method === 'events.delete'))
    expect(removal.ifMatch).toMatch(/^"\d+"$/)
    expect(removal.query.get('sendUpdates')).toBe('none')
    expect(methods(kit)).not.toContain('events.insert')
  })

  it('B5: too many orphans trip the guard and nothing is removed', async () => {
    const { kit, life } = await orphaned(30, 2)
    await life.connect(dana, DANA)
    await life.settle()
    expect(kit.events(DANA)).toHaveLength(30)
    const status = await life.sync.status(dana)
    expect(status).toMatchObject({ status: 'paused', cause: 'mass-change', massChange: { found: 28 } })
    await life.sync.decideMassChange(dana, status.massChange?.id ?? '', 'apply')
    await life.settle()
    expect(kit.events(DANA).map(({ summary }) => summary)).toEqual(['Session 0', 'Session 1'])
  })

  it('B5: an orphan that changes between listing and removal is left for the next repair', async () => {
    const { kit, life } = await orphaned(3, 2)
    await life.connect(dana, DANA)
    kit.google.control.fault({ fault: 'conditionNotMet', match: { method: 'events.delete' } })
    await life.settle()
    expect(kit.events(DANA)).toHaveLength(3)
    await life.sync.syncNow(dana)
    await life.settle()
    expect(kit.events(DANA)).toHaveLength(2)
  })
})
