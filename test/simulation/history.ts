import { useHands } from './actors/hands.ts'
import { connect, decide, ownerActs, retry, setSettings, syncNow, tieTrouble } from './actors/owner.ts'
import type { CoverageCounts } from './coverage.ts'
import type { Environment } from './environment.ts'
import { OUTAGES_MS } from './faults.ts'
import { refId } from './ledger.ts'
import { checkByMarks, checkEnd, checkHands } from './oracles/final.ts'
import { checkInventory, type Inventory, takeInventory } from './oracles/mass.ts'
import type { Violation } from './oracles/oracles.ts'
import { Tape } from './tape.ts'
import { type ActWeights, setupOf, type WorkloadName } from './workloads.ts'
import { World } from './world.ts'

const STEP_LIMIT = 60_000
const HOUR_MS = 3_600_000
const QUIET_LIMIT_MS = 40 * HOUR_MS
const HEAL_ROUNDS = 5
/** A due time was set by the clock of a process. */
const MAX_SKEW_MS = 300_000

export interface HistoryResult {
  readonly seed: number
  readonly workload: WorkloadName
  readonly violations: readonly Violation[]
  readonly hash: number
  readonly steps: number
  readonly coverage: CoverageCounts
  readonly tapes: Tapes
  readonly script: readonly string[]
}

export interface Tapes {
  readonly acts: readonly number[]
  readonly faults: readonly number[]
}

/** One history from its seed, or from tapes that replace its decisions. Runs in one macrotask, without waiting. */
export function runHistory(
  environment: Environment,
  workload: WorkloadName,
  seed: number,
  tapes?: Tapes,
): HistoryResult {
  const acts = new Tape(seed, tapes?.acts)
  const faults = new Tape(~seed, tapes?.faults)
  const world = new World(environment, setupOf(workload, seed), seed, { acts, faults })
  new History(world).run()
  return {
    ...{ seed, workload },
    violations: world.oracles.violations,
    hash: world.scheduler.hash >>> 0,
    steps: world.scheduler.steps,
    coverage: world.coverage.counts(),
    tapes: { acts: acts.taken, faults: faults.taken },
    script: world.script,
  }
}

class History {
  readonly #world: World
  #inventory: Inventory | undefined

  constructor(world: World) {
    this.#world = world
  }

