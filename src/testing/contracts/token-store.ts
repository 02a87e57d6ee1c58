import type { MaybePromise } from '../../contracts/appointment-source.ts'
import { register, type SuiteOptions, type TestRunner, withFixture } from './runner.ts'
import type { TokenStoreFixture } from './tokens/harness.ts'
import { tokenRaceCases } from './tokens/races.ts'
import { tokenCases } from './tokens/rows.ts'

export interface TokenStoreContractOptions extends SuiteOptions {
  /** An empty store, for each case anew. */
  create(): MaybePromise<TokenStoreFixture>
}

/** Checks a TokenStore against its contract. The number in a case's name is the guarantee's. */
export function tokenStoreContract(runner: TestRunner, options: TokenStoreContractOptions): void {
  register(
    runner,
    {
      name: 'TokenStore contract',
      groups: { tokens: tokenCases, 'token races': tokenRaceCases },
      run: test =>
        withFixture(options.create, async fixture =>
          test({
            store: fixture.store,
            other: (await fixture.open?.()) ?? fixture.store,
            expect: runner.expect,
          }),
        ),
    },
    options,
  )
}
