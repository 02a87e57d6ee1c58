import type { Connection } from '../contracts/connection.ts'
import type { AccountRef } from '../contracts/identity.ts'
import { CalendarSyncError } from '../errors.ts'
import { operatorsFault, setError, setLimited } from './account-faults.ts'
import { BulkLease } from './bulk-lease.ts'
import { changeConnection, standingOf } from './connection-state.ts'
import { createDedicatedCalendar, needsCalendar } from './dedicated-calendar.ts'
import { depart } from './disconnect/depart.ts'
import { drainBulk } from './drain.ts'
import { ERROR_PROBE_MS, REPAIR_EVERY_MS, SOURCE_RETRY_MS } from './limits.ts'
import { type AccountPass, isInterruption, PassEnded } from './pass/account-pass.ts'
import { nextPosition, readMissedChanges } from './pass/missed-changes.ts'
import { openPass } from './pass/open-pass.ts'
import { repair } from './pass/repair.ts'
import { refreshStale } from './pass/stale.ts'
import { recover } from './recover.ts'
import { jittered } from './retry-policy.ts'
import type { Engine } from './run-context.ts'

/**
 * Everything of one account that is not a single appointment's affair, under its bulk lease and in slices
 * (ENGINE A8): what is due is done in order, and whatever ends early is due again.
 */
export async function workOn(
  engine: Engine,
  account: AccountRef,
  signal: AbortSignal,
): Promise<'worked' | 'nothing' | 'taken'> {
  const lease = await BulkLease.take(engine, account, signal)
  if (!lease) return 'taken'
  try {
    return (await new AccountWork(engine, account, lease).run()) ? 'worked' : 'nothing'
  } catch (error) {
    if (!(error instanceof PassEnded)) throw error
    return 'nothing'
  } finally {
    await lease.release()
  }
}

class AccountWork {
  readonly #engine: Engine
  readonly #account: AccountRef
  readonly #lease: BulkLease
  /** The pass that this work has taken up; another was asked for meanwhile. */
  #passId: string | undefined

  constructor(engine: Engine, account: AccountRef, lease: BulkLease) {
    this.#engine = engine
    this.#account = account
    this.#lease = lease
  }

