import type { Finding } from '../../../src/contracts/finding-store.ts'
import type { PendingAuthorization } from '../../../src/contracts/pending-authorization-store.ts'
import { blindly, mutantOf, type StateMutant, tick } from './mutant.ts'

const findings = mutantOf('findings')
const pending = mutantOf('pendingAuthorizations')
const budgets = mutantOf('budgets')
const leases = mutantOf('leases')
const identityKey = mutantOf('identityKey')
const pullHints = mutantOf('pullHints')

const HOUR = 3_600_000
const ONCE = 'pending authorizations: [2] it is taken exactly once'
const RACE = 'pending authorizations: [2] of 20 racing takers exactly one gets it'

const findingMutants: readonly StateMutant[] = [
  findings(
    'every add counts',
    ['findings: [1] one finding for each account and ref, however often it is added'],
    inner => {
      const added: (readonly [string, Finding])[] = []
      return {
        async add(account, given) {
          for (const finding of given) added.push([JSON.stringify(account), finding])
          await inner.add(account, given)
        },
        async count(account) {
          const own = added.filter(([name]) => name === JSON.stringify(account))
          const removals = own.filter(([, finding]) => finding.kind === 'removal').length
          return { removals, moves: own.length - removals }
        },
      }
    },
  ),
  findings(
    'adding again keeps the old time and kind',
    ['findings: [1] adding it again refreshes its time and takes the newer kind'],
    inner => ({
      async add(account, given) {
        const known = new Set(
          (await inner.list(account, { limit: 1_000 })).findings.map(({ ref }) => JSON.stringify(ref)),
        )
        await inner.add(
          account,
          given.filter(({ ref }) => !known.has(JSON.stringify(ref))),
        )
      },
    }),
  ),
  findings(
    'count knows no time',
    ['findings: [2] count leaves out what is older, and counts removals and moves apart'],
    inner => ({
      count: account => inner.count(account, 24 * HOUR),
    }),
  ),
  findings(
    'clear of one ref clears all',
    ['findings: [3] clear forgets one ref, or all of exactly this account'],
    inner => ({
      clear: account => inner.clear(account),
    }),
  ),
  findings(
    'list answers one page only',
    ['findings: [3] list pages the findings of exactly this account, each once'],
    inner => ({
      list: async (account, options) => ({ findings: (await inner.list(account, options)).findings }),
    }),
  ),
]

const pendingMutants: readonly StateMutant[] = [
  pending('take reads, waits, and deletes', [RACE], inner => {
    const rows = new Map<string, PendingAuthorization>()
    return {
      async put(row, options) {
        rows.set(row.id, row)
        await inner.put(row, options)
      },
      async take(id) {
        const row = rows.get(id)
        await tick()
        rows.delete(id)
        return row
      },
    }
  }),
  pending('take leaves it there', [ONCE, RACE], inner => ({
    async take(id) {
      const row = await inner.take(id)
      if (row) await inner.put(row, { expiresInMs: HOUR, limit: 5 })
      return row
    },
  })),
  pending(
    'nothing expires',
    [
      'pending authorizations: [1] each is kept until its own time has passed by the clock of the store',
      'pending authorizations: [2] an expired one is gone for every taker',
    ],
    inner => ({
      put: (row, options) => inner.put(row, { ...options, expiresInMs: HOUR }),
    }),
  ),
  pending(
    'there is no limit',
    ['pending authorizations: [1] an account keeps its newest up to the limit, others keep theirs'],
    inner => ({
      put: (row, options) => inner.put(row, { ...options, limit: 1_000 }),
    }),
  ),
  pending(
    'the account is not kept',
    ['pending authorizations: [1] what was put is taken unchanged'],
    inner => ({
      put: (row, options) => inner.put({ ...row, account: { ...row.account, userId: 'u1' } }, options),
    }),
  ),
]

const budgetMutants: readonly StateMutant[] = [
  budgets(
    'takers look, wait, and take',
    ['budgets: [1] of 20 that take at once exactly as many get it as there is room for'],
    inner => {
      let taken = 0
      return {
        async take(name, request) {
          const fits = taken + request.units <= request.limit
          await tick()
          if (fits) taken += request.units
          return fits ? inner.take(name, { ...request, limit: 1_000_000 }) : inner.take(name, request)
        },
      }
    },
  ),
  budgets('the limit is not looked at', ['budgets: [1] more than the limit never fits'], inner => ({
    take: (name, request) => inner.take(name, { ...request, limit: 1_000_000 }),
  })),
  budgets(
    'what nobody settles never comes back',
    ['budgets: [2] what nobody settles comes back by itself, as after a crash'],
    inner => ({
      take: (name, request) => inner.take(name, { ...request, forMs: 24 * HOUR }),
    }),
  ),
  budgets(
    'settling frees nothing',
    ['budgets: [3] settling frees the rest at once, and what was spent after its time'],
    () => ({ settle: async () => {} }),
  ),
  budgets(
    'settling frees everything',
    ['budgets: [3] settling frees the rest at once, and what was spent after its time'],
    inner => ({
      settle: (name, grant) => inner.settle(name, grant, { units: 0, forMs: 0 }),
    }),
  ),
  budgets(
    'one budget for all names',
    ['budgets: [4] budgets of other names are their own, however alike'],
    inner => ({
      take: (_, request) => inner.take('all', request),
    }),
  ),
]

