export type { Cases, Expect, Expectation, SuiteOptions, TestFunction, TestRunner } from './runner.ts'
export type { HostTransaction, StateStoreFixture } from './state/harness.ts'
export { type StateStoreContractOptions, stateStoreContract } from './state-store.ts'
export { type TokenStoreContractOptions, type TokenStoreFixture, tokenStoreContract } from './token-store.ts'
