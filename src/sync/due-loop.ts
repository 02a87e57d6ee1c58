import type { AccountRef, AppointmentRef } from '../contracts/identity.ts'
import { CalendarSyncError } from '../errors.ts'
import { workOn } from './account-work.ts'
import { BULK_ACCOUNTS, DUE_BATCH, PRUNE_EVERY_MS, PRUNE_LOOK_MS, TICK_MS } from './limits.ts'
import { newId } from './new-id.ts'
import { Pool } from './pool.ts'
import { jittered } from './retry-policy.ts'
import { runRef } from './run.ts'
import type { Engine } from './run-context.ts'

/**
 * The timer loop (ENGINE A2): asks the state store what is due and does it. Due times are rows, so a lost wake-up
 * costs one period, and nothing re-enqueues itself.
 */
export class DueLoop {
  readonly #engine: Engine
  readonly #refs: Pool
  readonly #accounts = new Pool(BULK_ACCOUNTS)
  /** What this process is already at; the claim or the lease decides between processes. */
  readonly #busy = new Map<string, Promise<boolean>>()
  #kick = new AbortController()
  #draining = false
  /** Epoch ms of the next look; the first a while after the start, when there is other work. */
  #nextPruneAt: number

  constructor(engine: Engine) {
    this.#engine = engine
    this.#refs = new Pool(engine.deps.settings.concurrency)
    this.#nextPruneAt = engine.deps.runtime.clock.now() + PRUNE_LOOK_MS
  }

  /** Runs until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { random } = this.#engine.deps.runtime
    this.#draining = false
    const forget = this.#wakenBy(signal)
    while (!signal.aborted && !this.#draining) {
      await this.#start(signal)
      await this.#pause(jittered(TICK_MS, random.float))
    }
    forget()
    await Promise.allSettled(this.#busy.values())
  }

  /** Does what is due until nothing is, for cron routes and serverless hosts. */
  async runDue(options: {
    readonly maxMs: number
    readonly signal: AbortSignal
  }): Promise<{ readonly idle: boolean }> {
    const { clock, random } = this.#engine.deps.runtime
    const until = clock.now() + options.maxMs
    const done = new AbortController()
    const ended = AbortSignal.any([options.signal, this.#after(options.maxMs, done.signal)])
    const forget = this.#wakenBy(ended)
    try {
      while (clock.now() < until && !ended.aborted && this.#engine.deps.enabled()) {
        const started = await this.#start(ended)
        if (started?.length === 0) return { idle: true }
        const moved = await Promise.all(started ?? [])
        // What is due is in other hands, or the store is away: looking again at once would only spin.
        if (!moved.includes(true)) await this.#pause(jittered(TICK_MS, random.float))
      }
      return { idle: false }
    } finally {
      forget()
      // A timer left behind would keep a cron job's process alive.
      done.abort()
    }
  }

  /** Takes nothing new; `run` ends once what was started has ended. */
  drain(): void {
    this.#draining = true
    this.wake()
  }

  /** There may be something due right now: do not wait for the period to end. */
  wake(): void {
    this.#kick.abort(WOKEN)
  }

  /** Each promise says whether its work got anywhere; `undefined`: the store could not be asked. */
  async #start(signal: AbortSignal): Promise<Promise<boolean>[] | undefined> {
    if (!this.#engine.deps.enabled() || signal.aborted) return []
    try {
      await this.#prune()
      return [...(await this.#startRefs(signal)), ...(await this.#startAccounts(signal))]
    } catch (error) {
      this.#failed(error)
      return undefined
    }
  }

  /** The lease is the memory that it was done: it is left to run out. */
  async #prune(): Promise<void> {
    const { runtime, state } = this.#engine.deps
    if (runtime.clock.now() < this.#nextPruneAt) return
    this.#nextPruneAt = runtime.clock.now() + PRUNE_LOOK_MS
    if (await state.leases.acquire('prune', newId(runtime), PRUNE_EVERY_MS)) await state.prune()
  }

  async #startRefs(signal: AbortSignal): Promise<Promise<boolean>[]> {
    if (this.#refs.free === 0) return []
    const due = await this.#engine.deps.state.marks.dueRefs({
      limit: DUE_BATCH,
      lanes: ['interactive', 'pull'],
    })
    return due
      .slice(0, Math.max(this.#refs.free, 1) * 4)
      .flatMap(({ ref }) => this.#once(refKey(ref), () => this.#refs.run(() => this.#runRef(ref, signal))))
  }

  async #startAccounts(signal: AbortSignal): Promise<Promise<boolean>[]> {
    if (this.#accounts.free === 0) return []
    const { connections, marks } = this.#engine.deps.state
    const due = await connections.due(this.#accounts.free)
    const bulk = await marks.dueBulkAccounts(BULK_ACCOUNTS)
    return distinct([...due, ...bulk]).flatMap(account =>
      this.#once(accountKey(account), () => this.#accounts.run(() => this.#workOn(account, signal))),
    )
  }

  /** More may be due behind what was just done; without this each batch would wait for the next period. */
  async #runRef(ref: AppointmentRef, signal: AbortSignal): Promise<boolean> {
    await runRef(this.#engine, ref, signal)
    if (this.#refs.waiting === 0) this.wake()
    return true
  }

  async #workOn(account: AccountRef, signal: AbortSignal): Promise<boolean> {
    const worked = (await workOn(this.#engine, account, signal)) === 'worked'
    if (worked) this.wake()
    return worked
  }

  #once(key: string, work: () => Promise<boolean>): Promise<boolean>[] {
    if (this.#busy.has(key)) return []
    const running = work()
      .catch(error => {
        this.#failed(error)
        return false
      })
      .finally(() => this.#busy.delete(key))
    this.#busy.set(key, running)
    return [running]
  }

  #failed(error: unknown): void {
    const code = CalendarSyncError.is(error) ? error.code : 'unexpected'
    this.#engine.deps.runtime.logger.error('due work failed', { code })
    if (code === 'store-failed') this.#engine.deps.report({ code })
  }

  /** A signal made of both for each pause would cost more than all else in an idle period. */
  #wakenBy(signal: AbortSignal): () => void {
    const wake = () => this.wake()
    signal.addEventListener('abort', wake, { once: true })
    return () => signal.removeEventListener('abort', wake)
  }

  async #pause(ms: number): Promise<void> {
    const kick = this.#kick
    await this.#engine.deps.runtime.clock.sleep(ms, kick.signal).catch(() => {})
    if (this.#kick === kick && kick.signal.aborted) this.#kick = new AbortController()
  }

  #after(ms: number, signal: AbortSignal): AbortSignal {
    const end = new AbortController()
    this.#engine.deps.runtime.clock.sleep(ms, signal).then(
      () => end.abort(),
      () => end.abort(),
    )
    return end.signal
  }
}

/** A reason of ours: the default one is an exception, made with its stack for nobody. */
const WOKEN = Object.freeze({ name: 'Woken' })

function distinct(accounts: readonly AccountRef[]): AccountRef[] {
  return [...new Map(accounts.map(account => [accountKey(account), account])).values()]
}

function refKey(ref: AppointmentRef): string {
  return JSON.stringify(['ref', ref.workspaceId, ref.appointmentId])
}

function accountKey(account: AccountRef): string {
  return JSON.stringify(['account', account.workspaceId, account.userId])
}
