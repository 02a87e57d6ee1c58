/**
 * Behaviours of Google that are undocumented, contradictory in reports, or rare. The default is the likeliest;
 * a client should survive every value.
 */
export interface Switches {
  /** How a token of `calendar.app.created` alone is refused on calendars the app did not create. Unverified. */
  appCreatedOnForeignCalendar: 'notFound' | 'forbidden' | 'insufficientPermissions'
  /** How a token of `calendar.events.owned` alone is refused on calendars the user does not own. Unverified. */
  ownedOnForeignCalendar: 'notFound' | 'forbidden' | 'insufficientPermissions'
  /** How a token of `calendar.events.public.readonly` alone is refused on calendars that are not public. Unverified. */
  publicOnPrivateCalendar: 'notFound' | 'forbidden' | 'insufficientPermissions'
  /** Bringing a tombstone back; some accounts refuse it with 403 `forbidden`, or what the user deleted by hand. */
  revive: 'allowed' | 'forbidden' | 'forbiddenAfterUiDelete'
  /** A PUT without `status` on a tombstone: the default of a full replace is `confirmed`. Unverified. */
  putWithoutStatusRevives: boolean
  /** Whether a tombstone keeps its details; only the id is guaranteed. */
  tombstoneDetails: 'kept' | 'idOnly'
  /** A tombstone older than this is gone, and its id free; whether and when is undocumented. */
  tombstoneLifetimeMs: number | null
  /** A series that was cancelled is listed with `showDeleted` whatever the time window (observed since 2025). */
  cancelledSeriesIgnoreWindow: boolean
  /** What free/busy readers see of an event besides its times. Unverified. */
  busyEventFields: 'withIdentity' | 'timesOnly'
  /** A summary over 1,024 or a description over 8,192 characters. Limits and answer are undocumented. */
  longText: 'accepted' | 'truncated' | 'rejected'
  /** A `colorId` that no event can have. Unverified. */
  unknownColorId: 'rejected' | 'ignored'
  /** A longer event gets 400 `eventDurationExceedsLimit`; the reason is known, the limit is not. */
  maxEventDurationMs: number | null
  /** What makes `sequence` grow: a change of times, place or rule, or any change. Inferred. */
  sequenceGrowsWith: 'rescheduling' | 'anyChange'
  /** `created` with `.000`, as captured, or without a fraction, as one observer has it. */
  createdFraction: 'zeros' | 'none'
  /** A guest's change of what is the organizer's: 403 `forbiddenForNonOrganizer`, or it stays on the copy. */
  guestEdits: 'refused' | 'stayLocal'
  /** Without it, the account has no focus time, out of office and working locations, as some do not. */
  specialTypesAvailable: boolean
  /** Without it, asking for a conference gets 400 "Invalid conference type value.". */
  meetAvailable: boolean
  /** What becomes of a request for a conference, and after how long it says so. */
  conferenceOutcome: 'success' | 'failure'
  conferencePendingMs: number
  /** Whether a PUT without `conferenceDataVersion=1` leaves the conference as it is. Inferred. */
  putKeepsConference: boolean
  /** A `dateTime` with neither offset nor zone: documented as the calendar's zone, reported as 400. */
  dateTimeWithoutZone: 'rejected' | 'calendarZone'
  /**
   * `UNTIL`, `EXDATE` and `RDATE` in another form than the documented one: a date for all-day events, for others
   * `UNTIL` in UTC. What Google answers is unverified.
   */
  recurrenceForms: 'strict' | 'lenient'
  /** A series that starts in one zone and ends in another: a single zone is documented, the answer is not. */
  seriesWithTwoZones: 'rejected' | 'accepted'
  /** Repeated `privateExtendedProperty`: AND in the reference, OR in the guide. */
  repeatedPrivateProperty: 'and' | 'or'
  /** A corrupt sync token: 400 `invalid`, or 410 `fullSyncRequired`. */
  corruptSyncToken: 'invalid' | 'fullSyncRequired'
  /** Which moment the next sync token stands for: that of the first or of the last page. Undocumented. */
  syncTokenAnchor: 'firstPage' | 'lastPage'
  /** Whether lists with `q`, `iCalUID`, `updatedMin` or properties end with a sync token. Inferred that they do not. */
  filteredListsGiveSyncTokens: boolean
  /** Sync tokens older than this get 410. */
  syncTokenLifetimeMs: number | null
  /** `updatedMin` further back than this gets 410. */
  updatedMinMaxAgeMs: number | null
  /** Instances in one expansion of a series; inferred from several observations. */
  instanceCap: number
  /** Exceptions whose occurrence a change of the series took away: cancelled, or left as they are. Inferred. */
  exceptionsAfterReschedule: 'cancelled' | 'kept'
  /** `events.instances` of an event that does not recur: 400, or a list of nothing. Unverified. */
  instancesOfSingleEvent: 'badRequest' | 'empty'
  /** `events.import` of an iCalUID the calendar has: replaces the event, or 409 `duplicate`. Both observed. */
  importAgain: 'replaces' | 'duplicate'
  /** Who may read a calendar's rules: the discovery document says writers in one place and only owners in another. */
  aclReaders: 'writers' | 'owners'
  /** Whether a change of a calendar's rules ends its sync tokens; documented to happen, not when. */
  aclChangeEndsSyncTokens: boolean
  /** Whether `settings.list` shows those at their default; documented that it may not. */
  settingsAtDefaultListed: boolean
  /** A longer `freebusy.query` gets 400 `timeRangeTooLong`; observed at two to three months. */
  freeBusyMaxRangeMs: number
  /** Share of calendars in answers of `freebusy.query` whose place is taken by an error, or that are missing. */
  freeBusyErrorRate: number
  freeBusyMissingRate: number
  /** Share of list pages that come back shorter than asked, though more follow. */
  shortPageRate: number
  /** Share of list pages that come back empty, though more follow. Never two in a row. */
  emptyPageRate: number
  /** Share of writes whose etag changes once more by itself, and after how long. */
  etagDriftRate: number
  etagDriftAfterMs: number
  /** Writes to a calendar younger than this get 403 `requiredAccessLevel`. */
  newCalendarReadOnlyMs: number
  /** Who words the 401 for a bad or expired token: the front end, as captured, or the backend, as in the guide. */
  authErrorEnvelope: 'frontEnd' | 'backend'
  /** The status of an exceeded per-minute quota. */
  quotaStatus: 403 | 429
  /** Seconds in `Retry-After` on rate limit answers; null sends none. */
  retryAfterSeconds: number | null
  /** When the caller of a lost answer sees the connection fail; `never` waits until the caller gives up. */
  lostAnswerAfterMs: number | 'never'
  /** Calls in one batch: 1,000 by the present page, 50 by an older one and many clients. */
  batchLimit: number
  /** The order in which a batch is carried out is not guaranteed. */
  batchOrder: 'asSent' | 'shuffled'
  /** The sync message leaves before or after the answer to `watch`; both happen. */
  syncMessage: 'beforeResponse' | 'afterResponse'
  /** How long a channel lives unless asked otherwise (documented), and at most (observed). */
  channelDefaultTtlMs: number
  channelMaxTtlMs: number
  /** Changes so long after `channels.stop` still notify (observed). */
  pushStragglersMs: number
  /** From a change to its message; changes meanwhile share it. */
  pushDelayMs: number
  /** Share of messages that never arrive; documented as "a small percentage". */
  pushDropRate: number
  /** Share of messages that are late by up to `pushLateByMs`, so that later ones overtake them. */
  pushLateRate: number
  pushLateByMs: number
  /** Share of messages that come twice. */
  pushDuplicateRate: number
  /** Message numbers grow by more than one (observed). */
  pushNumbersJump: boolean
  /** Documented as `application/json; utf-8`, captured without. */
  pushContentType: string | null
  /** Google takes only HTTPS; a test on one machine has no certificate. */
  webhookOnLoopback: 'allowed' | 'refused'
  /** `watch` answers `push.webhookUrlUnauthorized`, as projects with unverified domains still report. */
  webhookAuthorization: 'open' | 'refused401' | 'refused400'
  /** Whether 500, 502, 503 and 504 are tried again; the documents say it of clients of Google's own library. */
  pushRetries: boolean
  /** Whether a message that the app did not answer at all is tried again. Inferred that it is not. */
  pushRetriesTimeouts: boolean
  /** How long an access token says that it lives: 3,599 and 3,600 are both seen. */
  accessTokenSeconds: number
  /** How long an authorization code can be exchanged. Inferred. */
  codeLifetimeMs: number
  /** Whether a Testing app's refresh token comes with `refresh_token_expires_in`. One report. */
  testingTokensSayExpiry: boolean
  /** Whether Google says less about a refresh token that has been dead for twelve hours. One report. */
  deadTokenText: 'changes' | 'constant'
  /** The error of a `redirect_uri` other than that of the authorization. Reports differ. */
  redirectMismatch: 'redirect_uri_mismatch' | 'invalid_grant'
  /** What Google says of a wrong client secret. The second is inferred to be the newer one. */
  wrongSecretText: 'Unauthorized' | 'The provided client secret is invalid.'
  /** `POST /revoke` answers 200 with `{}` or with nothing. */
  revokeBody: 'object' | 'empty'
  /** From the answer of `POST /revoke` to the death of the tokens; documented that it "may take some time". */
  revokeTakesEffectAfterMs: number
  /** Whether the failures of `prompt=none` come back to the app, or show on Google's page. Inferred. */
  promptNoneErrors: 'redirected' | 'shown'
  /** Whether the authorization redirect names the issuer (RFC 9207). */
  issuerInRedirect: boolean
  /** The `iss` of id_tokens; documented that it may come without the scheme. */
  idTokenIssuer: 'https://accounts.google.com' | 'accounts.google.com'
}

