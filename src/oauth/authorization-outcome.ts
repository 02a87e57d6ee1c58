import type { Connection } from '../contracts/connection.ts'
import type { AccountRef } from '../contracts/identity.ts'
import type { GrantTokens } from './grant-tokens.ts'
import type { CalendarChoice } from './scopes.ts'

/** Consent was given and checked; nothing is stored yet. */
export interface Granted {
  readonly kind: 'granted'
  readonly account: AccountRef
  readonly tokens: GrantTokens
  /** Google gave no refresh token, or a lesser one: the stored grant of the same Google account goes on. */
  readonly keepsStored: boolean
  readonly grantedScopes: readonly string[]
  /** Asked for now and not granted. */
  readonly missingScopes: readonly string[]
  readonly calendar: CalendarChoice
  readonly returnTo?: string | undefined
}

/** Nothing came of it. `account` and `returnTo` are there once the browser proved to be the one that started. */
export interface NotGranted {
  readonly kind: 'denied' | 'no-refresh-token' | 'invalid'
  readonly reason: RefusalReason
  readonly account?: AccountRef | undefined
  readonly returnTo?: string | undefined
}

export type RefusalReason =
  /** No state, or none that could be ours. */
  | 'state-missing'
  /** Never given out, used before, or expired. */
  | 'state-unknown'
  | 'expired'
  | 'pending-unreadable'
  | 'binding-missing'
  | 'binding-mismatch'
  | 'account-mismatch'
  | 'not-allowed'
  | 'duplicate-parameter'
  | 'issuer-mismatch'
  | 'code-missing'
  /** Google took the code for used, expired or another flow's. */
  | 'code-refused'
  | 'google-refused'
  | 'id-token-missing'
  | 'id-token-invalid'
  | 'no-refresh-token'
  /** A newer authorization, or a disconnect, overtook this one. */
  | 'superseded'
  | DenialReason

/** What a person, or an administrator's policy, said on Google's page. */
export type DenialReason =
  | 'access_denied'
  | 'admin_policy_enforced'
  | 'org_internal'
  | 'login_required'
  | 'consent_required'
  | 'interaction_required'

export type AuthorizationOutcome = Granted | NotGranted

/** What a host is told. */
export type AuthorizationResult =
  | ConnectedResult
  | {
      /** Another Google account than the connection's (disconnect first), or a disconnect is under way. */
      readonly kind: 'different-account' | 'disconnecting'
      readonly account: AccountRef
      readonly returnTo?: string | undefined
    }
  | NotGranted

export interface ConnectedResult {
  /** `limited`: the user unticked what the calendar needs. */
  readonly kind: 'connected' | 'limited'
  readonly account: AccountRef
  readonly connection: Connection
  readonly missingScopes: readonly string[]
  readonly returnTo?: string | undefined
}
