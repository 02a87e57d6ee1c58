import type { MaybePromise } from '../../contracts/appointment-source.ts'

/** The part of a test runner that the suites need: vitest, jest, bun and mocha with any `expect` have it. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown
  readonly it: TestFunction
  readonly expect: Expect
}

export interface TestFunction {
  (name: string, body: () => Promise<void>): unknown
  /** Used for skipped cases when the runner has it. */
  skip?(name: string, body: () => Promise<void>): unknown
}

export type Expect = (actual: unknown) => Expectation

export interface Expectation {
  readonly not: Pick<Expectation, 'toBe' | 'toEqual'>
  toBe(expected: unknown): unknown
  toEqual(expected: unknown): unknown
  toBeGreaterThan(expected: number): unknown
  toBeLessThanOrEqual(expected: number): unknown
}

export interface SuiteOptions {
  /** `{ 'group: case name': 'why' }`. A name that is no case's is an error. */
  readonly skip?: Readonly<Record<string, string>> | undefined
}

/** Tests by name. A name opens with the number of the guarantee it checks. */
export type Cases<Harness> = Readonly<Record<string, (harness: Harness) => Promise<void>>>

export interface Suite<Harness> {
  readonly name: string
  readonly groups: Readonly<Record<string, Cases<Harness>>>
  /** Runs one case with a harness of its own. */
  readonly run: (test: (harness: Harness) => Promise<void>) => Promise<void>
}

export function register<Harness>(runner: TestRunner, suite: Suite<Harness>, options: SuiteOptions): void {
  const skip = new Map(Object.entries(options.skip ?? {}))
  const names = Object.entries(suite.groups).flatMap(([group, cases]) =>
    Object.keys(cases).map(name => `${group}: ${name}`),
  )
  const unknown = [...skip.keys()].filter(name => !names.includes(name))
  if (unknown.length > 0) throw new Error(`${suite.name} has no such case to skip: ${unknown.join('; ')}`)
  if (skip.size >= names.length) throw new Error(`${suite.name} has every case skipped.`)
  runner.describe(suite.name, () => {
    for (const [group, cases] of Object.entries(suite.groups)) {
      for (const [name, test] of Object.entries(cases)) {
        const full = `${group}: ${name}`
        const why = skip.get(full)
        const body = () => suite.run(test)
        if (why === undefined) runner.it(full, body)
        else runner.it.skip?.(`${full} (skipped: ${why})`, body)
      }
    }
  })
}

/** Creates, runs, and closes whatever happened; a failed close never hides why the case failed. */
export async function withFixture<Fixture extends { close?(): MaybePromise<void> }>(
  create: () => MaybePromise<Fixture>,
  run: (fixture: Fixture) => Promise<void>,
): Promise<void> {
  const fixture = await create()
  try {
    await run(fixture)
  } catch (error) {
    await Promise.resolve(fixture.close?.()).catch(() => {})
    throw error
  }
  await fixture.close?.()
}