const leaseMutants: readonly StateMutant[] = [
  leases(
    'acquire looks, waits, and writes',
    ['leases: [1] of 20 racing holders exactly one acquires'],
    inner => {
      const held = new Set<string>()
      return {
        async acquire(name, holder, ttlMs) {
          const isFree = !held.has(name)
          await tick()
          held.add(name)
          return isFree || inner.acquire(name, holder, ttlMs)
        },
      }
    },
  ),
  leases(
    'a lease never ends',
    ['leases: [1] it ends by the clock of the store; then of 20 racing holders exactly one acquires'],
    inner => ({
      acquire: (name, holder) => inner.acquire(name, holder, 24 * HOUR),
    }),
  ),
  leases(
    'the holder may not acquire again',
    ['leases: [1] one holder at a time, the same one may acquire again'],
    inner => {
      let calls = 0
      return { acquire: (name, holder, ttlMs) => inner.acquire(name, `${holder} ${calls++}`, ttlMs) }
    },
  ),
  leases(
    'renew takes it from another',
    ['leases: [2] renew and release do nothing once another holds it'],
    () => ({
      renew: async () => true,
    }),
  ),
  leases('renew does not extend', ['leases: [1] renewing and acquiring again hold it for longer'], inner => ({
    renew: (name, holder) => inner.renew(name, holder, 1),
  })),
  leases(
    "release frees another's lease",
    ['leases: [2] renew and release do nothing once another holds it'],
    inner => ({
      async release(name, holder) {
        await inner.release(name, holder)
        await inner.release(name, 'B')
      },
    }),
  ),
]

const identityKeyMutants: readonly StateMutant[] = [
  identityKey(
    'putIfAbsent answers what it was given',
    ["identity key: [1] of 20 racing writers all get the winner's value"],
    inner => ({
      async putIfAbsent(value) {
        await inner.putIfAbsent(value)
        return value
      },
    }),
  ),
  identityKey(
    'putIfAbsent looks, waits, and writes',
    ["identity key: [1] of 20 racing writers all get the winner's value"],
    inner => {
      let value: string | undefined
      return {
        async putIfAbsent(given) {
          const read = value
          await tick()
          value = read ?? given
          return read ?? given
        },
        get: async () => value ?? inner.get(),
      }
    },
  ),
  identityKey(
    'replace does not compare',
    [
      'identity key: [2] replace swaps the value only while it is the one expected',
      'identity key: [2] of 20 racing replacements of one value exactly one is made',
    ],
    inner => ({
      replace: async (_, value) =>
        blindly(async () => (await inner.replace((await inner.get()) ?? '', value)) || null),
    }),
  ),
]

const pullHintMutants: readonly StateMutant[] = [
  pullHints(
    'every hint is the first',
    ['pull hints: [1] the first hint makes the account pending, the others find it so'],
    inner => ({
      add: async account => {
        await inner.add(account)
        return true
      },
    }),
  ),
  pullHints(
    'add looks, waits, and writes',
    ['pull hints: [1] of 20 racing hints exactly one makes it pending'],
    inner => {
      const pending = new Set<string>()
      return {
        async add(account) {
          const isNew = !pending.has(account.userId)
          await tick()
          pending.add(account.userId)
          await inner.add(account)
          return isNew
        },
      }
    },
  ),
  pullHints(
    'a hint gives a new place',
    ['pull hints: [2] those that wait longest come first, up to the limit'],
    inner => ({
      async add(account) {
        const was = await inner.take(account)
        await inner.add(account)
        return !was
      },
    }),
  ),
  pullHints(
    'due knows no limit',
    ['pull hints: [2] those that wait longest come first, up to the limit'],
    inner => ({ due: () => inner.due(1_000) }),
  ),
  pullHints(
    'take leaves it pending',
    ['pull hints: [3] take ends it, and a hint after that stands'],
    inner => ({
      take: async account => (await inner.due(1_000)).some(({ userId }) => userId === account.userId),
    }),
  ),
  pullHints(
    'take answers yes always',
    ['pull hints: [3] of 20 racing takers exactly one gets it'],
    inner => ({
      async take(account) {
        await inner.take(account)
        return true
      },
    }),
  ),
]

export const smallStoreMutants: readonly StateMutant[] = [
  ...findingMutants,
  ...pendingMutants,
  ...budgetMutants,
  ...leaseMutants,
  ...identityKeyMutants,
  ...pullHintMutants,
]
