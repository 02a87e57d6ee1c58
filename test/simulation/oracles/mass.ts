import { accountId, refId } from '../ledger.ts'
import type { Stage as World } from '../stage.ts'

const LEAST = 3
/** A change of so long ago may still have its mark, and what the host told of is exempt. */
const TOLD_MS = 150_000

/** What each account had when the host's appointments vanished without a word. */
export interface Inventory {
  readonly at: number
  readonly events: ReadonlyMap<string, readonly string[]>
}

export function takeInventory(world: World): Inventory {
  const events = new Map<string, readonly string[]>()
  for (const { account, email } of world.setup.members)
    events.set(accountId(account), ownEvents(world, accountId(account), email))
  return { at: world.now, events }
}

/**
 * S4: an account that had three events or more does not lose them all because the host went blank.
 * An insert that was on its way meanwhile belongs to what it had: with that event left, not all are lost.
 */
export function checkInventory(world: World, { at, events }: Inventory): void {
  const { ledger, oracles } = world
  const left = takeInventory(world).events
  for (const [account, had] of events) {
    if (had.length < LEAST || left.get(account)?.length !== 0) continue
    const untouched = had.filter(eventId => {
      const ref = ledger.origins.get(eventId)?.ref
      const orders = [...ledger.host, ...ledger.retries]
      return !orders.some(order => order.at >= at - TOLD_MS && refId(order.ref) === ref)
    })
    const removed = untouched.filter(eventId =>
      ledger.removals.some(r => r.eventId === eventId && r.at >= at),
    )
    if (untouched.length === had.length && removed.length === had.length)
      oracles.fail('S4', `${account} lost all of ${had.length} events to a host that went blank`)
  }
}

function ownEvents(world: World, account: string, email: string): readonly string[] {
  return world
    .liveEvents(email)
    .map(event => String(event.id))
    .filter(eventId => world.ledger.origins.get(eventId)?.account === account)
}
