import type { AccountRef } from '../contracts/identity.ts'
import type { AuditAction, AuditEntry } from '../contracts/reports.ts'
import type { Runtime } from '../contracts/runtime.ts'

export type Audit = (entry: AuditEntry) => void

export interface AuditLine {
  readonly action: AuditAction
  readonly account: AccountRef
  readonly outcome: string
  readonly details?: AuditEntry['details']
}

/** Writes one line. A host's log that throws must not undo what it tells of. */
export function writeAudit(
  audit: Audit,
  runtime: Pick<Runtime, 'clock' | 'logger'>,
  { action, account, outcome, details }: AuditLine,
): void {
  const at = runtime.clock.now()
  const entry = { at, action, account, outcome, ...(details === undefined ? {} : { details }) }
  try {
    const written: unknown = audit(entry)
    if (written instanceof Promise) written.catch(() => runtime.logger.error('audit-failed', { action }))
  } catch {
    runtime.logger.error('audit-failed', { action })
  }
}
