import type { Connection } from '../contracts/connection.ts'
import type { ConnectionUpdate } from '../contracts/connection-store.ts'
import type { AccountRef } from '../contracts/identity.ts'
import { CalendarSyncError, type ErrorCode } from '../errors.ts'
import { activate } from './activate.ts'
import { writeAudit } from './audit.ts'
import { CONNECTING_NEW } from './connecting.ts'
import type { FlowDeps } from './flow-deps.ts'
import type { GrantTokens } from './grant-tokens.ts'
import { subjectOf } from './subject.ts'

export type RecoverDeps = Pick<FlowDeps, 'connections' | 'tokens' | 'identity' | 'runtime' | 'audit'>

/**
 * Finishes a connection that a crash left `connecting`, once it is due. With a grant of its Google account stored
 * it becomes active: the new grant, or the old one that the crash left in place. Without, a first connect never
 * happened, and a reconnect is still to be done.
 */
export async function recoverConnecting(
  deps: RecoverDeps,
  account: AccountRef,
): Promise<Connection | undefined> {
  const connection = await deps.connections.get(account)
  if (connection?.status !== 'connecting') return connection
  if ((connection.dueAt ?? 0) > deps.runtime.clock.now()) return connection
  const stored = await storedGrant(deps, account)
  if (typeof stored === 'string') {
    const set = { status: 'error', cause: stored, dueAt: undefined } as const
    return (
      (await deps.connections.update(account, connection.revision, { set })) ?? deps.connections.get(account)
    )
  }
  if (stored !== undefined && subjectOf(deps.identity, stored.sub) === connection.subject)
    return (await activate(deps, connection, stored)) ?? deps.connections.get(account)
  const isNew = connection.cause === CONNECTING_NEW
  const change: ConnectionUpdate = isNew
    ? {
        set: { status: 'disconnected', cause: undefined, subject: undefined, dueAt: undefined },
        bump: { epoch: true },
      }
    : { set: { status: 'needs_reauth', cause: 'token-missing', dueAt: undefined } }
  const settled = await deps.connections.update(account, connection.revision, change)
  if (settled === null) return deps.connections.get(account)
  const action = isNew ? 'authorization-completed' : 'needs-reauth'
  writeAudit(deps.audit, deps.runtime, { action, account, outcome: isNew ? 'abandoned' : 'token-missing' })
  return settled
}

/** A grant that does not open is kept: the key may come back (ENGINE D1). */
async function storedGrant(
  { tokens }: RecoverDeps,
  account: AccountRef,
): Promise<GrantTokens | ErrorCode | undefined> {
  try {
    return (await tokens.get(account))?.tokens
  } catch (error) {
    if (CalendarSyncError.is(error) && !error.retryable) return error.code
    throw error
  }
}
