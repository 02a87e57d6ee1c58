import type { AccountRef } from '../../../src/contracts/identity.ts'
import type { Link } from '../../../src/contracts/link.ts'
import type { LinkCondition, PageOptions } from '../../../src/contracts/link-store.ts'
import type { SyncStateStore } from '../../../src/contracts/state-store.ts'
import { blindly, mutantOf, override, type StateMutant, tick } from './mutant.ts'

const mutant = mutantOf('links')

/** The conditions, changed before they are checked. */
const lenient =
  (change: <T extends LinkCondition>(condition: T, all: SyncStateStore) => Promise<T>) =>
  (inner: SyncStateStore['links'], all: SyncStateStore): Partial<SyncStateStore['links']> => ({
    write: async (claim, write) => inner.write(claim, await change(write, all)),
    remove: async (claim, condition) => inner.remove(claim, await change(condition, all)),
  })

const currentVersion = (condition: LinkCondition, links: readonly Link[]) =>
  links.find(link => link.target === condition.target && link.account.userId === condition.account.userId)
    ?.version ?? null

/** Pages counted by rows from the start, which shift when rows go. */
const byOffset =
  (all: (account: AccountRef) => Promise<readonly Link[]>) =>
  async (account: AccountRef, { after, limit }: PageOptions) => {
    const from = Number(after ?? 0)
    const links = await all(account)
    const next = links.length > from + limit ? { next: String(from + limit) } : {}
    return { links: links.slice(from, from + limit), ...next }
  }

const REFUSED = (reason: string) => `link refusals: [1] refused with reason ${reason}`

