import type { FaultName } from '../../../src/testing/index.ts'
import { FREEZES_MS, LATE_MS, REFUSALS, SLOW_MS, TOKEN_REFUSALS } from '../faults.ts'
import type { Member } from './member.ts'
import type { RealWorld } from './world.ts'

const RESTARTS_MS: readonly number[] = [100, 2_000, 30_000]
/** Real: a worker is at work for some milliseconds after an act. */
const MOMENTS_MS: readonly number[] = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55]
/** Rates of the simulation are by port call; here blows fall by act, and by look at processes at work. */
const BLOWS_PER_ACT = 100
const BLOWS_PER_LOOK = 6
const MOST_AT_ONCE = 0.5
const FREEZES = 1 / 3
/** Where Google is looked at only now and then, a request may be found later than it came. */
const LATEST_MS = 230_000

/** Of the server's delays, which are real time: about as much faster as time passes while something is at work. */
const SLOWNESS = 30

const WIRE: readonly FaultName[] = [
  'timeoutBeforeCommit',
  'timeoutAfterCommit',
  'resetBeforeCommit',
  'resetAfterCommit',
  'truncated',
]

const OUTAGE: readonly FaultName[] = [
  'timeoutBeforeCommit',
  'timeoutAfterCommit',
  'resetBeforeCommit',
  'resetAfterCommit',
]

/** All that goes wrong: Google's refusals and lost answers, and processes that are killed or stopped. */
export class Trouble {
  kills = 0
  freezes = 0
  readonly #world: RealWorld
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #hiring = new Set<Promise<unknown>>()
  #isCalm = true

  constructor(world: RealWorld) {
    this.#world = world
  }

  begin(): void {
    this.#isCalm = false
    const { control } = this.#world.google
    const { refusal, wire } = this.#world.setup.rates
    const { faults } = this.#world
    const match = { method: ['events.*', 'calendars.*'] }
    const share = (names: readonly FaultName[], rare: FaultName) =>
      Object.fromEntries(names.map(name => [name, name === rare ? refusal / 4 : refusal]))
    control.randomFaults({ rates: share(REFUSALS, 'forbidden'), match })
    control.randomFaults({ rates: share(TOKEN_REFUSALS, 'invalidGrant'), match: { method: 'oauth.token' } })
    control.randomFaults({ rates: Object.fromEntries(WIRE.map(name => [name, wire])), match })
    const late = LATE_MS.filter(ms => ms <= LATEST_MS)
    for (let i = 0; i < 3; i++) {
      control.randomFaults({ rates: { lateCommit: wire / 2 }, match, delayMs: faults.pick(late) })
      control.randomFaults({ rates: { slow: wire / 2 }, match, delayMs: faults.pick(SLOW_MS) / SLOWNESS })
    }
  }

  /** Next to nothing comes back from Google for a while. */
  outage(ms: number): void {
    this.#world.note(`google: out of reach for ${ms} ms`)
    const rates = Object.fromEntries(OUTAGE.map(name => [name, 1 / OUTAGE.length]))
    this.#world.google.control.randomFaults({ rates })
    this.#world.pace.after(ms, () => {
      if (this.#isCalm) return
      this.#world.google.control.clearFaults()
      this.begin()
    })
  }

  /** A process may be hit at some moment of the work that an act begins. */
  afterAct(): void {
    this.#maybe(BLOWS_PER_ACT)
  }

  /** Or between acts, while it retries, repairs or takes over. */
  atWork(): void {
    this.#maybe(BLOWS_PER_LOOK)
  }

  /** Nothing goes wrong any more, and everybody is up. */
  async calm(): Promise<void> {
    this.#isCalm = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    const { google, crew } = this.#world
    google.control.clearFaults()
    for (const member of crew.members) if (member.isFrozen) this.#thaw(member)
    await this.settleHiring()
  }

  async settleHiring(): Promise<void> {
    while (this.#hiring.size > 0) await Promise.all(this.#hiring)
  }

  hire(): void {
    const hiring = this.#hire().finally(() => this.#hiring.delete(hiring))
    this.#hiring.add(hiring)
  }

  async #hire(): Promise<void> {
    try {
      const member = await this.#world.crew.hire()
      this.#world.note(`process ${member.pid} is up`)
    } catch (error) {
      const { message } = error as Error
      // Killed on the way, or the store was away: the host's supervisor starts another.
      if (message !== '' && message !== 'store-failed')
        this.#world.oracles.fail('start', `a process did not start: ${message}`)
      else this.#replace()
    }
  }

  #maybe(times: number): void {
    const { faults, setup, crew } = this.#world
    if (this.#isCalm || setup.rates.process === 0) return
    if (!faults.chance(Math.min(MOST_AT_ONCE, setup.rates.process * times))) return
    const freezes = faults.chance(FREEZES)
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      const { awake } = crew
      const member = awake[faults.below(Math.max(1, awake.length))]
      if (member) freezes ? this.#freeze(member) : this.#kill(member)
    }, faults.pick(MOMENTS_MS))
    this.#timers.add(timer)
  }

  #kill(member: Member): void {
    const wasUp = member.isUp
    this.kills++
    this.#world.note(`process ${member.pid} is killed`)
    this.#world.crew.kill(member)
    // One that was coming up is replaced by whoever waits for it.
    if (wasUp) this.#replace()
  }

  #replace(): void {
    this.#world.pace.after(this.#world.faults.pick(RESTARTS_MS), () => this.hire())
  }

  #freeze(member: Member): void {
    const ms = this.#world.faults.pick(FREEZES_MS)
    this.freezes++
    this.#world.note(`process ${member.pid} is stopped for ${ms} ms`)
    member.freeze(this.#world.now + ms)
    this.#world.pace.after(ms, () => {
      if (member.isFrozen) this.#thaw(member)
    })
  }

  #thaw(member: Member): void {
    this.#world.note(`process ${member.pid} goes on`)
    member.thaw()
  }
}
