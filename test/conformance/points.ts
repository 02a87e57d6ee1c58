/**
 * The fake's requirements (§17 of the facts), point by point. A case of this suite shows each, unless a client that
 * sees Google only from outside cannot check it: then `because` says why, and `shownBy` which test of the fake's own
 * shows it there.
 */
export interface Point {
  readonly says: string
  readonly because?: string
  readonly shownBy?: string
}

const PERSON = 'it takes a person at the consent page'
const CLIENT = 'it takes the secret of an OAuth client, and codes that a person gave'
const DESTROYS = 'it would end grants of the account that runs the suite'
const PUBLIC = 'it takes an address that Google can reach'
const SPENDS = 'it would use up quota, or freeze the account'
const CHANCE = 'nobody outside can make it happen'
const UNSURE = 'what the real Google does is not known: a switch'

const unseen = (says: string, because: string, shownBy: string): Point => ({ says, because, shownBy })

export const POINTS: Readonly<Record<string, Point>> = {
  '1.consent': unseen('per-scope tick boxes', PERSON, 'oauth-authorize.test.ts'),
  '1.denial': unseen('denial', PERSON, 'oauth-authorize.test.ts'),
  '1.scope': unseen('`scope` in the redirect', PERSON, 'oauth-authorize.test.ts'),
  '1.offline': unseen('offline and prompt rules for the refresh token', PERSON, 'oauth-authorize.test.ts'),
  '1.codes': unseen('single-use codes of about ten minutes', CLIENT, 'oauth-token.test.ts'),
  '1.pkce': unseen('PKCE, S256 and plain', CLIENT, 'oauth-token.test.ts'),
  '1.redirect': unseen('exact match of the redirect URI', CLIENT, 'oauth-authorize.test.ts'),
  '1.errors-shown': { says: 'errors of the request show on Google’s page and are not redirected' },
  '1.client-auth': { says: 'client authentication by body and by HTTP Basic' },
  '1.no-rotation': unseen('refresh tokens do not rotate', CLIENT, 'oauth-token.test.ts'),
  '1.eviction': unseen('the oldest of more than 100 refresh tokens dies', CLIENT, 'oauth-token.test.ts'),
  '1.testing': unseen('seven days in Testing', 'it takes a week', 'oauth-token.test.ts'),
  '1.revoke': unseen('project-wide revoke', DESTROYS, 'oauth-token.test.ts'),
  '1.revoke-dead': { says: 'a token that is none cannot be revoked: 400 `invalid_token`' },
  '1.invalid-grant': unseen('the variants of `invalid_grant`', CLIENT, 'oauth-token.test.ts'),
  '1.rapt': unseen('`invalid_rapt`', CLIENT, 'oauth-token.test.ts'),
  '1.tokeninfo': { says: 'tokeninfo refuses what is no access token' },
  '1.mapping': { says: '401 without a token or with a bad one, 403 without the scope' },
  '1.clock': unseen('control of the clock', 'Google has none', 'control-http.test.ts'),
  '2.scopes': { says: 'scopes are enforced per method' },
  '2.ownership': unseen('ownership rules of `app.created` and `events.owned`', UNSURE, 'access.test.ts'),
  '3.backend': { says: 'the backend’s envelope: one space, no `status`' },
  '3.front-end': { says: 'the front end’s envelope: two spaces, `status`' },
  '4.ids': { says: 'ids: characters, length, generated form, not together with iCalUID' },
  '4.etag': { says: 'the etag is twice `updated` in microseconds' },
  '4.updated': { says: '`updated` is not touched by reminders' },
  '4.sequence': { says: '`sequence` begins at 0, and a lower one is refused' },
  '4.icaluid': { says: 'iCalUID is `<id>@google.com`' },
  '4.html-link': { says: 'htmlLink holds event and calendar, packed' },
  '4.organizer': { says: 'a secondary calendar is its own organizer' },
  '4.defaults': { says: 'defaults are left out' },
  '4.properties': { says: 'extended properties are dropped or cut in silence' },
  '4.time-zone': { says: 'times come in the calendar’s zone or the one asked for' },
  '4.utc': { says: 'a calendar made without a zone is in UTC' },
  '5.tombstone': { says: 'a deleted event can be read' },
  '5.duplicate': { says: 'a tombstone keeps its id: 409' },
  '5.deleted': { says: 'a second delete is a 410' },
  '5.revive': { says: 'a tombstone comes back by PUT with `confirmed`' },
  '5.revive-refused': unseen('403 on revival', UNSURE, 'tombstones.test.ts'),
  '5.purge': unseen('purged tombstones', 'it takes weeks', 'tombstones.test.ts'),
  '6.first': { says: 'the start is always the first occurrence' },
  '6.cap': unseen('about 730 instances', 'inferred: a switch', 'recurrence/series.test.ts'),
  '6.exceptions': { says: 'a changed occurrence is an exception with its original start' },
  '6.cancelled': { says: 'a cancelled occurrence is a cancelled exception, no EXDATE' },
  '6.split': { says: 'a series is split by trimming it and making another' },
  '7.pages': { says: 'pages: to be followed by their token alone' },
  '7.short-pages': unseen('short and empty pages while more follow', CHANCE, 'events-list.test.ts'),
  '7.matrix': { says: 'singleEvents and showDeleted in all four combinations' },
  '7.incompatible': { says: 'parameters that do not go with a sync token: 400' },
  '7.expired': unseen('410 for a token that has expired', CHANCE, 'events-list.test.ts'),
  '7.invalid': { says: 'a corrupt sync token: 400, or 410' },
  '7.id-only': { says: 'tombstones of a delta hold only ids unless showDeleted was asked for' },
  '7.order': { says: 'no sync token after orderBy' },
  '8.if-match': { says: 'If-Match' },
  '8.if-none-match': { says: 'If-None-Match' },
  '8.drift': unseen('etags that drift after an insert', CHANCE, 'events-write.test.ts'),
  '9.sync-first': unseen('the sync message before the answer', PUBLIC, 'push.test.ts'),
  '9.numbers': unseen('message numbers that jump', PUBLIC, 'push.test.ts'),
  '9.resource-id': { says: 'one resourceId for all channels of a user on a resource' },
  '9.expiry': { says: 'a channel expires, by what was asked for or by default' },
  '9.overlap': unseen('duplicates in the overlap', PUBLIC, 'push.test.ts'),
  '9.drop': unseen('messages dropped or delayed', PUBLIC, 'push.test.ts'),
  '9.retry': unseen('retries on 500, 502, 503 and 504 only', PUBLIC, 'push.test.ts'),
  '9.stragglers': unseen('stragglers after the stop', PUBLIC, 'push.test.ts'),
  '9.unique': { says: 'channel ids are never used twice' },
  '9.unsupported': unseen(
    'calendars without push',
    'the suite watches no calendar but its own',
    'push.test.ts',
  ),
  '9.stop': { says: 'stop, and 404 for what is not open' },
  '10.rate': unseen('403 and 429 over the quota', SPENDS, 'conditions.test.ts'),
  '10.calendar-writes': unseen('the limiter of one calendar’s writes', SPENDS, 'conditions.test.ts'),
  '10.freeze': unseen('`quotaExceeded` freezes the user', SPENDS, 'limits.test.ts'),
  '10.server': unseen('500 and 503', CHANCE, 'faults.test.ts'),
  '10.lost': unseen('carried out, and the answer lost', CHANCE, 'faults.test.ts'),
  '10.slow': unseen('slow answers', CHANCE, 'faults.test.ts'),
  '10.batch': { says: 'a batch answers part by part, in order' },
  '10.batch-order': unseen('the parts are carried out in any order', CHANCE, 'batch.test.ts'),
  '11.user': unseen('acting as the user in Google’s own page', PERSON, 'control-more.test.ts'),
  '11.revoke': unseen('revoking a grant', DESTROYS, 'control-http.test.ts'),
  '11.invalidate': unseen('invalidating sync tokens', CHANCE, 'events-list.test.ts'),
}
