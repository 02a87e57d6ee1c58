import type { Connection } from '../contracts/connection.ts'
import type { Finding } from '../contracts/finding-store.ts'
import { tripGuard } from './account-faults.ts'
import { guardTrips, isClear } from './guard.ts'
import { GUARD_WINDOW_MS, LINKS_PAGE } from './limits.ts'
import { newId } from './new-id.ts'
import type { Engine } from './run-context.ts'

const ALL_LINKS = 10_000_000

/** A single removal or move that nobody told us of: counted, and acted on a minute later (ENGINE C5). */
export function noteFinding(engine: Engine, connection: Connection, finding: Finding): Promise<void> {
  return engine.deps.state.findings.add(connection.account, [finding])
}

/** Counts the hour's findings of the account, and stops it when they are too many of the links that nobody told to go. */
export async function decideFinding(
  engine: Engine,
  connection: Connection,
  leaving = 0,
): Promise<'go-on' | 'tripped'> {
  const { state, runtime, report } = engine.deps
  const { account } = connection
  const found = await state.findings.count(account, GUARD_WINDOW_MS)
  const summary = await state.links.summary(account, { cap: ALL_LINKS })
  const live = Math.max(0, summary.live - leaving)
  const others = isClear(found, live) ? 0 : await countOthers(engine, connection)
  if (!guardTrips(found, { live, others })) return 'go-on'
  const massChange = { id: newId(runtime), found: found.removals + found.moves, links: summary.live }
  await tripGuard({ connections: state.connections, report }, connection, runtime.clock.now(), massChange)
  return 'tripped'
}

/** The removals of the hour that are done, since the link of a deleted event stays, or whose event is being made. */
async function countOthers(engine: Engine, { account, target }: Connection): Promise<number> {
  const { findings, links } = engine.deps.state
  let others = 0
  let after: string | undefined
  do {
    const page = await findings.list(account, { after, limit: LINKS_PAGE, withinMs: GUARD_WINDOW_MS })
    for (const { ref, kind } of page.findings) {
      if (kind !== 'removal') continue
      const own = (await links.ofRef(ref)).filter(link => link.account.userId === account.userId)
      const isLinked = own.some(link => link.target === target?.key && link.event !== 'live')
      if (isLinked && !own.some(link => link.event === 'live')) others++
    }
    after = page.next
  } while (after !== undefined)
  return others
}
