export type { GrantTokens } from './grant-tokens.ts'
export {
  type IdentityKey,
  type IdentityPurpose,
  loadIdentityKey,
  resetIdentityKey,
} from './identity-key.ts'
export type { KeyringKey, KeyringSecrets } from './key-material.ts'
export { createKeyring, type Keyring, type SealContext } from './keyring.ts'
export { createSealedTokenStore, type SealedTokenStore, type StoredGrant } from './sealed-token-store.ts'
export { subjectOf, targetKey } from './subject.ts'
export type { AccessGrant, TokenManager } from './token-manager.ts'
