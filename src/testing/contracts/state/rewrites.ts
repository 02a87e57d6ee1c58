import type { Link } from '../../../contracts/link.ts'
import type { LinkFields } from '../../../contracts/link-store.ts'
import type { SyncStateStore } from '../../../contracts/state-store.ts'
import { allPages, must, sorted } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { anAccount, aRef, someLink } from '../samples.ts'
import { connect, endTurn, firstWrite, type StateHarness, takeTurn, writeLink } from './harness.ts'

async function withLinks(store: SyncStateStore, count: number, userId = 'u1') {
  const connection = await connect(store, anAccount(userId))
  const links: Link[] = []
  for (let index = 0; index < count; index++) {
    const claim = await takeTurn(store, aRef(`a${index}`))
    const set = someLink({ eventId: `${userId} a${index}` })
    links.push(await writeLink(store, claim, firstWrite(connection, { set })))
    await endTurn(store, claim)
  }
  return { connection, links }
}

function unknown(link: Link): LinkFields {
  const { account: _, ref: __, target: ___, version: ____, ...fields } = link
  return { ...fields, event: 'unknown' }
}

export const rewriteCases: Cases<StateHarness> = {
  '[7] changes every link of exactly this account once, page by page': async ({ store, other, expect }) => {
    const { connection, links } = await withLinks(store, 5)
    const { links: neighbours } = await withLinks(store, 2, 'u2')
    const seen: string[] = []
    await allPages(
      async after => {
        const before = seen.length
        const change = (link: Link) => {
          seen.push(link.eventId)
          return unknown(link)
        }
        const page = await store.links.rewrite(anAccount(), {
          epoch: connection.epoch,
          limit: 2,
          after,
          change,
        })
        return { ...must(page, 'a page'), rows: seen.slice(before) }
      },
      page => page.rows,
      2,
    )
    expect(sorted([...new Set(seen)])).toEqual(sorted(links.map(link => link.eventId)))
    const { links: now } = await other.links.page(anAccount(), { limit: 100 })
    expect(now.map(link => link.event)).toEqual(Array(5).fill('unknown'))
    expect(now.map(unknown)).toEqual(links.map(unknown))
    const { links: theirs } = await other.links.page(anAccount('u2'), { limit: 100 })
    expect(theirs).toEqual(neighbours)
  },

  '[7] gives every link a new version, so that a run that read it before is refused': async ({
    store,
    expect,
  }) => {
    const { connection, links } = await withLinks(store, 3)
    const claim = await takeTurn(store, aRef('a0'))
    const readMark = await store.connections.readMark(anAccount())
    await store.links.rewrite(anAccount(), { epoch: connection.epoch, limit: 10, change: unknown })
    const { links: now } = await store.links.page(anAccount(), { limit: 10 })
    for (const link of now) expect(link.version).toBeGreaterThan(readMark)
    expect(new Set(now.map(link => link.version)).size).toBe(3)
    expect(await store.connections.readMark(anAccount())).toBe(Math.max(...now.map(link => link.version)))
    const stale = { ...firstWrite(connection), set: someLink({ eventId: 'u1 a0' }) }
    expect(await store.links.write(claim, { ...stale, expectedVersion: links[0]?.version ?? 0 })).toEqual({
      ok: false,
      reason: 'version',
    })
  },

  '[7] null, and no change, once the epoch has moved or the account is unknown': async ({
    store,
    expect,
  }) => {
    const { connection, links } = await withLinks(store, 2)
    await store.connections.update(anAccount(), connection.revision, { set: {}, bump: { epoch: true } })
    const rewrite = { epoch: connection.epoch, limit: 10, change: unknown }
    expect(await store.links.rewrite(anAccount(), rewrite)).toBe(null)
    expect(await store.links.rewrite(anAccount('nobody'), rewrite)).toBe(null)
    expect((await store.links.page(anAccount(), { limit: 10 })).links).toEqual(links)
  },
}
