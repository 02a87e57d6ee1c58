import type { AppointmentRef } from '../../src/contracts/identity.ts'
import type { ConnectionSettings } from '../../src/contracts/settings.ts'
import type { Switches } from '../../src/testing/fake-google/index.ts'
import { type FaultRates, NO_FAULTS } from './faults.ts'
import { SeededRandom } from './testing.ts'
import type { Member } from './world.ts'

/** Shares of each kind of act. */
export interface ActWeights {
  readonly edit: number
  readonly remove: number
  readonly assign: number
  readonly cancel: number
  readonly undo: number
  readonly hands: number
  readonly owner: number
  readonly trouble: number
  readonly outage: number
  readonly untold: number
  readonly wipe: number
}

/** What one history is made of, besides its decisions. */
export interface Setup {
  readonly workload: WorkloadName
  readonly members: readonly Member[]
  readonly refs: readonly AppointmentRef[]
  readonly processes: number
  readonly workers: number
  readonly skews: readonly number[]
  readonly rates: FaultRates
  /** Calls of ports that are rare, and go wrong the more often. */
  readonly stress: ReadonlySet<string>
  /** How much of a store's call takes time: nothing, the answer, or both ways. */
  readonly store: 'instant' | 'answers' | 'both'
  readonly settings: Partial<ConnectionSettings>
  readonly switches: Partial<Switches>
  readonly firstRepairMs: number
  readonly tokenMs: number
  readonly userUnits: number | undefined
  readonly acts: number
  readonly weights: ActWeights
  readonly gapsMs: readonly number[]
}

const DANA: Member = { account: { workspaceId: 'w1', userId: 'dana' }, email: 'dana@example.com', sub: '101' }
const NOA: Member = { account: { workspaceId: 'w1', userId: 'noa' }, email: 'noa@example.com', sub: '102' }
/** The same person's Google account in another workspace. */
const DANA_ELSEWHERE: Member = {
  account: { workspaceId: 'w2', userId: 'd2' },
  email: 'dana@example.com',
  sub: '101',
}
const OTHER: Member = { account: { workspaceId: 'w2', userId: 'ora' }, email: 'ora@example.com', sub: '103' }

const GAPS: readonly number[] = [1, 5, 40, 300, 2_000, 7_000, 20_000, 90_000, 400_000]
const SLOW: readonly number[] = [5, 80, 1_500, 6_000, 18_000, 40_000]
const QUICK: readonly number[] = [1, 5, 20, 80, 300, 1_500, 6_000, 30_000]

const NOTHING: ActWeights = {
  edit: 0,
  remove: 0,
  assign: 0,
  cancel: 0,
  undo: 0,
  hands: 0,
  owner: 0,
  trouble: 0,
  outage: 0,
  untold: 0,
  wipe: 0,
}

type Plan = Pick<Setup, 'members' | 'weights'> &
  Partial<Pick<Setup, 'gapsMs' | 'acts' | 'userUnits' | 'settings'>> & {
    readonly refs: number
    readonly stress?: readonly string[]
    /** Multiplies the fault rates drawn for the history. */
    readonly harm?: Partial<FaultRates>
  }

/** Of accounts that come and go. */
const TIE_SITES: readonly string[] = [
  'links.remove',
  'links.rewrite',
  'connections.bySubject',
  'pendingAuthorizations.put',
  'pendingAuthorizations.take',
  'oauth.code',
]

