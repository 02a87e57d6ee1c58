/** A fake Google: OAuth 2.0 and Calendar v3, in memory or as a server on this machine. */
export type { Mail, SendUpdates } from './calendar/mail.ts'
export { Zones } from './calendar/zones.ts'
export type {
  ChannelView,
  ConditionsControl,
  FullReport,
  QuotaSetting,
  SentPush,
} from './control/conditions.ts'
export type { FakeGoogleControl } from './control/control.ts'
export { ControlError } from './control/control-error.ts'
export type {
  Approval,
  ClientChanges,
  ClientView,
  PeopleControl,
  ReadyAccount,
  ReadyAccountInput,
  SecurityEventDetails,
  Tokens,
  UserView,
} from './control/people.ts'
export type { StateControl } from './control/state-control.ts'
export type { CalendarInput, CalendarView, UserInterfaceControl } from './control/user-interface.ts'
export { createFakeGoogle, type FakeGoogle, type FakeGoogleOptions } from './fake-google.ts'
export {
  FAULT_NAMES,
  type FaultMatch,
  type FaultName,
  type RandomFaults,
  type ScriptedFault,
} from './faults/fault.ts'
export type { QuotaLimits } from './limits/quota.ts'
export type { JournalEntry, ReportRow } from './limits/report.ts'
export type { SecurityEvent } from './oauth/security-events.ts'
export { createSigningKey, type SigningKey } from './oauth/signing-key.ts'
export type { DeliveryRecord, OutgoingMessage, PushState } from './push/channel.ts'
export {
  type FakeGoogleServer,
  type FakeGoogleServerOptions,
  startFakeGoogleServer,
} from './shells/server.ts'
export type { Exchange, FakeRequest, FakeResponse, Pace } from './wire/exchange.ts'
export type { Json, JsonObject } from './wire/json.ts'
export type { ClientInput } from './world/clients.ts'
export { SeededRandom } from './world/seeded-random.ts'
export { Snapshot } from './world/snapshot.ts'
export { DEFAULT_SWITCHES, type Switches } from './world/switches.ts'
export type { FakeClock } from './world/time-source.ts'
export type { UserInput, UserState } from './world/users.ts'
