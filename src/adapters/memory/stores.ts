import type { SyncStateStore } from '../../contracts/state-store.ts'
import type { TokenStore } from '../../contracts/token-store.ts'
import { MemoryBudgetStore } from './budgets.ts'
import { MemoryClaimStore } from './claims.ts'
import { MemoryConnectionStore } from './connections.ts'
import type { MemoryDatabase } from './database.ts'
import { erase } from './erase.ts'
import { MemoryFindingStore } from './findings.ts'
import { MemoryIdentityKeyStore } from './identity-key.ts'
import { MemoryLeaseStore } from './leases.ts'
import { MemoryLinkStore } from './links.ts'
import { MemoryMarkStore } from './marks.ts'
import { MemoryPendingAuthorizationStore } from './pending-authorizations.ts'
import { MemoryPullHintStore } from './pull-hints.ts'
import { MemoryTokenStore } from './tokens.ts'
import { type MemoryTransaction, Transactions } from './transactions.ts'

export interface MemoryStores {
  readonly tokens: TokenStore
  readonly state: SyncStateStore
  /** For `marks.insert(..., { transaction })` and `appointmentChanged(ref, { transaction })`. */
  beginTransaction(): MemoryTransaction
}

export function storesOver(database: MemoryDatabase): MemoryStores {
  const { clock } = database
  const transactions = new Transactions(database)
  const budgets = new MemoryBudgetStore(clock)
  const findings = new MemoryFindingStore(clock)
  const pendingAuthorizations = new MemoryPendingAuthorizationStore(clock)
  const pullHints = new MemoryPullHintStore()
  return {
    tokens: new MemoryTokenStore(),
    state: {
      connections: new MemoryConnectionStore(database),
      marks: new MemoryMarkStore(database, transactions),
      claims: new MemoryClaimStore(database),
      links: new MemoryLinkStore(database),
      findings,
      pendingAuthorizations,
      leases: new MemoryLeaseStore(clock),
      budgets,
      pullHints,
      identityKey: new MemoryIdentityKeyStore(),
      async erase(erasure) {
        erase(database, [findings, pendingAuthorizations, pullHints], erasure)
      },
      // Turns of refs long gone are swept a few at each claim.
      prune: async () => budgets.prune(),
    },
    beginTransaction: () => transactions.begin(),
  }
}
