import { describe, expect, it } from 'vitest'
import { stateStoreContract } from '../../src/testing/contracts/state-store.ts'
import { tokenStoreContract } from '../../src/testing/contracts/token-store.ts'
import { virtualClock } from '../../src/testing/virtual-time.ts'
import { memoryFixture } from './memory-fixture.ts'

const runner = { describe, it, expect }
const clock = virtualClock()

tokenStoreContract(runner, { create: () => ({ store: memoryFixture().stores.tokens }) })

stateStoreContract(runner, { create: () => memoryFixture(clock), advance: ms => clock.advance(ms) })

describe('on the real clock', () => {
  stateStoreContract(runner, { create: () => memoryFixture() })
})
