import { type AccountPass, PassEnded, read, windowStartOf } from './account-pass.ts'
import { countFindings } from './guarded-findings.ts'
import type { Unclaimed } from './listing.ts'

const GONE = new Set(['precondition', 'not-found', 'deleted'])

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
  for (const { eventId, etag: ifMatch } of orphans) {
    if (ifMatch === undefined) continue
    pass.mayGoOn()
    const at = { calendarId: target.calendarId, eventId }
    try {
      await read(pass, () => pass.api.deleteEvent(at, { ifMatch, sendUpdates: 'none' }))
    } catch (error) {
      if (!(error instanceof PassEnded && error.failure && GONE.has(error.failure.kind))) throw error
    }
  }
}
