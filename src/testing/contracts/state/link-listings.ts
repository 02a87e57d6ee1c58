import type { Link } from '../../../contracts/link.ts'
import type { LinkFields, LinkPage, PageOptions } from '../../../contracts/link-store.ts'
import type { SyncStateStore } from '../../../contracts/state-store.ts'
import { allPages, must, sorted } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { anAccount, aRef, someLink } from '../samples.ts'
import { connect, endTurn, firstWrite, type StateHarness, takeTurn, writeLink } from './harness.ts'

type Connected = Awaited<ReturnType<typeof connect>>

async function addLink(
  store: SyncStateStore,
  connection: Connected,
  id: string,
  set: Partial<LinkFields> = {},
  target = 't1',
): Promise<Link> {
  const ref = aRef(id, connection.account.workspaceId)
  const claim = await takeTurn(store, ref)
  const { workspaceId, userId } = connection.account
  const eventId = `${workspaceId} ${userId} ${id}`
  const write = firstWrite(connection, { target, set: someLink({ eventId, ...set }) })
  const link = await writeLink(store, claim, write)
  await endTurn(store, claim)
  return link
}

async function removeLink(store: SyncStateStore, connection: Connected, link: Link): Promise<void> {
  const claim = await takeTurn(store, link.ref)
  await store.links.remove(claim, { ...firstWrite(connection), expectedVersion: link.version })
  await endTurn(store, claim)
}

const names = (links: readonly Link[]) => sorted(links.map(link => link.ref.appointmentId))

const walk = (list: (options: PageOptions) => Promise<LinkPage>, limit: number) =>
  allPages(
    after => list({ limit, ...(after === undefined ? {} : { after }) }),
    page => page.links,
    limit,
  )

