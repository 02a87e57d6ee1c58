import type { Claim } from '../contracts/claim-store.ts'
import type { AppointmentRef } from '../contracts/identity.ts'
import type { NewMark } from '../contracts/mark-store.ts'
import { AppointmentError, CalendarSyncError } from '../errors.ts'
import { Hold } from './hold.ts'
import { CLAIM_HOLD_MS, MAX_ROUNDS, RUN_RETRY_DELAYS_MS } from './limits.ts'
import { markFailing } from './link-marks.ts'
import { carryOn, type MarkScope, ordersFor, scopeOf } from './mark-scope.ts'
import { isFailing, jittered, markDelayMs } from './retry-policy.ts'
import type { Engine, Follow, Round, Truth, UserOutcome } from './run-context.ts'
import { syncUser } from './user-round.ts'

/**
 * Runs one ref until nothing is due for it: claim, then rounds of read-everything-and-act, then finish. A round
 * works from what is true now, so doubled, late and merged wake-ups do no harm (ENGINE A3).
 */
export async function runRef(engine: Engine, ref: AppointmentRef, signal: AbortSignal): Promise<void> {
  for (let run = 0; run < MAX_ROUNDS; run++) {
    if (signal.aborted || !engine.deps.enabled()) return
    const claim = await engine.deps.state.claims.claim(ref, { holdMs: CLAIM_HOLD_MS })
    if (!claim) return
    const hold = new Hold(engine.deps.state.claims, claim, engine.deps.runtime.clock)
    try {
      const more = await new Run(engine, claim, hold, signal).toEnd()
      if (!more) return
    } finally {
      hold.release()
    }
  }
}

interface RoundResult {
  readonly next: UserOutcome['next']
  readonly scope: MarkScope
  /** What is left, by user; `undefined` stands for the whole ref. */
  readonly left: readonly { readonly userId: string | undefined; readonly follow: Follow }[]
}

class Run {
  readonly #engine: Engine
  readonly #claim: Claim
  readonly #hold: Hold
  readonly #signal: AbortSignal
  readonly #startedAt: number

  constructor(engine: Engine, claim: Claim, hold: Hold, signal: AbortSignal) {
    this.#engine = engine
    this.#claim = claim
    this.#hold = hold
    this.#signal = signal
    this.#startedAt = engine.deps.runtime.clock.now()
  }

