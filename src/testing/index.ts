/** For tests of hosts and of adapters: nothing here belongs into production. */
export { AppointmentBook } from './appointment-book.ts'
export * from './contracts/index.ts'
export * from './fake-google/index.ts'
export { TestKit, type TestKitOptions } from './kit.ts'
export {
  type RunUntilOptions,
  type TestRuntime,
  type TestRuntimeOptions,
  testRuntime,
  type VirtualClock,
  virtualClock,
} from './virtual-time.ts'
