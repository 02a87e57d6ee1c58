import type { SyncStateStore } from '../../../contracts/state-store.ts'
import { must, race } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { aMark, anAccount, aRef, someLink } from '../samples.ts'
import { connect, firstWrite, LONG_MS, SHORT_MS, type StateHarness } from './harness.ts'

interface Run {
  readonly ref: string
  readonly fence: number
  readonly version: number
}

const REFS = ['a1', 'a2', 'a3']

export const twoProcessCases: Cases<StateHarness> = {
  '[2] a resolved write is seen by every later read of another process': async ({ store, other, expect }) => {
    for (let round = 0; round < 5; round++) {
      const [writer, reader] = round % 2 ? [store, other] : [other, store]
      const account = anAccount(`u${round}`)
      const ref = aRef(`a${round}`)
      const connection = await connect(writer, account)
      expect(await reader.connections.get(account)).toEqual(connection)
      await writer.marks.insert([aMark(ref)])
      const claim = must(await reader.claims.claim(ref, { holdMs: LONG_MS }), 'a claim')
      const write = firstWrite(connection, { set: someLink({ eventId: `e${round}` }) })
      const result = await writer.links.write(claim, write)
      expect(await reader.links.ofRef(ref)).toEqual(result.ok ? [result.link] : [])
      expect(await writer.claims.finish(claim, { deleteMarks: [], addMarks: [] })).toEqual({ more: true })
    }
  },

  '[1] workers that claim, write, crash and are taken over lose no mark and never go back': async ({
    store,
    other,
    expect,
    advance,
  }) => {
    const connection = await connect(store, anAccount())
    const log: Run[] = []
    let inserted = 0
    const handled = new Set<string>()
    let ended = false
    let calm = false
    const host = async (process: SyncStateStore) => {
      for (let round = 0; round < 12; round++) {
        await process.marks.insert([aMark(aRef(REFS[round % REFS.length]))])
        inserted++
        await process.marks.dueRefs({ limit: 10 })
      }
    }
    let turn = 0
    const work = async (process: SyncStateStore) => {
      for (let idle = 0; idle < 400; idle++) {
        const due = await process.marks.dueRefs({ limit: 10 })
        if (due.length === 0 && ended) return
        for (const { ref } of due) {
          const crashes = !calm && ++turn % 4 === 0
          const claim = await process.claims.claim(ref, { holdMs: crashes ? 1 : LONG_MS })
          if (!claim) continue
          const link = claim.links[0]
          const result = await process.links.write(claim, {
            ...firstWrite(connection),
            expectedVersion: link?.version ?? null,
            set: someLink({ eventId: ref.appointmentId }),
          })
          if (result.ok)
            log.push({ ref: ref.appointmentId, fence: claim.fence, version: result.link.version })
          if (crashes) continue
          const seen = claim.marks.map(mark => mark.id)
          if (!(await process.claims.finish(claim, { deleteMarks: seen, addMarks: [] }))) continue
          for (const id of seen) handled.add(id)
        }
        if (due.length === 0) await advance(2)
      }
      throw new Error('The workers never came to an end.')
    }
    const hosts = async () => {
      await race(2, index => host(index ? store : other))
      ended = true
    }
    await Promise.all([hosts(), race(4, index => work(index % 2 ? store : other))])
    calm = true
    await advance(SHORT_MS)
    await work(store)
    expect([inserted, handled.size]).toEqual([24, 24])
    for (const ref of REFS) {
      expect(await store.marks.ofRef(aRef(ref))).toEqual([])
      const runs = log.filter(run => run.ref === ref).sort((a, b) => a.version - b.version)
      expect(runs.length).toBeGreaterThan(0)
      const fences = runs.map(run => run.fence)
      expect(fences).toEqual([...fences].sort((a, b) => a - b))
      const [link] = await other.links.ofRef(aRef(ref))
      expect(link?.version).toBe(runs.at(-1)?.version)
    }
  },
}
