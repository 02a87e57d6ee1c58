export type {
  Appointment,
  AppointmentClient,
  AppointmentStatus as AppointmentState,
} from './contracts/appointment.ts'
export type {
  ApplyResult,
  AppointmentChange,
  AppointmentSource,
  ChangesPage,
  ChangesQuery,
  MaybePromise,
} from './contracts/appointment-source.ts'
export type { BudgetAnswer, BudgetRequest, BudgetStore, Spent } from './contracts/budget-store.ts'
export type { Claim, ClaimKey, ClaimOutcome, ClaimStore, RenewOptions } from './contracts/claim-store.ts'
export type {
  ChangesPosition,
  Connection,
  ConnectionStatus,
  MassChange,
  Pass,
  Target,
} from './contracts/connection.ts'
export type {
  ConnectionFields,
  ConnectionPage,
  ConnectionStore,
  ConnectionUpdate,
} from './contracts/connection-store.ts'
export type { Departure, Revocation } from './contracts/departure.ts'
export type { Finding, FindingPage, FindingStore } from './contracts/finding-store.ts'
export type { AccountRef, AppointmentRef } from './contracts/identity.ts'
export type { IdentityKeyStore } from './contracts/identity-key-store.ts'
export type { Job, JobData, JobHandler, JobQueue, JobResult, Lane } from './contracts/job-queue.ts'
export type { LeaseStore } from './contracts/lease-store.ts'
export type {
  FieldFingerprints,
  Fingerprints,
  Intent,
  IntentKind,
  Link,
  LinkNote,
  LinkProblem,
  LinkStatus,
} from './contracts/link.ts'
export type {
  LinkCondition,
  LinkFields,
  LinkPage,
  LinkRefused,
  LinkRewrite,
  LinkStore,
  LinkSummary,
  LinkWrite,
  LinkWriteResult,
  NewIntent,
  PageOptions,
  StaleCondition,
} from './contracts/link-store.ts'
export type { DueRef, Mark, MarkOrigin, MarkStore, NewMark, RetryCause } from './contracts/mark-store.ts'
export type {
  PendingAuthorization,
  PendingAuthorizationStore,
} from './contracts/pending-authorization-store.ts'
export type { PullHintStore } from './contracts/pull-hint-store.ts'
export type { AuditAction, AuditEntry, IssueCode, SyncIssue } from './contracts/reports.ts'
export type { Clock, Fetch, LogFields, Logger, Random, Runtime } from './contracts/runtime.ts'
export type {
  Acknowledgement,
  ConnectionSettings,
  SensitiveSetting,
} from './contracts/settings.ts'
export { SENSITIVE_SETTINGS } from './contracts/settings.ts'
export type { Erasure, SyncStateStore } from './contracts/state-store.ts'
export type { StoredToken, TokenStore } from './contracts/token-store.ts'
export {
  AppointmentError,
  CalendarSyncError,
  ConfigError,
  type ErrorCode,
  GoogleApiError,
  ReauthRequiredError,
  StoreError,
} from './errors.ts'
export type { RequestReport } from './google/calendar-api.ts'
export type { GoogleEndpoints } from './google/endpoints.ts'
export {
  type AuthorizationOptions,
  GoogleCalendarSync,
  type UpdateSettingsOptions,
} from './google-calendar-sync.ts'
export type { Authenticate, HttpOptions, IsMember, RequestContext, SyncHandler } from './http/index.ts'
export {
  type EventDraft,
  escapeText,
  type MapEvent,
  unescapeText,
  type VisibleAppointment,
} from './mapping/index.ts'
export type {
  AuthorizationResult,
  CalendarChoice,
  FinishAuthorization,
  KeyringSecrets,
  ResealOptions,
  ResealReport,
  StartedAuthorization,
} from './oauth/index.ts'
export type { GoogleCalendarSyncOptions } from './options.ts'
export type { CalendarOption } from './sync/calendar-options.ts'
export type { ConnectionSummary } from './sync/connection-status.ts'
export type { DisconnectResult } from './sync/disconnect/disconnect.ts'
export type { MarkOptions, MarkResult } from './sync/engine.ts'
export type { MassChangeDecision } from './sync/mass-change.ts'
export type { AppointmentStatus } from './sync/status.ts'