export const linkMutants: readonly StateMutant[] = [
  mutant(
    'the version is not compared',
    [
      `${REFUSED('version')}, and no change, unless the version is the one expected`,
      'links: [1] of 20 racing writers on one version exactly one wins',
      'link refusals: [2] a version of before a removal is refused by the link made anew',
    ],
    inner => ({
      write: (claim, write) =>
        blindly(async () => {
          const expectedVersion = currentVersion(write, await inner.ofRef(claim.ref))
          const result = await inner.write(claim, { ...write, expectedVersion })
          return !result.ok && result.reason === 'version' ? null : result
        }),
    }),
  ),
  mutant(
    'the version is compared, then written in a second statement',
    ['links: [1] of 20 racing writers on one version exactly one wins'],
    inner => ({
      async write(claim, write) {
        if (currentVersion(write, await inner.ofRef(claim.ref)) !== write.expectedVersion) {
          return { ok: false, reason: 'version' }
        }
        await tick()
        const expectedVersion = currentVersion(write, await inner.ofRef(claim.ref))
        return inner.write(claim, { ...write, expectedVersion })
      },
    }),
  ),
  mutant(
    'the epoch is not compared',
    [
      `${REFUSED('epoch')}, and no change, once the epoch moved`,
      'link versions: [2] after an erasure no counter starts again, and a write of the earlier life is refused',
    ],
    lenient(async (condition, { connections }) => ({
      ...condition,
      epoch: (await connections.get(condition.account))?.epoch ?? condition.epoch,
    })),
  ),
  mutant(
    'the epoch is compared for links that exist only',
    [`${REFUSED('epoch')}, and no change, once the epoch moved`],
    lenient(async (condition, { connections }) => {
      if (condition.expectedVersion !== null) return condition
      return { ...condition, epoch: (await connections.get(condition.account))?.epoch ?? condition.epoch }
    }),
  ),
  mutant(
    'the settings version is not compared',
    [`${REFUSED('settings')}, and no change, once the settings version moved`],
    lenient(async condition => ({ ...condition, settingsVersion: undefined })),
  ),
  mutant(
    'the settings version is compared when none is given',
    ['link refusals: [1] without a settings version the bookkeeping of a write that landed is taken'],
    lenient(async (condition, { connections }) => {
      if (condition.settingsVersion !== undefined) return condition
      const current = (await connections.get(condition.account))?.settingsVersion ?? 0
      return { ...condition, settingsVersion: current - 1 }
    }),
  ),
  mutant(
    'any update of the connection refuses writes',
    ['link refusals: [1] an update that moves neither epoch nor settings version refuses nothing'],
    lenient(async (condition, { connections }) => {
      const revision = (await connections.get(condition.account))?.revision ?? 0
      return revision > 1 ? { ...condition, epoch: -1 } : condition
    }),
  ),
  mutant(
    'remove asks for nothing',
    [`${REFUSED('version')}, and no change, unless the version is the one expected`],
    inner => ({
      remove: async (claim, condition) =>
        inner.remove(claim, {
          ...condition,
          expectedVersion: currentVersion(condition, await inner.ofRef(claim.ref)),
        }),
    }),
  ),
  {
    name: 'links: a refused write uses up a version that readMark counts',
    caughtBy: [`${REFUSED('version')}, and no change, unless the version is the one expected`],
    make: store => {
      let refused = 0
      return {
        ...store,
        links: override(store.links, {
          async write(claim, write) {
            const result = await store.links.write(claim, write)
            if (!result.ok) refused++
            return result
          },
        }),
        connections: override(store.connections, {
          readMark: async account => (await store.connections.readMark(account)) + refused,
        }),
      }
    },
  },
  mutant(
    'the intent is numbered by the version before',
    [
      'links: [3] the intent is appended in the same commit, its number the version, its time the store clock',
    ],
    inner => ({
      async write(claim, { intent, ...write }) {
        if (!intent) return inner.write(claim, write)
        const number = (write.expectedVersion ?? 0) + 1
        const intents = [...write.set.intents, { ...intent, number, at: 0 }]
        return inner.write(claim, { ...write, set: { ...write.set, intents } })
      },
    }),
  ),
  mutant(
    'the new intent replaces the open ones',
    [
      'links: [3] the intent is appended in the same commit, its number the version, its time the store clock',
    ],
    inner => ({
      write: (claim, write) =>
        inner.write(claim, write.intent ? { ...write, set: { ...write.set, intents: [] } } : write),
    }),
  ),
  mutant(
    'fields left out stay',
    ['links: [1] a write replaces the whole link: fields left out are gone'],
    inner => ({
      async write(claim, write) {
        const old = (await inner.ofRef(claim.ref)).find(link => link.target === write.target)
        return inner.write(claim, { ...write, set: { ...old, ...write.set } })
      },
    }),
  ),
  mutant(
    'two appointments may have one event',
    ['links: [5] an event id of another appointment in the same target is an error that changes nothing'],
    inner => ({
      write: (claim, write) =>
        inner
          .write(claim, write)
          .catch(() =>
            inner.write(claim, { ...write, set: { ...write.set, eventId: `${write.set.eventId} again` } }),
          ),
    }),
  ),
  mutant(
    'pages are counted from the start',
    ['link listings: [6] links that do not change are listed once while others come, change and go'],
    inner => ({ page: byOffset(async account => (await inner.page(account, { limit: 1_000 })).links) }),
  ),
  mutant(
    'pages are in the order of versions',
    ['link listings: [6] links that do not change are listed once while others come, change and go'],
    inner => ({
      page: byOffset(async account =>
        [...(await inner.page(account, { limit: 1_000 })).links].sort((a, b) => b.version - a.version),
      ),
    }),
  ),
  mutant(
    'stale pages are counted from the start',
    ['link listings: [6] stale goes on after its cursor while the links it answered are put right'],
    inner => ({
      stale: (account, current, options) =>
        byOffset(async () => (await inner.stale(account, current, { limit: 1_000 })).links)(account, options),
    }),
  ),
  mutant(
    'stale leaves out links behind',
    [
      'link listings: [6] stale answers links of another target, of older settings, or behind; each once, no others',
    ],
    inner => ({
      async stale(account, current, options) {
        const page = await inner.stale(account, current, { ...options, limit: 1_000 })
        return { links: page.links.filter(link => !link.behind || link.target !== current.target) }
      },
    }),
  ),
  mutant(
    'summary knows no cap',
    ['link listings: summary counts live, pending and failed links of exactly this account, up to the cap'],
    inner => ({
      summary: account => inner.summary(account, { cap: 1e9 }),
    }),
  ),
]
