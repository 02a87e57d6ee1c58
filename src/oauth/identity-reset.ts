import type { Connection } from '../contracts/connection.ts'
import type { ConnectionStore } from '../contracts/connection-store.ts'
import type { IdentityKeyStore } from '../contracts/identity-key-store.ts'
import type { Runtime } from '../contracts/runtime.ts'
import { CalendarSyncError } from '../errors.ts'
import { type Audit, writeAudit } from './audit.ts'
import { type IdentityKey, resetIdentityKey } from './identity-key.ts'
import type { Keyring } from './keyring.ts'
import type { SealedTokenStore } from './sealed-token-store.ts'
import { subjectOf } from './subject.ts'

export interface ResetDeps {
  readonly identityKey: IdentityKeyStore
  readonly connections: ConnectionStore
  readonly tokens: SealedTokenStore
  readonly keyring: Keyring
  readonly runtime: Runtime
  readonly audit: Audit
}

const PAGE_SIZE = 200
const MAX_TRIES = 8

/**
 * The operator's last resort when the identity key is lost. The subject index is computed anew from the grants;
 * where one cannot be read the connection is tied to no Google account, so that the user may connect again. Target
 * keys stay: the links carry them.
 */
export async function resetIdentity(deps: ResetDeps): Promise<IdentityKey> {
  const identity = await resetIdentityKey(deps.identityKey, deps.keyring, deps.runtime)
  let after: string | undefined
  do {
    const page = await deps.connections.page({ after, limit: PAGE_SIZE })
    for (const connection of page.connections) await reindex(deps, identity, connection)
    after = page.next
  } while (after !== undefined)
  return identity
}

async function reindex(deps: ResetDeps, identity: IdentityKey, listed: Connection): Promise<void> {
  const { account } = listed
  let connection: Connection | undefined = listed
  for (let tries = 0; connection !== undefined && tries < MAX_TRIES; tries++) {
    const subject = await currentSubject(deps, identity, connection)
    if (await deps.connections.update(account, connection.revision, { set: { subject } })) {
      const outcome = subject === undefined ? 'untied' : 'reindexed'
      writeAudit(deps.audit, deps.runtime, { action: 'identity-reset', account, outcome })
      return
    }
    connection = await deps.connections.get(account)
  }
}

async function currentSubject(
  { tokens }: ResetDeps,
  identity: IdentityKey,
  { account }: Connection,
): Promise<string | undefined> {
  try {
    const stored = await tokens.get(account)
    return stored === undefined ? undefined : subjectOf(identity, stored.tokens.sub)
  } catch (error) {
    if (CalendarSyncError.is(error) && !error.retryable) return undefined
    throw error
  }
}
