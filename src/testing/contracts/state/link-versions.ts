import type { Link } from '../../../contracts/link.ts'
import type { SyncStateStore } from '../../../contracts/state-store.ts'
import { allPages, inTurn, must, race } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { anAccount, aRef, someLink } from '../samples.ts'
import { connect, endTurn, firstWrite, type StateHarness, takeTurn, writeLink } from './harness.ts'

/** What happened in which order: each entry holds the step at which the call began and the one it was answered. */
interface Entry {
  readonly began: number
  readonly answered: number
}

interface Written extends Entry {
  readonly appointmentId: string
  readonly version: number
}

interface MarkRead extends Entry {
  readonly mark: number
  readonly listed: readonly Link[]
}

export const linkVersionCases: Cases<StateHarness> = {
  '[2] versions grow with each write, also from link to link of one account': async ({ store, expect }) => {
    const connection = await connect(store, anAccount())
    let newest = await store.connections.readMark(anAccount())
    for (let round = 0; round < 9; round++) {
      const ref = aRef(`a${round % 3}`)
      const claim = await takeTurn(store, ref)
      const link = await writeLink(store, claim, {
        ...firstWrite(connection),
        expectedVersion: claim.links[0]?.version ?? null,
        set: someLink({ eventId: `e${round % 3}` }),
      })
      expect(link.version).toBeGreaterThan(newest)
      newest = link.version
      expect(await store.connections.readMark(anAccount())).toBe(newest)
      await endTurn(store, claim)
    }
  },

  '[2] a version is never used twice, not even after its link was removed': async ({ store, expect }) => {
    const connection = await connect(store, anAccount())
    const claim = await takeTurn(store, aRef())
    const versions: number[] = []
    for (let round = 0; round < 8; round++) {
      const link = await writeLink(store, claim, firstWrite(connection))
      versions.push(link.version)
      await store.links.remove(claim, { ...firstWrite(connection), expectedVersion: link.version })
    }
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
  },

  '[2] versions of one account follow the order of commits while writers and readers interleave': async ({
    store,
    other,
    expect,
  }) => {
    const connection = await connect(store, anAccount())
    let step = 0
    const written: Written[] = []
    const marks: MarkRead[] = []
    const write = async (process: SyncStateStore, appointmentId: string) => {
      const claim = await takeTurn(process, aRef(appointmentId))
      let expectedVersion: number | null = null
      for (let round = 0; round < 10; round++) {
        const began = ++step
        const set = someLink({ eventId: appointmentId })
        const link: Link = await writeLink(process, claim, firstWrite(connection, { expectedVersion, set }))
        expectedVersion = link.version
        written.push({ appointmentId, version: link.version, began, answered: ++step })
      }
    }
    const read = async (process: SyncStateStore) => {
      await inTurn(12, async () => {
        const began = ++step
        const mark = await process.connections.readMark(anAccount())
        const answered = ++step
        marks.push({ mark, began, answered, listed: await linksOf(process) })
      })
    }
    await Promise.all([
      race(8, index => write(index % 2 ? store : other, `a${index}`)),
      race(3, index => read(index % 2 ? store : other)),
    ])
    expect(written.length).toBe(80)
    expect(new Set(written.map(({ version }) => version)).size).toBe(80)
    for (const earlier of written) {
      const wrong = written.filter(later => later.began > earlier.answered && later.version < earlier.version)
      expect(wrong).toEqual([])
    }
    for (const { mark, began, answered, listed } of marks) {
      // What was answered before is counted, what began after is not, and nothing counted is still invisible.
      const missed = written.filter(entry => entry.answered < began && entry.version > mark)
      const early = written.filter(entry => entry.began > answered && entry.version <= mark)
      const shown = new Map(listed.map(link => [link.ref.appointmentId, link.version]))
      const unseen = written.filter(
        entry => entry.version <= mark && (shown.get(entry.appointmentId) ?? -1) < entry.version,
      )
      expect({ missed, early, unseen }).toEqual({ missed: [], early: [], unseen: [] })
    }
  },

  '[2] counters of a new connection start above those of every other': async ({ store, expect }) => {
    const first = await connect(store, anAccount('u1'))
    const bump = { set: {}, bump: { epoch: true, settings: true } }
    const bumped = must(await store.connections.update(first.account, first.revision, bump), 'the update')
    const claim = await takeTurn(store, aRef())
    const link = await writeLink(store, claim, firstWrite(bumped))
    const second = await connect(store, anAccount('u2', 'w2'))
    expect(second.epoch).toBeGreaterThan(bumped.epoch)
    expect(second.settingsVersion).toBeGreaterThan(bumped.settingsVersion)
    const other = await takeTurn(store, aRef('a1', 'w2'))
    const theirs = await writeLink(store, other, firstWrite(second, { set: someLink({ eventId: 'e2' }) }))
    expect(theirs.version).toBeGreaterThan(link.version)
  },

  '[2] after an erasure no counter starts again, and a write of the earlier life is refused': async ({
    store,
    expect,
  }) => {
    const before = await connect(store, anAccount())
    const zombie = await takeTurn(store, aRef())
    const old = await writeLink(store, zombie, firstWrite(before))
    await store.erase({ workspaceId: 'w1' })
    expect(await store.connections.get(anAccount())).toBe(undefined)
    expect(await store.links.ofRef(aRef())).toEqual([])
    expect((await store.links.write(zombie, firstWrite(before))).ok).toBe(false)
    const after = await connect(store, anAccount())
    expect(after.epoch).toBeGreaterThan(before.epoch)
    expect(after.settingsVersion).toBeGreaterThan(before.settingsVersion)
    const claim = await takeTurn(store, aRef())
    expect(await store.links.write(claim, firstWrite(before))).toEqual({ ok: false, reason: 'epoch' })
    const link = await writeLink(store, claim, firstWrite(after))
    expect(link.version).toBeGreaterThan(old.version)
    const stale = { ...firstWrite(after), expectedVersion: old.version }
    expect((await store.links.write(claim, stale)).ok).toBe(false)
    expect((await store.links.write(zombie, stale)).ok).toBe(false)
    expect(await store.connections.readMark(anAccount())).toBe(link.version)
  },

  '[4] readMark is the newest link version of exactly this account': async ({ store, other, expect }) => {
    const mine = await connect(store, anAccount('u1'))
    const theirs = await connect(store, anAccount('u2'))
    const fresh = await store.connections.readMark(anAccount('u1'))
    const claim = await takeTurn(store, aRef())
    const first = await writeLink(store, claim, firstWrite(mine))
    expect(first.version).toBeGreaterThan(fresh)
    await writeLink(store, claim, firstWrite(theirs, { set: someLink({ eventId: 'e2' }) }))
    expect(await other.connections.readMark(anAccount('u1'))).toBe(first.version)
    expect((await store.links.write(claim, firstWrite(mine))).ok).toBe(false)
    expect(await store.connections.readMark(anAccount('u1'))).toBe(first.version)
  },
}

function linksOf(store: SyncStateStore): Promise<Link[]> {
  return allPages(
    after => store.links.page(anAccount(), { limit: 100, ...(after === undefined ? {} : { after }) }),
    page => page.links,
    100,
  )
}
