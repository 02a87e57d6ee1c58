import { blindly, mutantOf, type StateMutant, tick } from './mutant.ts'

const mutant = mutantOf('connections')

export const connectionMutants: readonly StateMutant[] = [
  mutant(
    'create answers the row that is there',
    [
      'connections: [1] create answers null when there is a row, and leaves it as it was',
      'connections: [1] of 20 racing creators exactly one makes the row',
    ],
    inner => ({
      create: async (account, fields) =>
        (await inner.create(account, fields)) ?? (await inner.get(account)) ?? null,
    }),
  ),
  mutant(
    'update does not compare revisions',
    [
      'connections: [2] update with the revision read is taken, with an older one refused and without effect',
      'connections: [2] of 20 racing updates of one revision exactly one is taken',
      'connections: [2] interleaved read-modify-write by two processes loses no update',
    ],
    inner => ({
      async update(account, _, change) {
        if (!(await inner.get(account))) return null
        return blindly(async () => inner.update(account, (await inner.get(account))?.revision ?? 0, change))
      },
    }),
  ),
  mutant(
    'update compares, waits, and writes',
    [
      'connections: [2] of 20 racing updates of one revision exactly one is taken',
      'connections: [2] interleaved read-modify-write by two processes loses no update',
    ],
    inner => ({
      async update(account, revision, change) {
        if ((await inner.get(account))?.revision !== revision) return null
        await tick()
        return inner.update(account, (await inner.get(account))?.revision ?? 0, change)
      },
    }),
  ),
  mutant(
    'undefined clears nothing',
    ['connections: [2] a key given as undefined is cleared, keys not named stay'],
    inner => ({
      update: (account, revision, change) =>
        inner.update(account, revision, { ...change, set: JSON.parse(JSON.stringify(change.set)) }),
    }),
  ),
  mutant(
    'update forgets fields',
    ['connections: [1] create makes a row with revision 1 and answers what a read answers'],
    inner => ({
      async get(account) {
        const { guestPause: _, ...read } = (await inner.get(account)) ?? {}
        return 'account' in read ? read : undefined
      },
    }),
  ),
  mutant(
    'bump goes back and forth',
    ['connections: [2] bump raises the epoch or the settings version, neither to a value it had before'],
    inner => ({
      async update(account, revision, change) {
        const made = await inner.update(account, revision, change)
        return made && { ...made, epoch: made.revision % 2, settingsVersion: made.revision % 2 }
      },
    }),
  ),
  mutant(
    'every update raises the epoch',
    ['connections: [2] bump raises the epoch or the settings version, neither to a value it had before'],
    inner => ({
      update: (account, revision, change) =>
        inner.update(account, revision, { ...change, bump: { ...change.bump, epoch: true } }),
    }),
  ),
  mutant(
    'due knows no order',
    ['connections: [3] due answers accounts whose time has passed, longest overdue first'],
    inner => ({
      due: async limit => [...(await inner.due(limit))].reverse(),
    }),
  ),
  mutant(
    'due answers an account to one process only',
    ['connections: [3] due answers accounts whose time has passed, longest overdue first'],
    inner => {
      const given = new Set<string>()
      return {
        async due(limit) {
          const fresh = (await inner.due(1_000)).filter(account => !given.has(JSON.stringify(account)))
          for (const account of fresh) given.add(JSON.stringify(account))
          return fresh.slice(0, limit)
        },
      }
    },
  ),
  mutant(
    'a workspace is found by its prefix',
    ['connections: [5] lookups by workspace and subject answer exactly theirs'],
    inner => ({
      async inWorkspace(workspaceId) {
        const { connections } = await inner.page({ limit: 1_000 })
        return connections.filter(({ account }) => account.workspaceId.startsWith(workspaceId))
      },
    }),
  ),
  mutant(
    'a workspace is found in any case',
    [
      'connections: [5] lookups by workspace and subject answer exactly theirs',
      'awkward ids: [4] connections of awkward accounts are rows of their own',
    ],
    inner => ({
      async inWorkspace(workspaceId) {
        const { connections } = await inner.page({ limit: 1_000 })
        return connections.filter(
          ({ account }) => account.workspaceId.toLowerCase() === workspaceId.toLowerCase(),
        )
      },
    }),
  ),
  mutant(
    'page drops the last row of a page',
    ['connections: page answers every connection once, page by page'],
    inner => ({
      async page(options) {
        const page = await inner.page(options)
        return page.next === undefined ? page : { ...page, connections: page.connections.slice(0, -1) }
      },
    }),
  ),
]
