import type { Connection } from '../contracts/connection.ts'
import type { AccountRef } from '../contracts/identity.ts'
import type { Link } from '../contracts/link.ts'
import { AppointmentError, CalendarSyncError } from '../errors.ts'
import type { GoogleFailure } from '../google/api.ts'
import type { Projection } from '../mapping/index.ts'
import { operatorsFault, pauseForGuests, pauseForQuota, setError, setLimited } from './account-faults.ts'
import { standingOf } from './connection-state.ts'
import { concerns } from './detached.ts'
import { decideFinding, noteFinding } from './held-findings.ts'
import { FAILING_ACCOUNT_MS, GUARD_HOLD_MS } from './limits.ts'
import { markBehind, markCannotRemove, markInvalid } from './link-marks.ts'
import type { LinkResult, LinkTask } from './link-task.ts'
import { ordersFor, type UserOrders } from './mark-scope.ts'
import { windowStartOf } from './pass/account-pass.ts'
import { pushLink } from './push.ts'
import { type Engine, type Follow, type Round, SETTLED, type UserOutcome } from './run-context.ts'

/** Brings one user's links of the ref into the wanted state, in every target they live in. */
export async function syncUser(engine: Engine, round: Round, userId: string): Promise<UserOutcome> {
  const account = { workspaceId: round.claim.ref.workspaceId, userId }
  const connection = await engine.deps.state.connections.get(account)
  const target = connection?.target?.key
  const links = round.links.filter(link => link.account.userId === userId && concerns(target, link))
  const standing = standingOf(connection)
  if (connection === undefined || standing === 'closed') return SETTLED
  const user = new UserRound(engine, round, connection, links)
  if (standing === 'blocked') return user.leaveBehind()
  return user.sync()
}

class UserRound {
  readonly #engine: Engine
  readonly #round: Round
  readonly #connection: Connection
  readonly #links: readonly Link[]
  readonly #orders: UserOrders

  constructor(engine: Engine, round: Round, connection: Connection, links: readonly Link[]) {
    this.#engine = engine
    this.#round = round
    this.#connection = connection
    this.#links = links
    this.#orders = ordersFor(round.scope.answered, connection.account.userId)
  }

