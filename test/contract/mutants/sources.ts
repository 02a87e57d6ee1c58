import type { AppointmentSource } from '../../../src/contracts/appointment-source.ts'
import type { SmallHost } from '../source-fixture.ts'

export interface SourceMutant {
  readonly name: string
  readonly caughtBy: readonly string[]
  readonly make: (host: SmallHost) => AppointmentSource
}

const mutant = (
  name: string,
  caughtBy: readonly string[],
  replace: (host: SmallHost) => Partial<AppointmentSource>,
): SourceMutant => ({
  name: `source: ${name}`,
  caughtBy,
  make: host => ({
    get: ref => host.get(ref),
    getMany: refs => host.getMany(refs),
    changes: query => host.changes(query),
    apply: change => host.apply(change),
    ...replace(host),
  }),
})

const ALL = 'changes: [2] without a cursor it lists every current ref of the account, whatever the page size'

export const sourceMutants: readonly SourceMutant[] = [
  mutant(
    'get knows no workspaces',
    ['reading: [1] get answers undefined for what does not exist, also in another workspace'],
    host => ({
      get: ref => host.get({ ...ref, workspaceId: 'w1' }),
    }),
  ),
  mutant(
    'get folds ids, as some columns and collations do',
    ['reading: [1] get answers for an id in its own spelling alone'],
    host => ({
      get: ref => host.get({ ...ref, appointmentId: ref.appointmentId.toLowerCase() }),
    }),
  ),
  mutant(
    'get takes numbers for ids',
    ['reading: [1] get answers for an id in its own spelling alone'],
    host => ({
      get: ref => host.get({ ...ref, appointmentId: ref.appointmentId.replace(/^[0 +]+|\.0$| $/g, '') }),
    }),
  ),
  mutant(
    'get remembers',
    ['reading: [1] get is the truth now: undefined once the appointment was removed'],
    host => {
      const remembered = new Map<string, Awaited<ReturnType<SmallHost['get']>>>()
      return {
        async get(ref) {
          const name = JSON.stringify(ref)
          if (!remembered.get(name)) remembered.set(name, await host.get(ref))
          return remembered.get(name)
        },
      }
    },
  ),
  mutant(
    'get hides trouble',
    ['reading: [6] trouble is thrown, never answered as an appointment that is gone or an empty listing'],
    host => ({
      get: ref => host.get(ref).catch(() => undefined),
    }),
  ),
  mutant(
    'getMany leaves out what is not there',
    ['reading: [4] getMany answers what get answers, in the order asked'],
    host => ({
      getMany: async refs => (await host.getMany(refs)).filter(found => found !== undefined),
    }),
  ),
  mutant(
    'getMany has an order of its own',
    ['reading: [4] getMany answers what get answers, in the order asked'],
    host => ({
      getMany: async refs => [...(await host.getMany(refs))].reverse(),
    }),
  ),
  mutant('changes lists every account', [ALL], host => ({
    changes: query => host.changes({ ...query, after: query.after ?? '0' }),
  })),
  mutant('changes takes no notice of the limit', [ALL], host => ({
    changes: query => host.changes({ ...query, limit: 100 }),
  })),
  mutant(
    'the cursor is the newest change, not the last listed',
    [ALL, 'changes: [2] changes made at one moment are all listed, however small the pages'],
    host => ({
      async changes(query) {
        const page = await host.changes(query)
        const newest = Math.max(...[...host.rows.values()].map(row => row.changedAt))
        return { ...page, cursor: String(newest) }
      },
    }),
  ),
  mutant('a listing never ends', [ALL], host => ({
    changes: async ({ after: _, ...query }) => host.changes(query),
  })),
  mutant(
    'newest change first',
    ['changes: [2] after a cursor it lists what changed since, oldest change first'],
    host => ({
      async changes(query) {
        const page = await host.changes({ ...query, limit: 100 })
        return { ...page, refs: [...page.refs].reverse() }
      },
    }),
  ),
  mutant(
    'apply does not compare versions',
    ['reading: [5] apply takes no change that was made on another version'],
    host => ({
      async apply(change) {
        const version = (await host.get(change.ref))?.version ?? ''
        return host.apply({ ...change, version })
      },
    }),
  ),
  mutant('apply applies again', ['reading: [5] apply is idempotent on the id of the change'], host => {
    let calls = 0
    return {
      async apply(change) {
        const version = (await host.get(change.ref))?.version ?? ''
        return host.apply({ ...change, id: `${change.id} ${calls++}`, version })
      },
    }
  }),
]
