import type { GoogleAttendee, GoogleEventTime, GoogleReminders } from '../contracts/google-event.ts'

/** The fields of a Google event that the library may write. Everything else is the user's. */
export const OWNED_FIELDS = [
  'summary',
  'description',
  'location',
  'start',
  'end',
  'recurrence',
  'status',
  'attendees',
  'colorId',
  'reminders',
] as const
export type OwnedField = (typeof OWNED_FIELDS)[number]

/** Written together, and only when one of them changed (ENGINE F8). */
export const TIME_FIELDS = ['start', 'end', 'recurrence'] as const

/** What the hook gets and returns. `description` is HTML, as Google understands it. */
export interface EventDraft {
  readonly summary?: string | undefined
  readonly description?: string | undefined
  readonly location?: string | undefined
  readonly start?: GoogleEventTime | undefined
  readonly end?: GoogleEventTime | undefined
  readonly recurrence?: readonly string[] | undefined
  readonly status?: 'confirmed' | 'tentative' | undefined
  readonly attendees?: readonly GoogleAttendee[] | undefined
  /** `1` to `11`. */
  readonly colorId?: string | undefined
  readonly reminders?: GoogleReminders | undefined
}
