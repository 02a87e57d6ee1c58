import type { Appointment } from '../../src/contracts/appointment.ts'
import type { Connection } from '../../src/contracts/connection.ts'
import type { AccountRef, AppointmentRef } from '../../src/contracts/identity.ts'
import type { FakeGoogleControl } from '../../src/testing/fake-google/control/control.ts'
import type { Ledger } from './ledger.ts'
import type { Tape } from './tape.ts'
import type { JsonObject } from './testing.ts'
import type { Setup } from './workloads.ts'

/** What people do in Google's own pages, and what is read back from them. */
export type PeopleInGoogle = Pick<
  FakeGoogleControl,
  | 'calendars'
  | 'readCalendar'
  | 'createEvent'
  | 'editEvent'
  | 'deleteEvent'
  | 'restoreEvent'
  | 'emptyBin'
  | 'driftEtag'
  | 'deleteCalendar'
  | 'expireAccessTokens'
  | 'revokeGrant'
  | 'freezeWrites'
>

/** A history as its people and its judges see it, whatever it is made of: the same ones act and judge in each tier. */
export interface Stage {
  readonly setup: Setup
  readonly acts: Tape
  readonly ledger: Ledger
  readonly now: number
  /** A request landed later than Google ever would by our assumption (G21). */
  readonly beyondBound: boolean
  readonly google: { readonly control: PeopleInGoogle }
  readonly host: {
    readonly book: { get(ref: AppointmentRef): Appointment | undefined }
    /** A failed restore: for a while nothing was there. */
    readonly wasBlind: boolean
  }
  readonly database: {
    readonly connections: { get(account: AccountRef): { readonly connection: Connection } | undefined }
  }
  readonly coverage: { path(name: string): void }
  readonly oracles: {
    readonly books: { calendarsOf(email: string): ReadonlySet<string> }
    fail(code: string, message: string): void
    /** Something is said where no client's data and no secret may be. */
    heard(sink: string, text: string): void
  }
  note(line: string): void
  liveEvents(calendarId: string): JsonObject[]
  /** Whose access token it is, as far as Google knows. */
  emailOf(accessToken: string): string | undefined
}
