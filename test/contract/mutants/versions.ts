import type { SyncStateStore } from '../../../src/contracts/state-store.ts'
import { mutantOf, override, type StateMutant, tick } from './mutant.ts'

const connections = mutantOf('connections')

/** Shows link versions of our own making, and takes them back. */
function renumbered(
  store: SyncStateStore,
  number: (began: number, key: string) => number,
  wait: () => Promise<void>,
): SyncStateStore {
  const shown = new Map<number, number>()
  let began = 0
  let newest = 0
  const show = <T extends { readonly version: number }>(link: T): T => ({
    ...link,
    version: shown.get(link.version) ?? link.version,
  })
  return {
    ...store,
    connections: override(store.connections, {
      readMark: async account => (newest > 0 ? newest : store.connections.readMark(account)),
    }),
    links: override(store.links, {
      async write(claim, write) {
        const version = number(++began, JSON.stringify([claim.ref, write.target]))
        await wait()
        const current = (await store.links.ofRef(claim.ref)).find(link => link.target === write.target)
        const isExpected = (current ? show(current).version : null) === write.expectedVersion
        const result = await store.links.write(claim, {
          ...write,
          expectedVersion: isExpected ? (current?.version ?? null) : -1,
        })
        if (!result.ok) return result
        shown.set(result.link.version, version)
        newest = Math.max(newest, version)
        return { ...result, link: show(result.link) }
      },
      async remove(claim, condition) {
        const current = (await store.links.ofRef(claim.ref)).find(link => link.target === condition.target)
        const isExpected = current && show(current).version === condition.expectedVersion
        return store.links.remove(claim, { ...condition, expectedVersion: isExpected ? current.version : -1 })
      },
      ofRef: async ref => (await store.links.ofRef(ref)).map(show),
      async page(account, options) {
        const page = await store.links.page(account, options)
        return { ...page, links: page.links.map(show) }
      },
    }),
  }
}

export const versionMutants: readonly StateMutant[] = [
  {
    name: 'versions: counted by link, from 1 again after a removal',
    caughtBy: [
      'link versions: [2] versions grow with each write, also from link to link of one account',
      'link versions: [2] a version is never used twice, not even after its link was removed',
      'link refusals: [2] a version of before a removal is refused by the link made anew',
    ],
    make: store => {
      const count = new Map<string, number>()
      const made = renumbered(
        store,
        (_, key) => {
          count.set(key, (count.get(key) ?? 0) + 1)
          return count.get(key) ?? 0
        },
        async () => {},
      )
      return {
        ...made,
        links: override(made.links, {
          async remove(claim, condition) {
            const result = await made.links.remove(claim, condition)
            if (result.ok) count.delete(JSON.stringify([claim.ref, condition.target]))
            return result
          },
        }),
      }
    },
  },
  {
    name: 'versions: allocated before the commit, not at it',
    caughtBy: [
      'link versions: [2] versions of one account follow the order of commits while writers and readers interleave',
    ],
    make: store => {
      let calls = 0
      // As a database sequence does: the number is taken first, the commit comes sooner or later.
      return renumbered(
        store,
        began => 1_000 + began,
        async () => {
          for (let turns = calls++ % 4; turns > 0; turns--) await tick()
        },
      )
    },
  },
  connections(
    'counters of each row start at 1',
    [
      'link versions: [2] counters of a new connection start above those of every other',
      'link versions: [2] after an erasure no counter starts again, and a write of the earlier life is refused',
    ],
    inner => {
      const base = new Map<number, number>()
      return {
        async create(account, fields) {
          const made = await inner.create(account, fields)
          if (!made) return null
          base.set(made.epoch, made.epoch - 1)
          return { ...made, epoch: 1, settingsVersion: 1 }
        },
        async update(account, revision, change) {
          const made = await inner.update(account, revision, change)
          return made && { ...made, epoch: made.revision, settingsVersion: made.revision }
        },
      }
    },
  ),
  connections(
    'the counters of an erased account start again',
    [
      'link versions: [2] after an erasure no counter starts again, and a write of the earlier life is refused',
    ],
    inner => {
      const first = new Map<string, { readonly epoch: number; readonly settingsVersion: number }>()
      return {
        async create(account, fields) {
          const made = await inner.create(account, fields)
          if (!made) return null
          const { epoch, settingsVersion } = first.get(JSON.stringify(account)) ?? made
          first.set(JSON.stringify(account), { epoch, settingsVersion })
          return { ...made, epoch, settingsVersion }
        },
      }
    },
  ),
  connections(
    'readMark is one for the whole store',
    ['link versions: [4] readMark is the newest link version of exactly this account'],
    inner => {
      let newest = 0
      return {
        async readMark(account) {
          for (const userId of ['u1', 'u2'])
            newest = Math.max(newest, await inner.readMark({ ...account, userId }))
          return newest
        },
      }
    },
  ),
]
