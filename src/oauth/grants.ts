import type { Connection } from '../contracts/connection.ts'
import type { ConnectionStore } from '../contracts/connection-store.ts'
import type { Revocation } from '../contracts/departure.ts'
import type { AccountRef } from '../contracts/identity.ts'
import type { Runtime } from '../contracts/runtime.ts'
import { CalendarSyncError } from '../errors.ts'
import type { OAuthTransport } from '../google/transport.ts'
import { type Audit, writeAudit } from './audit.ts'
import type { Granted } from './authorization-outcome.ts'
import { oauthCall } from './oauth-call.ts'
import type { SealedTokenStore } from './sealed-token-store.ts'

export type RevocationPolicy = 'when-last' | 'never'

/** `unanswered`: no answer, or one that says nothing; it may have worked. */
export type RevocationAnswer = Extract<Revocation, 'revoked' | 'no-grant' | 'unanswered'>

/** The end of a grant (ENGINE D4). */
export interface Grants {
  readonly policy: RevocationPolicy
  /**
   * Whether another connection, in any workspace, lives by this Google account's consent: revocation takes it from
   * all of them, since Google revokes for the whole Cloud project.
   */
  isShared(account: AccountRef, subject: string): Promise<boolean>
  revoke(account: AccountRef): Promise<RevocationAnswer>
  /** What `erase` is to take out; `null`: nothing is stored. */
  version(account: AccountRef): Promise<string | null>
  /** Takes out exactly that version: a grant that came after stays. */
  erase(account: AccountRef, version: string): Promise<void>
}

export interface GrantDeps {
  readonly tokens: SealedTokenStore
  readonly connections: ConnectionStore
  readonly transport: OAuthTransport
  readonly policy: RevocationPolicy
}

export function createGrants(deps: GrantDeps): Grants {
  const { tokens, connections, transport, policy } = deps
  return Object.freeze<Grants>({
    policy,
    isShared: (account, subject) => isShared(connections, subject, account),
    async revoke(account) {
      let refreshToken: string
      try {
        const stored = await tokens.get(account)
        if (stored === undefined) return 'no-grant'
        refreshToken = stored.tokens.refreshToken
      } catch (error) {
        if (CalendarSyncError.is(error) && !error.retryable) return 'no-grant'
        throw error
      }
      return revokeToken(transport, refreshToken)
    },
    version: account => tokens.version(account),
    async erase(account, version) {
      await tokens.vacate(account, version)
    },
  })
}

export interface DropDeps {
  readonly connections: ConnectionStore
  readonly transport: OAuthTransport
  readonly runtime: Runtime
  readonly audit: Audit
  readonly revocation: RevocationPolicy
}

/** A callback that was refused after its code was spent: nobody keeps the new grant, so it does not live on at Google. */
export async function dropRefusedGrant(deps: DropDeps, granted: Granted, subject: string): Promise<void> {
  const { connections, transport, runtime, audit, revocation } = deps
  const { account } = granted
  if (granted.keepsStored || revocation === 'never') return
  const shared = await isShared(connections, subject)
  const outcome = shared ? 'shared-grant' : await revokeToken(transport, granted.tokens.refreshToken)
  writeAudit(audit, runtime, { action: 'refused-grant-dropped', account, outcome })
}

/** Asked of every connection but `except`: a tie that is over, or has but its grant left to give up, holds none. */
async function isShared(
  connections: ConnectionStore,
  subject: string,
  except?: AccountRef,
): Promise<boolean> {
  const all = await connections.bySubject(subject)
  return all.some(connection => !isOf(connection, except) && livesByGrant(connection))
}

function livesByGrant({ status, departure }: Connection): boolean {
  return status === 'disconnecting' ? departure?.phase === 'events' : status !== 'disconnected'
}

function isOf({ account }: Connection, other: AccountRef | undefined): boolean {
  return account.workspaceId === other?.workspaceId && account.userId === other.userId
}

/** https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke: a dead token answers 400. */
async function revokeToken(transport: OAuthTransport, token: string): Promise<RevocationAnswer> {
  const result = await oauthCall(
    () => transport.revoke(token),
    () => true,
  )
  if (result.ok) return 'revoked'
  const isDead = result.kind === 'invalid-grant' || result.reason === 'invalid_token'
  return isDead ? 'revoked' : 'unanswered'
}
