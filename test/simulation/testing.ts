/** The parts of `src/testing` that the simulation builds on, without the contract suites. */
export { AppointmentBook } from '../../src/testing/appointment-book.ts'
export {
  createFakeGoogle,
  createSigningKey,
  type FakeGoogle,
  type FakeRequest,
  type JsonObject,
  SeededRandom,
  type SigningKey,
  Zones,
} from '../../src/testing/fake-google/index.ts'
export { seededRandom } from '../../src/testing/virtual-time.ts'
