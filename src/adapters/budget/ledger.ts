import type { BudgetAnswer, BudgetRequest, Spent } from '../../contracts/budget-store.ts'

/** What counts against one budget. Plain JSON. Times are epoch ms of the store's clock. */
export interface Ledger {
  /** Taken and not settled: number, units, counts until. */
  readonly open: readonly (readonly [number, number, number])[]
  /** Settled: counts until, units. In order of time. */
  readonly spent: readonly (readonly [number, number])[]
  /** Of the newest grant. */
  readonly last: number
}

export const EMPTY: Ledger = Object.freeze({ open: [], spent: [], last: 0 })

/** Settled units are summed up by these steps, so that a busy budget stays a short list. */
const STEP_MS = 250

export function taken(
  ledger: Ledger,
  { units, limit, forMs }: BudgetRequest,
  now: number,
): { readonly ledger: Ledger; readonly answer: BudgetAnswer } {
  const current = counting(ledger, now)
  const over = sum(current) + units - limit
  if (over > 0) return { ledger: current, answer: { retryAfterMs: freeAfter(current, over, now) ?? forMs } }
  // Above every number of a row that was dropped meanwhile: a late settle must not meet another's grant.
  const grant = Math.max(current.last + 1, Math.floor(now))
  return {
    ledger: { ...current, open: [...current.open, [grant, units, now + Math.ceil(forMs)]], last: grant },
    answer: { grant: String(grant) },
  }
}

export function settled(ledger: Ledger, grant: string, { units, forMs }: Spent, now: number): Ledger {
  const current = counting(ledger, now)
  const found = current.open.find(([number]) => String(number) === grant)
  if (!found) return current
  const open = current.open.filter(each => each !== found)
  if (units <= 0 || forMs <= 0) return { ...current, open }
  const until = Math.ceil((now + forMs) / STEP_MS) * STEP_MS
  const same = current.spent.find(([at]) => at === until)?.[1] ?? 0
  const others = current.spent.filter(([at]) => at !== until)
  // Never more than was granted, whatever the caller says.
  const entry = [until, same + Math.min(units, found[1])] as const
  return { ...current, open, spent: [...others, entry].sort(([a], [b]) => a - b) }
}

/** When nothing of it counts any more. */
export const endOf = ({ open, spent }: Ledger): number =>
  Math.max(0, ...open.map(([, , until]) => until), ...spent.map(([until]) => until))

const counting = ({ open, spent, last }: Ledger, now: number): Ledger => ({
  open: open.filter(([, , until]) => until > now),
  spent: spent.filter(([until]) => until > now),
  last,
})

const sum = ({ open, spent }: Ledger): number =>
  open.reduce((total, [, units]) => total + units, 0) + spent.reduce((total, [, units]) => total + units, 0)

function freeAfter({ open, spent }: Ledger, over: number, now: number): number | undefined {
  const ends = [...spent, ...open.map(([, units, until]) => [until, units] as const)].sort(
    ([a], [b]) => a - b,
  )
  let left = over
  for (const [until, units] of ends) {
    left -= units
    if (left <= 0) return until - now
  }
  return undefined
}
