/** Every limit of the engine (ENGINE C6), with its unit in the name. */

/** A write without an answer may still land for this long (ENGINE B1). Requests abort at 30 s. */
export const LATE_WRITE_MS = 5 * 60_000
/** From so many unanswered writes of an event on, it is read before the next (ENGINE C6). */
export const MAX_OPEN_INTENTS = 16
/** A claim hides its ref for this long and is renewed at a third of it (ENGINE A4). */
export const CLAIM_HOLD_MS = 15_000
export const CLAIM_RENEW_MS = 5_000
/** Turns of one link in one round, and answers 412 among them before it waits (ENGINE B7). */
export const MAX_TURNS = 12
export const MAX_PRECONDITION_TURNS = 3
/** Rounds of one run: new marks, refused writes and retries together. */
export const MAX_ROUNDS = 24

/** Retries inside a run, then waits of the mark (ENGINE C2). */
export const RUN_RETRY_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 16_000] as const
export const MARK_RETRY_DELAYS_MS = [5_000, 25_000, 125_000] as const
export const MARK_BACKOFF_START_MS = 15 * 60_000
export const MARK_BACKOFF_MAX_MS = 6 * 3_600_000
export const JITTER = 0.25

/** A run of an account that fails just now comes back after this, when another run of it is trying. */
export const FAILING_ACCOUNT_MS = 5_000

/** `quotaExceeded`: an hour, doubling to a day (ENGINE C4). */
export const QUOTA_PAUSE_MS = 3_600_000
export const QUOTA_PAUSE_MAX_MS = 24 * 3_600_000
/** The limit on invitations alone lifts after hours. */
export const GUEST_PAUSE_MS = 6 * 3_600_000

/** Mass-change guard (ENGINE C5). */
export const GUARD_WINDOW_MS = 3_600_000
export const GUARD_MIN = 20
export const GUARD_SHARE = 0.1
export const GUARD_ALL_FROM_LINKS = 3
export const GUARD_HOLD_MS = 60_000

/** The timer loop (ENGINE A2). */
export const TICK_MS = 5_000
export const DUE_BATCH = 200

/** Housekeeping of the state store: looked at by each process, done by one. */
export const PRUNE_LOOK_MS = 3_600_000
export const PRUNE_EVERY_MS = 24 * 3_600_000

/** Bulk work (ENGINE A8). */
export const BULK_LEASE_MS = 60_000
export const BULK_RENEW_MS = 20_000
export const BULK_SLICE_MS = 20_000
export const BULK_BATCH = 100
export const BULK_CONCURRENCY = 4
export const BULK_ACCOUNTS = 16

/** Finding what was missed (ENGINE G). */
export const CHANGES_EVERY_MS = 3_600_000
export const CHANGES_OVERLAP_MS = 10 * 60_000
export const CHANGES_PAGE = 500
export const REPAIR_EVERY_MS = 24 * 3_600_000
/** A pass ended by the host's own source is tried again so soon once; then like any other, after `ERROR_PROBE_MS`. */
export const SOURCE_RETRY_MS = 5_000
export const LINKS_PAGE = 200
/** Of a pass; a request more for each 1,000 events keeps a page out of the heap's old generation. */
export const EVENTS_PAGE = 1_000
/** Appointments that a pass holds in memory, with their links. */
export const COMPARED_AT_ONCE = 100
export const MAX_PAGES = 2_000
/** Each holds the listing of its account's whole calendar. */
export const REPAIRS_AT_ONCE = 2
/** A pass gives the process's other work a turn after so many appointments. */
export const PASS_BREATH = 50

/** The calendar behind a 404 is looked at once a minute (ENGINE B10). */
export const CALENDAR_PROBE_CACHE_MS = 60_000
/** A connection in `error` is probed after this, growing to the maximum. */
export const ERROR_PROBE_MS = 5 * 60_000
export const ERROR_PROBE_MAX_MS = 6 * 3_600_000
/** Writes to a new calendar may be refused for this long (ENGINE D7). */
export const NEW_CALENDAR_GRACE_MS = 60_000

/** A disconnect gives up what it could not remove or revoke (ENGINE D4). */
export const DEPARTURE_GIVES_UP_MS = 24 * 3_600_000
/** Longer than a request may take: whoever connects the same Google account waits for a revocation under way. */
export const REVOKING_MS = 45_000

/** Wake-ups after a host's transaction, when the queue cannot join it (ENGINE A1). */
export const JOINED_WAKE_DELAY_MS = 250

/** Generations of an event id that adoption tries (ENGINE B5). */
export const ADOPT_GENERATIONS = 4
/** Counts in statuses stop here. */
export const COUNT_CAP = 1_000
