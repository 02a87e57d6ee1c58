import type { SyncStateStore } from '../../contracts/state-store.ts'
import type { TokenStore } from '../../contracts/token-store.ts'
import { SqlAuthorizationStore } from './authorizations.ts'
import { SqlBudgetStore } from './budgets.ts'
import { SqlClaimStore } from './claims.ts'
import { SqlConnectionStore } from './connections.ts'
import type { Database } from './database.ts'
import { erase } from './erase.ts'
import { SqlFindingStore } from './findings.ts'
import type { HostJoin } from './host-transaction.ts'
import { SqlIdentityKeyStore } from './identity-key.ts'
import { SqlLeaseStore } from './leases.ts'
import { SqlLinkStore } from './links.ts'
import { SqlMarkStore } from './marks.ts'
import { pruneRefs } from './prune.ts'
import { SqlPullHintStore } from './pull-hints.ts'
import { SqlTokenStore } from './tokens.ts'

export interface Stores {
  readonly tokens: TokenStore
  readonly state: SyncStateStore
}

export const storesOf = (database: Database, join: HostJoin): Stores => {
  const budgets = new SqlBudgetStore(database)
  return {
    tokens: new SqlTokenStore(database),
    state: {
      connections: new SqlConnectionStore(database),
      marks: new SqlMarkStore(database, join),
      claims: new SqlClaimStore(database),
      links: new SqlLinkStore(database),
      findings: new SqlFindingStore(database),
      pendingAuthorizations: new SqlAuthorizationStore(database),
      leases: new SqlLeaseStore(database),
      budgets,
      pullHints: new SqlPullHintStore(database),
      identityKey: new SqlIdentityKeyStore(database),
      erase: erasure => erase(database, erasure),
      prune: async () => (await pruneRefs(database)) + (await budgets.prune()),
    },
  }
}
