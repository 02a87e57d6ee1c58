import { standingOf } from '../connection-state.ts'
import { type AccountPass, PassEnded, windowStartOf } from './account-pass.ts'
import { countFindings } from './guarded-findings.ts'
import type { Unclaimed } from './listing.ts'
import { removeListed } from './remove-listed.ts'

/**
 * Removes events of ours that no link and no ref accounts for: leftovers of a lost row, old generations of a link
 * (ENGINE B4, B5). There is no link to hold an intent, and none is needed: the etag of the very state that was
 * listed makes a late delete harmless. Past ones stay: `changes` no longer lists their appointments.
 */
export async function removeOrphans(pass: AccountPass, rest: readonly Unclaimed[]): Promise<void> {
  const { account, target } = pass.connection
  const orphans = rest.filter(event => event.endsAt >= windowStartOf(pass.engine))
  if (target === undefined || orphans.length === 0) return
  const findings = orphans.map(({ eventId }) => ({
    ref: { workspaceId: account.workspaceId, appointmentId: eventId },
    kind: 'removal' as const,
  }))
  await countFindings(pass, findings)
  for (const orphan of orphans) {
    await mustBeOpen(pass)
    await removeListed(pass, target, orphan)
  }
}

/** A disconnect or an erasure leaves no link behind, so that everything would look like an orphan (ENGINE D4). */
async function mustBeOpen({ engine, connection, mayGoOn }: AccountPass): Promise<void> {
  mayGoOn()
  const now = await engine.deps.state.connections.get(connection.account)
  if (now?.epoch !== connection.epoch || standingOf(now) !== 'open') throw new PassEnded('closed')
}
