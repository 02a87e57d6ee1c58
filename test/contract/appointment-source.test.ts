import { describe, expect, it } from 'vitest'
import { appointmentSourceContract } from '../../src/testing/contracts/appointment-source.ts'
import { sourceFixture } from './source-fixture.ts'

appointmentSourceContract({ describe, it, expect }, { create: () => sourceFixture() })

describe('a source with nothing optional', () => {
  appointmentSourceContract(
    { describe, it, expect },
    {
      create: () =>
        sourceFixture(host => ({ get: ref => host.get(ref), changes: query => host.changes(query) })),
    },
  )
})
