import { must, sorted } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { changesAfter, listAll, nameOf, type SourceHarness } from './harness.ts'

export const changesCases: Cases<SourceHarness> = {
  '[2] without a cursor it lists every current ref of the account, whatever the page size': async harness => {
    const { source, known, account, unknown, expect } = harness
    for (const limit of [1, 2, 3, 100]) {
      const { refs } = await listAll(harness, undefined, limit)
      const names = new Set(refs.map(nameOf))
      expect(known.map(nameOf).filter(name => !names.has(name))).toEqual([])
      expect(names.has(nameOf(unknown))).toBe(false)
      expect(refs.every(ref => ref.workspaceId === account.workspaceId)).toBe(true)
    }
    // Later pages carry a cursor, and may list what is the account's no more.
    for (const ref of (await changesAfter(harness, undefined, 100)).refs) {
      const appointment = must(await source.get(ref), 'an appointment that is listed as current')
      expect(appointment.userIds.includes(account.userId)).toBe(true)
    }
  },

  '[2] an account without appointments has an empty listing': async harness => {
    const { source, account, endsAfter, expect } = harness
    for (const nobody of [
      { ...account, userId: `${account.userId} nobody` },
      { ...account, workspaceId: `${account.workspaceId} of others` },
    ]) {
      const page = await source.changes({ account: nobody, endsAfter, limit: 10 })
      expect([...page.refs]).toEqual([])
    }
  },

  '[2] a removed appointment is no current ref': async harness => {
    const { known, remove, expect } = harness
    const gone = must(known[1], 'a known ref')
    await remove(gone)
    const { refs } = await listAll(harness, undefined, 2)
    expect(refs.map(nameOf).includes(nameOf(gone))).toBe(false)
  },

  '[2] after a cursor it lists what changed since, oldest change first': async harness => {
    const { known, touch, expect } = harness
    const [first, second, third] = known
    const { cursor } = await listAll(harness, undefined, 100)
    const changed = [must(third, 'a third ref'), must(first, 'a first ref'), must(second, 'a second ref')]
    for (const ref of changed) await touch(ref)
    for (const limit of [1, 2, 100]) {
      const { refs } = await listAll(harness, cursor, limit)
      const names = refs.map(nameOf)
      const lastPlaces = changed.map(ref => names.lastIndexOf(nameOf(ref)))
      expect(lastPlaces.includes(-1)).toBe(false)
      expect(lastPlaces).toEqual([...lastPlaces].sort((a, b) => a - b))
    }
  },

  '[2] changes made at one moment are all listed, however small the pages': async harness => {
    const { known, touch, expect } = harness
    const { cursor } = await listAll(harness, undefined, 100)
    await Promise.all(known.map(ref => touch(ref)))
    const { refs } = await listAll(harness, cursor, 1)
    const names = new Set(refs.map(nameOf))
    expect(known.map(nameOf).filter(name => !names.has(name))).toEqual([])
  },

  '[2] a change in the middle of a listing is found by it or by the next': async harness => {
    const { known, touch, expect } = harness
    const ref = must(known[0], 'a known ref')
    const page = await changesAfter(harness, undefined, 1)
    const cursor = must(page.cursor, 'the cursor of a page with refs')
    await touch(ref)
    const rest = await listAll(harness, cursor, 1)
    await touch(must(known[1], 'another known ref'))
    const next = await listAll(harness, rest.cursor, 1)
    const names = [...rest.refs, ...next.refs].map(nameOf)
    expect(names.includes(nameOf(ref))).toBe(true)
    const all = new Set([...page.refs.map(nameOf), ...names])
    expect(known.map(nameOf).filter(name => !all.has(name))).toEqual([])
  },

  '[3] a cursor may be used again, and answers at least the same refs': async harness => {
    const { known, touch, expect } = harness
    const { cursor } = await listAll(harness, undefined, 100)
    for (const ref of known) await touch(ref)
    const once = (await listAll(harness, cursor, 2)).refs.map(nameOf)
    const again = (await listAll(harness, cursor, 3)).refs.map(nameOf)
    expect(sorted([...new Set(again)])).toEqual(sorted([...new Set(once)]))
  },
}
