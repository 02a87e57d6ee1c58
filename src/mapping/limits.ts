/** Limits of what is sent. Google documents few of its own; these are on the safe side of what others observed. */
export const MAX_SUMMARY = 1024
export const MAX_LOCATION = 1024
/** Counted after escaping. */
export const MAX_DESCRIPTION = 8192
export const MAX_ATTENDEES = 200
export const MAX_EMAIL = 254
export const MAX_REMINDERS = 5
export const MAX_REMINDER_MINUTES = 40_320

/** Limits of what is read from the host. */
export const MAX_TEXT_INPUT = 1_048_576
export const MAX_USERS = 1_000
export const MAX_VERSION = 255
export const MAX_DURATION_DAYS = 366
export const MIN_YEAR = 1900
export const MAX_YEAR = 2200
export const MAX_RECURRENCE_LINES = 500
export const MAX_RECURRENCE_LINE = 4_096
export const MAX_RECURRENCE_CHARS = 16_384
export const MAX_OCCURRENCES = 3_660
export const MAX_INTERVAL = 999

/** A longer grapheme is an attack on the reader, and is cut like any other text. */
export const MAX_GRAPHEME = 64
export const MAX_CACHED_ZONES = 64
