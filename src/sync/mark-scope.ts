import type { AppointmentRef } from '../contracts/identity.ts'
import type { Lane } from '../contracts/job-queue.ts'
import type { Mark, MarkOrigin, NewMark } from '../contracts/mark-store.ts'

/** What the marks of a ref ask of one run. Pure. */
export interface MarkScope {
  /** Users whose calendars are meant; `all` when a due mark names nobody. */
  readonly users: 'all' | ReadonlySet<string>
  /** The marks that the run answers, and may delete when it has finished. */
  readonly answered: readonly Mark[]
  readonly lane: Lane
}

const LANE_RANK: Readonly<Record<Lane, number>> = Object.freeze({ interactive: 0, pull: 1, bulk: 2 })
const ORIGIN_RANK: Readonly<Record<MarkOrigin, number>> = Object.freeze({ host: 0, planned: 1, found: 2 })

export function scopeOf(marks: readonly Mark[], now: number): MarkScope {
  const due = marks.filter(mark => mark.dueAt <= now)
  const users = new Set(due.map(mark => mark.userId))
  const all = users.has(undefined)
  const answered = marks.filter(
    mark => mark.dueAt <= now || (mark.userId !== undefined && (all || users.has(mark.userId))),
  )
  // Of all that is answered: a person's edit that waits stays one when a pass comes by before its time.
  const lane =
    best(
      answered.map(mark => mark.lane),
      LANE_RANK,
    ) ?? 'bulk'
  const named = [...users].filter(userId => userId !== undefined)
  return { users: all ? 'all' : new Set(named), answered, lane }
}

/** What the answered marks say about one user's calendar. */
export interface UserOrders {
  readonly origin: MarkOrigin
  readonly verify: boolean
  /** Failed runs so far. */
  readonly attempts: number
  /** A finding was held for a minute and is to be decided now (ENGINE C5). */
  readonly heldBefore: boolean
}

export function ordersFor(marks: readonly Mark[], userId: string): UserOrders {
  const mine = marks.filter(mark => mark.userId === undefined || mark.userId === userId)
  return {
    origin:
      best(
        mine.map(mark => mark.origin),
        ORIGIN_RANK,
      ) ?? 'found',
    verify: mine.some(mark => mark.verify),
    attempts: Math.max(0, ...mine.map(mark => mark.attempts)),
    heldBefore: mine.some(mark => mark.cause === 'held'),
  }
}

/** The mark that carries a user's orders on to a later run. */
export function carryOn(
  ref: AppointmentRef,
  userId: string | undefined,
  lane: Lane,
  orders: UserOrders,
  change: Pick<NewMark, 'cause' | 'delayMs'> & { readonly attempts?: number; readonly origin?: MarkOrigin },
): NewMark {
  // Bulk marks always name a user; what names nobody waits in the lane between.
  const safeLane = userId === undefined && lane === 'bulk' ? 'pull' : lane
  return {
    ref,
    lane: safeLane,
    origin: orders.origin,
    verify: orders.verify,
    attempts: orders.attempts,
    ...(userId === undefined ? {} : { userId }),
    ...change,
  }
}

function best<T extends string>(values: readonly T[], rank: Readonly<Record<T, number>>): T | undefined {
  return values.reduce<T | undefined>(
    (top, value) => (top === undefined || rank[value] < rank[top] ? value : top),
    undefined,
  )
}
