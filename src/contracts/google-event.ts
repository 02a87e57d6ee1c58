/** The part of Google's Event resource that the library reads or writes. Unknown keys are kept as they come. */
export interface GoogleEvent {
  readonly id?: string
  readonly etag?: string
  readonly status?: string
  readonly eventType?: string
  readonly created?: string
  readonly updated?: string
  readonly summary?: string
  readonly description?: string
  readonly location?: string
  readonly colorId?: string
  readonly start?: GoogleEventTime
  readonly end?: GoogleEventTime
  readonly recurrence?: readonly string[]
  readonly recurringEventId?: string
  readonly transparency?: string
  readonly visibility?: string
  readonly attendees?: readonly GoogleAttendee[]
  readonly reminders?: GoogleReminders
  readonly extendedProperties?: GoogleExtendedProperties
}

/** Either `date` (all-day, end exclusive) or `dateTime`; `null` clears a variant in a PATCH. */
export interface GoogleEventTime {
  readonly date?: string | null
  readonly dateTime?: string | null
  readonly timeZone?: string | null
}

export interface GoogleAttendee {
  readonly email: string
  readonly displayName?: string
  readonly responseStatus?: string
}

export interface GoogleReminders {
  readonly useDefault?: boolean
  readonly overrides?: readonly { readonly method: string; readonly minutes: number }[]
}

export interface GoogleExtendedProperties {
  readonly private?: Readonly<Record<string, string | null>>
  readonly shared?: Readonly<Record<string, string | null>>
}

/** A body sent to Google: any owned field, `null` to clear it (PATCH only). */
export type GoogleEventBody = Readonly<Record<string, unknown>>

export interface GoogleEventPage {
  readonly items: readonly GoogleEvent[]
  readonly nextPageToken?: string | undefined
  readonly nextSyncToken?: string | undefined
  /** The calendar's own zone. */
  readonly timeZone?: string | undefined
}
