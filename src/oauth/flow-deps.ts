import type { ConnectionStore } from '../contracts/connection-store.ts'
import type { PendingAuthorizationStore } from '../contracts/pending-authorization-store.ts'
import type { Runtime } from '../contracts/runtime.ts'
import type { OAuthTransport } from '../google/transport.ts'
import type { Audit } from './audit.ts'
import type { RevocationPolicy } from './grants.ts'
import type { IdentityKey } from './identity-key.ts'
import type { JsonWebKeys } from './json-web-keys.ts'
import type { Keyring } from './keyring.ts'
import type { SealedTokenStore } from './sealed-token-store.ts'

/** What the authorization flow works with. */
export interface FlowDeps {
  readonly clientId: string
  readonly keyring: Keyring
  readonly identity: IdentityKey
  readonly pendingAuthorizations: PendingAuthorizationStore
  readonly connections: ConnectionStore
  readonly tokens: SealedTokenStore
  readonly transport: OAuthTransport
  readonly keys: JsonWebKeys
  readonly runtime: Runtime
  readonly audit: Audit
  readonly revocation: RevocationPolicy
}
