import { describe, expect, it } from 'vitest'
import { inProcessQueue } from '../../src/adapters/in-process-queue/index.ts'
import {
  appointmentSourceContract,
  jobQueueContract,
  stateStoreContract,
  type TestRunner,
  tokenStoreContract,
} from '../../src/testing/contracts/index.ts'
import { testRuntime } from '../../src/testing/virtual-time.ts'
import { memoryFixture } from './memory-fixture.ts'
import { claimMutants } from './mutants/claims.ts'
import { connectionMutants } from './mutants/connections.ts'
import { erasureMutants } from './mutants/erasures.ts'
import { foldedIdMutants } from './mutants/folded-ids.ts'
import { linkMutants } from './mutants/links.ts'
import { markMutants } from './mutants/marks.ts'
import { queueMutants } from './mutants/queues.ts'
import { smallStoreMutants } from './mutants/small-stores.ts'
import { sourceMutants } from './mutants/sources.ts'
import { tokenMutants } from './mutants/tokens.ts'
import { versionMutants } from './mutants/versions.ts'
import { sourceFixture } from './source-fixture.ts'

type Recorded = Map<string, () => Promise<void>>

/** A runner that runs nothing, and keeps the cases by name. */
function record(suite: (runner: TestRunner) => void): Recorded {
  const cases: Recorded = new Map()
  suite({ describe: (_, body) => body(), it: (name, body) => cases.set(name, body), expect })
  return cases
}

interface Broken {
  readonly name: string
  readonly caughtBy: readonly string[]
}

function catches<M extends Broken>(
  what: string,
  mutants: readonly M[],
  suite: (runner: TestRunner, mutant: M) => void,
) {
  describe(`the ${what} suite`, () => {
    for (const mutant of mutants) {
      it(`catches ${mutant.name}`, async () => {
        const cases = record(runner => suite(runner, mutant))
        const missed: string[] = []
        for (const name of mutant.caughtBy) {
          const test = cases.get(name)
          if (!test) throw new Error(`The suite has no case "${name}".`)
          const failed = await test().then(
            () => false,
            () => true,
          )
          if (!failed) missed.push(name)
        }
        expect(missed).toEqual([])
      })
    }
  })
}

const runtime = testRuntime()
const { clock } = runtime
const advance = (ms: number) => clock.advance(ms)

catches('token store', tokenMutants, (runner, mutant) => {
  tokenStoreContract(runner, { create: () => ({ store: mutant.make(memoryFixture(clock).stores.tokens) }) })
})

const stateMutants = [
  ...connectionMutants,
  ...markMutants,
  ...claimMutants,
  ...erasureMutants,
  ...linkMutants,
  ...versionMutants,
  ...smallStoreMutants,
  ...foldedIdMutants,
]

catches('state store', stateMutants, (runner, mutant) => {
  const create = () => {
    const fixture = memoryFixture(clock)
    return { ...fixture, store: mutant.make(fixture.store) }
  }
  stateStoreContract(runner, { create, advance })
})

catches('job queue', queueMutants, (runner, mutant) => {
  const create = () => ({ queue: mutant.make(inProcessQueue({ runtime })) })
  jobQueueContract(runner, { create, advance, now: () => clock.now(), patienceMs: 5_000 })
})

catches('appointment source', sourceMutants, (runner, mutant) => {
  appointmentSourceContract(runner, { create: () => sourceFixture(mutant.make) })
})

describe('skipping', () => {
  const create = () => memoryFixture(clock)

  it('refuses the name of no case', () => {
    const skip = { 'leases: [9] no such case': 'a typing error' }
    expect(() => record(runner => stateStoreContract(runner, { create, advance, skip }))).toThrow(
      'no such case',
    )
  })

  it('leaves out the case that is named, and no other', () => {
    const name = 'leases: [1] a released lease is free at once'
    const all = record(runner => stateStoreContract(runner, { create, advance }))
    const rest = record(runner => stateStoreContract(runner, { create, advance, skip: { [name]: 'why' } }))
    expect([...all.keys()].filter(key => !rest.has(key))).toEqual([name])
  })

  it('leaves no group of the state suite without a mutant that it catches', () => {
    const all = record(runner => stateStoreContract(runner, { create, advance }))
    const groups = new Set([...all.keys()].map(name => name.split(':')[0]))
    const guarded = new Set(stateMutants.flatMap(mutant => mutant.caughtBy.map(name => name.split(':')[0])))
    expect([...groups].filter(group => !guarded.has(group))).toEqual([])
  })
})