export const DEFAULT_SWITCHES: Readonly<Switches> = Object.freeze({
  appCreatedOnForeignCalendar: 'notFound',
  ownedOnForeignCalendar: 'forbidden',
  publicOnPrivateCalendar: 'notFound',
  revive: 'allowed',
  putWithoutStatusRevives: true,
  tombstoneDetails: 'kept',
  tombstoneLifetimeMs: null,
  cancelledSeriesIgnoreWindow: false,
  busyEventFields: 'withIdentity',
  longText: 'accepted',
  unknownColorId: 'rejected',
  maxEventDurationMs: null,
  sequenceGrowsWith: 'rescheduling',
  createdFraction: 'zeros',
  guestEdits: 'refused',
  specialTypesAvailable: true,
  meetAvailable: true,
  conferenceOutcome: 'success',
  conferencePendingMs: 0,
  putKeepsConference: true,
  dateTimeWithoutZone: 'rejected',
  recurrenceForms: 'strict',
  seriesWithTwoZones: 'rejected',
  repeatedPrivateProperty: 'and',
  corruptSyncToken: 'invalid',
  syncTokenAnchor: 'firstPage',
  filteredListsGiveSyncTokens: false,
  syncTokenLifetimeMs: null,
  updatedMinMaxAgeMs: null,
  instanceCap: 730,
  exceptionsAfterReschedule: 'cancelled',
  instancesOfSingleEvent: 'badRequest',
  importAgain: 'replaces',
  aclReaders: 'writers',
  aclChangeEndsSyncTokens: false,
  settingsAtDefaultListed: true,
  freeBusyMaxRangeMs: 90 * 86_400_000,
  freeBusyErrorRate: 0,
  freeBusyMissingRate: 0,
  shortPageRate: 0,
  emptyPageRate: 0,
  etagDriftRate: 0,
  etagDriftAfterMs: 300,
  newCalendarReadOnlyMs: 0,
  authErrorEnvelope: 'frontEnd',
  quotaStatus: 403,
  retryAfterSeconds: null,
  lostAnswerAfterMs: 0,
  batchLimit: 1000,
  batchOrder: 'asSent',
  syncMessage: 'afterResponse',
  channelDefaultTtlMs: 7 * 86_400_000,
  channelMaxTtlMs: 30 * 86_400_000,
  pushStragglersMs: 0,
  pushDelayMs: 0,
  pushDropRate: 0,
  pushLateRate: 0,
  pushLateByMs: 60_000,
  pushDuplicateRate: 0,
  pushNumbersJump: true,
  pushContentType: null,
  webhookOnLoopback: 'allowed',
  webhookAuthorization: 'open',
  pushRetries: true,
  pushRetriesTimeouts: false,
  accessTokenSeconds: 3599,
  codeLifetimeMs: 10 * 60_000,
  testingTokensSayExpiry: true,
  deadTokenText: 'changes',
  redirectMismatch: 'redirect_uri_mismatch',
  wrongSecretText: 'Unauthorized',
  revokeBody: 'object',
  revokeTakesEffectAfterMs: 0,
  promptNoneErrors: 'redirected',
  issuerInRedirect: false,
  idTokenIssuer: 'https://accounts.google.com',
})
