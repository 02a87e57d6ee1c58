import type { Connection } from '../../../src/contracts/connection.ts'
import { refId } from '../ledger.ts'
import { checkByMarks, checkEnd, checkHands } from '../oracles/final.ts'
import { applyMassChange, connect, retry, setSettings, syncNow } from './owner.ts'
import type { RealWorld } from './world.ts'

const HOUR_MS = 3_600_000
/** Of the history's time, which only passes while its processes get on. */
const QUIET_LIMIT_MS = 40 * HOUR_MS
const ROUNDS = 5

/** After the faults: what mends itself, what people mend, and what is then to be seen. */
export class Recovery {
  readonly #world: RealWorld

  constructor(world: RealWorld) {
    this.#world = world
  }

  async run({ judgesMarks }: { readonly judgesMarks: boolean }): Promise<void> {
    const world = this.#world
    await this.#quiet()
    world.observer.readTraffic()
    if (judgesMarks && !this.#failed) checkByMarks(world)
    for (let round = 0; round < ROUNDS && !this.#failed; round++) {
      const mended = await this.#mend()
      await this.#quiet()
      if (!mended && this.#isWell()) break
    }
    if (this.#failed) return
    world.observer.readTraffic()
    checkEnd(world)
    checkHands(world)
    if (!this.#failed) await this.#checkNothingToDo()
    world.observer.readTraffic()
    world.oracles.heard('a file of the store', world.files())
    world.oracles.heard('the output of a process', world.crew.output)
  }

  get #failed(): boolean {
    return this.#world.violations.length > 0
  }

  #connections(): (Connection | undefined)[] {
    return this.#world.setup.members.map(({ account }) => this.#world.books.connection(account))
  }

  #isWell(): boolean {
    return this.#connections().every(
      connection =>
        connection === undefined || connection.status === 'active' || connection.status === 'disconnected',
    )
  }

  /** What people do when something needs them. Whether anything did. */
  async #mend(): Promise<boolean> {
    const world = this.#world
    let mended = false
    for (const person of world.setup.members) {
      const connection = world.books.connection(person.account)
      if (!connection || connection.status === 'disconnected' || connection.status === 'disconnecting')
        continue
      if (connection.massChange) applyMassChange(world, person, connection.massChange.id)
      else if (connection.status === 'disabled') setSettings(world, person, { enabled: true })
      else if (['needs_reauth', 'limited', 'error'].includes(connection.status)) connect(world, person)
      else {
        syncNow(world, person)
        continue
      }
      mended = true
      await world.pace.advance(60_000)
    }
    world.observer.readJournals()
    for (const ref of world.setup.refs) if (world.ledger.refused.delete(refId(ref))) retry(world, ref)
    await world.pace.advance(120_000)
    return mended
  }

  /** S6: with nothing changed, a repair only reads. */
  async #checkNothingToDo(): Promise<void> {
    const world = this.#world
    const before = world.observer.traffic.writes()
    for (const person of world.setup.members) {
      if (world.books.connection(person.account)?.status === 'active') syncNow(world, person)
    }
    await world.pace.advance(120_000)
    await this.#quiet()
    const written = world.observer.traffic.writes() - before
    // What cannot be removed is tried again with each repair (A6, D3).
    const isStuck = world.ledger.reports.some(({ issue }) => issue.code === 'cannot-remove')
    if (written > 0 && !isStuck)
      world.oracles.fail('S6', `a repair with nothing to do wrote ${written} times`)
  }

  /** Until no mark waits, no pass or departure is under way, and everybody has an answer. */
  async #quiet(): Promise<void> {
    const { pace, books, pending, oracles } = this.#world
    const end = pace.now + QUIET_LIMIT_MS
    const isBusy = () =>
      pending.size > 0 ||
      books.hasMarks() ||
      this.#connections().some(connection => {
        const { status, pass, nextRepairAt = 0 } = connection ?? {}
        const unfinished = status === 'active' && pass !== undefined && pass.finishedAt === undefined
        const repairs = status === 'active' && nextRepairAt <= pace.now
        return unfinished || repairs || status === 'disconnecting' || status === 'connecting'
      })
    while (isBusy() && pace.now < end && !this.#failed) await pace.advance(60_000)
    if (isBusy() && !this.#failed) oracles.fail('L1', `still busy after ${QUIET_LIMIT_MS / HOUR_MS} h`)
    await pace.advance(20_000)
  }
}
