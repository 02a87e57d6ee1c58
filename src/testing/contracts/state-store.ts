import type { MaybePromise } from '../../contracts/appointment-source.ts'
import { systemRuntime } from '../../contracts/runtime-default.ts'
import { must } from './helpers.ts'
import { register, type SuiteOptions, type TestRunner, withFixture } from './runner.ts'
import { awkwardIdCases } from './state/awkward-ids.ts'
import { budgetCases } from './state/budgets.ts'
import { claimCases } from './state/claims.ts'
import { connectionCases } from './state/connections.ts'
import { dueMarkCases } from './state/due-marks.ts'
import { erasureCases } from './state/erasures.ts'
import { findingCases } from './state/findings.ts'
import type { StateStoreFixture } from './state/harness.ts'
import { identityKeyCases } from './state/identity-key.ts'
import { leaseCases } from './state/leases.ts'
import { linkListingCases } from './state/link-listings.ts'
import { linkRefusalCases } from './state/link-refusals.ts'
import { linkVersionCases } from './state/link-versions.ts'
import { linkCases } from './state/links.ts'
import { markCases } from './state/marks.ts'
import { pendingAuthorizationCases } from './state/pending-authorizations.ts'
import { pullHintCases } from './state/pull-hints.ts'
import { rewriteCases } from './state/rewrites.ts'
import { takeOverCases } from './state/take-over.ts'
import { twoProcessCases } from './state/two-processes.ts'

export interface StateStoreContractOptions extends SuiteOptions {
  /** An empty store, for each case anew. */
  create(): MaybePromise<StateStoreFixture>
  /** Moves the store's clock, for stores on a virtual one. Absent: the suite waits in real time. */
  advance?(ms: number): MaybePromise<void>
}

/** Checks a SyncStateStore against its contracts, one group a concern. A number is that contract's guarantee. */
export function stateStoreContract(runner: TestRunner, options: StateStoreContractOptions): void {
  const groups = {
    connections: connectionCases,
    marks: markCases,
    'due marks': dueMarkCases,
    claims: claimCases,
    'take-over': takeOverCases,
    links: linkCases,
    'link refusals': linkRefusalCases,
    'link versions': linkVersionCases,
    'link listings': linkListingCases,
    'link rewrites': rewriteCases,
    findings: findingCases,
    'pending authorizations': pendingAuthorizationCases,
    leases: leaseCases,
    budgets: budgetCases,
    'pull hints': pullHintCases,
    'identity key': identityKeyCases,
    'awkward ids': awkwardIdCases,
    erasures: erasureCases,
    'two processes': twoProcessCases,
  }
  const advance = async (ms: number) => {
    // A real timer may end a moment early by the clock of a database.
    await (options.advance?.(ms) ?? systemRuntime.clock.sleep(ms + 5))
  }
  register(
    runner,
    {
      name: 'SyncStateStore contract',
      groups,
      run: test =>
        withFixture(options.create, async fixture => {
          const missing = (hand: string) => `the fixture's ${hand}: give it, or skip the case and say why`
          await test({
            store: fixture.store,
            other: (await fixture.open?.()) ?? fixture.store,
            expect: runner.expect,
            advance,
            beginTransaction: async () =>
              must(await fixture.beginTransaction?.(), missing('beginTransaction')),
          })
        }),
    },
    options,
  )
}