export const linkListingCases: Cases<StateHarness> = {
  '[6] page answers every link of exactly this account once, whatever the page size': async ({
    store,
    other,
    expect,
  }) => {
    const connection = await connect(store, anAccount())
    const neighbours = [await connect(store, anAccount('u2')), await connect(store, anAccount('u1', 'w2'))]
    const made: string[] = []
    for (let index = 0; index < 10; index++) {
      const link = await addLink(store, connection, `a${index}`)
      made.push(link.ref.appointmentId)
      for (const neighbour of neighbours) await addLink(store, neighbour, `a${index}`)
    }
    for (const limit of [1, 3, 5, 10, 100]) {
      expect(names(await walk(options => other.links.page(anAccount(), options), limit))).toEqual(
        sorted(made),
      )
    }
    expect(await store.links.page(anAccount('u3'), { limit: 10 })).toEqual({ links: [] })
  },

  '[6] links that do not change are listed once while others come, change and go': async ({
    store,
    expect,
  }) => {
    const connection = await connect(store, anAccount())
    const links: Link[] = []
    for (let index = 0; index < 12; index++) links.push(await addLink(store, connection, `a${index}`))
    const listed: string[] = []
    let after: string | undefined
    for (let round = 0; round < 60; round++) {
      const page = await store.links.page(anAccount(), {
        limit: 2,
        ...(after === undefined ? {} : { after }),
      })
      listed.push(...page.links.map(link => link.ref.appointmentId))
      after = page.next
      if (after === undefined) break
      if (round < 4) {
        const changing = must(links[round * 3], 'a link')
        if (round % 2) await removeLink(store, connection, changing)
        else await changeLink(store, connection, changing)
        await addLink(store, connection, `new ${round}`)
      }
    }
    expect(after).toBe(undefined)
    const stayed = links
      .filter((_, index) => index % 3 !== 0 || index > 9)
      .map(link => link.ref.appointmentId)
    expect(stayed.filter(id => listed.filter(found => found === id).length !== 1)).toEqual([])
  },

  '[6] stale answers links of another target, of older settings, or behind; each once, no others': async ({
    store,
    expect,
  }) => {
    const connection = await connect(store, anAccount())
    await addLink(store, connection, 'fresh', { settingsVersion: 5 })
    await addLink(store, connection, 'newer', { settingsVersion: 6 })
    await addLink(store, connection, 'older', { settingsVersion: 4 })
    await addLink(store, connection, 'behind', { settingsVersion: 5, behind: true })
    await addLink(store, connection, 'elsewhere', { settingsVersion: 5 }, 't2')
    await addLink(store, connection, 'all three', { settingsVersion: 1, behind: true }, 't2')
    const neighbour = await connect(store, anAccount('u2'))
    await addLink(store, neighbour, 'theirs', { settingsVersion: 1 })
    const current = { target: 't1', settingsVersion: 5 }
    for (const limit of [1, 2, 10]) {
      const found = await walk(options => store.links.stale(anAccount(), current, options), limit)
      expect(names(found)).toEqual(['all three', 'behind', 'elsewhere', 'older'])
    }
    const before = { target: 't1', settingsVersion: 0 }
    const left = await walk(options => store.links.stale(anAccount(), before, options), 10)
    expect(names(left)).toEqual(['all three', 'behind', 'elsewhere'])
  },

  '[6] stale goes on after its cursor while the links it answered are put right': async ({
    store,
    expect,
  }) => {
    const connection = await connect(store, anAccount())
    for (let index = 0; index < 9; index++)
      await addLink(store, connection, `a${index}`, { settingsVersion: 1 })
    const current = { target: 't1', settingsVersion: 2 }
    const listed: Link[] = []
    let after: string | undefined
    for (let round = 0; round < 20; round++) {
      const options = { limit: 2, ...(after === undefined ? {} : { after }) }
      const page = await store.links.stale(anAccount(), current, options)
      for (const link of page.links) await changeLink(store, connection, link, { settingsVersion: 2 })
      listed.push(...page.links)
      after = page.next
      if (after === undefined) break
    }
    expect(names(listed)).toEqual(Array.from({ length: 9 }, (_, index) => `a${index}`))
    expect((await store.links.stale(anAccount(), current, { limit: 10 })).links).toEqual([])
  },

  'summary counts live, pending and failed links of exactly this account, up to the cap': async ({
    store,
    expect,
  }) => {
    const connection = await connect(store, anAccount())
    expect(await store.links.summary(anAccount(), { cap: 10 })).toEqual({ live: 0, pending: 0, failed: 0 })
    for (let index = 0; index < 4; index++) {
      await addLink(store, connection, `live ${index}`, { syncedAt: 1_000 + index })
    }
    for (let index = 0; index < 3; index++) {
      await addLink(store, connection, `pending ${index}`, { event: 'none', status: 'pending' })
    }
    await addLink(store, connection, 'failed', { event: 'deleted', status: 'failed', syncedAt: 5 })
    await addLink(store, connection, 'failed live', { event: 'live', status: 'failed' }, 't2')
    const neighbour = await connect(store, anAccount('u2'))
    await addLink(store, neighbour, 'theirs', { syncedAt: 9_000 })
    const full = { live: 5, pending: 3, failed: 2, lastSyncedAt: 1_003 }
    expect(await store.links.summary(anAccount(), { cap: 100 })).toEqual(full)
    expect(await store.links.summary(anAccount(), { cap: 5 })).toEqual(full)
    expect(await store.links.summary(anAccount(), { cap: 2 })).toEqual({ ...full, live: 2, pending: 2 })
  },
}

async function changeLink(
  store: SyncStateStore,
  connection: Connected,
  link: Link,
  change: Partial<LinkFields> = {},
): Promise<void> {
  const claim = await takeTurn(store, link.ref)
  const { account, ref, target, version, ...fields } = link
  const set = { ...fields, appVersion: 'changed', ...change }
  await writeLink(store, claim, firstWrite(connection, { target, expectedVersion: version, set }))
  await endTurn(store, claim)
}
