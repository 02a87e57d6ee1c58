import type { AppointmentRef } from '../../../src/contracts/identity.ts'
import type { DueRef, Mark } from '../../../src/contracts/mark-store.ts'
import { mutantOf, override, type StateMutant } from './mutant.ts'

const mutant = mutantOf('marks')
const nameOf = (ref: AppointmentRef) => JSON.stringify([ref.workspaceId, ref.appointmentId])
const LANE_ORDER = 'due marks: [3] better lanes come first, then what waits longest'

export const markMutants: readonly StateMutant[] = [
  mutant(
    'equal marks are merged',
    ['marks: [1] every insert makes a row of its own, equal ones too'],
    inner => ({
      async insert(marks, options) {
        for (const mark of marks) {
          if ((await inner.ofRef(mark.ref)).length === 0) await inner.insert([mark], options)
        }
      },
    }),
  ),
  mutant(
    'the transaction is not joined',
    [
      'marks: [1] marks of an open transaction are seen by nobody, and by all after its commit',
      'marks: [1] marks of a transaction that was rolled back never were',
      'marks: [1] a transaction that is not one of this store is refused, and nothing is inserted',
    ],
    inner => ({ insert: marks => inner.insert(marks) }),
  ),
  {
    name: 'marks: ids start again',
    caughtBy: ['marks: [2] a mark id is never used twice, not even after its mark was deleted'],
    make: store => {
      let seen: readonly Mark[] = []
      return {
        ...store,
        claims: override(store.claims, {
          async claim(ref, options) {
            const claim = await store.claims.claim(ref, options)
            if (!claim) return undefined
            seen = claim.marks
            return { ...claim, marks: claim.marks.map((mark, index) => ({ ...mark, id: String(index) })) }
          },
          finish: (claim, outcome) =>
            store.claims.finish(claim, {
              ...outcome,
              deleteMarks: outcome.deleteMarks.map(id => seen[Number(id)]?.id ?? id),
            }),
        }),
      }
    },
  },
  mutant('dueRefs knows no lanes', [LANE_ORDER], inner => ({
    dueRefs: async options =>
      [...(await inner.dueRefs(options))].sort((a, b) => nameOf(a.ref).localeCompare(nameOf(b.ref))),
  })),
  mutant('dueRefs answers the newest first', [LANE_ORDER], inner => ({
    dueRefs: async options => [...(await inner.dueRefs(options))].reverse(),
  })),
  mutant(
    'dueRefs answers a ref once a lane',
    ['due marks: [3] a ref is answered once, with its best due lane'],
    inner => ({
      async dueRefs(options) {
        const found: DueRef[] = []
        for (const lane of ['interactive', 'pull', 'bulk'] as const) {
          if (!options.lanes || options.lanes.includes(lane))
            found.push(...(await inner.dueRefs({ ...options, lanes: [lane] })))
        }
        return found.slice(0, options.limit)
      },
    }),
  ),
  mutant(
    'dueRefs takes no notice of lanes asked for',
    ['due marks: [3] only the lanes asked for'],
    inner => ({
      dueRefs: ({ limit }) => inner.dueRefs({ limit }),
    }),
  ),
  mutant('dueRefs answers more than the limit', [LANE_ORDER], inner => ({
    dueRefs: options => inner.dueRefs({ ...options, limit: 1_000 }),
  })),
  mutant(
    'delayed marks are due at once',
    [
      'due marks: [3] a ref is due once its mark is due by the clock of the store',
      'claims: [1] a ref without a due mark cannot be claimed',
    ],
    inner => ({
      insert: (marks, options) =>
        inner.insert(
          marks.map(({ delayMs: _, ...mark }) => mark),
          options,
        ),
    }),
  ),
  {
    name: 'marks: hidden refs use up the limit',
    caughtBy: [
      'due marks: [3] hidden refs do not use up the limit',
      'due marks: [4] dueBulk leaves out hidden refs, which do not use up its limit',
    ],
    make: store => {
      const hidden = new Set<string>()
      return {
        ...store,
        claims: override(store.claims, {
          async claim(ref, options) {
            const claim = await store.claims.claim(ref, options)
            if (claim) hidden.add(nameOf(ref))
            return claim
          },
        }),
        marks: override(store.marks, {
          dueRefs: async options =>
            (await store.marks.dueRefs(options)).slice(0, Math.max(0, options.limit - hidden.size)),
          dueBulk: async (account, limit) =>
            (await store.marks.dueBulk(account, limit)).slice(0, Math.max(0, limit - hidden.size)),
        }),
      }
    },
  },
  mutant(
    'bringForward takes every cause',
    ['marks: [5] bringForward makes due now the retries of this account with one of these causes, no others'],
    inner => ({
      bringForward: account => inner.bringForward(account, ['network', 'rate', 'server', 'other']),
    }),
  ),
  mutant(
    'bringForward takes every user of the workspace',
    ['marks: [5] bringForward makes due now the retries of this account with one of these causes, no others'],
    inner => ({
      async bringForward(account, causes) {
        for (const userId of ['u1', 'u2']) await inner.bringForward({ ...account, userId }, causes)
      },
    }),
  ),
  mutant(
    'dueBulk answers other lanes too',
    [
      'due marks: [4] dueBulk answers the refs with a due bulk mark of exactly this account, longest due first',
    ],
    inner => ({ dueBulk: async (_, limit) => (await inner.dueRefs({ limit })).map(due => due.ref) }),
  ),
  mutant(
    'dueBulkAccounts answers an account once a mark',
    ['due marks: [4] dueBulkAccounts answers each account with due bulk marks once'],
    inner => ({
      async dueBulkAccounts(limit) {
        const accounts = await inner.dueBulkAccounts(limit)
        return [...accounts, ...accounts].slice(0, limit)
      },
    }),
  ),
  mutant(
    'ofRef answers due marks only',
    ['marks: [6] ofRef answers all marks of exactly this ref as they were given, due or not'],
    inner => ({
      async ofRef(ref) {
        const marks = await inner.ofRef(ref)
        return marks.filter(
          mark => mark.dueAt <= (marks.find(due => due.lane === 'pull')?.dueAt ?? mark.dueAt),
        )
      },
    }),
  ),
  mutant(
    'countBulk knows no cap',
    ['marks: countBulk counts the bulk marks aimed at this account, up to the cap'],
    inner => ({
      countBulk: account => inner.countBulk(account, 1e9),
    }),
  ),
]