  /** Whether anything was due that this process could do: marks may be in the hands of another run. */
  async run(): Promise<boolean> {
    const { connections } = this.#engine.deps.state
    const { clock } = this.#engine.deps.runtime
    let connection = await connections.get(this.#account)
    const wasDue = (connection?.dueAt ?? Number.POSITIVE_INFINITY) <= clock.now()
    if (connection?.departure) {
      await depart(this.#engine, this.#account, this.#lease)
      return wasDue
    }
    if (connection?.status === 'connecting') {
      connection = await this.#engine.deps.recoverConnecting(this.#account)
    }
    if (connection?.status === 'error') {
      connection = await recover(this.#engine, connection, this.#lease.signal)
    }
    if (connection && needsCalendar(connection)) {
      connection = await createDedicatedCalendar(this.#engine, connection, this.#lease.signal)
    }
    if (connection && standingOf(connection) === 'open') await this.#passes(connection)
    const drained = await drainBulk(this.#engine, this.#account, this.#lease)
    await this.#reschedule()
    return wasDue || drained
  }

  async #passes(connection: Connection): Promise<void> {
    const { clock } = this.#engine.deps.runtime
    const { nextRepairAt, changes, pass } = connection
    this.#passId = pass?.id
    const repairIsDue = (nextRepairAt ?? 0) <= clock.now()
    const staleIsDue = pass !== undefined && pass.finishedAt === undefined
    const changesAreDue = changes !== undefined && changes.nextAt <= clock.now()
    if (!repairIsDue && !staleIsDue && !changesAreDue) return
    let opened: AccountPass | undefined
    try {
      const pass = await openPass(this.#engine, connection, this.#lease)
      opened = pass
      if (repairIsDue || staleIsDue) await refreshStale(pass)
      if (repairIsDue) await this.#engine.repairs.run(() => this.#repair(pass))
      else if (changesAreDue) {
        const position = await readMissedChanges(pass)
        await this.#set(connection, () => ({ changes: position }))
      }
      if (repairIsDue || staleIsDue) await this.#finishPass(connection)
    } catch (error) {
      await this.#ended(connection, error, opened)
    }
  }

  async #repair(pass: AccountPass): Promise<void> {
    const { clock, random } = this.#engine.deps.runtime
    const startedAt = clock.now()
    const { cursor } = await repair(pass)
    await this.#set(pass.connection, connection => ({
      // A Sync Now that came while this ran is still to be done.
      ...(connection.pass?.id === pass.connection.pass?.id && {
        nextRepairAt: clock.now() + jittered(REPAIR_EVERY_MS, random.float),
      }),
      changes: nextPosition(pass, connection.changes, cursor, startedAt),
    }))
  }

  async #finishPass(connection: Connection): Promise<void> {
    const finishedAt = this.#engine.deps.runtime.clock.now()
    await this.#set(connection, current =>
      current.pass?.id === connection.pass?.id && current.pass
        ? { pass: { ...current.pass, finishedAt } }
        : {},
    )
  }

  /** A pass that Google ended is due again in some minutes; one that must be decided waits for the decision. */
  async #ended(connection: Connection, error: unknown, pass: AccountPass | undefined): Promise<void> {
    const { runtime, report } = this.#engine.deps
    if (!(error instanceof PassEnded)) {
      if (CalendarSyncError.is(error) && error.code === 'store-failed') throw error
      report({
        code: 'source-failed',
        account: connection.account,
        cause: CalendarSyncError.is(error) ? error.code : 'unexpected',
      })
    }
    if (error instanceof PassEnded && isInterruption(error)) throw error
    await this.#blame(connection, error)
    const code = error instanceof PassEnded ? (error.failure?.reason ?? error.message) : 'source-failed'
    const at = runtime.clock.now()
    const isRefusedToken = error instanceof PassEnded && error.failure?.kind === 'unauthorized'
    if (isRefusedToken) await pass?.refuseToken()
    const soon = isRefusedToken ? 0 : code === 'source-failed' ? SOURCE_RETRY_MS : undefined
    const wait = soon === undefined || failedLately(connection, code, at) ? ERROR_PROBE_MS : soon
    const later = at + jittered(wait, runtime.random.float)
    await this.#set(connection, ({ nextRepairAt, changes }) => ({
      lastError: { code, at },
      ...(changes !== undefined && changes.nextAt <= at && { changes: { ...changes, nextAt: later } }),
      ...(nextRepairAt !== undefined && nextRepairAt <= at && { nextRepairAt: later }),
    }))
  }

  async #blame(connection: Connection, error: unknown): Promise<void> {
    const { state, report, runtime } = this.#engine.deps
    const faults = { connections: state.connections, report }
    const now = runtime.clock.now()
    const kind = error instanceof PassEnded ? error.failure?.kind : undefined
    if (kind === 'scope') await setLimited(faults, connection, now)
    if (kind === 'not-found') await setError(faults, connection, now, 'calendar-gone')
    if (kind === 'no-calendar') await setError(faults, connection, now, 'google-refused')
    if (kind === 'misconfigured') await setError(faults, connection, now, 'misconfiguration')
    const cause = error instanceof PassEnded ? operatorsFault(error.message) : undefined
    if (cause) await setError(faults, connection, now, cause)
  }

  async #reschedule(): Promise<void> {
    const now = this.#engine.deps.runtime.clock.now()
    await this.#set(undefined, connection => {
      const { nextRepairAt, changes, pass, dueAt } = connection
      if (standingOf(connection) !== 'open') {
        // What goes on by itself has been made due by whoever began it, perhaps while this work was under way.
        return goesOnByItself(connection)
          ? {}
          : { dueAt: dueAt !== undefined && dueAt > now ? dueAt : undefined }
      }
      const tried = pass !== undefined && pass.id === this.#passId
      const unfinished =
        pass && pass.finishedAt === undefined ? now + (tried ? ERROR_PROBE_MS : 0) : undefined
      const times = [nextRepairAt, changes?.nextAt, unfinished].filter(time => time !== undefined)
      // Never due at once again: what went wrong just now must not be tried in a tight loop.
      return { dueAt: times.length > 0 ? Math.max(now + 1_000, Math.min(...times)) : undefined }
    })
  }

  async #set(
    of: Connection | undefined,
    set: (connection: Connection) => Partial<Connection>,
  ): Promise<void> {
    await changeConnection(this.#engine.deps.state.connections, this.#account, current =>
      of !== undefined && current.epoch !== of.epoch ? undefined : { set: set(current) },
    )
  }
}

/** The others wait for a person. */
function goesOnByItself(connection: Connection): boolean {
  const { status, departure } = connection
  const isUnderWay = departure !== undefined || status === 'connecting' || status === 'error'
  return isUnderWay || needsCalendar(connection)
}

/** What is tried again at once or soon, and fails again, waits like after any other trouble. */
function failedLately({ lastError }: Connection, code: string, now: number): boolean {
  return lastError !== undefined && lastError.code === code && lastError.at > now - 2 * ERROR_PROBE_MS
}
