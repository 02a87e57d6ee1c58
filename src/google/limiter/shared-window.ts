import type { BudgetStore } from '../../contracts/budget-store.ts'
import type { Clock } from '../../contracts/runtime.ts'
import { REQUEST_TIMEOUT_MS } from '../request-timeout.ts'
import { WINDOW_MS } from './limits.ts'
import { SlidingWindow, type Window } from './sliding-window.ts'

/** A grant is spent within this time or what is left of it goes back. */
const SPEND_MS = 1_000
/** Of a limit of `WINDOW_MS`, asked for at a time: what may be spent in `SPEND_MS` when it runs at the limit. */
const SHARE_AT_A_TIME = SPEND_MS / WINDOW_MS
/** After which a grant of a process that died comes back: its last call may have left at the end of its time. */
const COUNTS_MS = SPEND_MS + REQUEST_TIMEOUT_MS + WINDOW_MS
/** While the store does not answer, nothing is spent. */
const TROUBLE_MS = 1_000

interface Grant {
  readonly id: string
  readonly spendUntil: number
  left: number
  spent: number
  running: number
  lastAnswerAt: number
}

export interface SharedBudget {
  readonly budgets: BudgetStore
  readonly name: string
  readonly clock: Clock
  /** Calls that did not fit may now, or may ask again. */
  readonly changed: () => void
}

/**
 * A window that all processes share: units are taken from the state store a second's worth at a time, so that a call
 * seldom waits for it. What a process has used itself is counted beside that, for the limits of its lanes.
 */
export class SharedWindow implements Window {
  readonly #shared: SharedBudget
  readonly #own = new SlidingWindow(WINDOW_MS)
  readonly #grants = new Set<Grant>()
  #current: Grant | undefined
  #isAsking = false
  #askAgainAt = 0

  constructor(shared: SharedBudget) {
    this.#shared = shared
  }

  isEmpty(now: number): boolean {
    return this.#grants.size === 0 && !this.#isAsking && this.#own.isEmpty(now)
  }

  fitsAt(units: number, limit: number, now: number): number {
    const ownAt = this.#own.fitsAt(units, limit, now)
    if (ownAt > now) return ownAt
    const grant = this.#current
    if (grant && grant.left >= units && now < grant.spendUntil) return now
    if (this.#askAgainAt > now) return this.#askAgainAt
    if (!this.#isAsking) void this.#ask(units, limit)
    return Number.POSITIVE_INFINITY
  }

  reserve(units: number): (now: number) => void {
    const settleOwn = this.#own.reserve(units)
    const grant = this.#current
    if (!grant) throw new RangeError('Nothing was granted.')
    grant.left -= units
    grant.spent += units
    grant.running++
    return now => {
      settleOwn(now)
      grant.running--
      grant.lastAnswerAt = now
      this.#settleWhenOver(grant)
    }
  }

  async #ask(units: number, limit: number): Promise<void> {
    this.#isAsking = true
    const { budgets, name, clock, changed } = this.#shared
    const wanted = Math.max(units, Math.ceil(limit * SHARE_AT_A_TIME))
    // From before the asking on: the store counts from when it hears of it.
    const askedAt = clock.now()
    try {
      let got = await budgets.take(name, { units: wanted, limit, forMs: COUNTS_MS })
      let granted = wanted
      // The end of a budget is handed out call by call.
      if (!('grant' in got) && wanted > units) {
        granted = units
        got = await budgets.take(name, { units, limit, forMs: COUNTS_MS })
      }
      if ('grant' in got) this.#begin(got.grant, granted, askedAt)
      else this.#askAgainAt = clock.now() + Math.max(1, Math.min(got.retryAfterMs, WINDOW_MS))
    } catch {
      this.#askAgainAt = clock.now() + TROUBLE_MS
    }
    this.#isAsking = false
    changed()
  }

  #begin(id: string, units: number, askedAt: number): void {
    const now = this.#shared.clock.now()
    const before = this.#current
    const grant = { id, spendUntil: askedAt + SPEND_MS, left: units, spent: 0, running: 0, lastAnswerAt: now }
    this.#grants.add(grant)
    this.#current = grant
    if (before) this.#settleWhenOver(before)
    const over = () => {
      if (this.#current === grant) this.#current = undefined
      this.#settleWhenOver(grant)
    }
    this.#shared.clock.sleep(Math.max(0, grant.spendUntil - now)).then(over, over)
  }

  /** Tells the store what was spent, once nothing more can be. */
  #settleWhenOver(grant: Grant): void {
    if (grant === this.#current || grant.running > 0 || !this.#grants.delete(grant)) return
    const { budgets, name, clock } = this.#shared
    const forMs = WINDOW_MS - (clock.now() - grant.lastAnswerAt)
    // When that fails, the grant counts for longer than it would have to.
    budgets.settle(name, grant.id, { units: grant.spent, forMs }).catch(() => {})
  }
}
