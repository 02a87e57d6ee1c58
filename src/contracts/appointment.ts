/**
 * Appointment: what the host says is true now.
 *
 * 1. Timed: `start` is an instant (a `Date`, or ISO 8601 with an offset) or a wall time without offset, read in
 *    `timeZone`. Exactly one of `end` and `durationMinutes` is given.
 * 2. All-day (`allDay: true`): `start` and `end` are dates `YYYY-MM-DD`, `end` exclusive; without `end`, one day.
 * 3. `timeZone` is an IANA name. It is needed for wall times and for recurrence, and is always sent to Google.
 * 4. `version` is opaque and changes whenever any field changes. Absent: the library fingerprints the whole
 *    appointment. Required for two-way sync.
 * 5. `userIds` names every user of the workspace in whose calendar the appointment belongs. An empty list means
 *    nobody's.
 * 6. `recurrence` holds RFC 5545 lines (`RRULE:`, `RDATE`, `EXDATE`), without DTSTART.
 * 7. Appointments are checked one by one; a bad one is an error of that appointment alone. The library never
 *    stores their contents.
 */
export interface Appointment {
  readonly version?: string | undefined
  readonly userIds: readonly string[]
  readonly start: string | Date
  readonly end?: string | Date | undefined
  readonly durationMinutes?: number | undefined
  readonly timeZone: string
  readonly allDay?: boolean | undefined
  readonly status: AppointmentStatus
  /** The host's own neutral title; it passes the privacy gate as non-client text. */
  readonly title?: string | undefined
  readonly location?: string | undefined
  /** Sent as the description only when the account's `includeNotes` is on. */
  readonly notes?: string | undefined
  readonly client?: AppointmentClient | undefined
  readonly recurrence?: readonly string[] | undefined
}

export type AppointmentStatus = 'confirmed' | 'tentative' | 'cancelled'

export interface AppointmentClient {
  readonly name?: string | undefined
  readonly email?: string | undefined
  /** The client agreed to get invitations from Google. Asked for in addition to the account's setting. */
  readonly mayBeInvited?: boolean | undefined
}
