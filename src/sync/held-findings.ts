import type { Connection } from '../contracts/connection.ts'
import type { Finding } from '../contracts/finding-store.ts'
import { tripGuard } from './account-faults.ts'
import { guardTrips } from './guard.ts'
import { GUARD_WINDOW_MS } from './limits.ts'
import { newId } from './new-id.ts'
import type { Engine } from './run-context.ts'

const ALL_LINKS = 10_000_000

/** A single removal or move that nobody told us of: counted, and acted on a minute later (ENGINE C5). */
export function noteFinding(engine: Engine, connection: Connection, finding: Finding): Promise<void> {
  return engine.deps.state.findings.add(connection.account, [finding])
}

/** Counts the hour's findings of the account, and stops it when they are too many. */
export async function decideFinding(engine: Engine, connection: Connection): Promise<'go-on' | 'tripped'> {
  const { state, runtime, report } = engine.deps
  const { account } = connection
  const found = await state.findings.count(account, GUARD_WINDOW_MS)
  const { live } = await state.links.summary(account, { cap: ALL_LINKS })
  if (!guardTrips(found, live)) return 'go-on'
  const massChange = { id: newId(runtime), found: found.removals + found.moves, links: live }
  await tripGuard({ connections: state.connections, report }, connection, runtime.clock.now(), massChange)
  return 'tripped'
}