  run(): void {
    const { world } = { world: this.#world }
    world.begin()
    this.#advance(2_000)
    for (let i = 0; i < world.setup.acts && !this.#failed; i++) {
      this.#act()
      this.#advance(world.acts.pick(world.setup.gapsMs))
    }
    if (this.#failed) return
    world.note('-- faults stop --')
    this.#heal()
  }

  get #failed(): boolean {
    return this.#world.oracles.violations.length > 0
  }

  #act(): void {
    const { acts, setup, host } = this.#world
    const { weights } = setup
    const kinds = Object.keys(weights) as (keyof ActWeights)[]
    const kind = kinds[acts.weighted(kinds.map(name => weights[name])) - 1]
    const ref = () => acts.pick(setup.refs)
    switch (kind) {
      case undefined:
        break
      case 'edit':
        host.edit(ref(), host.telling())
        break
      case 'remove':
        host.remove(ref(), host.telling())
        break
      case 'assign':
        host.assign(ref(), host.telling())
        break
      case 'cancel':
        host.cancel(ref(), host.telling())
        break
      case 'undo':
        host.undo(ref(), host.telling())
        break
      case 'outage':
        this.#outage()
        break
      case 'untold':
        this.#untold()
        break
      case 'hands':
        useHands(this.#world)
        break
      case 'owner':
        ownerActs(this.#world)
        break
      case 'trouble':
        tieTrouble(this.#world)
        break
      case 'wipe':
        if (!host.blind) this.#inventory = takeInventory(this.#world)
        host.blind = true
        host.wasBlind = true
        this.#world.note('host: goes blank')
    }
  }

  #outage(): void {
    const world = this.#world
    const ms = world.acts.pick(OUTAGES_MS)
    world.outageUntil = world.now + ms
    world.note(`google: out of reach for ${ms} ms`)
  }

  #untold(): void {
    const { acts, setup, host } = this.#world
    const ref = acts.pick(setup.refs)
    const what = acts.pick(['edit', 'remove', 'assign', 'cancel'] as const)
    host[what](ref, 'untold')
  }

  #heal(): void {
    const world = this.#world
    world.calm()
    for (const { email } of world.setup.members) world.google.control.freezeWrites(email, 0)
    if (world.host.blind) this.#advance(HOUR_MS)
    if (this.#inventory) checkInventory(world, this.#inventory)
    const wasBlind = world.host.blind
    world.host.blind = false
    this.#advance(420_000)
    this.#quiet()
    if (!wasBlind && !this.#failed) checkByMarks(world)
    for (let round = 0; round < HEAL_ROUNDS && !this.#failed; round++) {
      const mended = this.#mend()
      this.#quiet()
      if (!mended && this.#isWell()) break
    }
    if (this.#failed) return
    checkEnd(world)
    checkHands(world)
    if (!this.#failed) this.#checkNothingToDo()
  }

  #isWell(): boolean {
    const { setup, database } = this.#world
    return setup.members.every(({ account }) => {
      const status = database.connections.get(account)?.connection.status
      return status === undefined || status === 'active' || status === 'disconnected'
    })
  }

  /** What people do when something needs them. Whether anything did. */
  #mend(): boolean {
    const world = this.#world
    let mended = false
    for (const member of world.setup.members) {
      const connection = world.database.connections.get(member.account)?.connection
      if (!connection || connection.status === 'disconnected' || connection.status === 'disconnecting')
        continue
      if (connection.massChange) decide(world, member, connection.massChange.id)
      else if (connection.status === 'disabled') setSettings(world, member.account, { enabled: true })
      else if (['needs_reauth', 'limited', 'error'].includes(connection.status)) connect(world, member)
      else {
        syncNow(world, member)
        continue
      }
      mended = true
      this.#advance(60_000)
    }
    for (const ref of world.setup.refs) if (world.ledger.refused.delete(refId(ref))) retry(world, ref)
    this.#advance(120_000)
    return mended
  }

  /** S6: with nothing changed, a repair only reads. */
  #checkNothingToDo(): void {
    const world = this.#world
    const before = world.oracles.traffic.writes
    for (const member of world.setup.members) {
      if (world.database.connections.get(member.account)?.connection.status === 'active')
        syncNow(world, member)
    }
    this.#advance(120_000)
    this.#quiet()
    const written = world.oracles.traffic.writes - before
    // What cannot be removed is tried again with each repair (A6, D3).
    const isStuck = world.ledger.reports.some(({ issue }) => issue.code === 'cannot-remove')
    if (written > 0 && !isStuck)
      world.oracles.fail('S6', `a repair with nothing to do wrote ${written} times`)
  }

  #advance(ms: number): void {
    const { scheduler, oracles } = this.#world
    const until = scheduler.now + ms
    while (scheduler.step(until)) {
      if (oracles.violations.length > 0) return
      if (scheduler.steps > STEP_LIMIT) {
        oracles.fail('L2', `no end after ${STEP_LIMIT} steps`)
        return
      }
    }
  }

  /** Until no mark waits, no pass or departure is under way, and the host has committed what it began. */
  #quiet(): void {
    const { scheduler, database, setup, oracles, host } = this.#world
    const end = scheduler.now + QUIET_LIMIT_MS
    const isBusy = () =>
      this.#world.hasMarks() ||
      host.uncommitted > 0 ||
      setup.members.some(({ account }) => {
        const connection = database.connections.get(account)?.connection
        const { status, pass } = connection ?? {}
        const unfinished = status === 'active' && pass !== undefined && pass.finishedAt === undefined
        const repairs = status === 'active' && (connection?.nextRepairAt ?? 0) <= scheduler.now + MAX_SKEW_MS
        return unfinished || repairs || status === 'disconnecting' || status === 'connecting'
      })
    while (isBusy() && scheduler.now < end && oracles.violations.length === 0) this.#advance(60_000)
    if (isBusy() && oracles.violations.length === 0)
      oracles.fail('L1', `still busy after ${QUIET_LIMIT_MS / HOUR_MS} h`)
    this.#advance(20_000)
  }
}
