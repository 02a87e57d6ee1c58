import type { Connection } from '../contracts/connection.ts'
import type { AccountRef, AppointmentRef } from '../contracts/identity.ts'
import type { Acknowledgement, ConnectionSettings } from '../contracts/settings.ts'
import type {
  AuthorizationResult,
  CalendarChoice,
  FinishAuthorization,
  StartedAuthorization,
} from '../oauth/index.ts'
import type { ConnectionSummary } from '../sync/connection-status.ts'
import type { AppointmentStatus } from '../sync/status.ts'

/** What the routes call: public methods of `GoogleCalendarSync`, and nothing else of it. */
export interface SyncOperations {
  status(account: AccountRef): Promise<ConnectionSummary>
  authorizationUrl(
    account: AccountRef,
    options?: {
      readonly calendar?: CalendarChoice | undefined
      readonly loginHint?: string | undefined
      readonly returnTo?: string | undefined
    },
  ): Promise<StartedAuthorization>
  completeAuthorization(callback: FinishAuthorization): Promise<AuthorizationResult>
  updateSettings(
    account: AccountRef,
    settings: Partial<ConnectionSettings>,
    options?: {
      readonly acknowledgements?: readonly Pick<Acknowledgement, 'setting' | 'textId'>[] | undefined
    },
  ): Promise<Connection>
  disconnect(account: AccountRef, options: { readonly events: 'keep' | 'remove' }): Promise<Disconnected>
  calendars(account: AccountRef): Promise<readonly OfferedCalendar[]>
  syncNow(account: AccountRef): Promise<void>
  /** `undefined` when the account neither owns the appointment nor has a link to it. */
  accountAppointmentStatus(account: AccountRef, ref: AppointmentRef): Promise<AppointmentStatus | undefined>
  retry(ref: AppointmentRef, account?: AccountRef): Promise<void>
}

export interface Disconnected {
  readonly status: 'disconnected' | 'disconnecting'
  readonly revocation?: 'revoked' | 'shared-grant' | 'no-grant' | 'never' | 'unanswered' | undefined
}

export interface OfferedCalendar {
  readonly kind: CalendarChoice
  readonly name?: string | undefined
  readonly chosen: boolean
}
