export type { Audit } from './audit.ts'
export type {
  AuthorizationOutcome,
  AuthorizationResult,
  ConnectedResult,
  DenialReason,
  Granted,
  NotGranted,
  RefusalReason,
} from './authorization-outcome.ts'
export { canonicalBytes } from './canonical-bytes.ts'
export { CONNECTING_TIMEOUT_MS, connectedStatus, FIRST_SETTINGS } from './connecting.ts'
export { chooseTarget, NOT_YET_CREATED, type TargetChoice } from './connection-target.ts'
export { type FinishAuthorization, GOOGLE_ISSUER, type Parameter } from './finish-authorization.ts'
export { type AuthorizationFlow, createAuthorizationFlow } from './flow.ts'
export type { FlowDeps } from './flow-deps.ts'
export type { GrantTokens } from './grant-tokens.ts'
export { createGrants, type Grants, type RevocationPolicy } from './grants.ts'
export {
  type IdentityKey,
  type IdentityPurpose,
  loadIdentityKey,
  resetIdentityKey,
} from './identity-key.ts'
export { type ResetDeps, resetIdentity } from './identity-reset.ts'
export type { KeyringKey, KeyringSecrets } from './key-material.ts'
export { createKeyring, type Keyring, type SealContext } from './keyring.ts'
export { leaseName } from './lease-name.ts'
export { type MarkResult, markNeedsReauth, type NeedsReauth } from './mark-connection.ts'
export { type OAuthFailure, type OAuthResult, oauthCall, oauthError } from './oauth-call.ts'
export { REFRESH_LEASE_MS } from './refresh.ts'
export { type ResealDeps, type ResealOptions, type ResealReport, resealTokens } from './reseal-tokens.ts'
export {
  type CalendarChoice,
  missingCalendarScopes,
  missingScopes,
  parseScopes,
  SCOPE_APP_CREATED,
  SCOPE_CALENDAR,
  SCOPE_EMAIL,
  SCOPE_EVENTS,
  SCOPE_EVENTS_OWNED,
  SCOPE_OPENID,
  scopesFor,
} from './scopes.ts'
export { createSealedTokenStore, type SealedTokenStore, type StoredGrant } from './sealed-token-store.ts'
export {
  AUTHORIZATION_TTL_MS,
  MAX_PENDING_PER_ACCOUNT,
  type StartAuthorization,
  type StartedAuthorization,
} from './start-authorization.ts'
export { isSecret, matchesHash, newSecret, type SecretPurpose, secretHash, stateTag } from './state.ts'
export { subjectOf, targetKey } from './subject.ts'
export {
  type AccessGrant,
  createTokenManager,
  type TokenManager,
  type TokenManagerDeps,
} from './token-manager.ts'
