import type { MaybePromise } from '../../contracts/appointment-source.ts'
import { register, type SuiteOptions, type TestRunner, withFixture } from './runner.ts'
import { changesCases } from './source/changes.ts'
import type { AppointmentSourceFixture } from './source/harness.ts'
import { readingCases } from './source/reading.ts'

export interface AppointmentSourceContractOptions extends SuiteOptions {
  create(): MaybePromise<AppointmentSourceFixture>
}

/** Checks a host's AppointmentSource against its contract. The number in a case's name is the guarantee's. */
export function appointmentSourceContract(
  runner: TestRunner,
  options: AppointmentSourceContractOptions,
): void {
  register(
    runner,
    {
      name: 'AppointmentSource contract',
      groups: { reading: readingCases, changes: changesCases },
      run: test => withFixture(options.create, fixture => test(toHarness(fixture, runner))),
    },
    options,
  )
}

function toHarness(fixture: AppointmentSourceFixture, { expect }: TestRunner) {
  return {
    source: fixture.source,
    account: fixture.account,
    endsAfter: fixture.endsAfter,
    known: fixture.known,
    unknown: fixture.unknown,
    touch: fixture.touch.bind(fixture),
    remove: fixture.remove.bind(fixture),
    ...(fixture.breakDown ? { breakDown: fixture.breakDown.bind(fixture) } : {}),
    ...(fixture.aChange ? { aChange: fixture.aChange.bind(fixture) } : {}),
    expect,
  }
}
