import { drawTelling } from '../actors/changes.ts'
import { useHands } from '../actors/hands.ts'
import { tieTrouble } from '../actors/owner.ts'
import { OUTAGES_MS } from '../faults.ts'
import { checkInventory, type Inventory, takeInventory } from '../oracles/mass.ts'
import type { ActWeights } from '../workloads.ts'
import type { Change } from './host.ts'
import { connectBy, ownerActs, setSettings } from './owner.ts'
import { Recovery } from './recovery.ts'
import type { RealWorld } from './world.ts'

const HOUR_MS = 3_600_000

/** What happens: people connect, act while things go wrong, and then everything heals and is judged. */
export class RealHistory {
  readonly #world: RealWorld
  #inventory: Inventory | undefined

  constructor(world: RealWorld) {
    this.#world = world
  }

  async run(): Promise<void> {
    const world = this.#world
    await this.#begin()
    for (let i = 0; i < world.setup.acts && world.violations.length === 0; i++) {
      world.observer.readJournals()
      this.#act()
      world.trouble.afterAct()
      await world.pace.advance(world.acts.pick(world.setup.gapsMs))
    }
    if (world.violations.length === 0) await this.#heal()
  }

  async #begin(): Promise<void> {
    const { setup, google, trouble, pace, observer, ledger } = this.#world
    for (let i = 0; i < setup.processes; i++) trouble.hire()
    await pace.until(trouble.settleHiring())
    for (const { account, email, sub } of setup.members) {
      if (!google.control.users().some(user => user.email === email))
        google.control.createUser({ email, sub, timeZone: 'Europe/Berlin' })
      const connecting = connectBy(this.#world, { account, email, calendar: 'primary' })
      const kind = await pace.until(connecting)
      if (kind !== 'connected') throw new Error(`${email} could not connect: ${kind}`)
    }
    if (Object.keys(setup.settings).length > 0)
      for (const member of setup.members) setSettings(this.#world, member, setup.settings)
    await pace.until(Promise.all(this.#world.pending))
    observer.readJournals()
    // From here on a change of a tie is news.
    ledger.ties.length = 0
    trouble.begin()
    await pace.advance(2_000)
  }

  #act(): void {
    const { acts, setup, host } = this.#world
    const kinds = Object.keys(setup.weights) as (keyof ActWeights)[]
    const kind = kinds[acts.weighted(kinds.map(name => setup.weights[name])) - 1]
    switch (kind) {
      case undefined:
        break
      case 'untold': {
        const ref = acts.pick(setup.refs)
        host.change(acts.pick(['edit', 'remove', 'assign', 'cancel'] as const), ref, 'untold')
        break
      }
      case 'hands':
        this.#inGoogle(() => useHands(this.#world))
        break
      case 'owner':
        ownerActs(this.#world)
        break
      case 'trouble':
        this.#inGoogle(() => tieTrouble(this.#world))
        break
      case 'outage':
        this.#world.trouble.outage(acts.pick(OUTAGES_MS))
        break
      case 'wipe':
        if (!host.isBlind) this.#inventory = takeInventory(this.#world)
        host.goBlank()
        break
      default:
        host.change(kind satisfies Change, acts.pick(setup.refs), drawTelling(this.#world))
    }
  }

  /** Between a person's look and touch the event may be gone. */
  #inGoogle(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#world.note(`hand: comes too late: ${(error as Error).message}`)
    }
  }

  async #heal(): Promise<void> {
    const world = this.#world
    world.note('-- faults stop --')
    await world.pace.until(world.trouble.calm())
    for (const { email } of world.setup.members) world.google.control.freezeWrites(email, 0)
    if (world.host.isBlind) await world.pace.advance(HOUR_MS)
    world.observer.readTraffic()
    if (this.#inventory) checkInventory(world, this.#inventory)
    const wasBlind = world.host.isBlind
    world.host.comeBack()
    await world.pace.advance(420_000)
    await new Recovery(world).run({ judgesMarks: !wasBlind })
  }
}
