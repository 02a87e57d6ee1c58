import type { FakeGoogleControl } from '../../../src/testing/fake-google/control/control.ts'
import type { PeopleInGoogle } from '../stage.ts'
import type { WaitingPost } from './waiting-post.ts'

type Used = PeopleInGoogle &
  Pick<
    FakeGoogleControl,
    | 'approve'
    | 'clearFaults'
    | 'createUser'
    | 'randomFaults'
    | 'report'
    | 'requests'
    | 'setSwitches'
    | 'users'
  >

/** The fake's control API over HTTP. A refusal throws. */
export class HttpControl implements Used {
  readonly #post: WaitingPost
  readonly #url: string

  constructor(post: WaitingPost, url: string) {
    this.#post = post
    this.#url = url
  }

  readonly calendars: Used['calendars'] = () => this.#send('calendars')
  readonly readCalendar: Used['readCalendar'] = calendarId => this.#send('read-calendar', { calendarId })
  readonly createEvent: Used['createEvent'] = (calendarId, event) =>
    this.#send('create-event', { calendarId, event })
  readonly editEvent: Used['editEvent'] = (calendarId, eventId, changes) =>
    this.#send('edit-event', { calendarId, eventId, changes })
  readonly deleteEvent: Used['deleteEvent'] = (calendarId, eventId) =>
    this.#send('delete-event', { calendarId, eventId })
  readonly restoreEvent: Used['restoreEvent'] = (calendarId, eventId) =>
    this.#send('restore-event', { calendarId, eventId })
  readonly emptyBin: Used['emptyBin'] = (calendarId, how) =>
    this.#send<{ count: number }>('empty-bin', { calendarId, how }).count
  readonly driftEtag: Used['driftEtag'] = (calendarId, eventId) =>
    this.#send('drift-etag', { calendarId, eventId })
  readonly deleteCalendar: Used['deleteCalendar'] = calendarId =>
    this.#send('delete-calendar', { calendarId })
  readonly expireAccessTokens: Used['expireAccessTokens'] = email =>
    this.#send<{ count: number }>('expire-access-tokens', { email }).count
  readonly revokeGrant: Used['revokeGrant'] = email => this.#send('revoke-grant', { email })
  readonly freezeWrites: Used['freezeWrites'] = (email, forMs) =>
    this.#send('freeze-writes', { email, forMs })
  readonly approve: Used['approve'] = (authorizationUrl, { email }) =>
    this.#send<{ redirectUrl: string }>('approve', { authorizationUrl, email }).redirectUrl
  readonly createUser: Used['createUser'] = input => this.#send('create-user', { ...input })
  readonly users: Used['users'] = () => this.#send('users')
  readonly clearFaults: Used['clearFaults'] = () => this.#send('clear-faults')
  readonly randomFaults: Used['randomFaults'] = faults => this.#send('random-faults', { ...faults })
  readonly setSwitches: Used['setSwitches'] = switches => this.#send('set-switches', { ...switches })
  readonly report: Used['report'] = () => this.#send('report')
  readonly requests: Used['requests'] = () => this.#send('requests')

  #send<T>(name: string, body: Readonly<Record<string, unknown>> = {}): T {
    const { status, text } = this.#post.send(`${this.#url}/_control/${name}`, JSON.stringify(body))
    if (status === 200) return JSON.parse(text) as T
    throw new Error(`The fake Google answered ${status} to ${name}: ${text}`)
  }
}