const PLANS = {
  /** A bit of everything. */
  uniform: {
    members: [DANA, NOA, OTHER],
    refs: 4,
    weights: {
      ...NOTHING,
      edit: 0.45,
      remove: 0.08,
      assign: 0.1,
      cancel: 0.1,
      hands: 0.12,
      owner: 0.08,
      untold: 0.07,
    },
  },
  /** One appointment of one account, changed again and again, never deleted. */
  hot: {
    members: [DANA],
    refs: 1,
    gapsMs: QUICK,
    weights: { ...NOTHING, edit: 0.6, cancel: 0.1, undo: 0.1, hands: 0.2 },
  },
  /** Appointments that come and go and change hands. */
  churn: {
    members: [DANA, NOA],
    refs: 2,
    gapsMs: QUICK,
    weights: { ...NOTHING, edit: 0.3, remove: 0.25, assign: 0.25, cancel: 0.2 },
  },
  /** People at work in Google Calendar itself. */
  hands: {
    members: [DANA],
    refs: 2,
    weights: { ...NOTHING, edit: 0.3, remove: 0.08, cancel: 0.1, hands: 0.45, owner: 0.07 },
  },
  /** Processes that die, sleep and wake; answers that never come. */
  crash: {
    members: [DANA],
    refs: 2,
    gapsMs: QUICK,
    weights: { ...NOTHING, edit: 0.45, remove: 0.15, cancel: 0.2, hands: 0.2 },
    harm: { process: 4, wire: 3, store: 3 },
  },
  /** One appointment called off and on again, over a wire that loses and delays. */
  toggle: {
    members: [DANA],
    refs: 1,
    gapsMs: QUICK,
    weights: { ...NOTHING, edit: 0.25, cancel: 0.35, undo: 0.15, remove: 0.05, hands: 0.2 },
    harm: { wire: 5, refusal: 4 },
  },
  /** Connections that end, begin, move, break and are switched. */
  ties: {
    members: [DANA, DANA_ELSEWHERE],
    refs: 2,
    weights: { ...NOTHING, edit: 0.35, remove: 0.05, hands: 0.1, owner: 0.3, trouble: 0.2 },
    stress: TIE_SITES,
  },
  /** Answers that fail to come for seconds or for minutes, while app and people go on. */
  outage: {
    members: [DANA],
    refs: 2,
    weights: { ...NOTHING, edit: 0.3, cancel: 0.15, undo: 0.1, remove: 0.05, hands: 0.2, outage: 0.2 },
    harm: { refusal: 3 },
  },
  /** A wire on which every second answer is lost, while a person and the app take turns. */
  flap: {
    members: [DANA],
    refs: 1,
    gapsMs: [80, 6_000, 40_000, 90_000, 200_000],
    weights: { ...NOTHING, edit: 0.35, undo: 0.1, cancel: 0.05, hands: 0.5 },
    harm: { wire: 5 },
  },
  /** Events that are brought back again and again, by a Google that refuses and loses. */
  revive: {
    members: [DANA],
    refs: 1,
    gapsMs: QUICK,
    weights: { ...NOTHING, edit: 0.2, cancel: 0.5, undo: 0.1, hands: 0.2 },
    harm: { wire: 5, forbidden: 30 },
    stress: ['links.write-intent-revive'],
  },
  /** Processes that sleep over their claims and go on as if nothing had happened. */
  zombie: {
    members: [DANA],
    refs: 4,
    gapsMs: SLOW,
    weights: { ...NOTHING, edit: 0.45, remove: 0.3, cancel: 0.15, undo: 0.1 },
    harm: { freeze: 8 },
  },
  /** Accounts that leave and come back in the middle of a change. */
  farewell: {
    members: [DANA, DANA_ELSEWHERE],
    refs: 2,
    gapsMs: QUICK,
    weights: { ...NOTHING, edit: 0.5, remove: 0.05, undo: 0.05, owner: 0.4 },
    harm: { freeze: 3 },
    stress: TIE_SITES,
  },
  /** A host that forgets to tell, or forgets everything. */
  untold: {
    members: [DANA],
    refs: 6,
    weights: {
      ...NOTHING,
      edit: 0.45,
      remove: 0.05,
      cancel: 0.1,
      hands: 0.05,
      owner: 0.15,
      untold: 0.15,
      wipe: 0.05,
    },
    stress: ['findings.add', 'findings.count', 'findings.clear', 'links.summary'],
  },
  /** A small quota and a Google in a bad mood. */
  quota: {
    members: [DANA, NOA],
    refs: 4,
    gapsMs: QUICK,
    userUnits: 30,
    weights: { ...NOTHING, edit: 0.65, remove: 0.1, cancel: 0.1, hands: 0.05, trouble: 0.1 },
    harm: { refusal: 4 },
  },
  /** Clients, notes and invitations, with the switches flipped meanwhile. */
  privacy: {
    members: [DANA, NOA],
    refs: 2,
    settings: { includeNotes: true, includeClientNames: true, notifyClients: true },
    gapsMs: QUICK,
    weights: { ...NOTHING, edit: 0.45, cancel: 0.1, assign: 0.1, hands: 0.1, owner: 0.25 },
  },
} as const satisfies Record<string, Plan>

export type WorkloadName = keyof typeof PLANS
export const WORKLOADS = Object.keys(PLANS) as readonly WorkloadName[]

const CALM: FaultRates = NO_FAULTS
const MILD: FaultRates = {
  process: 0.0008,
  freeze: 0.0008,
  store: 0.001,
  wire: 0.01,
  refusal: 0.003,
  forbidden: 0.00075,
  wake: 0.03,
}
const ROUGH: FaultRates = {
  process: 0.003,
  freeze: 0.003,
  store: 0.004,
  wire: 0.03,
  refusal: 0.008,
  forbidden: 0.002,
  wake: 0.1,
}

/** The same seed gives the same setup; decisions on the way come from the tapes. */
export function setupOf(workload: WorkloadName, seed: number): Setup {
  const random = new SeededRandom(seed ^ 0x5f3759df)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.float() * items.length)] as T
  const plan: Plan = PLANS[workload]
  const drawn = pick([CALM, MILD, MILD, ROUGH])
  const on = () => random.float() < 0.7
  const harm = plan.harm ?? {}
  const rates = Object.fromEntries(
    Object.entries(drawn).map(([name, rate]) => [
      name,
      on() ? rate * (harm[name as keyof FaultRates] ?? 1) : 0,
    ]),
  ) as unknown as FaultRates
  const processes = pick([1, 2, 2, 3])
  const workspaces = [...new Set(plan.members.map(({ account }) => account.workspaceId))]
  return {
    workload,
    members: plan.members,
    refs: workspaces.flatMap(workspaceId =>
      Array.from({ length: plan.refs }, (_, i) => ({ workspaceId, appointmentId: `a${i}` })),
    ),
    processes,
    workers: processes,
    skews: random.float() < 0.3 ? [0, pick([-240_000, -30_000, 45_000, 240_000]), pick([0, 120_000])] : [0],
    rates,
    stress: new Set(drawn === CALM ? [] : plan.stress),
    store: pick(['instant', 'answers', 'both', 'both'] as const),
    settings: plan.settings ?? {},
    switches: {
      etagDriftRate: pick([0, 0, 0.2]),
      emptyPageRate: pick([0, 0, 0.3]),
      shortPageRate: pick([0, 0, 0.3]),
      tombstoneDetails: pick(['kept', 'kept', 'idOnly'] as const),
      revive: pick(['allowed', 'allowed', 'allowed', 'forbidden'] as const),
      retryAfterSeconds: pick([null, null, 3, 40]),
    },
    firstRepairMs: pick([0, 0, 600_000, 20 * 3_600_000]),
    tokenMs: pick([3_600_000, 3_600_000, 90_000, 400_000]),
    userUnits: plan.userUnits,
    acts: plan.acts ?? 6 + Math.floor(random.float() * 12),
    weights: plan.weights,
    gapsMs: plan.gapsMs ?? GAPS,
  }
}
