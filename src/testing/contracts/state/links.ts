import type { LinkWrite } from '../../../contracts/link-store.ts'
import { must, outcomeOf, race } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { anAccount, aRef, fullLink, someLink } from '../samples.ts'
import { connect, endTurn, firstWrite, type StateHarness, takeTurn, writeLink } from './harness.ts'

export const linkCases: Cases<StateHarness> = {
  '[1] a write that nothing stands against is taken and answers what a read answers': async ({
    store,
    other,
    expect,
  }) => {
    const connection = await connect(store, anAccount())
    const claim = await takeTurn(store, aRef())
    const result = await store.links.write(claim, firstWrite(connection, { set: fullLink() }))
    if (!result.ok) throw new Error(`refused: ${result.reason}`)
    const { version } = result.link
    expect(result.link).toEqual({ ...fullLink(), account: anAccount(), ref: aRef(), target: 't1', version })
    expect(result.now).toBeGreaterThan(claim.now - 1)
    expect(await other.links.ofRef(aRef())).toEqual([result.link])
    const fields = Object.keys(must(result.link.sent, 'what was sent').fields)
    expect(fields.sort()).toEqual(['__proto__', 'constructor', 'title'])
  },

  '[1] a write replaces the whole link: fields left out are gone': async ({ store, expect }) => {
    const connection = await connect(store, anAccount())
    const claim = await takeTurn(store, aRef())
    const first = await writeLink(store, claim, firstWrite(connection, { set: fullLink() }))
    const second = await writeLink(store, claim, {
      ...firstWrite(connection),
      expectedVersion: first.version,
      set: someLink({ eventId: 'moved' }),
    })
    const base = { account: anAccount(), ref: aRef(), target: 't1', version: second.version }
    expect(second).toEqual({ ...someLink({ eventId: 'moved' }), ...base })
    expect(await store.links.ofRef(aRef())).toEqual([second])
  },

  '[1] of 20 racing writers on one version exactly one wins': async ({ store, other, expect }) => {
    const connection = await connect(store, anAccount())
    const claim = await takeTurn(store, aRef())
    const contest = async (expectedVersion: number | null) => {
      const results = await race(20, index =>
        (index % 2 ? store : other).links.write(
          claim,
          firstWrite(connection, { expectedVersion, set: someLink({ appVersion: `by ${index}` }) }),
        ),
      )
      const won = results.flatMap(result => (result.ok ? [result.link] : []))
      const lost = results.flatMap(result => (result.ok ? [] : [result.reason]))
      expect(won.length).toBe(1)
      expect(new Set(lost)).toEqual(new Set(['version']))
      expect(await store.links.ofRef(aRef())).toEqual(won)
      return must(won[0], 'the winner')
    }
    const first = await contest(null)
    const second = await contest(first.version)
    expect(second.version).toBeGreaterThan(first.version)
  },

  '[1] a claim writes links of its own ref only': async ({ store, expect }) => {
    const connection = await connect(store, anAccount())
    const mine = await takeTurn(store, aRef())
    const theirs = await takeTurn(store, aRef('a2'))
    const link = await writeLink(store, theirs, firstWrite(connection))
    const forged = { ref: aRef('a2'), fence: mine.fence }
    const write = firstWrite(connection, { expectedVersion: link.version })
    expect(await store.links.write(forged, write)).toEqual({ ok: false, reason: 'fence' })
    expect(await store.links.write(mine, write)).toEqual({ ok: false, reason: 'version' })
    expect(await store.links.ofRef(aRef('a2'))).toEqual([link])
  },

  '[3] the intent is appended in the same commit, its number the version, its time the store clock': async ({
    store,
    other,
    expect,
  }) => {
    const connection = await connect(store, anAccount())
    const claim = await takeTurn(store, aRef())
    const { intents: earlier } = fullLink()
    const intent = {
      kind: 'insert',
      sent: { whole: '1:w', fields: { title: '1:t' } },
      appVersion: 'v1',
    } as const
    const write = firstWrite(connection, { set: someLink({ intents: earlier }), intent })
    const result = await store.links.write(claim, write)
    if (!result.ok) throw new Error(`refused: ${result.reason}`)
    const { link, now } = result
    expect(link.intents).toEqual([...earlier, { ...intent, number: link.version, at: now }])
    const expectedVersion = link.version
    const set = someLink({ intents: link.intents })
    const next = await writeLink(store, claim, { ...write, expectedVersion, set, intent: { kind: 'delete' } })
    expect(next.intents.slice(0, 2)).toEqual(link.intents)
    expect(next.intents.map(({ kind, number }) => [kind, number])).toEqual([
      ['update', 40],
      ['insert', link.version],
      ['delete', next.version],
    ])
    expect(await other.links.ofRef(aRef())).toEqual([next])
    const quiet = { ...write, expectedVersion: next.version, set: someLink(), intent: undefined }
    expect((await writeLink(store, claim, quiet)).intents).toEqual([])
  },

  '[4] remove deletes the row, which can be written anew': async ({ store, other, expect }) => {
    const connection = await connect(store, anAccount())
    const claim = await takeTurn(store, aRef())
    const link = await writeLink(store, claim, firstWrite(connection))
    const kept = await writeLink(
      store,
      claim,
      firstWrite(connection, { target: 't2', set: someLink({ eventId: 'e2' }) }),
    )
    const condition = { ...firstWrite(connection), expectedVersion: link.version }
    expect(await other.links.remove(claim, condition)).toEqual({ ok: true })
    expect(await store.links.ofRef(aRef())).toEqual([kept])
    expect((await store.links.page(anAccount(), { limit: 10 })).links).toEqual([kept])
    const again = await writeLink(store, claim, firstWrite(connection))
    expect(again.version).toBeGreaterThan(kept.version)
  },

  '[5] an event id of another appointment in the same target is an error that changes nothing': async ({
    store,
    expect,
  }) => {
    const connection = await connect(store, anAccount())
    const first = await takeTurn(store, aRef())
    const link = await writeLink(store, first, firstWrite(connection, { set: someLink({ eventId: 'e1' }) }))
    const second = await takeTurn(store, aRef('a2'))
    const clash = firstWrite(connection, { set: someLink({ eventId: 'e1', etag: 'stolen' }) })
    expect(await outcomeOf(store.links.write(second, clash))).not.toBe('resolved')
    expect(await store.links.ofRef(aRef('a2'))).toEqual([])
    expect(await store.links.ofRef(aRef())).toEqual([link])
    const elsewhere = { ...clash, target: 't2' }
    expect((await store.links.write(second, elsewhere)).ok).toBe(true)
    const distinct = firstWrite(connection, { set: someLink({ eventId: 'E1' }) })
    expect((await store.links.write(second, distinct)).ok).toBe(true)
  },

  '[5] two accounts with one ref in one target have a link each': async ({ store, expect }) => {
    const first = await connect(store, anAccount('u1'))
    const second = await connect(store, anAccount('u2'))
    const claim = await takeTurn(store, aRef())
    const write = (connection: typeof first, eventId: string): LinkWrite =>
      firstWrite(connection, { set: someLink({ eventId }) })
    const mine = await writeLink(store, claim, write(first, 'e1'))
    const theirs = await writeLink(store, claim, write(second, 'e2'))
    const removal = { ...write(first, 'e1'), expectedVersion: mine.version }
    expect((await store.links.ofRef(aRef())).length).toBe(2)
    expect(await store.links.remove(claim, removal)).toEqual({ ok: true })
    expect(await store.links.ofRef(aRef())).toEqual([theirs])
    await endTurn(store, claim)
  },
}
