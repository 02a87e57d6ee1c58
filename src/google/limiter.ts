import type { BudgetStore } from '../contracts/budget-store.ts'
import type { Clock, Random } from '../contracts/runtime.ts'
import type { Admission, CallLimiter, CallOutcome, LimitedCall } from './call-limiter.ts'
import { Alarm } from './limiter/alarm.ts'
import {
  LANES,
  laneLimits,
  MAX_HOLD_WAIT_MS,
  MAX_WAIT_MS,
  NO_LIMITS,
  PROJECT_UNITS,
  USER_UNITS,
  WINDOW_MS,
} from './limiter/limits.ts'
import { Waiter } from './limiter/line.ts'
import { type Place, Queue } from './limiter/queue.ts'
import { SharedWindow } from './limiter/shared-window.ts'
import { SlidingWindow, type Window } from './limiter/sliding-window.ts'
import { User } from './limiter/user.ts'
import { WakeHeap } from './limiter/wake-heap.ts'

export interface LimiterOptions {
  readonly clock: Clock
  readonly random: Random
  /** Processes that share the quotas. */
  readonly workers?: number | undefined
  /** Where all processes keep one budget; `workers` then does not matter. */
  readonly budgets?: BudgetStore | undefined
  /** `off`: no budgets. Serial writes, pauses and pacing stay. */
  readonly quota?: 'on' | 'off' | undefined
  /** Google raises quotas on request. */
  readonly userUnits?: number | undefined
  readonly projectUnits?: number | undefined
}

/** What a caller is told to wait when it is not known how long. */
const RETRY_MS = 5000
/** Users looked at with each call, to forget those that have gone quiet. */
const SWEEP = 2

export function createLimiter(options: LimiterOptions): Limiter {
  return new Limiter(options)
}

/** ENGINE H, for one process. There is no timer while nobody waits. */
export class Limiter implements CallLimiter {
  readonly #clock: Clock
  readonly #random: Random
  readonly #counts: boolean
  readonly #userLimits: readonly number[]
  readonly #projectLimits: readonly number[]
  readonly #budgets: BudgetStore | undefined
  readonly #project: Window
  readonly #users = new Map<string, Place<User>>()
  /** The same, least recently looked at first. */
  readonly #bySight = new Queue<User>()
  readonly #asleep = new WakeHeap<User>()
  /** Users with a call that could leave, per lane, in the order of their turns. */
  readonly #ready: readonly Queue<User>[] = LANES.map(() => new Queue<User>())
  /** All that wait, in the order of their deadlines, which lie equally far ahead. */
  readonly #waiting = new Queue<Waiting>()
  readonly #alarm: Alarm

  constructor(options: LimiterOptions) {
    const { userUnits = USER_UNITS, projectUnits = PROJECT_UNITS } = options
    const workers = options.budgets ? 1 : (options.workers ?? 1)
    this.#clock = options.clock
    this.#random = options.random
    this.#counts = options.quota !== 'off'
    this.#budgets = this.#counts ? options.budgets : undefined
    this.#project = this.#window('project', () => this.#advance(this.#clock.now()))
    this.#userLimits = this.#counts ? laneLimits(userUnits, workers) : NO_LIMITS
    this.#projectLimits = this.#counts ? laneLimits(projectUnits, workers) : NO_LIMITS
    this.#alarm = new Alarm(this.#clock, () => this.#advance(this.#clock.now()))
  }

  /** Users remembered: those that called within the last minute or so. */
  get users(): number {
    return this.#users.size
  }

  acquire(call: LimitedCall): Promise<Admission> {
    const { signal } = call
    if (signal?.aborted) return Promise.reject(signal.reason)
    const now = this.#clock.now()
    this.#forgetQuietUsers(now)
    const user = this.#user(call.subject)
    const held = user.hold.left(now)
    if (held > MAX_HOLD_WAIT_MS) return Promise.resolve({ admitted: false, retryAfterMs: held })
    return new Promise((resolve, reject) => {
      const waiter = new Waiter({
        units: call.units,
        line: user.line(call.calendarId, call.write),
        lane: LANES.indexOf(call.lane),
        deadline: now + MAX_WAIT_MS,
        settle: admission => {
          signal?.removeEventListener('abort', onAbort)
          this.#waiting.remove(place)
          resolve(admission)
        },
      })
      const place = this.#waiting.add({ waiter, user })
      const onAbort = () => {
        this.#waiting.remove(place)
        this.#leave(waiter, user)
        reject(signal?.reason)
        this.#changed(user)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#changed(user)
    })
  }

  #user(subject: string): User {
    const known = this.#users.get(subject)
    if (known !== undefined) return known.value
    const user: User = new User(
      subject,
      this.#window(`user:${subject}`, () => this.#changed(user)),
    )
    this.#users.set(subject, this.#bySight.add(user))
    return user
  }

  #window(name: string, changed: () => void): Window {
    const budgets = this.#budgets
    if (!budgets) return new SlidingWindow(WINDOW_MS)
    return new SharedWindow({ budgets, name: `quota:${name}`, clock: this.#clock, changed })
  }

  #changed(user: User): void {
    const now = this.#clock.now()
    this.#place(user, now)
    this.#advance(now)
  }