  /** Nothing may be written now: remember that there is something to do (ENGINE A6). */
  async leaveBehind(isDead = this.#connection.status === 'needs_reauth'): Promise<UserOutcome> {
    const unwanted = !this.#isWanted()
    const how = { isRetry: this.#orders.verify, isTold: this.#isTold }
    for (const link of this.#links) {
      const stuck = unwanted && link.event === 'live' && isDead
      const marked = stuck
        ? await markCannotRemove(this.#engine, this.#round, this.#connection, link, how)
        : await markBehind(this.#engine, this.#round, this.#connection, link, how)
      if (marked !== 'ok') return { next: marked, follow: [] }
    }
    return SETTLED
  }

  async sync(): Promise<UserOutcome> {
    const { quotaPause } = this.#connection
    if (!this.#isWanted() && this.#links.length === 0) return SETTLED
    if (quotaPause && quotaPause.until > this.#now()) return this.#waitUntil(quotaPause.until, 'quota')
    const projection = this.#project()
    if (projection instanceof AppointmentError) return this.#invalid(projection)
    const { guestPause } = this.#connection
    if (projection?.invites && guestPause && guestPause.until > this.#now()) {
      return this.#waitUntil(guestPause.until, 'guest-quota')
    }
    let guarded = this.#orders.origin === 'found' && !this.#isAllowed()
    if (guarded && this.#orders.heldBefore) {
      if ((await decideFinding(this.#engine, this.#connection)) === 'tripped') return this.leaveBehind()
      guarded = false
    }
    return this.#pushAll(projection, guarded)
  }

  /** Holding no other account's worker (ENGINE C2). Bulk work has workers of its own. */
  async #pushAll(projection: Projection | undefined, guarded: boolean): Promise<UserOutcome> {
    const { health } = this.#engine
    const { account } = this.#connection
    if (this.#round.scope.lane === 'bulk') return this.#pushTargets(projection, guarded)
    if (!health.beginCalls(account)) {
      return this.#later({
        cause: 'paused',
        code: 'failing-account',
        delayMs: FAILING_ACCOUNT_MS,
        soon: false,
      })
    }
    try {
      return await this.#pushTargets(projection, guarded)
    } finally {
      health.endCalls(account)
    }
  }

  async #pushTargets(projection: Projection | undefined, guarded: boolean): Promise<UserOutcome> {
    const { deps, health } = this.#engine
    const { account, epoch, subject = '' } = this.#connection
    let token: Awaited<ReturnType<typeof deps.tokens.accessToken>>
    try {
      token = await deps.tokens.accessToken(account, epoch)
    } catch (error) {
      return this.#withoutToken(error)
    }
    const session = {
      subject,
      accessToken: token.accessToken,
      lane: this.#round.scope.lane,
      signal: this.#round.signal,
    }
    const api = health.watch(account, deps.openApi(session))
    const follow: Follow[] = []
    for (const { target, link, current } of this.#targets(projection !== undefined)) {
      const task = this.#task({ target, link, current, api, projection, guarded: guarded && current })
      const result = await pushLink(this.#pushDependencies(), task)
      const outcome = await this.#after(result, task, token.tokenVersion)
      if (outcome.next !== 'settled') return outcome
      follow.push(...outcome.follow)
    }
    return { next: 'settled', follow }
  }

  /** Old targets first: an event moves by leaving one and appearing in the other. */
  #targets(wanted: boolean) {
    const { target } = this.#connection
    if (target === undefined) return []
    const old = this.#links
      .filter(link => link.target !== target.key)
      .map(link => ({ target: { key: link.target, calendarId: link.calendarId }, link, current: false }))
    const link = this.#links.find(candidate => candidate.target === target.key)
    return wanted || link ? [...old, { target, link, current: true }] : old
  }

  #task(
    of: Pick<LinkTask, 'api' | 'link' | 'target' | 'guarded'> & {
      current: boolean
      projection: Projection | undefined
    },
  ): LinkTask {
    const { claim, now, mayGoOn, scope } = this.#round
    const { origin, verify } = this.#orders
    return {
      claim,
      account: this.#connection.account,
      connection: this.#connection,
      target: of.target,
      isCurrentTarget: of.current,
      api: of.api,
      link: of.link,
      wanted: of.current ? of.projection : undefined,
      verify,
      told: origin === 'host',
      guarded: of.guarded,
      mayMail: origin === 'host' && scope.lane !== 'bulk',
      now,
      mayGoOn,
    }
  }

  async #after(result: LinkResult, task: LinkTask, tokenVersion: string): Promise<UserOutcome> {
    switch (result.kind) {
      case 'settled':
        return SETTLED
      case 'lost':
      case 'reload':
        return { next: result.kind, follow: [] }
      case 'retry':
        return this.#later({
          cause: result.cause,
          code: result.code,
          retryAfterMs: result.retryAfterMs,
          soon: result.cause !== 'paused' && result.cause !== 'other',
        })
      case 'wait':
        return this.#later({ cause: 'late-write', code: 'late-write', delayMs: result.ms, soon: false })
      case 'held':
        await noteFinding(this.#engine, this.#connection, { ref: task.claim.ref, kind: result.finding })
        return this.#later({ cause: 'held', code: 'held', delayMs: GUARD_HOLD_MS, soon: false })
      case 'account':
        return this.#accountFault(result.failure, task, tokenVersion)
    }
  }

  async #accountFault(
    failure: GoogleFailure | 'calendar-gone',
    task: LinkTask,
    tokenVersion: string,
  ): Promise<UserOutcome> {
    const { deps } = this.#engine
    const faults = { connections: deps.state.connections, report: deps.report }
    const kind = failure === 'calendar-gone' ? failure : failure.kind
    const now = deps.runtime.clock.now()
    if (kind === 'unauthorized') {
      await deps.tokens.invalidate(this.#connection.account, tokenVersion)
      return this.#later({ cause: 'server', code: 'unauthorized', soon: true })
    }
    if (kind === 'quota') return this.#waitUntil(await pauseForQuota(faults, this.#connection, now), kind)
    if (kind === 'guest-quota')
      return this.#waitUntil(await pauseForGuests(faults, this.#connection, now), kind)
    if (!task.isCurrentTarget && (kind === 'scope' || kind === 'calendar-gone')) {
      // Read again: the attempt itself has moved the link on.
      const links = await deps.state.links.ofRef(task.claim.ref)
      const link = links.find(
        ({ target, account }) => target === task.target.key && sameUser(account, task.account),
      )
      const how = { isTold: this.#isTold }
      const marked = link
        ? await markCannotRemove(this.#engine, this.#round, this.#connection, link, how)
        : 'ok'
      return marked === 'ok' ? SETTLED : { next: marked, follow: [] }
    }
    if (kind === 'scope') await setLimited(faults, this.#connection, now)
    else if (kind === 'calendar-gone') await setError(faults, this.#connection, now, 'calendar-gone')
    else if (kind === 'no-calendar') await setError(faults, this.#connection, now, 'google-refused')
    else await setError(faults, this.#connection, now, 'misconfiguration')
    // Read again: the account now stands blocked, and its links are left behind.
    return { next: 'reload', follow: [] }
  }

  #withoutToken(error: unknown): Promise<UserOutcome> | UserOutcome {
    if (!CalendarSyncError.is(error)) throw error
    if (error.code === 'store-failed') throw error
    if (error.retryable) {
      this.#engine.health.failed(this.#connection.account)
      return this.#later({ cause: 'network', code: error.code, soon: true })
    }
    const cause = operatorsFault(error.code)
    if (cause) {
      const { deps } = this.#engine
      const faults = { connections: deps.state.connections, report: deps.report }
      const set = setError(faults, this.#connection, deps.runtime.clock.now(), cause)
      return set.then(() => ({ next: 'reload', follow: [] }))
    }
    // The grant is dead or missing, and the connection says so by now: nothing waits on it (ENGINE A6).
    return this.leaveBehind(error.code === 'reauth-required' || error.code === 'token-missing')
  }

  #project(): Projection | undefined | AppointmentError {
    const { source } = this.#round
    if (source.kind === 'invalid') return source.error
    if (source.kind === 'absent' || !this.#isWanted()) return undefined
    try {
      return this.#engine.deps.mapper.project(source.appointment, this.#connection.settings)
    } catch (error) {
      if (error instanceof AppointmentError) return error
      throw error
    }
  }

  async #invalid(error: AppointmentError): Promise<UserOutcome> {
    const marked = await markInvalid(this.#engine, this.#round, this.#connection, this.#links, error)
    return marked === 'ok' ? SETTLED : { next: marked, follow: [] }
  }

  get #isTold(): boolean {
    return this.#orders.origin !== 'found'
  }

  #isWanted(): boolean {
    const { source } = this.#round
    if (source.kind !== 'present') return source.kind === 'invalid'
    return this.#engine.deps.mapper.wantedIn(source.appointment, this.#connection.account.userId)
  }

  #isAllowed(): boolean {
    return (this.#connection.massChangeAllowedUntil ?? 0) > this.#now()
  }

  #waitUntil(until: number, code: string): UserOutcome {
    return this.#later({ cause: 'paused', code, delayMs: Math.max(1_000, until - this.#now()), soon: false })
  }

  #later(follow: Follow): UserOutcome {
    return { next: 'settled', follow: [follow] }
  }

  #pushDependencies() {
    const { deps, probe } = this.#engine
    return {
      links: deps.state.links,
      mapper: deps.mapper,
      report: deps.report,
      probeCalendar: (task: LinkTask) => probe.probe(task.api, task.target),
      windowStart: windowStartOf(this.#engine),
    }
  }

  #now(): number {
    return this.#engine.deps.runtime.clock.now()
  }
}

function sameUser(a: AccountRef, b: AccountRef): boolean {
  return a.workspaceId === b.workspaceId && a.userId === b.userId
}
