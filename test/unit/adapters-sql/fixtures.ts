import type { Stores } from '../../../src/adapters/sql/index.ts'
import type { Runtime } from '../../../src/contracts/runtime.ts'
import { systemRuntime } from '../../../src/contracts/runtime-default.ts'
import type { SyncStateStore } from '../../../src/contracts/state-store.ts'
import type { TokenStore } from '../../../src/contracts/token-store.ts'
import type { HostTransaction } from '../../../src/testing/contracts/index.ts'

/** The real sleep, but a clock that the cases move. */
export function movedClock() {
  let offset = 0
  const clock = { now: () => Date.now() + offset, sleep: systemRuntime.clock.sleep }
  const runtime: Pick<Runtime, 'clock' | 'random'> = { clock, random: systemRuntime.random }
  return {
    runtime,
    advance: (ms: number) => {
      offset += ms
    },
  }
}

/** Empty stores, a second handle to the same data, and how to end. */
export interface OpenStores {
  readonly stores: Stores
  open?(): Stores
  beginTransaction?(): Promise<HostTransaction>
  close(): Promise<void>
}

export const stateFixture = (opened: OpenStores) => ({
  ...fixtureOf(opened, stores => stores.state),
  ...(opened.beginTransaction && { beginTransaction: opened.beginTransaction }),
})

export const tokenFixture = (opened: OpenStores) => fixtureOf(opened, stores => stores.tokens)

function fixtureOf<Store extends SyncStateStore | TokenStore>(
  opened: OpenStores,
  of: (stores: Stores) => Store,
) {
  const { open } = opened
  return { store: of(opened.stores), ...(open && { open: () => of(open()) }), close: opened.close }
}