  /** Whether a due mark is left. */
  async toEnd(): Promise<boolean> {
    let retries = 0
    let result = await this.#round(this.#claim)
    for (let round = 1; round < MAX_ROUNDS; round++) {
      if (this.#hold.lost || result.next === 'lost') return false
      if (result.next === 'settled') {
        if (!(await this.#waitForRetry(result, retries))) break
        retries++
      }
      // New marks and everything else that moved are looked at before each retry (ENGINE A4).
      result = await this.#round(await this.#readAgain())
    }
    // What kept moving is not done: it waits its turn like any other trouble.
    const unsettled: RoundResult = { ...result, left: [{ userId: undefined, follow: RESTLESS }] }
    return this.#finish(result.next === 'settled' ? result : unsettled)
  }

  async #readAgain(): Promise<Pick<Claim, 'marks' | 'links'>> {
    const { marks, links } = this.#engine.deps.state
    return { marks: await marks.ofRef(this.#claim.ref), links: await links.ofRef(this.#claim.ref) }
  }

  async #round({ marks, links }: Pick<Claim, 'marks' | 'links'>): Promise<RoundResult> {
    const now = this.#now()
    const scope = scopeOf(marks, now)
    const source = await this.#read()
    if ('cause' in source) return { next: 'settled', scope, left: [{ userId: undefined, follow: source }] }
    const named = source.kind === 'present' ? source.appointment.userIds : []
    const everyone = new Set([...links.map(link => link.account.userId), ...named])
    const users = [...everyone].filter(userId => scope.users === 'all' || scope.users.has(userId))
    const round: Round = {
      claim: this.#claim,
      scope,
      marks,
      links,
      source,
      now,
      mayGoOn: () => this.#mayGoOn(),
      signal: this.#signal,
    }
    const outcomes = await Promise.all(users.map(userId => this.#user(round, userId)))
    const next = worst(outcomes)
    const left = outcomes.flatMap((outcome, i) =>
      outcome.follow.map(follow => ({ userId: users[i], follow })),
    )
    return { next, scope, left }
  }

  async #user(round: Round, userId: string): Promise<UserOutcome> {
    try {
      return await syncUser(this.#engine, round, userId)
    } catch (error) {
      // The store's own trouble ends the run: its claim runs out and another takes over. All else waits its turn.
      if (CalendarSyncError.is(error) && error.code === 'store-failed') throw error
      if (this.#signal.aborted) return { next: 'settled', follow: [STOPPED] }
      const code = CalendarSyncError.is(error) ? error.code : 'unexpected'
      this.#engine.deps.runtime.logger.error('a run failed', { code })
      return { next: 'settled', follow: [{ cause: 'other', code, soon: false }] }
    }
  }

  async #read(): Promise<Truth | Follow> {
    const { source, mapper, report } = this.#engine.deps
    let raw: unknown
    try {
      raw = await source.get(this.#claim.ref)
    } catch {
      // What the host threw may hold anything, so it is not passed on.
      return { cause: 'other', code: 'source-failed', soon: false }
    }
    if (raw === undefined || raw === null) return { kind: 'absent' }
    try {
      return { kind: 'present', appointment: mapper.parseAppointment(raw) }
    } catch (error) {
      if (!(error instanceof AppointmentError)) throw error
      const marks = this.#claim.marks
      if (
        marks.some(mark => mark.origin === 'host' && mark.attempts === 0) &&
        this.#claim.links.length === 0
      ) {
        report({
          code: 'appointment-invalid',
          ref: this.#claim.ref,
          cause: error.code,
          fields: error.problems,
        })
      }
      return { kind: 'invalid', error }
    }
  }

  /** Waits inside the run when that is worth it and holds nobody up; `false`: leave it to the marks. */
  async #waitForRetry(result: RoundResult, retries: number): Promise<boolean> {
    const delayMs = RUN_RETRY_DELAYS_MS[retries]
    const soon = result.left.find(({ follow }) => follow.soon)
    if (delayMs === undefined || soon === undefined || this.#mayGoOn() !== 'yes') return false
    const { scope } = result
    if (soon.userId === undefined || ordersFor(scope.answered, soon.userId).attempts > 0) return false
    if ((soon.follow.retryAfterMs ?? 0) > (RUN_RETRY_DELAYS_MS.at(-1) ?? 0)) return false
    const account = { workspaceId: this.#claim.ref.workspaceId, userId: soon.userId }
    if (!this.#engine.health.beginWait(account)) return false
    try {
      const { clock, random } = this.#engine.deps.runtime
      const wait = Math.max(jittered(delayMs, random.float), soon.follow.retryAfterMs ?? 0)
      await clock.sleep(wait, this.#signal)
      return true
    } catch {
      return false
    } finally {
      this.#engine.health.endWait(account)
    }
  }

  async #finish(result: RoundResult): Promise<boolean> {
    const { scope } = result
    for (const { userId } of result.left.filter(left => this.#isFailing(scope, left))) {
      if (userId !== undefined) await markFailing(this.#engine, this.#claim, userId)
    }
    const addMarks = result.left.map(({ userId, follow }) => this.#markFor(scope, userId, follow))
    const deleteMarks = scope.answered.map(mark => mark.id)
    const finished = await this.#engine.deps.state.claims.finish(this.#claim, { deleteMarks, addMarks })
    return finished?.more ?? false
  }

  #isFailing(scope: MarkScope, { userId, follow }: RoundResult['left'][number]): boolean {
    return follow.delayMs === undefined && isFailing(ordersFor(scope.answered, userId ?? '').attempts + 1)
  }

  #markFor(scope: MarkScope, userId: string | undefined, follow: Follow): NewMark {
    const { ref } = this.#claim
    const orders = ordersFor(scope.answered, userId ?? '')
    if (follow.delayMs !== undefined) {
      return carryOn(ref, userId, scope.lane, orders, { cause: follow.cause, delayMs: follow.delayMs })
    }
    const attempts = orders.attempts + 1
    if (isFailing(attempts) && !isFailing(orders.attempts)) this.#reportFailing(userId, follow)
    const backoff = markDelayMs(attempts, this.#engine.deps.runtime.random.float)
    const delayMs = Math.max(backoff, follow.retryAfterMs ?? 0)
    return carryOn(ref, userId, scope.lane, orders, { cause: follow.cause, delayMs, attempts })
  }

  #reportFailing(userId: string | undefined, { code }: Follow): void {
    const { ref } = this.#claim
    const account = userId === undefined ? undefined : { workspaceId: ref.workspaceId, userId }
    this.#engine.deps.report({
      code: userId === undefined ? 'source-failed' : 'sync-failed',
      account,
      ref,
      cause: code,
    })
  }

  #mayGoOn(): 'yes' | 'lost' | 'switched-off' {
    if (this.#hold.lost) return 'lost'
    return this.#signal.aborted || !this.#engine.deps.enabled() ? 'switched-off' : 'yes'
  }

  /** The store's clock, carried on by ours: a run is short, and nothing fenced hangs on it. */
  #now(): number {
    return this.#claim.now + (this.#engine.deps.runtime.clock.now() - this.#startedAt)
  }
}

const STOPPED: Follow = Object.freeze({ cause: 'paused', code: 'stopped', delayMs: 0, soon: false })

const RESTLESS: Follow = Object.freeze({ cause: 'other', code: 'conflicting-change', soon: false })

function worst(outcomes: readonly UserOutcome[]): UserOutcome['next'] {
  if (outcomes.some(outcome => outcome.next === 'lost')) return 'lost'
  return outcomes.some(outcome => outcome.next === 'reload') ? 'reload' : 'settled'
}
