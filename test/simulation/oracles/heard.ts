import type { AuditEntry, SyncIssue } from '../../../src/contracts/reports.ts'
import { accountId, refId } from '../ledger.ts'
import type { Stage } from '../stage.ts'

const DEAD_GRANT: ReadonlySet<string> = new Set(['invalid_grant', 'invalid_rapt', 'token-missing'])

/** A person is told of something. */
export function hearIssue(stage: Stage, issue: SyncIssue, at: number): void {
  const { ledger, coverage, oracles } = stage
  oracles.heard('issue', JSON.stringify(issue))
  ledger.reports.push({ at, issue })
  coverage.path(`issue ${issue.code}`)
  stage.note(
    `issue ${issue.code} ${issue.ref ? refId(issue.ref) : ''} ${issue.cause ?? ''} ${issue.fields ?? ''}`,
  )
  if (issue.ref && (issue.code === 'appointment-refused' || issue.code === 'appointment-invalid'))
    ledger.refused.add(refId(issue.ref))
  // Nothing but a refusal of the body or of the permission parks an appointment (C3).
  if (issue.code === 'appointment-refused' && issue.cause !== 'forbidden')
    oracles.fail('C3', `an appointment was parked because of ${issue.cause}`)
  if (issue.code === 'foreign-event') ledger.refused.add(`foreign ${issue.ref ? refId(issue.ref) : ''}`)
}

export function hearAudit(stage: Stage, entry: AuditEntry): void {
  const { oracles } = stage
  oracles.heard('audit', JSON.stringify(entry))
  // Only Google's word for a dead grant, or a missing token, ends one (C1).
  if (entry.action === 'needs-reauth' && !DEAD_GRANT.has(entry.outcome))
    oracles.fail('C1', `the grant of ${accountId(entry.account)} was given up because of ${entry.outcome}`)
  if (entry.action === 'needs-reauth' || entry.action === 'disconnected')
    stage.note(`audit ${entry.action} ${accountId(entry.account)} ${entry.outcome}`)
}
