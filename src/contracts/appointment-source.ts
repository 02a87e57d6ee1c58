import type { Appointment } from './appointment.ts'
import type { AccountRef, AppointmentRef } from './identity.ts'

/**
 * AppointmentSource: the host's appointments, read by reference.
 *
 * 1. `get` is the truth now: `undefined` means the appointment does not exist, and its events are removed. It is
 *    called in parallel, and again on every run. It answers for an id in the host's own spelling alone: another
 *    one of the same id (`07` for `7`, a UUID in capitals) does not exist, or it would get events of its own.
 * 2. `changes` lists the refs that may have changed after the cursor `after`, oldest change first; without
 *    `after`, every current ref of the account that ends after `endsAfter`. The cursor is opaque to the library.
 *    A listing is over at the first page without refs.
 * 3. `changes` may repeat refs, may miss a row that commits late and need not list deletions: the library reads
 *    an overlap again and confirms each missing ref by `get`.
 * 4. `getMany` is `get` for many refs, answered in the order asked. Optional, for speed.
 * 5. `apply` takes a change a person made in Google. It compares `version`, is idempotent on `change.id`, and a
 *    business "no" is the value `rejected`. Absent: one-way sync, the app owns its fields.
 * 6. A throw means trouble: the library tries again later and treats nothing as deleted.
 */
export interface AppointmentSource {
  get(ref: AppointmentRef): MaybePromise<Appointment | undefined>
  changes(query: ChangesQuery): MaybePromise<ChangesPage>
  getMany?(refs: readonly AppointmentRef[]): MaybePromise<readonly (Appointment | undefined)[]>
  apply?(change: AppointmentChange): Promise<ApplyResult>
}

export type MaybePromise<T> = T | Promise<T>

export interface ChangesQuery {
  readonly account: AccountRef
  readonly after?: string | undefined
  /** Appointments that ended before this need not be listed. */
  readonly endsAfter: Date
  readonly limit: number
}

export interface ChangesPage {
  readonly refs: readonly AppointmentRef[]
  /** Where the next page starts. Required when `refs` is not empty. */
  readonly cursor?: string | undefined
}

export interface AppointmentChange {
  /** Event id and etag: the same change always has the same id. */
  readonly id: string
  readonly ref: AppointmentRef
  readonly account: AccountRef
  /** The appointment's version that the change was made on. */
  readonly version: string
  /** Only the fields that a person changed in Google; `deleted` when the event was removed there. */
  readonly fields: Partial<Pick<Appointment, 'start' | 'end' | 'allDay' | 'title' | 'location' | 'notes'>>
  readonly deleted?: boolean | undefined
}

export type ApplyResult = 'applied' | 'unchanged' | { readonly rejected: string }