  /** Puts a user where it belongs: ready in a lane, asleep until a time, or neither until an answer comes in. */
  #place(user: User, now: number): void {
    const choice = user.choose(now, this.#userLimits)
    const lane = 'waiter' in choice ? choice.waiter.lane : undefined
    if (lane !== user.ready?.lane) {
      this.#unready(user)
      const queue = lane === undefined ? undefined : this.#ready[lane]
      if (lane !== undefined && queue !== undefined) user.ready = { lane, place: queue.add(user) }
    }
    if ('at' in choice && choice.at !== Number.POSITIVE_INFINITY) this.#asleep.set(user, choice.at)
    else this.#asleep.remove(user)
  }

  #unready(user: User): void {
    const { ready } = user
    if (ready === undefined) return
    this.#ready[ready.lane]?.remove(ready.place)
    user.ready = undefined
  }

  /** Everything that can happen now, happens. */
  #advance(now: number): void {
    // First, so that a process that was suspended does not send what others have taken for dead.
    this.#refuseLate(now)
    for (let user = this.#asleep.first; user !== undefined && user.wakeAt <= now; user = this.#asleep.first) {
      this.#place(user, now)
    }
    const projectAt = this.#admitReady(now)
    const oldest = this.#waiting.first?.waiter
    const userAt = this.#asleep.first?.wakeAt ?? Number.POSITIVE_INFINITY
    this.#alarm.set(
      oldest === undefined ? Number.POSITIVE_INFINITY : Math.min(projectAt, userAt, oldest.deadline),
    )
  }

  /** Lane by lane, users in turn. Answers when the project's quota has room again for the first who found none. */
  #admitReady(now: number): number {
    for (const [lane, ready] of this.#ready.entries()) {
      for (;;) {
        const user = ready.first
        if (user === undefined) break
        const choice = user.choose(now, this.#userLimits)
        if (!('waiter' in choice) || choice.waiter.lane > lane) {
          this.#place(user, now)
          continue
        }
        const { waiter } = choice
        const at = this.#project.fitsAt(waiter.units, this.#projectLimits[waiter.lane] ?? 0, now)
        if (at > now) return at
        this.#admit(waiter, user, now)
      }
    }
    return Number.POSITIVE_INFINITY
  }

  #admit(waiter: Waiter, user: User, now: number): void {
    user.start(waiter, now)
    const counted = this.#counts
      ? [user.window.reserve(waiter.units), this.#project.reserve(waiter.units)]
      : []
    // Out and in again: its next turn comes after everyone else's.
    this.#unready(user)
    this.#place(user, now)
    let released = false
    waiter.settle({
      admitted: true,
      release: outcome => {
        if (released) return
        released = true
        this.#release(waiter, user, { admittedAt: now, counted }, outcome)
      },
    })
  }

  #release({ line }: Waiter, user: User, { admittedAt, counted }: Admitted, outcome: CallOutcome): void {
    const now = this.#clock.now()
    for (const settle of counted) settle(now)
    line.end(outcome, now)
    if (outcome.limited) {
      user.hold.limited(admittedAt, now, outcome.retryAfterMs, this.#random)
      const held = user.hold.left(now)
      if (held > MAX_HOLD_WAIT_MS) for (const waiter of [...user.waiters()]) this.#refuse(waiter, user, held)
    } else if (outcome.ok) user.hold.succeeded(admittedAt)
    user.dropIdleLine(line, now)
    this.#changed(user)
  }

  #refuseLate(now: number): void {
    for (const { waiter, user } of this.#waiting) {
      // A deadline too far ahead: the clock was set back.
      if (waiter.deadline > now && waiter.deadline <= now + MAX_WAIT_MS) return
      this.#place(user, now)
      this.#refuse(waiter, user, user.heapIndex < 0 ? RETRY_MS : user.wakeAt - now)
      this.#place(user, now)
    }
  }

  #refuse(waiter: Waiter, user: User, retryAfterMs: number): void {
    this.#leave(waiter, user)
    waiter.settle({ admitted: false, retryAfterMs: Math.max(retryAfterMs, 0) })
  }

  #leave(waiter: Waiter, user: User): void {
    waiter.leave()
    user.dropIdleLine(waiter.line, this.#clock.now())
  }

  #forgetQuietUsers(now: number): void {
    for (let looked = 0; looked < SWEEP; looked++) {
      const user = this.#bySight.first
      if (user === undefined) return
      const place = this.#users.get(user.subject)
      if (place === undefined) return
      this.#bySight.remove(place)
      if (user.isIdle(now)) this.#users.delete(user.subject)
      else this.#users.set(user.subject, this.#bySight.add(user))
    }
  }
}

interface Admitted {
  readonly admittedAt: number
  /** Its units, where they count: told when the answer is in. */
  readonly counted: readonly ((now: number) => void)[]
}

interface Waiting {
  readonly waiter: Waiter
  readonly user: User
}
